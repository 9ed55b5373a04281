"""A table that reads well as text and in a notebook."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Table:
    """Rows of texts; the first `words` columns hold words, the others numbers.

    Examples
    --------
    >>> Table("Two", ("name", "s"), [("a", "1.5"), ("longer", "10")])
    name      s
    -----------
    a       1.5
    longer   10
    """

    caption: str
    head: tuple
    rows: list
    words: int = 1

    def __repr__(self):
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        lines = [
            "  ".join(
                f"{cell:<{width}}" if k < self.words else f"{cell:>{width}}"
                for k, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in (self.head, *self.rows)
        ]
        return "\n".join([lines[0], "-" * (sum(widths) + 2 * (len(widths) - 1)), *lines[1:]])

    def _repr_html_(self):
        head = "".join(
            f'<th scope="col" style="{self._align(k)}">{escape(cell)}</th>'
            for k, cell in enumerate(self.head)
        )
        body = "".join(f"<tr>{self._row(row)}</tr>" for row in self.rows)
        return (
            f'<div style="overflow-x:auto" tabindex="0" role="region" '
            f'aria-label="{escape(self.caption)}"><table style="font-size:85%">'
            f'<caption style="text-align:left">{escape(self.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    def _row(self, row):
        cells = [f'<td style="{self._align(k)}">{escape(x)}</td>' for k, x in enumerate(row)]
        if row[0]:
            cells[0] = f'<th scope="row" style="{self._align(0)}">{escape(row[0])}</th>'
        return "".join(cells)

    def _align(self, k):
        return (
            f"white-space:nowrap;padding:2px 5px;text-align:{'left' if k < self.words else 'right'}"
        )


def duration(seconds):
    """Return a time in the unit that fits it.

    Examples
    --------
    >>> duration(0.0123), duration(2.0), duration(4.2e-5), duration(0)
    ('12.3 ms', '2 s', '42 µs', '')
    """
    return quantity(seconds, (("s", 1), ("ms", 1e-3), ("µs", 1e-6)))


def amount(number, unit=""):
    """Return a count with three digits and a prefix, and nothing for 0.

    Examples
    --------
    >>> amount(2_060_241_468, "FLOP"), amount(512, "B"), amount(0, "B")
    ('2.06 GFLOP', '512 B', '')
    """
    prefixes = (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1))
    return quantity(number, [(f"{prefix}{unit}", size) for prefix, size in prefixes])


def quantity(number, units):
    """Return a number in the first of `units` of which there is at least one.

    Examples
    --------
    >>> quantity(1500, [("km", 1000), ("m", 1)])
    '1.5 km'
    """
    if not number:
        return ""
    word, size = next((u for u in units if abs(number) >= 0.9995 * u[1]), units[-1])
    value = number / size
    return f"{value:.0f} {word}".strip() if abs(value) >= 100 else f"{value:.3g} {word}".strip()
