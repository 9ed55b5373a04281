"""Results kept in OUT/.grading, so that an interrupted batch goes on where it stopped.

One small file for each learner, written as a whole or not at all. It counts as long as its key is
the same: the submission's contents, the checks, hidden checks, points, versions and limits.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from diydl.course.grading.intake.naming import file_names
from diydl.course.grading.result import Graded
from diydl.course.grading.submission import Submission
from diydl.storage import write_atomically

FOLDER = ".grading"
_FORMAT = 1


@dataclass(frozen=True)
class Kept:
    """One result of this run or an earlier one."""

    id: str
    key: str
    graded: Graded
    seconds: float


class Store:
    """The results of one output folder and one chapter.

    Examples
    --------
    >>> import tempfile
    >>> store = Store(Path(tempfile.mkdtemp()), "00_first_win")
    >>> store.keep(Kept("ada", "k1", Graded("ada", "00"), 0.2))
    >>> store.find("ada").key, store.find("bob")
    ('k1', None)
    """

    def __init__(self, out: Path, chapter: str):
        self.folder = Path(out) / FOLDER / chapter

    def find(self, id: str) -> Kept | None:
        """Return what is known of a learner; None for nothing, or a file that is damaged."""
        try:
            return self._read(self._path(id), id)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def keep(self, kept: Kept) -> None:
        """Write a result; raises OSError where that cannot be."""
        self.folder.mkdir(parents=True, exist_ok=True)
        data = {
            "format": _FORMAT,
            "id": kept.id,
            "key": kept.key,
            "seconds": round(kept.seconds, 3),
            "graded": json.loads(kept.graded.to_json()),
        }
        write_atomically(self._path(kept.id), json.dumps(data, indent=1))

    def _path(self, id: str) -> Path:
        digest = hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()[:12]
        return self.folder / f"{file_names([id])[id][:40]}.{digest}.json"

    @staticmethod
    def _read(path: Path, id: str) -> Kept:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != _FORMAT or data["id"] != id:
            raise ValueError("of another form")
        graded = Graded.from_json(json.dumps(data["graded"]))
        return Kept(id, str(data["key"]), graded, float(data["seconds"]))


def key_of(submission: Submission, settings_key: str) -> str:
    """Return what a result depends on, as a digest: the submission's contents and the settings.

    Examples
    --------
    >>> ada = Submission("ada", b"{}")
    >>> key_of(ada, "s") == key_of(Submission("ada", b"{}"), "s") != key_of(ada, "t")
    True
    """
    told = [
        settings_key,
        hashlib.sha256(submission.notebook or b"").hexdigest(),
        submission.notebook is None,
        sorted(submission.answers.items()),
        submission.problems,
    ]
    return hashlib.sha256(json.dumps(told).encode("utf-8", "replace")).hexdigest()
