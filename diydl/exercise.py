"""Pieces of the library that a learner can swap for their own.

``@exercise("00/relu")`` turns a reference function into a `Slot`: a tiny callable whose target can
be changed. ``overlay({"00/relu": mine})`` runs the whole library with ``mine`` inside. This file
knows nothing of any course: it keeps slots, swaps them, and can hide their references.

An overlay is seen by **the whole process**, by every thread and every asyncio task, until its block
is left: a slot is one attribute lookup and a call, which leaves no room for a context variable.
Blocks may be left in any order (two threads, two tasks); each takes away its own layer only, and
when the last one is gone the reference is back, also after an exception.
"""

import difflib
import functools
import inspect
import threading
import types
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar, cast

Function = TypeVar("Function", bound=Callable)


class HiddenReferenceError(RuntimeError):
    """The reference of a slot was asked for while an answer to it is being checked."""


class ReentryError(RuntimeError):
    """A function under test called, through the library, the very slot that it stands in for."""


class Slot:
    """A function that knows which exercise it belongs to; a call goes to ``current``.

    ``id`` is the exercise, ``current`` what runs now, ``reference`` the library's own function.

    >>> @exercise("99/double")
    ... def double(x):
    ...     return 2 * x
    >>> with overlay({"99/double": lambda x: x + x + 1}):
    ...     double(3)
    7
    >>> double(3)
    6
    """

    def __init__(self, id: str, reference: Callable):
        self.id = id
        self.current = reference
        self._reference = reference
        self._layers: list[tuple[object, Callable]] = []
        self.__signature__ = inspect.signature(reference)
        for name in ("__module__", "__name__", "__qualname__", "__doc__", "__annotations__"):
            self.__dict__[name] = getattr(reference, name, None)

    def __call__(self, *args, **kwargs):
        """Call what is in the slot now."""
        __tracebackhide__ = True
        return self.current(*args, **kwargs)

    def __get__(self, instance, owner=None):
        return self if instance is None else types.MethodType(self, instance)

    @property
    def intercepted(self) -> bool:
        """Whether a call goes elsewhere than to the reference: to an overlay, or past a listener.

        Code that has a faster translation of the reference uses it only while this is False.
        """
        return self.current is not self._reference

    @property
    def overlaid(self) -> bool:
        """Whether another function runs in the place of the library's own."""
        return bool(self._layers)

    @property
    def reference(self) -> Callable:
        """The library's own function; refused while an answer to this exercise is checked."""
        refuse_if_masked(self.id)
        return self._reference

    @property
    def __wrapped__(self) -> Callable:
        return self.reference

    def __reduce__(self) -> str:
        return self.__qualname__  # pickled and copied by name, like the function that it stands for

    def __repr__(self) -> str:
        whose = ", overlaid" if self._layers else ""
        return f"<slot {self.__module__}.{self.__qualname__} of exercise {self.id}{whose}>"


class _Registry(Mapping[str, Slot]):
    """Every slot by its exercise id; read-only, and closed for slots under test."""

    def __init__(self, slots: dict[str, Slot]):
        self._slots = slots

    def __getitem__(self, id: str) -> Slot:
        refuse_if_masked(id)
        return self._slots[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._slots)

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, id: object) -> bool:
        return id in self._slots


_slots: dict[str, Slot] = {}
_masked: Counter[str] = Counter()
_lock = threading.RLock()
_running = threading.local()
_listeners: tuple[Callable[[str, bool], None], ...] = ()
_version = 0

SLOTS: Mapping[str, Slot] = _Registry(_slots)


def exercise(id: str) -> Callable[[Function], Function]:
    """Mark a function, or a method where it is defined, as the reference of an exercise.

    Raises TypeError for a class (a class cannot be swapped: instances keep the old one) and
    ValueError where the id is taken by another function.

    >>> @exercise("99/half")
    ... def half(x):
    ...     return x / 2
    >>> half(3), half.id
    (1.5, '99/half')
    """

    def mark(reference: Function) -> Function:
        if isinstance(reference, type) or not callable(reference):
            raise TypeError(
                f"@exercise({id!r}) marks functions and methods, found {_kind(reference)}; "
                "mark the methods of a class one by one"
            )
        taken = _slots.get(id)
        if taken is not None and _home(taken) != _home(reference):
            raise ValueError(
                f"exercise {id!r} is declared twice: {'.'.join(_home(taken))} and "
                f"{'.'.join(_home(reference))}; give one of them another id"
            )
        _slots[id] = Slot(id, reference)
        _connect(_slots[id])
        return cast(Function, _slots[id])

    return mark


