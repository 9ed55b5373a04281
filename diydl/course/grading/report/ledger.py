"""A gradebook understood: which columns hold ids, which the marks, which rows are learners."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from diydl.course.grading.batch.batch import Batch
from diydl.course.grading.report.page import number
from diydl.course.grading.report.sheet import Sheet
from diydl.course.index import UnknownChapter, find_chapter

_CANVAS_IDS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_CANVAS_OWN = {*_CANVAS_IDS, "Student", "LastName", "FirstName", "Root Account", "Section"}
_TOTALS = re.compile(r"\b(Current|Final) (Score|Points|Grade)\b|\bOverride (Score|Grade|Status)\b")
_COMMA = re.compile(r"-?\d+,\d+")
_NO_LEARNER = re.compile(r"\s*(Points Possible|Student, Test)\s*", re.I)
_MOODLE_IDS = ("Identifier", "ID number", "Email address", "Username")
_KINDS = {
    "canvas": "gradebook of Canvas",
    "worksheet": "grading worksheet of Moodle",
    "moodle": "gradebook of Moodle",
    "table": "table",
}
ID_NAMES = re.compile(
    r"(.*\b)?(id|sid|uid|identifier|id number|student number|user ?name|login|e-?mail)(\b.*)?", re.I
)


class GradebookError(ValueError):
    """Marks cannot be written; the message says what was expected and what to do."""


@dataclass
class Ledger:
    """A sheet, the kind of gradebook it is, its heads, and where ids and marks stand."""

    sheet: Sheet
    kind: str
    heads: list[str]
    ids: list[int]
    column: int

    @classmethod
    def of(cls, sheet: Sheet, batch: Batch, column: str | None, id_column: str | None) -> "Ledger":
        """Find the columns; raises `GradebookError` with what to say instead."""
        if not sheet.rows or len(sheet.rows) < 2:
            raise GradebookError("it has no lines; expected a line of names and one a learner")
        heads = [" ".join(head.split()) for head in sheet.values(0)]
        kind = _kind(heads)
        ids = _ids(heads, kind) if id_column is None else [_named(heads, id_column)]
        if not ids:
            raise GradebookError(
                f"no column of ids was found among {', '.join(heads)}; name it: --id-column NAME"
            )
        place = _marks_column(heads, kind, batch) if column is None else _named(heads, column)
        if place in ids:
            raise GradebookError(f"{heads[place]!r} holds ids; marks need a column of their own")
        first = [sheet.value(row, place).lower() for row in range(1, min(4, len(sheet.rows)))]
        if any("read only" in text for text in first):  # as Canvas marks its totals
            raise GradebookError(f"the column {heads[place]!r} is read only; choose an assignment")
        return cls(sheet, _KINDS[kind], heads, ids, place)

    @property
    def comma(self) -> bool:
        """Whether this file writes 4,5 for four and a half."""
        cells = (cell for row in range(1, len(self.sheet.rows)) for cell in self.sheet.values(row))
        return self.sheet.delimiter != "," and any(_COMMA.fullmatch(cell) for cell in cells)

    def learners(self) -> dict[int, list[str]]:
        """Return the rows of learners, each with its ids."""
        found = {}
        for row in range(1, len(self.sheet.rows)):
            if not any(self.sheet.values(row)) or _NO_LEARNER.fullmatch(self.sheet.value(row, 0)):
                continue
            ids = [key(self.sheet.value(row, k)) for k in self.ids]
            if any(ids):
                found[row] = [id for id in ids if id]
        return found

    def warnings(self, batch: Batch) -> list[str]:
        """Say where the most that can be had is not the same here and there."""
        most = max((entry.max for entry in batch.graded), default=0)
        place = self.heads.index("Maximum Grade") if "Maximum Grade" in self.heads else self.column
        rows = range(1, len(self.sheet.rows))
        if place == self.column:
            rows = [r for r in rows if "points possible" in self.sheet.value(r, 0).lower()]
        told = {as_number(self.sheet.value(row, place)) for row in rows} - {None, most}
        return [
            f"the gradebook counts {value:g} points for this, the chapter has {number(most)}: "
            "marks are written as points; set the assignment to the same number first"
            for value in sorted(v for v in told if v is not None)
        ]


def _ids(heads: Sequence[str], kind: str) -> list[int]:
    if kind == "table":
        return [k for k, head in enumerate(heads) if ID_NAMES.fullmatch(head)]
    wanted = _CANVAS_IDS if kind == "canvas" else _MOODLE_IDS
    return [k for k, head in enumerate(heads) if head in wanted]


def _kind(heads: Sequence[str]) -> str:
    if (
        "ID" in heads
        and "Section" in heads
        and (heads[0] == "Student" or heads[:2] == ["LastName", "FirstName"])
    ):
        return "canvas"
    if "Identifier" in heads and "Grade" in heads:
        return "worksheet"
    if "Email address" in heads and "Last downloaded from this course" in heads:
        return "moodle"
    return "table"


def _marks_column(heads: Sequence[str], kind: str, batch: Batch) -> int:
    if kind == "worksheet":
        return heads.index("Grade")
    places = list(range(len(heads)))
    if kind == "canvas":
        after = max(k for k, head in enumerate(heads) if head in _CANVAS_OWN)
        places = [k for k in places if k > after and not _TOTALS.search(heads[k])]
    elif kind == "moodle":
        places = [k for k in places if heads[k].startswith("Assignment:")]
    names = _names_of(batch.chapter)
    fits = [k for k in places if any(_contains(heads[k], name) for name in names)]
    if len(fits) == 1:
        return fits[0]
    listed = ", ".join(repr(heads[k]) for k in (fits or places)) or "none"
    why = "more than one column fits" if fits else "no column's name fits"
    raise GradebookError(f"{why} {names[0]}: {listed}; say which: --column NAME")


def _names_of(chapter: str) -> list[str]:
    try:
        found = find_chapter(chapter)
    except UnknownChapter:
        return [chapter]
    return [found.id, found.title, f"chapter {found.number}", found.id[3:].replace("_", " ")]


def _contains(head: str, name: str) -> bool:
    """Tell whether a column's name has these words in it, one after the other."""
    words = [re.findall(r"\w+", text.casefold().replace("_", " ")) for text in (head, name)]
    size = len(words[1])
    return any(words[0][k : k + size] == words[1] for k in range(len(words[0]) - size + 1))


def _named(heads: Sequence[str], name: str) -> int:
    """Find a column by its name, with or without the number that Canvas puts behind it."""
    wanted = " ".join(name.split()).casefold()
    for shorten in (str, lambda head: re.sub(r" \(\d+\)$", "", head)):
        found = [k for k, head in enumerate(heads) if shorten(head).casefold() == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            raise GradebookError(f"{len(found)} columns are called {name!r}; rename all but one")
    raise GradebookError(f"there is no column {name!r}; there are {', '.join(map(repr, heads))}")


def key(id: str) -> str:
    """Return an id as it is compared: case, spaces and Moodle's "Participant" do not count.

    Examples
    --------
    >>> key(" Participant 4017"), key("Ada@Example.org")
    ('4017', 'ada@example.org')
    """
    text = unicodedata.normalize("NFC", id).strip().casefold()
    return re.sub(r"^participant[ _](?=\d+$)", "", text)


def as_number(text: str) -> float | None:
    """Read a mark, with a point or a comma; None where there is none.

    Examples
    --------
    >>> as_number("4,5"), as_number("EX")
    (4.5, None)
    """
    try:
        return float(text.replace(",", ".").rstrip("%"))
    except ValueError:
        return None
