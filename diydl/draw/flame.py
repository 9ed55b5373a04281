"""A flame picture: how a whole divides into parts, and these into theirs, by the width of bars."""

import math
from dataclasses import dataclass
from html import escape

from diydl.draw.figure import COLOURS, figure

_WIDTH, _LEVEL, _LETTER = 860, 26, 7.3  # pixels; width of a monospaced letter of size 12
_NARROW = 2.0  # pixels; narrower bars are left out
_CYCLE = ("blue", "orange", "green", "pink", "sky", "amber")


@dataclass(frozen=True)
class Bar:
    """A part with a size, and the parts inside it.

    Examples
    --------
    >>> Bar("all", 3.0, (Bar("half", 1.5),)).rest
    1.5
    """

    label: str
    size: float
    inside: tuple = ()

    @property
    def rest(self):
        """What the parts inside leave over."""
        return max(self.size - math.fsum(bar.size for bar in self.inside), 0.0)


def flame(bar, *, title, form=lambda size: f"{size:.3g}"):
    """Draw a bar over the bars inside it; those of the second level have colours of their own.

    Parameters
    ----------
    bar : Bar
    title : str
    form : callable
        Turns a size into text.

    Examples
    --------
    >>> flame(Bar("all", 4.0, (Bar("work", 3.0, (Bar("sums", 3.0),)),)), title="A day")
    A day, 4 in all: work 3 (75%). Innermost, the largest is sums 3 (75%).
    """
    if not bar.size > 0:
        raise ValueError(f"a flame picture needs a size above 0, got {bar.size!r} for {bar.label}")
    shapes, depth = [], [0]
    _place(shapes, depth, bar, bar.size, form, left=0.0, level=0, colour="currentColor", path=())
    height = (depth[0] + 1) * _LEVEL + 4
    words = _words(bar, title, form)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {_WIDTH + 4} {height}" '
        'style="width:100%;max-width:1000px;height:auto" '
        "font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\">"
        f"<title>{escape(title)}</title><desc>{escape(words)}</desc>{''.join(shapes)}</svg>"
    )
    rows = [*_rows(bar, bar.size)]
    columns = ("part", "size", "percent", "without parts inside")
    texts = [(name, form(size), f"{share:.1%}", form(rest)) for name, size, share, rest in rows]
    return figure(svg, alt=words, data=dict(zip(columns, zip(*texts, strict=True), strict=True)))


def _place(shapes, depth, bar, total, form, *, left, level, colour, path):
    width = bar.size / total * _WIDTH
    if width < _NARROW:
        return
    depth[0] = max(depth[0], level)
    words = f"{' / '.join((*path, bar.label))}: {form(bar.size)}, {bar.size / total:.1%}"
    shapes.append(_bar(left, level * _LEVEL, width, bar.label, words, colour))
    for k, part in enumerate(bar.inside):
        _place(
            shapes,
            depth,
            part,
            total,
            form,
            left=left,
            level=level + 1,
            colour=COLOURS[_CYCLE[k % len(_CYCLE)]] if level == 0 else colour,
            path=(*path, bar.label) if level else (),
        )
        left += part.size / total * _WIDTH


def _bar(x, y, width, label, words, colour):
    gap = min(1.0, width / 4)
    rect = (
        f'<rect x="{x:.1f}" y="{y}" width="{width - gap:.1f}" height="{_LEVEL - 2}" rx="2" '
        f'fill="{colour}" fill-opacity=".2" stroke="{colour}" stroke-opacity=".7"/>'
    )
    letters = int((width - 10) / _LETTER)
    text = label if len(label) <= letters else label[: letters - 1] + "…" if letters >= 4 else ""
    if text:
        text = (
            f'<text x="{x + 5:.1f}" y="{y + 16}" font-size="12" fill="currentColor">'
            f"{escape(text)}</text>"
        )
    return f"<g><title>{escape(words)}</title>{rect}{text}</g>"


def _words(bar, title, form):
    def said(part):
        return f"{part.label} {form(part.size)} ({part.size / bar.size:.0%})"

    parts = sorted(bar.inside, key=lambda part: -part.size)
    words = f"{title}, {form(bar.size)} in all"
    words += f": {', '.join(map(said, parts))}." if parts else "."
    inner = [leaf for leaf in _leaves(bar) if leaf is not bar]
    if inner:
        words += f" Innermost, the largest is {said(max(inner, key=lambda leaf: leaf.size))}."
    return words


def _leaves(bar):
    if not bar.inside:
        yield bar
    for part in bar.inside:
        yield from _leaves(part)


def _rows(bar, total, above=""):
    yield above + bar.label, bar.size, bar.size / total, bar.rest
    for part in bar.inside:
        yield from _rows(part, total, f"{above}{bar.label} / ")
