"""Sizes that are not known yet: an axis whose length is given when a graph runs.

A graph engine leaves the size of the batch open. The axis then has a `Dim` for its size, which
reckons as an int does: from ``B`` come ``3 * B``, ``B * B - 1`` and ``2 / (B - 1)``.
"""

import functools
import math
import operator
from itertools import zip_longest
from typing import Any

import numpy as np

from diydl.value import Value

# Rules are asked at the first two, and must hold at the third too: no size of a model is likely
# to be all of them, and what only fits a large batch (a slice of 500 rows) shows at a small one.
SAMPLES = (2, 3, 1009)


class Dim(Value):
    """A number that depends on the size B of the batch: a ratio of two polynomials in B.

    ``Dim()`` is B itself. Sums, differences, products and quotients are `Dim` again, or an int
    where B drops out. Two are equal if they are so for every B; comparisons by ``<`` hold for
    every B from 1, and are an error where they depend on it.

    Examples
    --------
    >>> B = Dim()
    >>> 3 * B + 1, (3 * B + 1).at(5), 2 / (B - 1), B - B
    (3*B + 1, 16, 2/(B - 1), 0)
    >>> B * 4 == 4 * B, B == 4, B >= 1
    (True, False, True)
    """

    __slots__ = ("over", "terms")
    shape, ndim, size = (), 0, 1
    dtype = np.dtype(bool)  # among other operands it gives way, as a Python number does

    def __init__(self, terms=(0, 1), over=(1,)):
        self.terms, self.over = terms, over

    def at(self, batch):
        """Return the number for a batch of this size."""
        top = _value(self.terms, batch)
        return top if self.over == (1,) else top / _value(self.over, batch)

    def __add__(self, other):
        other = _parts(other)
        if other is None:
            return NotImplemented
        terms, over = other
        total = _sum(_product(self.terms, over), _product(terms, self.over))
        return _made(total, _product(self.over, over))

    def __mul__(self, other):
        other = _parts(other)
        if other is None:
            return NotImplemented
        return _made(_product(self.terms, other[0]), _product(self.over, other[1]))

    def __truediv__(self, other):
        other = _parts(other)
        if other is None:
            return NotImplemented
        return _made(_product(self.terms, other[1]), _product(self.over, other[0]))

    def __rtruediv__(self, other):
        other = _parts(other)
        return NotImplemented if other is None else Dim(*other) / self

    def __floordiv__(self, other):
        return self._divided(other)[0]

    def __mod__(self, other):
        return self._divided(other)[1]

    def _divided(self, other):
        whole = self / other
        if isinstance(whole, Dim) and whole.over != (1,):
            raise TypeError(
                f"{self} // {other}: whether it divides depends on the size of the batch; "
                "give the placeholder a fixed size instead of None"
            )
        return whole, 0

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return NotImplemented if _parts(other) is None else self + -other

    def __rsub__(self, other):
        return -self + other

    __radd__, __rmul__ = __add__, __mul__

    def __eq__(self, other):
        other = _parts(other)
        if other is None:
            return NotImplemented
        return _product(self.terms, other[1]) == _product(other[0], self.over)

    def __hash__(self):
        return hash(self.at(SAMPLES[-1]))

    def __lt__(self, other):
        return self._compared(other, operator.lt, "<")

    def __le__(self, other):
        return self._compared(other, operator.le, "<=")

    def __gt__(self, other):
        return self._compared(other, operator.gt, ">")

    def __ge__(self, other):
        return self._compared(other, operator.ge, ">=")

    def _compared(self, other, relation, word):
        answers = {relation(resolved(self - other, batch), 0) for batch in (1, *SAMPLES, 10**9)}
        if len(answers) > 1:
            raise TypeError(
                f"{self} {word} {other} depends on the size of the batch, which is not known "
                "until the graph runs; give the placeholder a fixed size instead of None"
            )
        return answers.pop()

    def __bool__(self):
        return True  # as a size: a batch has at least one row

    def _unknown(self, *_):
        raise TypeError(
            f"the size {self} is not known until the graph runs: reckon with it as it is, or give "
            "the placeholder a fixed size instead of None"
        )

    __int__ = __index__ = __float__ = __len__ = __iter__ = _unknown

    def __repr__(self):
        top, under = _written(self.terms), _written(self.over)
        if under == "1":
            return top
        return f"{_bracketed(top)}/{_bracketed(under)}"


def is_open(x):
    """Tell whether a `Dim` stands in `x`: a number, slice, or tuple, list or dict of such.

    Examples
    --------
    >>> is_open((3, 4)), is_open({"shape": (Dim(), 4)}), is_open(slice(0, Dim()))
    (False, True, True)
    """
    kind = type(x)
    if kind in (tuple, list):
        return any(map(is_open, x))
    if kind is dict:
        return any(map(is_open, x.values()))
    if kind is slice:
        return is_open((x.start, x.stop, x.step))
    return kind is Dim


