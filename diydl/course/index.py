"""Which chapters there are, and what each brings: `chapters/index.toml`."""

import difflib
import functools
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_ID = re.compile(r"\d\d_[a-z][a-z0-9_]*")


class UnknownChapter(LookupError):
    """No chapter goes by that name. The message suggests the nearest."""


@dataclass(frozen=True)
class Chapter:
    """One entry of `chapters/index.toml`.

    `introduces`, `extends` and `borrows` name modules of the library; a package stands for all
    that is in it and not named more precisely elsewhere.
    """

    id: str
    title: str
    minutes: int = 0
    prerequisites: tuple[str, ...] = field(default=())
    introduces: tuple[str, ...] = field(default=())
    extends: tuple[str, ...] = field(default=())
    borrows: tuple[str, ...] = field(default=())
    planned: bool = False
    idea: str = ""

    @property
    def number(self) -> str:
        """The two digits that exercise ids begin with: "03" in "03/sum_to"."""
        return self.id[:2]

    @property
    def notebook(self) -> str:
        """File name of the chapter's notebook."""
        return f"{self.id}.ipynb"


def chapters_dir() -> Path:
    """Folder of the chapters: `chapters/` of a clone, or its copy inside the installed package.

    Examples
    --------
    >>> (chapters_dir() / "index.toml").is_file()
    True
    """
    root = clone_root()
    return root / "chapters" if root else _PACKAGE / "course" / "chapters"


def clone_root() -> Path | None:
    """Top folder of the clone that diydl runs from; None when it was installed from a wheel.

    Examples
    --------
    >>> root = clone_root()
    >>> root is None or (root / "pyproject.toml").is_file()
    True
    """
    root = _PACKAGE.parent
    files = ("pyproject.toml", "chapters/index.toml")
    return root if all((root / file).is_file() for file in files) else None


@functools.cache
def load_index(path: Path | None = None) -> tuple[Chapter, ...]:
    """Read all chapters, in order, planned ones too.

    Raises `ValueError` that names the file and the entry where something is amiss.

    Examples
    --------
    >>> load_index()[0].id
    '00_first_win'
    """
    path = path or chapters_dir() / "index.toml"
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("chapter", [])
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name}: not valid TOML: {error}") from error
    chapters = tuple(_chapter(entry, f"{path.name}, entry {k}") for k, entry in enumerate(entries))
    ids = [chapter.id for chapter in chapters]
    if ids != sorted(set(ids)):
        raise ValueError(f"{path.name}: chapters are expected in order and once each, got {ids}")
    for chapter in chapters:
        unknown = [p for p in chapter.prerequisites if p not in ids or p >= chapter.id]
        if unknown:
            raise ValueError(
                f"{path.name}: {chapter.id} has prerequisites {unknown}; expected earlier chapters"
            )
    return chapters


def find_chapter(text: str) -> Chapter:
    """Find a chapter by "03", "3", "03_tape", "tape" or the name of its notebook.

    Examples
    --------
    >>> find_chapter("00").id
    '00_first_win'
    >>> find_chapter("first_wim")
    Traceback (most recent call last):
    diydl.course.index.UnknownChapter: there is no chapter 'first_wim'; did you mean 00_first_win?
    """
    chapters = load_index()
    wanted = Path(text.strip()).name.removesuffix(".ipynb").removesuffix(".py").lower()
    wanted = wanted.zfill(2) if wanted.isdecimal() else wanted
    for chapter in chapters:
        if wanted in (chapter.id, chapter.number, chapter.id[3:]):
            return chapter
    names = {name: chapter for chapter in chapters for name in (chapter.id, chapter.id[3:])}
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
    if near:
        raise UnknownChapter(f"there is no chapter {text!r}; did you mean {names[near[0]].id}?")
    raise UnknownChapter(
        f"there is no chapter {text!r}; they go from {chapters[0].id} to {chapters[-1].id}"
    )


def _chapter(entry: dict, where: str) -> Chapter:
    known = {f.name for f in fields(Chapter)}
    for key in entry:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else f"; known keys: {sorted(known)}"
            raise ValueError(f"{where}: unknown key {key!r}{meant}")
    for key in ("id", "title"):
        if not isinstance(entry.get(key), str):
            raise ValueError(f"{where}: expected a text for {key!r}, got {entry.get(key)!r}")
    if not _ID.fullmatch(entry["id"]):
        raise ValueError(f"{where}: expected an id such as '03_tape', got {entry['id']!r}")
    return Chapter(**{k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()})
