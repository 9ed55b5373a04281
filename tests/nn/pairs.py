"""Pairs of a layer or loss and its twin in PyTorch, to be run on the same numbers.

A module and its twin have the same names and layouts: the weights are copied. What comes later adds
its rows to PAIRS, and is tested and printed with the others.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import diydl as dl
from diydl import nn
from diydl.nn.walk import walk
from diydl.parameter import State

BATCHES = (8, 5, 1)


@dataclass(frozen=True)
class Pair:
    """Two makers of a module, or two functions, and what they are tried on.

    Attributes
    ----------
    mine : callable
        Without arguments; returns a module or a function.
    twin : callable
        ``twin(torch)`` returns the same of PyTorch, which is imported only when it is compared.
    inputs : callable
        ``inputs(random, batch)`` returns arrays; those of floats get a gradient.
    modes : tuple of bool
        In training, in use, or both. What draws at random is compared in use.
    smallest : int
        Batch in training.
    """

    name: str
    mine: Callable
    twin: Callable
    inputs: Callable
    modes: tuple = (True,)
    smallest: int = 1

    def __str__(self):
        return self.name


def normal(*shape):
    """Return what draws one array (B, *shape) of normal numbers."""
    return lambda random, batch: [random.normal(size=(batch, *shape))]


def scores(classes):
    """Return what draws scores (B, K) and labels (B,)."""
    return lambda random, batch: [
        3 * random.normal(size=(batch, classes)),
        random.integers(0, classes, batch),
    ]


def both(*shape):
    """Return what draws predictions and targets of the same shape."""
    return lambda random, batch: [random.normal(size=(batch, *shape)) for _ in range(2)]


def same(name, *args, inputs, modes=(True,), smallest=1, **options):
    """Return a pair of modules that have one name and one set of arguments in both libraries."""
    words = [*map(str, args), *(f"{key}={value}" for key, value in options.items())]
    return Pair(
        f"{name}({', '.join(words)})",
        lambda: getattr(nn, name)(*args, **options),
        lambda torch: getattr(torch.nn, name)(*args, **options),
        inputs,
        modes,
        smallest,
    )


def _mlp(library):
    return library.Sequential(
        *(library.Linear(6, 9), library.ReLU(), library.Linear(9, 7), library.Tanh()),
        *(library.Linear(7, 4), library.Sigmoid()),
    )


def _residual(torch):
    class Residual(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.add_module("1", torch.nn.Linear(5, 5))

        def forward(self, x):
            return x + getattr(self, "1")(x)

    return Residual()


PAIRS = [
    same("Linear", 6, 4, inputs=normal(6)),
    same("Linear", 6, 4, bias=False, inputs=normal(3, 6)),
    Pair("Sequential(MLP)", lambda: _mlp(nn), lambda torch: _mlp(torch.nn), normal(6)),
    Pair(
        "Add(Identity, Linear)",
        lambda: nn.Add(nn.Identity(), nn.Linear(5, 5)),
        _residual,
        normal(5),
    ),
    same("Flatten", inputs=normal(3, 4, 2)),
    same("Identity", inputs=normal(3)),
    same("ReLU", inputs=normal(6)),
    same("Sigmoid", inputs=normal(6)),
    same("Tanh", inputs=normal(6)),
    Pair("Softmax", lambda: nn.Softmax(-1), lambda torch: torch.nn.Softmax(-1), normal(6)),
    same("BatchNorm1d", 4, inputs=normal(4), modes=(True, False), smallest=2),
    same("BatchNorm1d", 4, inputs=normal(4, 5), modes=(True, False), smallest=2),
    same("LayerNorm", 6, inputs=normal(3, 6)),
    same("Dropout", 0.4, inputs=normal(6), modes=(False,)),
    Pair("mse_loss", lambda: nn.mse_loss, lambda torch: torch.nn.functional.mse_loss, both(3)),
    Pair(
        "cross_entropy",
        lambda: nn.cross_entropy,
        lambda torch: torch.nn.functional.cross_entropy,
        scores(5),
    ),
    Pair(
        "cross_entropy(label_smoothing=0.1)",
        lambda: lambda x, y: nn.cross_entropy(x, y, label_smoothing=0.1),
        lambda torch: lambda x, y: torch.nn.functional.cross_entropy(x, y, label_smoothing=0.1),
        scores(5),
    ),
]


def difference(pair, dtype, batch, training):
    """Return the largest relative difference: of result, gradients, and what is kept.

    Relative to the largest number of each array (at least 1).
    """
    import torch

    dl.seed(0)
    random = np.random.default_rng([batch, training])
    mine, twin = pair.mine(), pair.twin(torch)
    states, theirs, module = {}, {}, isinstance(mine, nn.Module)
    if module:
        _as(mine.train(training), dtype)
        twin.train(training).to(getattr(torch, dtype))
        theirs = twin.state_dict(keep_vars=True)
        states = {name: x for name, x in walk(mine, State) if name in theirs}
        twin.load_state_dict({name: torch.from_numpy(x.data) for name, x in states.items()})
    arrays = [x.astype(dtype) if x.dtype.kind == "f" else x for x in pair.inputs(random, batch)]
    inputs = [dl.tensor(x, requires_grad=x.dtype.kind == "f") for x in arrays]
    others = [torch.tensor(x, requires_grad=x.dtype.kind == "f") for x in arrays]
    out, expected = mine(*inputs), twin(*others)
    g = np.asarray(random.normal(size=out.shape)).astype(dtype)
    out.backward(g)
    expected.backward(torch.from_numpy(g))
    leaves = [*zip(inputs, others, strict=True), *((states[n], theirs[n]) for n in states)]
    compared = [(out, expected.detach())]
    compared += [(x.grad, y.grad) for x, y in leaves if y.requires_grad]
    compared += [(x, theirs[name].detach()) for name, x in states.items()]
    return max(_apart(x.numpy(), y.numpy()) for x, y in compared)


def _as(model, dtype):
    for parameter in model.parameters():
        parameter.data = parameter.data.astype(dtype)
    for buffer in model.buffers():
        if buffer.dtype.kind == "f":
            buffer.data = buffer.data.astype(dtype)


def _apart(x, y):
    assert x.shape == y.shape, f"shape {x.shape}, PyTorch has {y.shape}"
    assert x.dtype == y.dtype, f"dtype {x.dtype}, PyTorch has {y.dtype}"
    x, y = x.astype(float), y.astype(float)
    return float(np.max(np.abs(x - y), initial=0.0) / max(np.max(np.abs(y), initial=0.0), 1.0))


def largest(pair, dtype):
    """Return the largest difference of a pair in its modes, at all sizes of the batch."""
    return max(
        difference(pair, dtype, batch, training)
        for training in pair.modes
        for batch in BATCHES
        if not training or batch >= pair.smallest
    )
