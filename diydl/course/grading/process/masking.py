"""Take the library's own version of an exercise out of a process, for good.

Where answers to an exercise are checked in the learner's own notebook, its reference is hidden and
comes back. A process that runs a submission never needs it again, so nothing keeps it: the slot
forgets it, and the function itself, which something may still hold, gets another code. Whatever
else of the library uses it runs on the answer while that is called, and refuses before.
"""

import types
from collections.abc import Callable, Iterable

from diydl.exercise import SLOTS, HiddenReferenceError, _connect, find_slot


def remove_references(ids: Iterable[str]) -> None:
    """Remove the references of these exercises from this process; it never gets them back."""
    for id in ids:
        if id not in SLOTS:
            continue
        slot = find_slot(id)
        reference, stand_in = slot._reference, _stand_in(id)
        stand_in.__signature__ = slot.__signature__  # type: ignore[attr-defined]
        slot._reference = stand_in
        _connect(slot)
        if isinstance(reference, types.FunctionType):
            _blank(reference, id)


def _stand_in(id: str) -> Callable:
    def reference(*args, **kwargs):
        raise HiddenReferenceError(
            f"the library's own version of {id} is not there while your answer to it is graded; "
            "write it with other pieces of the library or with NumPy"
        )

    return reference


def _blank(function: types.FunctionType, id: str) -> None:
    """Give a function another code, with as many free variables as it had, and no defaults."""
    names = ", ".join(f"free_{k}" for k in range(len(function.__code__.co_freevars)))
    text = (
        f"def outer({names}):\n"
        "    def reference(*args, **kwargs):\n"
        "        from diydl.exercise import HiddenReferenceError\n"
        f"        raise HiddenReferenceError('the reference of {id} is hidden', {names})\n"
        "    return reference\n"
    )
    namespace: dict = {}
    exec(compile(text, "<hidden>", "exec"), namespace)
    made = namespace["outer"](*names.split(", ") if names else ())
    function.__code__ = made.__code__
    function.__defaults__ = function.__kwdefaults__ = None