def resolved(x, batch) -> Any:
    """Return `x` with a number in place of each `Dim`, for a batch of the size `batch`.

    Examples
    --------
    >>> resolved({"shape": (Dim(), 4)}, 5)
    {'shape': (5, 4)}
    """
    kind = type(x)
    if kind in (tuple, list):
        return kind([resolved(n, batch) for n in x])
    if kind is dict:
        return {name: resolved(n, batch) for name, n in x.items()}
    if kind is slice:
        return slice(*resolved((x.start, x.stop, x.step), batch))
    return x.at(batch) if kind is Dim else x


def open_shape(rule, shapes, params):
    """Return the shape that a shape rule foretells where sizes are open.

    The rule, which knows numbers only, is asked at several sizes of the batch. What it says must be
    a polynomial in B: then it is that for every B.

    Raises
    ------
    ValueError, TypeError, IndexError
        What the rule raises, or that the result is no such function of the batch.

    Examples
    --------
    >>> open_shape(lambda a, b: (a[0] + b[0], 2), [(Dim(), 4), (3,)], {})
    (B + 3, 2)
    """
    key = (rule, tuple(shapes), tuple(params.items()))
    try:
        hash(key)
    except TypeError:  # a list or a slice among the parameters
        return _sampled(*key)
    return _sampled_once(*key)


def _sampled(rule, shapes, params):
    found, params = [], dict(params)
    for batch in SAMPLES:
        try:
            found.append(rule(*resolved(list(shapes), batch), **resolved(params, batch)))
        except (ValueError, TypeError, IndexError) as error:
            raise type(error)(f"with a batch of {batch}, {error}") from error
    if len(set(map(len, found))) > 1:
        raise ValueError("the number of axes depends on the size of the batch")
    return tuple(_through(sizes) for sizes in zip(*found, strict=True))


_sampled_once = functools.lru_cache(maxsize=4096)(_sampled)  # a loop asks the same again and again


def _through(sizes):
    """Return the polynomial of degree 0, 1 or 2 with whole coefficients through three samples."""
    if len(set(sizes)) == 1:
        return sizes[0]
    (x, y, z), (a, b, c) = SAMPLES, sizes
    slope = (b - a) // (y - x)
    bend = ((c - b) // (z - y) - slope) // (z - x)
    linear = slope - bend * (x + y)
    found = _made((a - linear * x - bend * x * x, linear, bend), (1,))
    if [resolved(found, n) for n in SAMPLES] != list(sizes):
        raise ValueError(
            f"a size is {a} with a batch of {x}, {b} with {y} and {c} with {z}: no polynomial in "
            "the size of the batch; give the placeholder a fixed size instead of None"
        )
    return found


def _parts(x):
    """Return numerator and denominator of a number or `Dim`; None for anything else."""
    if isinstance(x, Dim):
        return x.terms, x.over
    if isinstance(x, np.generic) and x.dtype.kind in "iuf":
        x = x.item()
    return ((x,), (1,)) if isinstance(x, (int, float)) else None


def _made(terms, over):
    """Return the ratio in its simplest form: a number if B has gone."""
    terms, over = _trimmed(terms), _trimmed(over)
    if not any(over):
        raise ZeroDivisionError("a size divided by 0")
    if not any(terms):
        return 0
    if all(isinstance(n, int) for n in terms + over):
        common = math.gcd(*terms, *over) * (-1 if over[-1] < 0 else 1)
        terms, over = (tuple(n // common for n in part) for part in (terms, over))
    while not (terms[0] or over[0]):
        terms, over = terms[1:], over[1:]  # B stands above and below
    if len(terms) == len(over) == 1:
        return terms[0] if over == (1,) else terms[0] / over[0]
    return Dim(terms, over)


def _trimmed(terms):
    while len(terms) > 1 and not terms[-1]:
        terms = terms[:-1]
    return terms


def _value(terms, batch):
    return sum(n * batch**power for power, n in enumerate(terms))


def _sum(a, b):
    return tuple(m + n for m, n in zip_longest(a, b, fillvalue=0))


def _product(a, b):
    result = [0] * (len(a) + len(b) - 1)
    for i, m in enumerate(a):
        for j, n in enumerate(b):
            result[i + j] += m * n
    return tuple(result)


def _written(terms):
    words = []
    for power, n in reversed([*enumerate(terms)]):
        letter = ("", "B")[power] if power < 2 else f"B**{power}"
        if n:
            words.append(letter if n == 1 and letter else f"{n}*{letter}".removesuffix("*"))
    return " + ".join(words).replace("+ -", "- ") or "0"


def _bracketed(text):
    return f"({text})" if " " in text else text
