"""Losses against PyTorch: a table of how far they are apart, python -m tests.nn.loss.agreement.

Needs PyTorch; `cases` itself does not import it.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

import diydl as dl
from diydl import nn

DTYPES = ("float16", "float32", "float64")
REDUCTIONS = ("mean", "sum", "none")
K = 5  # classes


@dataclass(frozen=True)
class Case:
    """One loss with its options, beside PyTorch's: inputs in float64, cast by the one who asks."""

    name: str
    ours: Callable
    theirs: str  # name in torch.nn.functional
    inputs: Callable  # random -> (prediction, target)
    options: dict = field(default_factory=dict)
    their_options: dict | None = None
    reductions: tuple = REDUCTIONS
    note: str = ""
    factor: float = 1.0  # ours, in theirs
    target_too: bool = False  # gradients with respect to the target are compared as well
    dtypes: tuple = DTYPES
    tolerance: float = 0.0  # where that of the dtype is not enough

    def __str__(self):
        return f"{self.name}, {self.note}" if self.note else self.name


def _pairs(shape, scale=1.0):
    return lambda random: (scale * random.normal(size=shape), scale * random.normal(size=shape))


def _yes_or_no(shape, scale=3.0):
    return lambda random: (
        scale * random.normal(size=shape),
        random.integers(0, 2, shape).astype(float),
    )


def _sure(random):
    x = np.array([800.0, -800.0, 800.0, -800.0, 0.0, 20.0, -20.0, 1e-4])
    return x, np.array([1.0, 0, 0, 1, 1, 1, 0, 0.5])


def _probable(random):
    p = random.uniform(0.05, 0.95, (4, 3))
    return p, random.integers(0, 2, (4, 3)).astype(float)


def _rounded(random):
    return np.array([0.0, 1.0, 1.0, 0.0, 0.5]), np.array([0.0, 1.0, 0.0, 1.0, 0.25])


def _scored(*rows, axis=-1, scale=2.0, ignored=None):
    def make(random):
        scores = scale * random.normal(size=(*rows, K))
        labels = random.integers(0, K, rows)
        if ignored is not None:
            labels = np.where(random.random(rows) < 0.3, ignored, labels)
        return np.moveaxis(scores, -1, axis), labels

    return make


def _huge(random):
    scores = np.array(
        [[1000.0, 0, -1000, 0, 0], [-1000, 1000, 1000, 0, 0], [1000.0] * 5, [-1000.0] * 5]
    )
    return scores, np.array([1, 0, 4, 2])


def _shares(*rows):
    def make(random):
        scores, target = random.normal(size=(*rows, K)), random.gamma(0.5, size=(*rows, K))
        target = target / target.sum(-1, keepdims=True)
        return np.moveaxis(scores, -1, 1), np.moveaxis(target, -1, 1)

    return make


def _distributions(random):
    scores, target = random.normal(size=(4, K)), random.gamma(0.5, size=(4, K))
    target[0, 0] = 0
    return (
        scores - np.log(np.exp(scores).sum(-1, keepdims=True)),
        target / target.sum(-1, keepdims=True),
    )


def _log_distributions(random):
    return tuple(
        x - np.log(np.exp(x).sum(-1, keepdims=True)) for x in random.normal(size=(2, 4, K))
    )


WEIGHTS = np.array([0.5, 2.0, 1.0, 0.25, 3.0])
SHAPES = [(), (3,), (2, 3), (2, 1, 3), (0, 3)]


def cases():
    """Return all cases."""
    return [*_regression(), *_logistic(), *_divergence(), *_labels(), *_probabilities(), *_hinge()]


def _shaped(function, name, inputs, **more):
    for shape in SHAPES:
        rows = REDUCTIONS if 0 not in shape else ("sum", "none")  # the mean of nothing
        yield Case(name, function, name, inputs(shape), note=str(shape), reductions=rows, **more)


def _regression():
    for name in ("mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss"):
        yield from _shaped(getattr(nn, name), name, _pairs, target_too=True)
    for size in (0.3, 2.0):
        for name, word in (("huber_loss", "delta"), ("smooth_l1_loss", "beta")):
            note, options = f"{word}={size}", {word: size}
            yield Case(name, getattr(nn, name), name, _pairs((4, 3)), options, note=note)
    name, options = "smooth_l1_loss", {"beta": 0.0}
    yield Case(name, nn.smooth_l1_loss, name, _pairs((4,)), options, note="beta=0")


def _logistic():
    name, function = "binary_cross_entropy_with_logits", nn.binary_cross_entropy_with_logits
    yield from _shaped(function, name, _yes_or_no)
    yield Case(name, function, name, _sure, note="at 800")
    for inputs, weight in [(_yes_or_no((6, 3)), np.array([0.5, 1.0, 4.0])), (_sure, np.array(3.0))]:
        note = f"pos_weight of shape {weight.shape}"
        yield Case(name, function, name, inputs, {"pos_weight": weight}, note=note)
    name, function = "binary_cross_entropy", nn.binary_cross_entropy
    yield Case(name, function, name, _probable)
    few = ("float32", "float64")  # float16: their gradient is infinite, ours large
    yield Case(name, function, name, _rounded, note="at 0 and 1", dtypes=few, tolerance=1e-8)


