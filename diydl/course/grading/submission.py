"""What somebody handed in, as it was found on disk."""

from dataclasses import dataclass, field
from datetime import datetime

from diydl.course.record import Record


@dataclass
class Submission:
    """One learner's work: a notebook, stored answers, or both.

    Parameters
    ----------
    id
        Who handed it in, as the class list knows them.
    notebook
        The file as it is, byte for byte; None where there is none.
    answers
        Cells from an answers folder: from exercise id to the text of the cell.
    records
        What an answers folder tells besides: hints, attempts, when it passed. Never graded.
    name, submitted, attempt
        For the reports; scores do not depend on them.
    problems
        What was wrong with the files, in words; they become notes.

    Examples
    --------
    >>> Submission("ada", answers={"00/relu": "def relu(x): ..."}).notebook is None
    True
    """

    id: str
    notebook: bytes | None = None
    answers: dict[str, str] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    name: str = ""
    submitted: datetime | None = None
    attempt: int = 1
    problems: list[str] = field(default_factory=list)
