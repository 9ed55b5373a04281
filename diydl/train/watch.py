"""Finding the first number that is none: which module, which operation, forward or backward.

A nan spreads: by the time that the loss is nan, all gradients are. The cause is the first operation
that made one from finite numbers. Steps of training do not look for it, since that would cost time;
a step that has failed is done again under a watch, which looks at every result.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from diydl.backend import array_module, to_numpy
from diydl.probe import Place, Probe, probing
from diydl.value import Value

ADVICE = {
    "log": "its input reaches {least:.3g}: a log wants numbers above 0; add a small one, or take "
    "log_softmax or a loss that takes scores (cross_entropy)",
    "log1p": "its input reaches {least:.3g}: it wants numbers above -1",
    "exp": "its input reaches {most:.3g}: exp overflows from 88 on in float32, 11 in float16; take "
    "log_softmax or logsumexp, which do not",
    "sqrt": "its input reaches {least:.3g}: a root has no value below 0, and no finite gradient at "
    "0; add a small number first",
    "rsqrt": "its input reaches {least:.3g}: 1 / sqrt(x) wants numbers above 0; add a small one",
    "div": "its divisor reaches {nearest:.3g}: add a small number to what is divided by",
    "pow": "its base reaches {least:.3g}: powers of 0 or less have no finite value or gradient for "
    "all exponents; add a small number",
}
GROWN = (
    "numbers have grown too large: try a smaller learning rate, clip_norm=1.0, a warm-up, "
    "or inputs scaled to about 1"
)


@dataclass
class Finding:
    """A tensor that is not finite, and where it was made.

    Attributes
    ----------
    what : str
        Such as "the output of log".
    where : str
        Such as "forward, in module 2.head (Linear)".
    amount : str
        How much of it is not finite.
    advice : str
        What to try.
    place : Place
    fresh : bool
        Whether it was made from finite numbers alone.
    """

    what: str
    where: str
    amount: str
    advice: str
    place: Place = field(default_factory=Place, repr=False)
    fresh: bool = True

    def __str__(self):
        return f"{self.what} ({self.where}): {self.amount}; {self.advice}"


class Watch(Probe):
    """Looks at every result in a block; made by `watching`.

    Attributes
    ----------
    first_nan, first_infinite : Finding or None
        The first results that are so, in the order of time.
    """

    def __init__(self, model=None):
        super().__init__()
        named = model.named_modules() if model is not None else ()
        self.names = {id(module): name for name, module in named}
        self.first_nan = self.first_infinite = None

    @property
    def cause(self):
        """The `Finding` where it began, or None.

        The first nan, if it was made from finite numbers; else the infinity that it was made from.
        An infinity alone may be meant, as a score of ``-inf`` under a mask is.
        """
        nan, infinite = self.first_nan, self.first_infinite
        if nan is not None and (nan.fresh or infinite is None or not infinite.fresh):
            return nan
        return infinite

    def compute(self, prim, arrays, params):
        """Compute, and look at the result."""
        with np.errstate(all="ignore"):
            out = prim.run(arrays, params)
        if self.place.phase == "forward":
            self._look(f"the output of {prim.name}", out, arrays, lambda: _advice(prim, arrays))
        return out

    def pulled(self, node, g, grads):
        """Look at gradients."""
        advice = ADVICE.get(node.prim.name, f": {GROWN}").partition(": ")[2]
        for grad in grads:
            if grad is not None:
                array = grad.data if isinstance(grad, Value) else grad
                self._look(f"the gradient of {node.prim.name}", array, (g,), lambda: advice)

    def _look(self, what, out, arrays, advice):
        if out.dtype.kind != "f" or finite(out):
            return
        nan = bool(array_module(out).isnan(out).any())
        if (self.first_nan if nan else self.first_infinite) is not None:
            return
        arrays = [x.data if isinstance(x, Value) else x for x in arrays]
        fresh = all(finite(x) for x in arrays if x.dtype.kind == "f")
        where = self.place.phase + self._named()
        finding = Finding(what, where, amount(out), advice(), self.place, fresh)
        if nan:
            self.first_nan = finding
        else:
            self.first_infinite = finding

    def _named(self):
        if not self.names:
            return ""
        modules = [m for m in self.place.modules if id(m) in self.names]
        if not modules:
            return ", after the model: in the loss"
        name, kind = self.names[id(modules[-1])], type(modules[-1]).__name__
        return f", in module {name} ({kind})" if name else f", in the model itself ({kind})"


def _advice(prim, arrays):
    """Say what to try for an operation whose result is not finite."""
    if prim.name not in ADVICE or not all(x.size and finite(x) for x in arrays[:1]):
        return GROWN
    operand = to_numpy(arrays[-1] if prim.name == "div" else arrays[0])
    nearest = float(operand.ravel()[np.abs(operand).argmin()])
    least, most = float(operand.min()), float(operand.max())
    return ADVICE[prim.name].format(least=least, most=most, nearest=nearest)


@contextmanager
def watching(model=None):
    """Look at every result of an operation in the block, forward and backward.

    Parameters
    ----------
    model : nn.Module, optional
        Gives the modules their names.

    Yields
    ------
    Watch

    Examples
    --------
    >>> import diydl as dl
    >>> w = dl.Parameter([1.0, 0.0])
    >>> with watching() as watch:
    ...     (dl.log(w) * 0).sum().backward()
    >>> watch.first_nan.what, watch.cause.what, watch.cause.where
    ('the output of mul', 'the output of log', 'forward')
    >>> watch.cause.advice[:52]
    'its input reaches 0: a log wants numbers above 0; ad'
    """
    watch = Watch(model)
    with probing(watch), np.errstate(all="ignore"):
        yield watch


def amount(array):
    """Say how much of an array is not finite.

    Examples
    --------
    >>> amount(np.array([[1.0, np.nan], [np.inf, 2.0]]))
    '1 of 4 elements nan, 1 infinite, shape (2, 2), float64'
    """
    array = to_numpy(array)
    nan, infinite = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    parts = [f"{nan} of {array.size} elements nan"] if nan else []
    if infinite:
        parts.append(f"{infinite} infinite" if nan else f"{infinite} of {array.size} infinite")
    return f"{', '.join(parts)}, shape {array.shape}, {array.dtype}"


def bad_inputs(model, batch):
    """Return a `Finding` for a batch or a parameter that is not finite to begin with, or None.

    Examples
    --------
    >>> from diydl import nn
    >>> print(bad_inputs(nn.Linear(2, 1), (np.array([[1.0, 2.0], [np.nan, 0.0]]),)))
    array 0 of the batch (the data, first in its row 1): 1 of 4 elements nan, shape (2, 2), ...
    """
    for number, array in enumerate(batch):
        if array.dtype.kind == "f" and not finite(array):
            bad = ~np.isfinite(to_numpy(array)).reshape(len(array), -1).all(axis=1)
            return Finding(
                f"array {number} of the batch",
                f"the data, first in its row {int(np.flatnonzero(bad)[0])}",
                amount(array),
                "look at the data set: fill gaps, and leave out or repair what is broken",
            )
    for name, parameter in model.named_parameters():
        if not finite(parameter.data):
            return Finding(
                f"parameter {name}", "before the step", amount(parameter.data), "see below"
            )
    return None


def finite(array):
    """Tell whether there is no nan and no infinity in an array.

    Examples
    --------
    >>> finite(np.array([1.0, np.inf]))
    False
    """
    return bool(array_module(array).isfinite(array).all())