def _divergence():
    fewer = ("sum", "none", "batchmean")  # they warn of "mean"
    yield Case("kl_div", nn.kl_div, "kl_div", _distributions, reductions=fewer)
    options = {"log_target": True}
    more = {"reductions": fewer, "note": "log_target", "target_too": True}
    yield Case("kl_div", nn.kl_div, "kl_div", _log_distributions, options, **more)


def _labels():
    maps = {"axis": 1}
    for note, inputs, options in [
        ("(B, K)", _scored(7), {}),
        ("one row", _scored(1), {}),
        ("(K,)", _scored(), {}),
        ("(B, K, H, W)", _scored(2, 3, 4, axis=1), maps),
        ("at 1000", _huge, {}),
        ("ignored", _scored(9, ignored=-100), {"ignore_index": -100}),
        ("maps, ignored", _scored(2, 3, 4, axis=1, ignored=255), {"ignore_index": 255} | maps),
    ]:
        yield from _cross_entropies(note, inputs, options)


def _probabilities():
    for rows in [(4,), (2, 3, 2)]:
        for case in _cross_entropies(f"probabilities, {rows}", _shares(*rows), {"axis": 1}):
            yield replace(case, target_too="weight" not in case.options)


def _cross_entropies(note, inputs, options):
    for smoothing in (0.0, 0.1):
        for weight in ({}, {"weight": WEIGHTS}):
            ours = {**options, "label_smoothing": smoothing, **weight}
            theirs = {name: x for name, x in ours.items() if name != "axis"}
            words = f"{note}, {smoothing}{', weights' if weight else ''}"
            name, function = "cross_entropy", nn.cross_entropy
            yield Case(name, function, name, inputs, ours, theirs, note=words)


def _hinge():
    for margin in (1.0, 0.25):
        options, note = {"margin": margin}, f"margin={margin}"
        more = {"note": note, "factor": 1 / K, "dtypes": ("float32", "float64")}  # none of halves
        yield Case("hinge_loss", nn.hinge_loss, "multi_margin_loss", _scored(7), options, **more)


@dataclass
class Compared:
    """Both results: the loss and its gradients, as float64 arrays, and the dtypes of ours."""

    ours: list
    theirs: list
    dtypes: list


def compared(case, dtype, reduction):
    """Run both libraries on one case, with a random upstream gradient."""
    import torch

    prediction, target = case.inputs(np.random.default_rng(0))
    prediction = np.asarray(prediction, dtype)
    target = np.asarray(target, dtype if np.asarray(target).dtype.kind == "f" else None)
    x, y = dl.tensor(prediction, requires_grad=True), target
    tx, ty = torch.tensor(prediction, requires_grad=True), torch.tensor(target)
    if case.target_too:
        y, ty = dl.tensor(target, requires_grad=True), torch.tensor(target, requires_grad=True)
    options = case.options if case.their_options is None else case.their_options
    theirs = {
        name: torch.tensor(x.astype(dtype)) if isinstance(x, np.ndarray) else x
        for name, x in options.items()
    }
    loss = case.ours(x, y, reduction=reduction, **case.options)
    expected = getattr(torch.nn.functional, case.theirs)(tx, ty, reduction=reduction, **theirs)
    g = np.asarray(np.random.default_rng(1).normal(size=loss.shape)).astype(dtype)
    loss.backward(g)
    expected.backward(torch.tensor(g))
    pairs = [(loss, expected), (x.grad, tx.grad)]
    if case.target_too:
        pairs.append((y.grad, ty.grad))
    return Compared(
        [case.factor * a.numpy().astype(float) for a, _ in pairs],
        [b.detach().double().numpy() for _, b in pairs],
        [str(a.dtype) for a, _ in pairs],
    )


def apart(one):
    """Return the largest difference, relative to the largest number of each array (at least 1)."""
    found = [0.0]
    for a, b in zip(one.ours, one.theirs, strict=True):
        assert a.shape == b.shape, (a.shape, b.shape)
        scale = np.abs(b).max(initial=1.0)
        found.append(float((np.abs(a - b) / scale).max(initial=0.0)))
    return max(found)


def rows():
    """Return {loss: {dtype: (runs, largest difference)}}."""
    found = {}
    for case in cases():
        for dtype in case.dtypes:
            differences = [apart(compared(case, dtype, r)) for r in case.reductions]
            runs, largest = found.setdefault(case.name, {}).get(dtype, (0, 0.0))
            found[case.name][dtype] = (runs + len(differences), max(largest, *differences))
    return found


def main():
    """Print the largest differences: a row for each loss, a column for each dtype."""
    found = rows()
    width = max(map(len, found))
    lines = [f"{'loss':<{width}}{'runs':>6}" + "".join(f"{name:>10}" for name in DTYPES)]
    lines.append("-" * len(lines[0]))
    for name, cells in found.items():
        runs = sum(count for count, _ in cells.values())
        texts = [f"{cells[d][1]:.0e}" if d in cells else "-" for d in DTYPES]
        lines.append(f"{name:<{width}}{runs:>6}" + "".join(f"{text:>10}" for text in texts))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