@contextmanager
def overlay(answers: Mapping[str, Callable]) -> Iterator[None]:
    """Run the library with ``answers`` ({exercise id: function}) in place of the references.

    Raises LookupError for an id without a slot and TypeError for something that is no function or
    has another signature; then nothing has been swapped.

    >>> @exercise("99/square")
    ... def square(x):
    ...     return x * x
    >>> with overlay({"99/square": lambda x: 100 * x}):
    ...     square(3)
    300
    """
    chosen = [(find_slot(id), answer) for id, answer in answers.items()]
    for slot, answer in chosen:
        problem = signature_problem(slot, answer)
        if problem:
            raise TypeError(f"exercise {slot.id}: {problem}")
    token = object()
    try:
        for slot, answer in chosen:
            _change(slot, [*slot._layers, (token, answer)])
        yield
    finally:
        for slot, _ in chosen:
            _change(slot, [layer for layer in slot._layers if layer[0] is not token])


@contextmanager
def references() -> Iterator[None]:
    """Run the library on its own functions, whatever overlays surround this block.

    >>> @exercise("99/cube")
    ... def cube(x):
    ...     return x**3
    >>> with overlay({"99/cube": lambda x: 0}), references():
    ...     cube(2)
    8
    """
    with overlay({id: slot._reference for id, slot in _slots.items() if slot._layers}):
        yield


def overlay_version() -> int:
    """Count the swaps so far; a cache of traced code puts it into its key.

    >>> before = overlay_version()
    >>> with overlay({}):
    ...     overlay_version() == before
    True
    """
    return _version


@contextmanager
def listening(heard: Callable[[str, bool], None]) -> Iterator[None]:
    """Call ``heard(id, overlaid)`` before every call of a slot, from any thread, in this block.

    Outside such blocks a slot costs nothing more: only inside does something stand between it and
    its function.

    >>> @exercise("99/third")
    ... def third(x):
    ...     return x / 3
    >>> calls = []
    >>> with listening(lambda id, overlaid: calls.append((id, overlaid))):
    ...     third(9)
    3.0
    >>> calls
    [('99/third', False)]
    """
    _listen((*_listeners, heard))
    try:
        yield
    finally:
        at = next(k for k, other in enumerate(_listeners) if other is heard)
        _listen((*_listeners[:at], *_listeners[at + 1 :]))


@contextmanager
def under_test(answers: Mapping[str, Callable]) -> Iterator[dict[str, Callable]]:
    """Run code that is being checked: ``answers`` overlaid, the references out of reach.

    Yields the answers with a guard around each: a function that calls its own slot through the
    library gets `ReentryError` instead of an endless recursion. Ids without a slot are guarded
    and nothing more.

    >>> @exercise("99/triple")
    ... def triple(x):
    ...     return 3 * x
    >>> with under_test({"99/triple": lambda x: triple(x)}) as mine:
    ...     mine["99/triple"](2)
    Traceback (most recent call last):
    diydl.exercise.ReentryError: your function calls triple of the library, ...
    """
    guards = {id: _guard(id, answer) for id, answer in answers.items()}
    with masked(answers), overlay({id: f for id, f in guards.items() if id in _slots}):
        yield guards


@contextmanager
def masked(ids) -> Iterator[None]:
    """Hide the references of these exercises: `Slot.reference`, ``__wrapped__``, `SLOTS`, source.

    >>> @exercise("99/negate")
    ... def negate(x):
    ...     return -x
    >>> with masked(["99/negate"]):
    ...     negate.reference
    Traceback (most recent call last):
    diydl.exercise.HiddenReferenceError: the library's own version of 99/negate is hidden ...
    """
    ids = list(ids)
    try:
        _masked.update(ids)
        yield
    finally:
        _masked.subtract(ids)


def refuse_if_masked(id: str) -> None:
    """Raise `HiddenReferenceError` while an answer to exercise ``id`` is being checked.

    >>> refuse_if_masked("99/anything")
    """
    if _masked[id] > 0:
        raise HiddenReferenceError(
            f"the library's own version of {id} is hidden while your answer to it is checked; "
            "write it with other pieces of the library or with NumPy"
        )


