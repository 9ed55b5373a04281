"""The operators and methods of values: ``x + y``, ``x[0]``, ``x.sum()``.

Each one calls the function of the same name, nothing more. A class that mixes them in brings
``shape``, ``ndim`` and ``dtype``; whether ``bool(x)`` or ``float(x)`` mean something is its own
affair.
"""

from diydl.backend import is_array
from diydl.ops import comparison, elementwise, functional, indexing, linalg, reduce, shape, special
from diydl.ops.lookup import lookup
from diydl.primitive import NUMBERS
from diydl.value import Value


def _comparable(other):
    return isinstance(other, (Value, *NUMBERS)) or is_array(other)


class Operators:
    """Mixin that lets a value be written about as NumPy writes about arrays."""

    __slots__ = ()
    __hash__ = object.__hash__  # == compares elements, so equality cannot serve a dict

    def __add__(self, other):
        return elementwise.add(self, other)

    def __radd__(self, other):
        return elementwise.add(other, self)

    def __sub__(self, other):
        return elementwise.sub(self, other)

    def __rsub__(self, other):
        return elementwise.sub(other, self)

    def __mul__(self, other):
        return elementwise.mul(self, other)

    def __rmul__(self, other):
        return elementwise.mul(other, self)

    def __truediv__(self, other):
        return elementwise.div(self, other)

    def __rtruediv__(self, other):
        return elementwise.div(other, self)

    def __pow__(self, other):
        return elementwise.pow(self, other)

    def __rpow__(self, other):
        return elementwise.pow(other, self)

    def __matmul__(self, other):
        return linalg.matmul(self, other)

    def __rmatmul__(self, other):
        return linalg.matmul(other, self)

    def __neg__(self):
        return elementwise.neg(self)

    def __pos__(self):
        return self

    def __abs__(self):
        return comparison.abs(self)

    def __eq__(self, other):
        return comparison.equal(self, other) if _comparable(other) else NotImplemented

    def __ne__(self, other):
        return comparison.not_equal(self, other) if _comparable(other) else NotImplemented

    def __lt__(self, other):
        return comparison.less(self, other)

    def __le__(self, other):
        return comparison.less_equal(self, other)

    def __gt__(self, other):
        return comparison.greater(self, other)

    def __ge__(self, other):
        return comparison.greater_equal(self, other)

    def __len__(self):
        if not self.shape:
            raise TypeError("an array of 0 axes has no len()")
        return self.shape[0]

    def __iter__(self):
        if not self.shape:
            raise TypeError("an array of 0 axes cannot be iterated over")
        return (self[i] for i in range(self.shape[0]))

    def __getitem__(self, index):
        return lookup(self, index)

    def __setitem__(self, index, value):
        raise TypeError(
            f"a {type(self).__name__} is not changed in place: x[...] = value has no gradient. "
            "Write x = where(mask, value, x), or x = scatter_add(x, indices, updates), "
            "or change the NumPy array before you make a tensor of it"
        )

    @property
    def T(self):  # noqa: N802, NumPy's name
        """All axes in reverse order."""
        return shape.transpose(self)

    def reshape(self, *sizes, **named):
        """Give another shape: ``x.reshape(2, 3)``, or with the sizes in a tuple.

        Examples
        --------
        >>> from diydl import tensor
        >>> tensor([1.0, 2.0]).reshape(2, 1).shape
        (2, 1)
        """
        return shape.reshape(self, **(named or {"shape": _unpacked(sizes)}))

    def transpose(self, *axes, **named):
        """Permute the axes: ``x.transpose(0, 2, 1)``; without arguments, reverse them."""
        return shape.transpose(self, **(named or {"axes": _unpacked(axes) if axes else None}))

    def swapaxes(self, first, second):
        """Exchange two axes."""
        order = list(range(self.ndim))
        first, second = shape.normal_axis(first, self.ndim), shape.normal_axis(second, self.ndim)
        order[first], order[second] = second, first
        return shape.transpose(self, axes=tuple(order))

    def squeeze(self, axis=None):
        """Remove axes of size 1."""
        return shape.squeeze(self, axis=axis)

    def expand_dims(self, axis):
        """Insert an axis of size 1."""
        return shape.expand_dims(self, axis=axis)

    def flatten(self):
        """All elements in one row."""
        return shape.reshape(self, shape=(-1,))

    def astype(self, dtype):
        """Convert to another dtype."""
        return elementwise.cast(self, dtype=dtype)

    def take(self, indices, axis=0):
        """Pick slices by an array of indices."""
        return indexing.take(self, indices, axis=axis)

    def sum(self, axis=None, keepdims=False):
        """Sum over axes."""
        return reduce.sum(self, axis=axis, keepdims=keepdims)

    def mean(self, axis=None, keepdims=False):
        """Arithmetic mean over axes."""
        return reduce.mean(self, axis=axis, keepdims=keepdims)

    def var(self, axis=None, keepdims=False, correction=0):
        """Mean squared distance from the mean."""
        return reduce.var(self, axis=axis, keepdims=keepdims, correction=correction)

    def max(self, axis=None, keepdims=False):
        """Return the largest element over axes."""
        return reduce.max(self, axis=axis, keepdims=keepdims)

    def min(self, axis=None, keepdims=False):
        """Return the smallest element over axes."""
        return reduce.min(self, axis=axis, keepdims=keepdims)

    def argmax(self, axis=None, keepdims=False):
        """Index of the largest element."""
        return reduce.argmax(self, axis=axis, keepdims=keepdims)

    def cumsum(self, axis):
        """Sum of the elements so far."""
        return reduce.cumsum(self, axis=axis)

    def clip(self, min=None, max=None):
        """Limit every element to a range."""
        return comparison.clip(self, min=min, max=max)

    def exp(self):
        """Elementwise exponential."""
        return elementwise.exp(self)

    def log(self):
        """Elementwise natural logarithm."""
        return elementwise.log(self)

    def log1p(self):
        """Elementwise ``log(1 + x)``."""
        return elementwise.log1p(self)

    def sqrt(self):
        """Elementwise square root."""
        return elementwise.sqrt(self)

    def rsqrt(self):
        """Elementwise ``1 / sqrt(x)``."""
        return elementwise.rsqrt(self)

    def abs(self):
        """Elementwise absolute value."""
        return comparison.abs(self)

    def sin(self):
        """Elementwise sine."""
        return special.sin(self)

    def cos(self):
        """Elementwise cosine."""
        return special.cos(self)

    def tanh(self):
        """Elementwise hyperbolic tangent."""
        return special.tanh(self)

    def sigmoid(self):
        """Elementwise ``1 / (1 + exp(-x))``."""
        return special.sigmoid(self)

    def relu(self):
        """Replace what is negative by 0."""
        return functional.relu(self)

    def softmax(self, axis=-1):
        """Turn scores into probabilities."""
        return functional.softmax(self, axis=axis)

    def log_softmax(self, axis=-1):
        """Logarithm of the softmax."""
        return functional.log_softmax(self, axis=axis)


def _unpacked(sizes):
    return tuple(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else sizes
