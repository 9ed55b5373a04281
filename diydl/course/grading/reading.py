"""Read a notebook that somebody handed in, whatever became of the file on its way.

Byte-order marks, UTF-16, other encodings, format 3, missing metadata and ids, and files that end
too early are read as far as they go. Time and memory are bounded: by the size of the file and by
how much is in it.
"""

import codecs
import json
import re
from dataclasses import dataclass, field
from typing import Any

from diydl.course.notebook import CodeCell, code_cell

LARGEST = 128 * 2**20  # bytes of a file
_MOST_PARTS = 3_000_000  # braces and brackets: a notebook of 100,000 cells has about half of that
_LARGEST_CELL = 200_000  # characters of code; a chapter's longest has 5,000
_MOST_CODE = 2_000_000  # a chapter has about 30,000


class Unreadable(ValueError):
    """A file is no notebook; the message says why and what to do."""


@dataclass
class Reading:
    """The code cells of a notebook, in order, and what there is to say about the file."""

    cells: list[CodeCell]
    notes: list[str] = field(default_factory=list)


def read_bytes(raw: bytes) -> Reading:
    """Read a notebook; raises `Unreadable`.

    >>> read_bytes(b'{"cells": [{"cell_type": "code", "source": ["x = 1"]}, {"cell_ty').notes
    ['The file ends in the middle; the 1 cell before that was read.']
    """
    if len(raw) > LARGEST:
        raise Unreadable(
            f"the file has {len(raw) >> 20} MB; at most {LARGEST >> 20} MB are read: clear the "
            "outputs and save it again"
        )
    if not raw.strip():
        raise Unreadable("the file is empty; hand in the notebook again")
    text, notes = _decoded(raw)
    if text.count("{") + text.count("[") > _MOST_PARTS:
        raise Unreadable("the file holds more parts than any notebook; hand in the notebook itself")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        cells = _salvaged(text)
        if not cells:
            raise Unreadable(
                f"the file is not a notebook: expected JSON ({_short(error)}); save it again from "
                "Jupyter and hand that in"
            ) from None
        count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        was = "was" if len(cells) == 1 else "were"
        notes.append(f"The file ends in the middle; the {count} before that {was} read.")
        return _reading(cells, notes)
    return _reading(_cells_of(data), notes)


def _decoded(raw: bytes) -> tuple[str, list[str]]:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace"), []
    if b"\0" in raw[:64]:  # UTF-16 without its mark: every second byte of ASCII is 0
        return raw.decode("utf-16-be" if raw[:1] == b"\0" else "utf-16-le", "replace"), []
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        note = "The file is not UTF-8; letters outside ASCII may have changed."
        return raw.decode("cp1252", "replace"), [note]


def _cells_of(data: Any) -> list[Any]:
    cells = data.get("cells") if isinstance(data, dict) else None
    if cells is None and isinstance(data, dict) and isinstance(data.get("worksheets"), list):
        sheets = [sheet.get("cells") for sheet in data["worksheets"] if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]
    if not isinstance(cells, list):
        raise Unreadable("the file is JSON, but not a notebook: it has no list of cells")
    return cells


def _salvaged(text: str) -> list[Any]:
    """Return the cells that are whole, of a notebook that is not."""
    begun = re.search(r'"cells"\s*:\s*\[', text)
    decode, cells = json.JSONDecoder().raw_decode, []
    at = begun.end() if begun else len(text)
    while True:
        at = re.compile(r"[\s,]*").match(text, at).end()  # type: ignore[union-attr]
        if not text.startswith("{", at):
            return cells
        try:
            cell, at = decode(text, at)
        except (ValueError, RecursionError):
            return cells
        cells.append(cell)


def _reading(cells: list[Any], notes: list[str]) -> Reading:
    found, left, longest = [], _MOST_CODE, 0
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        read = code_cell(cell)
        if len(read.text) > min(_LARGEST_CELL, left):
            longest = max(longest, len(read.text))
            continue
        left -= len(read.text)
        found.append(read)
    if longest:
        notes.append(f"Code cells of up to {longest:,} characters were too long to be read.")
    return Reading(found, notes)


def _short(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error)[:80] or type(error).__name__
