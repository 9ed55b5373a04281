"""One file of a submission: where it is, how to read it, and whether it is worth a look."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from diydl.course.grading.reading import LARGEST

DEEPEST = 24  # folders in folders
UNNAMED = "..."  # for what is at fault as a whole

_JUNK_FOLDERS = {"__macosx", "__pycache__", "$recycle.bin", "node_modules"}
_JUNK_FILES = {"thumbs.db", "desktop.ini", "icon\r"}
_JUNK = re.compile(
    r"\..*|~\$.*|.*~|#.*#|.*\.(bak|tmp|swp|swo|orig|crdownload|part)|.*-checkpoint\.ipynb"
)


class FileFault(Exception):
    """A file cannot be read; the message says why, in words for the instructor."""


@dataclass(frozen=True)
class Found:
    """One file: where it is, when it was last written, and how to read it.

    Parameters
    ----------
    parts
        Folders (and zips) below what was searched, and the name.
    where
        The place in words that the instructor can follow.
    time, time_from
        Without a zone for entries of most zips. "file time" or "zip entry".
    fault
        Why it is not read; "" for a file in order.
    """

    parts: tuple[str, ...]
    where: str
    size: int = 0
    time: datetime | None = None
    time_from: str = ""
    fault: str = ""
    _read: Callable[[int], bytes] | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Its own name, without folders."""
        return self.parts[-1]

    def told(self, fault: str = "") -> str:
        """Return a fault by the file's name alone: learners need not know the instructor's disk."""
        name = self.name if self.name != UNNAMED else Path(self.where).name
        return (fault or self.fault).replace(self.where, name)

    def read(self, limit: int = LARGEST) -> bytes:
        """Return the content; raises `FileFault` for a file at fault or larger than `limit`."""
        if self.fault or self._read is None:
            raise FileFault(self.fault or f"{self.where} cannot be read")
        content = self._read(limit + 1)
        if len(content) > limit:
            raise FileFault(f"{self.where} is larger than {limit / 2**20:g} MB")
        return content


def is_junk(name: str) -> bool:
    """Tell whether a file or folder of that name was left behind by an editor or a system.

    Examples
    --------
    >>> is_junk(".ipynb_checkpoints"), is_junk("._ada.ipynb"), is_junk("ada.ipynb")
    (True, True, False)
    """
    small = name.lower()
    return small in _JUNK_FOLDERS | _JUNK_FILES or bool(_JUNK.fullmatch(small))


def is_zip(name: str) -> bool:
    """Tell whether a name is a zip's."""
    return name.lower().endswith(".zip")


def shown(name: str) -> str:
    """Make a name printable: bytes that are no text become question marks."""
    return name.encode("utf-8", "replace").decode("utf-8")


def kind_of(name: str) -> str:
    """Return the name by which junk is counted."""
    return "._*" if name.startswith("._") else name
