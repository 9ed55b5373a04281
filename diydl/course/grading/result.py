"""What grading says: of one test, of one exercise, of one submission.

Plain data without times, paths or addresses: the same submission, checks and seed give the same
text, byte for byte. How long it took is told beside it, never inside.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

FORMAT = 1
KEPT = 20_000  # characters of a cell
DIFFERS = "The stored answer is another one than that of the notebook; the notebook counted."
STORED = "The notebook holds no answer; the stored one was graded."
UNUSABLE = "The answer in the notebook cannot be used; the stored one was graded."
Outcome = Literal["passed", "failed", "not run"]
Status = Literal["passed", "partial", "failed", "not attempted", "stopped", "refused", "unreadable"]


@dataclass(frozen=True)
class Line:
    """What one test said. ``points`` is what it is worth; of a ``hidden`` one show the hint only.

    >>> Line("test_values", "Negative numbers become 0", 2.0, "passed").got
    2.0
    """

    test: str
    title: str
    points: float
    outcome: Outcome
    message: str = ""
    hint: str = ""
    hidden: bool = False

    @property
    def got(self) -> float:
        """The points that this test brought."""
        return self.points if self.outcome == "passed" else 0.0


@dataclass
class Scored:
    """What one exercise brought.

    Parameters
    ----------
    status
        "passed" (all tests), "partial" (some points), "failed" (none), "not attempted" (no cell,
        or the stub as it was), "stopped" (it ran too long, or its process ended), "refused" (it
        reaches for the library's own answer) or "unreadable" (no function could be made of it).
    mistake, mistake_message
        The known mistake that it behaves like, and what that is.
    source
        "notebook", "answers", or "" where there was nothing.
    cell
        The text that was graded, as the learner wrote it, at most `KEPT` characters.
    """

    id: str
    title: str
    points: float = 0.0
    max: float = 0.0
    status: Status = "not attempted"
    summary: str = ""
    mistake: str | None = None
    mistake_message: str = ""
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    source: str = ""
    cell: str = ""


@dataclass
class Graded:
    """What one submission brought, exercise by exercise, in the order of the chapter.

    ``status`` is "graded", or "unreadable" where nothing could be made of the file; ``sandbox``
    is the honest line about how well the submission was shut in; ``timed_out`` says that time ran
    out somewhere, so that a busy machine may be to blame: grade it again, alone.

    >>> graded = Graded("ada", "00", exercises=[Scored("00/relu", "Bend", 4.0, 5.0, "partial")])
    >>> graded.points, graded.max
    (4.0, 5.0)
    >>> Graded.from_json(graded.to_json()) == graded
    True
    """

    submission: str
    chapter: str
    status: Literal["graded", "unreadable"] = "graded"
    message: str = ""
    exercises: list[Scored] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sandbox: str = ""
    timed_out: bool = False

    @property
    def points(self) -> float:
        """The sum over all exercises."""
        return sum(scored.points for scored in self.exercises)

    @property
    def max(self) -> float:
        """The most that could be had."""
        return sum(scored.max for scored in self.exercises)

    def to_json(self) -> str:
        """Return all of it as text, the same for the same result."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Graded":
        """Read what `to_json` wrote; raises ValueError for anything else."""
        try:
            data: dict[str, Any] = json.loads(text)
            if data.pop("format") != FORMAT:
                raise ValueError(f"expected format {FORMAT}")
            exercises = [
                Scored(**{**scored, "lines": [Line(**line) for line in scored["lines"]]})
                for scored in data.pop("exercises")
            ]
            return cls(exercises=exercises, **data)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"this is no result of grading: {error!r}") from error


def encodable(text: str) -> str:
    """Return a text that every encoding of Unicode can write: halves of pairs are replaced.

    JSON allows them, and so does a cell; a file of UTF-8 does not.

    >>> encodable("half \\ud83d of \\ud83d\\ude00")
    'half \ufffd of \U0001f600'
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
