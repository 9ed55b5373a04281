"""What a test holds in its hands: the learner's function, called on copies and watched."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Facts:
    """What the last call did besides returning: names of arguments that it changed or shares."""

    mutated: tuple[str, ...] = ()
    aliased: tuple[str, ...] = ()


class HeldArray:
    """An array that an answer may change in place: made by ``sub.put(x)``, passed as it is.

    >>> held = HeldArray(np.zeros(2))
    >>> held.array += 1
    >>> held.now
    array([1., 1.])
    """

    def __init__(self, array: np.ndarray):
        self.array = copy_like(array)

    @property
    def now(self) -> np.ndarray:
        """A copy of what it holds now."""
        return self.array.copy()


class Piece:
    """A learner's function as the tests see it, ``sub.relu``.

    Every call gets copies of its arrays, laid out as the originals are, so that nothing a learner
    does reaches the test's own data; `facts` tells what happened to them.
    """

    def __init__(self, trial, answer):
        self._trial, self._answer = trial, answer
        self.facts = Facts()

    def __call__(self, *args, **kwargs):
        """Call the learner's function; its exceptions come out as they are."""
        __tracebackhide__ = True
        names = [*parameter_names(self._answer, len(args)), *kwargs]
        given = [*args, *kwargs.values()]
        copies = [v.array if isinstance(v, HeldArray) else copy_like(v) for v in given]
        after = dict(zip(kwargs, copies[len(args) :], strict=True))
        result = self._trial.call(self._answer, *copies[: len(args)], **after)
        pairs = [(n, a, b) for n, a, b in zip(names, given, copies, strict=True) if _is_array(a)]
        self.facts = Facts(
            mutated=tuple(n for n, a, b in pairs if not _same(a, b)),
            aliased=tuple(n for n, _, b in pairs if _shares(result, b)),
        )
        return result


def copy_like(value: Any) -> Any:
    """Copy an array with its strides (a transposed or strided view stays one); else the value.

    >>> x = np.arange(12.0).reshape(3, 4)[:, ::2]
    >>> copy_like(x).strides == x.strides, np.shares_memory(copy_like(x), x)
    (True, False)
    """
    if not _is_array(value) or value.base is None:
        return value.copy(order="K") if _is_array(value) else value
    base = value
    while isinstance(base.base, np.ndarray):
        base = base.base
    if not base.flags.forc:
        return value.copy(order="K")
    copied = base.copy(order="K")
    offset = value.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    return np.ndarray(
        value.shape, value.dtype, copied.reshape(-1, order="A"), offset, value.strides
    )


def describe_call(name: str, args: tuple, kwargs: dict) -> str:
    """Write a call down with arrays given by dtype and shape.

    >>> describe_call("relu", (np.zeros((2, 3)),), {})
    'relu(float64 array of shape (2, 3))'
    """
    parts = [_brief(value) for value in args] + [f"{k}={_brief(v)}" for k, v in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def plain_data(value: Any, where: str, depth: int = 0) -> Any:
    """Return ``value`` if it is plain data (None, numbers, text, arrays, lists, tuples, dicts).

    Raises TypeError for anything else: only plain data crosses between the processes of a grader.

    >>> plain_data({"loss": [0.5, 0.25]}, "driver 'train'")
    {'loss': [0.5, 0.25]}
    """
    if value is None or isinstance(value, bool | int | float | complex | str):
        return value
    if isinstance(value, np.ndarray | np.generic) and not np.asarray(value).dtype.hasobject:
        return value
    if depth < 20 and isinstance(value, list | tuple) and type(value) in (list, tuple):
        return type(value)(plain_data(item, where, depth + 1) for item in value)
    if depth < 20 and type(value) is dict and all(isinstance(key, str | int) for key in value):
        return {key: plain_data(item, where, depth + 1) for key, item in value.items()}
    raise TypeError(f"{where} must return plain data, found a {type(value).__name__} in it")


def parameter_names(function: Callable, count: int) -> list[str]:
    """Return what a function calls its first so many arguments.

    >>> parameter_names(lambda x, y: x, 3)
    ['x', 'y', 'number 3']
    """
    names = list(inspect.signature(function).parameters)[:count]
    return [*names, *(f"number {k + 1}" for k in range(len(names), count))]


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray)


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    """Tell whether two arrays are the same bit for bit, NaN included."""
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def _shares(result: Any, argument: np.ndarray) -> bool:
    return _is_array(result) and np.may_share_memory(result, argument)


def _brief(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} array of shape {value.shape}"
    text = repr(value)
    return text if len(text) <= 40 else type(value).__name__
