"""Compare what a learner's code returned with what was expected, and say what is different.

Every check compares through `agree` (and `agree_gradient`): they raise `Mismatch` with a diagnosis,
and they note what they saw, which is how a known mistake is recognised by its behaviour.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

_TOLERANCE = {"float16": 2e-3, "float32": 2e-5, "float64": 1e-7}  # relative and absolute
_trace: ContextVar[list | None] = ContextVar("trace", default=None)


class Mismatch(AssertionError):
    """A result differs from what was expected; the message explains how."""


def agree(
    found: Any,
    expected: Any,
    *,
    what: str = "the result",
    dtype: bool = True,
    tolerance: float | None = None,
) -> None:
    """Raise `Mismatch` unless ``found`` equals ``expected`` up to rounding.

    Plain numbers are compared by kind and value; arrays by shape, dtype (unless ``dtype=False``),
    finiteness and values. ``tolerance`` is relative and absolute; by default the dtype decides.

    >>> agree(np.zeros((2, 1)), np.zeros((1, 2)))
    Traceback (most recent call last):
    diydl.course.compare.Mismatch: the result has the shape (2, 1), expected (1, 2): axis 0 has ...
    """
    __tracebackhide__ = True
    note(found)
    expected = np.asarray(expected) if isinstance(expected, np.generic) else expected
    for problem in (_kind_problem, _shape_problem, _dtype_problem if dtype else None):
        _raise(problem and problem(found, expected), what)
    if isinstance(expected, str | bool | None):
        _raise(None if found == expected else f"is {found!r}, expected {expected!r}", what)
        return
    found, expected = np.asarray(found), np.asarray(expected)
    _raise(_finite_problem(found, expected), what)
    _raise(_value_problem(found, expected, tolerance), what)


def agree_gradient(analytic: Any, numeric: Any, *, what: str = "the gradient") -> None:
    """Raise `Mismatch` unless an analytic gradient agrees with finite differences.

    >>> agree_gradient(np.array([1.0, 0.0]), np.array([1.0, 0.5]))
    Traceback (most recent call last):
    diydl.course.compare.Mismatch: the gradient is wrong in 1 of 2 elements; first at [1]: ...
    """
    __tracebackhide__ = True
    note(analytic)
    numeric = np.asarray(numeric)
    if analytic is None:
        _raise(
            "is missing: the chain to the input is broken. Build the result from operations "
            "on the argument itself, not on .data or .numpy()",
            what,
        )
    for problem in (_kind_problem, _gradient_shape_problem, _finite_problem):
        _raise(problem(analytic, numeric), what)
    close = np.isclose(np.asarray(analytic), numeric, rtol=1e-4, atol=1e-5)
    if not close.all():
        place = _first(~close)
        _raise(
            f"is wrong in {_count(~close)}; first at {_place(place)}: numeric "
            f"{_number(numeric[place])} beside analytic {_number(analytic[place])}"
            f"{_pattern(np.asarray(analytic), numeric)}",
            what,
        )


def agree_type(found: Any, expected: type, *, what: str = "the result") -> None:
    """Raise `Mismatch` unless ``found`` is of exactly this type.

    >>> agree_type(np.float64(0.5), float)
    Traceback (most recent call last):
    diydl.course.compare.Mismatch: the result is a numpy.float64, expected a Python float; ...
    """
    __tracebackhide__ = True
    note(type(found).__name__)
    if type(found) is not expected:
        _raise(
            f"is a {_name(found)}, expected a Python {expected.__name__}; convert it with "
            f"{expected.__name__}(...)",
            what,
        )


def leaves_inputs_alone(piece: Callable, *args, **kwargs) -> Any:
    """Call a piece of ``sub`` and raise `Mismatch` if it changed an argument or returned a view.

    Returns what the piece returned.
    """
    __tracebackhide__ = True
    result = piece(*args, **kwargs)
    facts = piece.facts  # type: ignore[attr-defined]
    note(sorted(facts.mutated) + sorted(facts.aliased))
    _raise(_kind_problem(result, ...), "the result")
    if facts.mutated:
        raise Mismatch(
            f"the argument {facts.mutated[0]} was changed by your function, and its caller still "
            "needs it; compute a new array instead of writing into the one that came in"
        )
    if facts.aliased:
        raise Mismatch(
            f"the result shares its memory with the argument {facts.aliased[0]}: who writes into "
            "one changes the other; return a new array"
        )
    return result


@contextmanager
def tracing() -> Iterator[list]:
    """Collect what the comparisons inside see.

    >>> with tracing() as trace:
    ...     agree(3, 3)
    >>> trace
    [3]
    """
    trace: list = []
    token = _trace.set(trace)
    try:
        yield trace
    finally:
        _trace.reset(token)


def note(value: Any) -> None:
    """Remember a value for recognising mistakes; does nothing outside a check.

    >>> note(3)
    """
    trace = _trace.get()
    if trace is not None:
        trace.append(np.array(value) if isinstance(value, np.ndarray) else value)


def _raise(problem: str | None, what: str) -> None:
    __tracebackhide__ = True
    if problem:
        raise Mismatch(f"{what} {problem}")


def _kind_problem(found: Any, expected: Any) -> str | None:
    if found is None and expected is not None:
        return "is None; is there a `return` missing?"
    if found is NotImplemented or found is ...:
        return f"is {found!r}; the placeholder is still there"
    if isinstance(expected, np.ndarray):
        if isinstance(found, np.ndarray | np.generic):
            return None
        if expected.ndim == 0 and isinstance(found, int | float):
            return None
        return f"is a {_name(found)}, expected an array (numpy.ndarray) of shape {expected.shape}"
    if isinstance(expected, bool | str | None):
        return None
    if isinstance(expected, int | float) and not isinstance(found, int | float | np.number):
        return f"is a {_name(found)}, expected a number"
    return None


def _shape_problem(found: Any, expected: Any) -> str | None:
    have, want = np.shape(found), np.shape(expected)
    if have == want:
        return None
    return f"has the shape {have}, expected {want}: {_axis_by_axis(have, want)}"


def _gradient_shape_problem(found: Any, expected: Any) -> str | None:
    have, want = np.shape(found), np.shape(expected)
    if have == want:
        return None
    stretched = _stretched(have, want)
    if stretched:
        return (
            f"has the shape {have} of the output, expected {want} of the input: the un-broadcast "
            f"is missing; sum over {stretched}, which broadcasting stretched"
        )
    return _shape_problem(found, expected)


def _axis_by_axis(have: tuple, want: tuple) -> str:
    if len(have) != len(want):
        more = "more" if len(have) > len(want) else "fewer"
        difference = abs(len(have) - len(want))
        axes = "axis" if difference == 1 else "axes"
        again = " (keepdims=True keeps a reduced axis)" if len(have) < len(want) else ""
        return f"{difference} {axes} {more} than expected{again}"
    rows = [
        f"axis {k} has {a} instead of {b}"
        for k, (a, b) in enumerate(zip(have, want, strict=True))
        if a != b
    ]
    turned = have == want[::-1]
    return ", ".join(rows) + ("; the axes are in reversed order" if turned else "")


def _stretched(have: tuple, want: tuple) -> str | None:
    """Name the axes of the output that broadcasting added or stretched, or return None."""
    if len(have) < len(want):
        return None
    padded = (1,) * (len(have) - len(want)) + tuple(want)
    if any(a != b and b != 1 for a, b in zip(have, padded, strict=True)):
        return None
    added = len(have) - len(want)
    axes = [
        str(k) for k, (a, b) in enumerate(zip(have, padded, strict=True)) if a != b or k < added
    ]
    return ("axis " if len(axes) == 1 else "axes ") + ", ".join(axes)


def _dtype_problem(found: Any, expected: Any) -> str | None:
    have, want = getattr(found, "dtype", None), getattr(expected, "dtype", None)
    if have is None or want is None or have == want:
        return None
    if have == np.float64 and want.kind == "f":
        return (
            f"is float64, expected {want}: float64 creeps in where a float64 array takes part "
            "(np.zeros, np.ones and np.array([0.5]) make such); give it the dtype of the input"
        )
    if want.kind in "iu" and have.kind == "f":
        return f"is {have}, expected {want}: whole numbers went in and should come out whole"
    return f"has the dtype {have}, expected {want}"


def _finite_problem(found: Any, expected: Any) -> str | None:
    found, expected = np.asarray(found), np.asarray(expected)
    if found.dtype.kind not in "fc" or found.shape != expected.shape:
        return None
    bad = ~np.isfinite(found) & np.isfinite(expected)
    if not bad.any():
        return None
    place = _first(bad)
    return (
        f"is not finite in {_count(bad)}; first at {_place(place)}: {found[place]}, expected "
        f"{_number(expected[place])}; look for a division by zero, a log of 0 or an exp too large"
    )


def _value_problem(found: np.ndarray, expected: np.ndarray, tolerance: float | None) -> str | None:
    if found.dtype.kind not in "biufc" or expected.dtype.kind not in "biufc":
        return None if np.array_equal(found, expected) else f"is {found!r}, expected {expected!r}"
    names = [a.dtype.name for a in (found, expected) if a.dtype.kind == "f"]
    close_enough = tolerance or max((_TOLERANCE.get(name, 0.0) for name in names), default=0.0)
    close = np.isclose(found, expected, rtol=close_enough, atol=close_enough, equal_nan=True)
    if close.all():
        return None
    place = _first(~close)
    values = f"{_number(found[place])}, expected {_number(expected[place])}"
    if found.ndim == 0:
        return f"is {values}{_pattern(found, expected)}"
    return (
        f"is wrong in {_count(~close)}; first at {_place(place)}: {values}"
        f"{_pattern(found, expected)}"
    )


def _pattern(found: np.ndarray, expected: np.ndarray) -> str:
    """Name a simple relation that holds between all elements, if there is one."""
    if found.size < 2 or found.dtype.kind == "b" or not np.any(expected):
        return ""
    a, b = found.astype(float).ravel(), expected.astype(float).ravel()
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return ""
    if np.allclose(a, -b, rtol=1e-4):
        return "; every sign is turned"
    where = b != 0
    ratio = float(np.median(a[where] / b[where]))
    if np.allclose(a, ratio * b, rtol=1e-4, atol=1e-7):
        return f"; everything is {ratio:.4g} times what is expected"
    shift = float(np.median(a - b))
    if np.allclose(a - b, shift, rtol=1e-4, atol=1e-7):
        return f"; everything is off by {shift:.4g}"
    return ""


def _first(bad: np.ndarray) -> tuple:
    return tuple(int(k) for k in np.argwhere(bad)[0])


def _place(place: tuple) -> str:
    return f"[{', '.join(map(str, place))}]"


def _count(bad: np.ndarray) -> str:
    return f"{int(bad.sum())} of {bad.size} elements"


def _number(value: Any) -> str:
    return f"{value:.6g}" if np.asarray(value).dtype.kind in "fc" else f"{value}"


def _name(thing: Any) -> str:
    kind = type(thing)
    plain = kind.__module__ in ("builtins", "diydl.engines.tape")
    return kind.__name__ if plain else f"{kind.__module__}.{kind.__name__}"
