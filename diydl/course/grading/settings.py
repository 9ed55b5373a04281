"""How to grade: everything that a score may depend on, and a digest of it."""

import functools
import hashlib
import importlib.metadata
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from diydl.course.engine import CHECKS, SEED
from diydl.course.index import chapters_dir, find_chapter

_PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Settings:
    """How a chapter is graded.

    Parameters
    ----------
    chapter
        Its number, "03".
    hidden
        A folder with tests of the instructor's own, laid out as `diydl/course/checks` is.
    points
        A TOML file with points, of whole exercises or of single tests.
    seed
        Of all random inputs; recorded with the scores.
    mem_mb, cell_s, call_s, total_s
        Memory of a submission's process; seconds for a cell, for a call, and in all.
    sandbox
        "auto", "none", "unshare" or a command that runs the command after it.

    Examples
    --------
    >>> Settings("00").key() == Settings("00").key() != Settings("00", seed=1).key()
    True
    """

    chapter: str
    hidden: Path | None = None
    points: Path | None = None
    seed: int = SEED
    mem_mb: int = 2048
    cell_s: float = 10.0
    call_s: float = 5.0
    total_s: float = 60.0
    sandbox: str = "auto"

    def key(self) -> str:
        """Return a digest of all that scores depend on besides the submission."""
        told = {k: v for k, v in asdict(self).items() if k not in ("hidden", "points")}
        told["chapter"] = find_chapter(self.chapter).id
        told["points"] = _digest(self.points) if self.points else ""
        told["hidden"] = _digest(self.hidden) if self.hidden else ""
        told["versions"] = [sys.version, *map(importlib.metadata.version, ("numpy", "pytest"))]
        told["checks"] = _package_digest(self.chapter)
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@functools.cache
def _package_digest(chapter: str) -> str:
    """Digest the library, the machinery, the checks of the chapter, and what is handed out."""
    number = find_chapter(chapter).number
    files = [
        path
        for path in sorted((_PACKAGE / "diydl").rglob("*.py"))
        if CHECKS not in path.parents or path.relative_to(CHECKS).parts[0][:4] == f"ch{number}"
    ]
    return _digest_of([*files, chapters_dir() / find_chapter(chapter).notebook], _PACKAGE)


def _digest(path: Path) -> str:
    path = Path(path)
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return _digest_of([p for p in files if p.suffix != ".pyc"], path)


def _digest_of(files: list[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        name = file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
        content = file.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
