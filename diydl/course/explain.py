"""Turn the exception that ended a test into words for the learner."""

import traceback
from collections.abc import Iterable

from diydl.course.compare import Mismatch
from diydl.course.limits import AnswerStopped, StillRunning
from diydl.course.rebuild import file_of, missing_name
from diydl.exercise import HiddenReferenceError, ReentryError

_SAY_IT_THEMSELVES = (Mismatch, StillRunning, AnswerStopped, HiddenReferenceError, ReentryError)
_KEPT = 400  # characters of a foreign message


def explain(
    error: BaseException, id: str, called: str = "the call", elsewhere: Iterable[str] = ()
) -> str:
    """Say what went wrong, with the line of the learner's cell where there is one.

    >>> explain(ValueError("no"), "00/relu", "relu(3)")
    'relu(3) ends with ValueError: no'
    """
    if isinstance(error, _SAY_IT_THEMSELVES):
        return str(error)
    if isinstance(error, NotImplementedError):
        return "not written yet: put your own lines in the place of `raise NotImplementedError`"
    filename = file_of(id)
    place = _place(error, filename)
    if not place and isinstance(error, AssertionError):
        return said_by(error)
    where = "\n(line {} of your cell: {})".format(*place) if place else ""
    if isinstance(error, NameError) and place:
        return missing_name(error, {}, elsewhere) + where
    if isinstance(error, RecursionError):
        return f"{called} calls itself without end{where}"
    said = said_by(error)
    return f"{called} ends with {type(error).__name__}{': ' + said if said else ''}{where}"


def _place(error: BaseException, filename: str) -> tuple[int, str] | None:
    """Return the last line of the answer that took part, by number and text."""
    seen = getattr(error, "answer_line", None)  # an error that came from another process
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == filename]
    return (frames[-1].lineno, frames[-1].line) if frames else seen  # type: ignore[return-value]


def said_by(error: BaseException) -> str:
    """Return an exception's message, cut short, also where its own ``__str__`` fails.

    >>> said_by(KeyError("a"))
    "'a'"
    """
    try:
        text = str(getattr(error, "answer_said", error)).strip()
    except Exception:
        return "(its message cannot be read)"
    return text if len(text) <= _KEPT else text[:_KEPT] + " ..."
