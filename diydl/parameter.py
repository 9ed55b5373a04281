"""State: parameters that are trained, buffers that are not, and the one way to write them.

A `Parameter` or `Buffer` is a leaf of every computation itself. It belongs to no engine: each
engine reads it in its own way, and a version number tells an engine that it was written since.
"""

import numpy as np

from diydl.backend import as_array, device_of, to_device, to_numpy
from diydl.ops.operators import Operators
from diydl.value import ARRAYS, Leaf, Value, current_engine


class ArrayValue(Operators, Value):
    """Base of values that hold their array in `data`: parameters, buffers and eager tensors."""

    __slots__ = ()

    @property
    def shape(self):
        """Tuple of the sizes of all axes."""
        return self.data.shape

    @property
    def dtype(self):
        """NumPy dtype of the elements."""
        return self.data.dtype

    @property
    def ndim(self):
        """Number of axes."""
        return self.data.ndim

    @property
    def size(self):
        """Number of elements."""
        return self.data.size

    @property
    def device(self):
        """Where the array lives."""
        return device_of(self.data)

    def numpy(self):
        """Return the values as a NumPy array (on the CPU: without a copy)."""
        return to_numpy(self.data)

    def item(self):
        """Return the only element as a Python number."""
        if self.data.size != 1:
            raise ValueError(
                f"item() needs exactly one element, this has shape {self.shape}; "
                "use .numpy() or .tolist()"
            )
        return self.data.item()

    def tolist(self):
        """Return the values as nested Python lists."""
        return self.data.tolist()

    def __bool__(self):
        if self.data.size != 1:
            raise ValueError(
                f"the truth value of {self.size} elements (shape {self.shape}) is ambiguous; "
                "use .numpy().any() or .numpy().all()"
            )
        return bool(self.data.item())

    def __float__(self):
        return float(self.item())

    def __int__(self):
        return int(self.item())

    def __index__(self):
        if self.data.dtype.kind not in "iu":
            raise TypeError(f"only integers can be an index, this is {self.dtype}")
        return int(self.item())

    def __format__(self, spec):
        return format(self.item(), spec) if spec else repr(self)

    def _text(self, name, *notes):
        """Return ``name([...], note)`` with the values laid out as NumPy does."""
        values = np.array2string(self.numpy(), separator=", ", prefix=f"{name}(")
        if self.dtype not in (np.float32, np.int64, np.bool_):
            notes = (f"dtype={self.dtype}", *notes)
        return f"{name}({', '.join([values, *notes])})"


class State(ArrayValue, Leaf):
    """An array that outlives a computation. Made as a `Parameter` or a `Buffer`."""

    __slots__ = ("data", "grad", "name", "requires_grad", "version")
    prim, inputs = None, ()  # what a sweep sees: a leaf

    def __init__(self, data, name="", *, requires_grad=False):
        data = data.data if isinstance(data, ArrayValue) else as_array(data)
        self.data = data.copy()
        self.name, self.version, self.grad = name, 0, None
        self.requires_grad = requires_grad

    def write(self, value):
        """Copy `value` into the array, in place, and count a new version.

        The array itself, as a modal primitive returns it in eval mode, is no news.
        """
        if value is self.data:
            return
        if value.shape != self.shape:
            raise ValueError(
                f"cannot assign shape {value.shape} to {self._called()} of shape {self.shape}"
            )
        self.data[...] = value
        self.version += 1

    def changed(self):
        """Count a new version after `data` was changed in place."""
        self.version += 1

    def to(self, device):
        """Move the array to `device`, in place; `grad` goes along."""
        self.data = to_device(self.data, device)
        if self.grad is not None:
            self.grad = self.grad.to(device)
        return self

    def _called(self):
        return f"{type(self).__name__.lower()} {self.name!r}" if self.name else type(self).__name__


class Parameter(State):
    """A trainable array.

    Parameters
    ----------
    data : array, tensor or nested lists of numbers
        Copied, so that training never changes the caller's array. Floating point.
    name : str
        Shown in messages and pictures.
    requires_grad : bool
        False freezes the parameter: it gets no gradient.

    Examples
    --------
    >>> w = Parameter([1.0, 2.0], name="w")
    >>> (w * w).sum().backward()
    >>> w.grad
    tensor([2., 4.])
    """

    __slots__ = ()

    def __init__(self, data, name="", *, requires_grad=True):
        super().__init__(data, name, requires_grad=requires_grad)
        if self.dtype.kind != "f":
            raise TypeError(
                f"a Parameter holds floating-point numbers, got {self.dtype}; "
                "convert it, or use a Buffer"
            )

    def __repr__(self):
        notes = () if self.requires_grad else ("requires_grad=False",)
        return self._text("Parameter", *notes)


class Buffer(State):
    """State that is not trained: running statistics, counters, learning rates.

    Examples
    --------
    >>> steps = Buffer(0)
    >>> assign(steps, steps + 1)
    >>> steps.item()
    1
    """

    __slots__ = ()

    def __repr__(self):
        return self._text("Buffer")


def assign(state, value, *, belongs_to=None):
    """Write `value` into `state`: now, or, under a graph engine, when the graph runs.

    A graph engine writes after all that read `state` earlier and before all that reads it later.

    Parameters
    ----------
    state : Parameter or Buffer
    value : tensor or array of the same shape
        Its dtype is converted to that of `state`.
    belongs_to : tensor, optional
        A result that this is a side effect of, as the statistics of a batch norm are of its
        output: a graph engine writes whenever it computes that result.

    Returns
    -------
    None, or under a graph engine an object to run: what asks for it has `state` written.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> w = Parameter([1.0, 2.0])
    >>> assign(w, w * 2)
    >>> w.tolist(), w.version
    ([2.0, 4.0], 1)
    """
    if not isinstance(state, State):
        raise TypeError(f"assign writes a Parameter or Buffer, got {type(state).__name__}")
    engines = [x.engine for x in (value, belongs_to) if isinstance(x, Value) and x.engine]
    if len(engines) == 2 and engines[0] is not engines[1]:
        raise TypeError(f"assign: a value of {engines[0]!r} belongs to a result of {engines[1]!r}")
    chosen = engines[0] if engines else current_engine()
    if belongs_to is not None and not isinstance(belongs_to, Value):
        chosen = ARRAYS  # what it belongs to has been computed
    return chosen.assign(state, value, belongs_to=belongs_to)
