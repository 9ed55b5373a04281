"""The one form of every figure of the course: a picture, its text, and its data on request."""

import base64
import contextlib
import io
import re
import sys
from html import escape
from typing import Any

import numpy as np

# Okabe and Ito (2008), told apart by people with any kind of colour vision; their yellow is left
# out, since it is hard to see on white.
COLOURS = {
    "blue": "#0072B2",
    "orange": "#D55E00",
    "green": "#009E73",
    "pink": "#CC79A7",
    "sky": "#56B4E9",
    "amber": "#E69F00",
    "black": "#000000",
}
_DASHES = ["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1))]
_SHORTEST_ALT = 20  # characters
_MOST_ROWS = 200  # of the table
_PAPER = "max-width:100%;height:auto;background:#fff;border-radius:4px"
_FORBIDDEN = re.compile(
    r"<script|<foreignObject|<iframe|\son\w+\s*=|javascript:"
    r"|(?:href|src)\s*=\s*[\"']\s*(?!#|data:)|@import|url\(\s*[\"']?(?!#|data:|[\"']#)",
    re.IGNORECASE,
)


class Figure:
    """A finished figure. Notebooks show it as HTML that needs no script and no network.

    ``repr`` is the text that stands for the picture.
    """

    def __init__(self, picture, alt, caption=None, data=None):
        self.picture, self.alt, self.caption, self.data = picture, alt, caption, data

    def _repr_html_(self):
        parts = ['<figure class="diydl-figure" style="margin:0.5em 0">', self.picture]
        if self.caption:
            parts.append(f"<figcaption>{escape(self.caption)}</figcaption>")
        if self.data:
            parts.append(_table(self.data))
        return "\n".join([*parts, "</figure>"])

    def __repr__(self):
        return self.alt


def figure(picture, *, alt, caption=None, data=None):
    """Make a figure of a matplotlib figure (which is closed) or of the text of an SVG.

    Parameters
    ----------
    picture
        A matplotlib ``Figure`` or a string that begins with ``<svg``.
    alt
        What somebody who cannot see the picture should learn from it, in a sentence or two.
    caption
        Text below the picture.
    data
        What the picture shows, as a table on request: a dict of columns of equal length, or an
        array of one or two dimensions.

    Examples
    --------
    >>> square = '<svg viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
    >>> figure(square, alt="A black square that fills the picture.", data={"side": [9]})
    A black square that fills the picture.
    >>> figure(square, alt="square")
    Traceback (most recent call last):
    ValueError: a figure needs alt text of at least 20 characters, got 'square'; say what a person
    who cannot see it should learn, such as "The loss falls from 2.3 to 0.1 in ten epochs."
    """
    alt = _checked_alt(alt)
    columns = _columns(data)
    if isinstance(picture, str):
        return Figure(_inline_svg(picture, alt), alt, caption, columns)
    if not hasattr(picture, "savefig"):
        raise TypeError(
            f"figure() takes a matplotlib figure or the text of an SVG, got "
            f"{type(picture).__name__}; with pyplot, pass `plt.gcf()` or the `fig` of "
            "`fig, ax = plt.subplots()`"
        )
    return Figure(_inline_png(picture, alt), alt, caption, columns)


@contextlib.contextmanager
def style():
    """Draw with the course's colours: safe for the colour-blind, lines told apart by dashes too.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> with style():
    ...     mpl.rcParams["axes.spines.top"]
    False
    """
    import matplotlib as mpl
    from cycler import cycler

    lines = cycler(color=list(COLOURS.values())) + cycler(linestyle=_DASHES)
    settings: dict[Any, Any] = {
        "axes.prop_cycle": lines,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": False,
        "figure.facecolor": "white",
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.h_pad": 0.08,  # inches
        "figure.constrained_layout.w_pad": 0.08,
        "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same everywhere
        "font.size": 11,
        "image.cmap": "cividis",  # even and safe; gray_r for ink on paper
        "lines.linewidth": 2,
    }
    with mpl.rc_context(settings):
        yield


def _checked_alt(alt):
    if not isinstance(alt, str) or len(alt.strip()) < _SHORTEST_ALT:
        raise ValueError(
            f"a figure needs alt text of at least {_SHORTEST_ALT} characters, got {alt!r}; say "
            "what a person\nwho cannot see it should learn, such as "
            '"The loss falls from 2.3 to 0.1 in ten epochs."'
        )
    return " ".join(alt.split())


def _inline_svg(svg, alt):
    svg = svg[svg.find("<svg") :].strip() if "<svg" in svg else ""
    if not svg:
        raise ValueError("a picture given as text must be an SVG: no <svg> was found in it")
    bad = _FORBIDDEN.search(svg)
    if bad:
        raise ValueError(
            f"the SVG must stand by itself, without scripts or addresses, but holds {bad[0]!r}"
        )
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)


def _inline_png(fig, alt):
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=2 * fig.dpi, metadata={"Software": None})
    width, height = (round(side * fig.dpi) for side in fig.get_size_inches())
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot:  # else the notebook shows the figure once more
        pyplot.close(fig)
    code = base64.b64encode(buffer.getvalue()).decode("ascii")
    return (
        f'<img src="data:image/png;base64,{code}" alt="{escape(alt)}" '
        f'width="{width}" height="{height}" style="{_PAPER}">'
    )


def _columns(data):
    if data is None:
        return None
    if not hasattr(data, "items"):
        array = np.asarray(data)
        if array.ndim not in (1, 2):
            raise ValueError(f"data must have one or two dimensions, got shape {array.shape}")
        columns = array.T if array.ndim == 2 else [array]
        data = {"row": range(len(array)), **{str(k): c for k, c in enumerate(columns)}}
    columns = {str(name): list(column) for name, column in data.items()}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns of data must be equally long, got lengths {lengths}")
    return columns


def _table(columns):
    rows = list(zip(*columns.values(), strict=True))
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = [
        "<tr>" + "".join(f"<td>{escape(_text(value))}</td>" for value in row) + "</tr>"
        for row in rows[:_MOST_ROWS]
    ]
    more = len(rows) - _MOST_ROWS
    note = f"<p>and {more} more rows</p>" if more > 0 else ""
    return (
        '<details><summary>Data of this figure</summary><div style="overflow-x:auto"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>{note}"
        "</details>"
    )


def _text(value):
    if isinstance(value, float | np.floating):
        return f"{value:.4g}"
    return str(value)
