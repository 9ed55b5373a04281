"""Whatever can be drawn as a graph, read into a `Picture`: one short reader for each kind."""

from diydl.draw.history import history
from diydl.draw.picture import Picture
from diydl.draw.structure import structure
from diydl.draw.symbols import is_described, symbols
from diydl.draw.trace import trace
from diydl.nn.module import Module
from diydl.value import Value


def read(value, inputs=(), *, values=False, gradients=False, names=None):
    """Return the `Picture` of a value of any engine, of a module or of a function.

    Takes what `graph` takes.

    Examples
    --------
    >>> from diydl import nn
    >>> [group.label for group in read(nn.Sequential(nn.ReLU()), [[1.0]]).groups]
    ['ReLU 0']
    """
    if isinstance(value, Picture):
        return value
    if isinstance(value, Module) and not inputs:
        return structure(value)
    if callable(value) and not isinstance(value, Value) and not is_described(value):
        return trace(value, *inputs, gradients=bool(gradients), names=names)
    if is_described(value) and not inputs:
        return symbols(value, values=values, gradients=gradients, names=names)
    if inputs:
        raise TypeError(
            f"inputs belong to a module or a function, but {type(value).__name__} is a value: "
            "it was computed already"
        )
    return history(value, values=values, gradients=gradients, names=names)
