"""A CSV file of somebody else's: one cell is changed, every other byte stays as it was."""

import codecs
from dataclasses import dataclass
from pathlib import Path

_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_LARGEST = 50 * 2**20  # bytes


class SheetError(ValueError):
    """A file cannot be read as a table; the message says why and what to do."""


@dataclass
class Sheet:
    r"""The cells of a CSV file, as they stand in it: quotes, spaces and line ends included.

    Examples
    --------
    >>> sheet = Sheet.parse(b'id;"mark"\r\n"a;b"; 3\r\n')
    >>> sheet.value(1, 0), sheet.value(1, 1)
    ('a;b', '3')
    >>> sheet.set(1, 1, "4.5")
    >>> sheet.content()
    b'id;"mark"\r\n"a;b";4.5\r\n'
    """

    rows: list[list[str]]
    ends: list[str]
    delimiter: str = ","
    mark: bytes = b""
    encoding: str = "utf-8"

    @classmethod
    def read(cls, path: Path) -> "Sheet":
        """Read a file; raises `SheetError`."""
        try:
            if path.stat().st_size > _LARGEST:
                raise SheetError(f"{path} is larger than 50 MB; is it the gradebook?")
            return cls.parse(path.read_bytes())
        except OSError as error:
            raise SheetError(f"{path} cannot be read: {error.strerror or error}") from error
        except SheetError as error:
            raise SheetError(f"{path}: {error}") from error

    @classmethod
    def parse(cls, content: bytes) -> "Sheet":
        """Read the bytes of a file: UTF-8, UTF-16 with its mark, or else one byte a letter."""
        if content.startswith(b"PK\x03\x04"):
            raise SheetError("it is no CSV file but a spreadsheet; export or save it as CSV")
        mark = next((m for m in _MARKS if content.startswith(m)), b"")
        encoding = _MARKS.get(mark, "utf-8")
        body = content[len(mark) :]
        try:
            text = body.decode(encoding)
        except UnicodeError:
            if mark:
                raise SheetError(f"it begins as {encoding}, but is not; export it again") from None
            encoding, text = "latin-1", body.decode("latin-1")  # each byte is kept
        if "\0" in text:
            raise SheetError("it is no text; export it as CSV")
        delimiter = _delimiter(text)
        rows, ends = _split(text, delimiter)
        return cls(rows, ends, delimiter, mark, encoding)

    def value(self, row: int, column: int) -> str:
        """Return what a cell says; "" for one that the row does not have."""
        cells = self.rows[row]
        return _unquoted(cells[column]) if column < len(cells) else ""

    def values(self, row: int) -> list[str]:
        """Return what all cells of a row say."""
        return [_unquoted(cell) for cell in self.rows[row]]

    def set(self, row: int, column: int, value: str) -> None:
        """Write a plain value, with quotes where there were some or it needs them."""
        cells = self.rows[row]
        if column >= len(cells):
            raise SheetError(f"line {row + 1} has {len(cells)} cells, expected {column + 1}")
        quoted = cells[column].lstrip(" ").startswith('"') or self.delimiter in value
        cells[column] = f'"{value}"' if quoted else value

    def content(self) -> bytes:
        """Return the file."""
        text = "".join(
            self.delimiter.join(cells) + end
            for cells, end in zip(self.rows, self.ends, strict=True)
        )
        return self.mark + text.encode(self.encoding)


def _delimiter(text: str) -> str:
    """Return what separates the most cells of the first line."""
    counts = {mark: len(_split(text, mark, most=1)[0][0]) if text else 1 for mark in ",;\t"}
    return max(counts, key=lambda mark: counts[mark])


def _split(text: str, delimiter: str, most: int = 0) -> tuple[list[list[str]], list[str]]:
    """Cut a text into cells and line ends; joined, they are the text again."""
    rows: list[list[str]] = []
    ends: list[str] = []
    cells: list[str] = []
    start, k, quoted = 0, 0, False
    while k < len(text):
        letter = text[k]
        if quoted:
            quoted = letter != '"'
        elif letter == '"' and _may_open(text[start:k]):
            quoted = True
        elif letter == delimiter:
            cells.append(text[start:k])
            start = k + 1
        elif letter in "\r\n":
            cells.append(text[start:k])
            end = "\r\n" if text[k : k + 2] == "\r\n" else letter
            rows.append(cells)
            ends.append(end)
            if most and len(rows) == most:
                return rows, ends
            cells = []
            k += len(end) - 1
            start = k + 1
        k += 1
    if start < len(text) or cells:
        rows.append([*cells, text[start:]])
        ends.append("")
    return rows, ends


def _may_open(before: str) -> bool:
    """Tell whether a quote opens (or goes on with) a quoted cell, after what stands before it."""
    return not before.strip(" ") or before.lstrip(" ").startswith('"')


def _unquoted(cell: str) -> str:
    text = cell.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return text