def find_slot(id: str) -> Slot:
    """Return the slot of an exercise, or raise LookupError naming the nearest id.

    >>> find_slot("99/no-such-exercise")
    Traceback (most recent call last):
    LookupError: no function of the library belongs to exercise '99/no-such-exercise'...
    """
    if id in _slots:
        return _slots[id]
    near = difflib.get_close_matches(str(id), list(_slots), n=1)
    more = f"; did you mean {near[0]!r}?" if near else "; diydl.exercise.SLOTS lists those that do"
    raise LookupError(f"no function of the library belongs to exercise {id!r}{more}")


def signature_problem(reference: Callable, answer: object) -> str | None:
    """Say how the signature of ``answer`` differs from the reference's, or return None.

    Parameters of the reference must be there by name, kind, order and default; further ones are
    fine where they have a default.

    >>> signature_problem(lambda x: x, lambda y: y)
    'expected <lambda>(x), found <lambda>(y); rename the parameter y to x'
    """
    if isinstance(answer, type) or not callable(answer):
        return f"expected a function {_header(reference)}, found {_kind(answer)}"
    wanted, found = _signature(reference).parameters, _signature(answer).parameters
    advice = _advice(list(wanted.values()), list(found.values()))
    if advice is None:
        return None
    return f"expected {_header(reference)}, found {_header(answer)}; {advice}"


def _advice(wanted: list[inspect.Parameter], found: list[inspect.Parameter]) -> str | None:
    for want, got in zip(wanted, found, strict=False):
        if want.name != got.name:
            return f"rename the parameter {got.name} to {want.name}"
        if want.kind != got.kind or repr(want.default) != repr(got.default):
            return f"write {got} as in the expected header"
    if len(found) < len(wanted):
        return "add the parameter " + ", ".join(p.name for p in wanted[len(found) :])
    for extra in found[len(wanted) :]:
        needed = extra.kind not in (extra.VAR_KEYWORD, extra.VAR_POSITIONAL)
        if needed and extra.default is extra.empty:
            return f"nothing will be passed for {extra.name}: remove it or give it a default"
    return None


def _change(slot: Slot, layers: list[tuple[object, Callable]]) -> None:
    global _version
    with _lock:
        slot._layers = layers
        _connect(slot)
        _version += 1


def _listen(listeners: tuple[Callable[[str, bool], None], ...]) -> None:
    global _listeners, _version
    with _lock:
        _listeners = listeners
        for slot in _slots.values():
            _connect(slot)
        _version += 1


def _connect(slot: Slot) -> None:
    """Put into a slot what runs now: its top layer or its reference, announced to listeners."""
    overlaid = bool(slot._layers)
    target = slot._layers[-1][1] if overlaid else slot._reference
    slot.current = _announced(slot.id, overlaid, target) if _listeners else target


def _announced(id: str, overlaid: bool, target: Callable) -> Callable:
    def announced(*args, **kwargs):
        __tracebackhide__ = True
        for heard in _listeners:
            heard(id, overlaid)
        return target(*args, **kwargs)

    return announced


def _guard(id: str, answer: Callable) -> Callable:
    if isinstance(answer, type) or not callable(answer):
        return answer

    @functools.wraps(answer)
    def guarded(*args, **kwargs):
        __tracebackhide__ = True
        inside = _running.__dict__.setdefault("ids", set())
        if id in inside:
            name = _slots[id].__qualname__ if id in _slots else id
            raise ReentryError(
                f"your function calls {name} of the library, which is the piece that you are "
                "writing: while it is checked that leads back into your own function. "
                "Build it from other pieces"
            )
        inside.add(id)
        try:
            return answer(*args, **kwargs)
        finally:
            inside.discard(id)

    return guarded


def _header(function: Callable) -> str:
    return f"{getattr(function, '__name__', 'function')}{_signature(function)}"


def _signature(function: Callable) -> inspect.Signature:
    return function.__signature__ if isinstance(function, Slot) else inspect.signature(function)


def _home(function: Callable) -> tuple[str, str]:
    return (str(function.__module__), str(getattr(function, "__qualname__", "")))


def _kind(thing: object) -> str:
    if isinstance(thing, type):
        return f"the class {thing.__name__}"
    return f"{type(thing).__name__} {thing!r:.60}"
