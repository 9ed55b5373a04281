"""One frame of a live figure: whatever a function drew, as HTML with its text; and many, packed."""

import base64
import io
import json
import re
import string
import sys
import zlib
from dataclasses import dataclass
from html import escape

from diydl.draw.figure import _PAPER, Figure, _checked_alt, _columns, _inline_svg, _table, style

_LARGEST_SVG = 250_000  # characters; more strokes than that are smaller as pixels
_SHADES = 64  # colours of a picture in pixels


@dataclass(frozen=True)
class Frame:
    """What is shown for one setting of the knobs. `error` is empty where all went well."""

    html: str
    alt: str
    error: str = ""


def make_frame(function, values, alt=None, data=None):
    """Call `function` with `values` and return the frame; an exception in it goes through.

    Examples
    --------
    >>> def circle(radius):
    ...     return f'<svg viewBox="-9 -9 18 18"><circle r="{radius}"/></svg>'
    >>> make_frame(circle, {"radius": 3.0}, "A circle with a radius of {radius}.").alt
    'A circle with a radius of 3.'
    """
    with style():
        drawn = function(**values)
    words = alt_of(alt, drawn, values)
    table = _table(_columns(data(**values))) if data else ""
    return Frame(_picture(drawn, words) + table, words)


def failed_frame(failure, values):
    """Return the frame that shows the exception.

    Examples
    --------
    >>> print(failed_frame(ValueError("too large"), {"rate": 2.0}).alt)
    No picture for rate = 2: ValueError: too large
    """
    setting = ", ".join(f"{name} = {_shown(value)}" for name, value in values.items())
    words = f"No picture for {setting}: {type(failure).__name__}: {failure}"
    return Frame(f'<p class="failed" role="note">{escape(words)}</p>', words, words)


def alt_of(alt, drawn, values):
    """Return the text of a frame: from a template, from a function, or the figure's own.

    Examples
    --------
    >>> alt_of("Ten steps at rate {rate}; the last is {rate:.3f}.", None, {"rate": 0.1})
    'Ten steps at rate 0.1; the last is 0.100.'
    """
    if alt is None:
        if not hasattr(drawn, "alt"):
            raise ValueError(
                "a live figure needs alt text: pass alt='The loss at rate {rate} ...', a function "
                "of the values that returns a text, or let the function return draw.figure(...)"
            )
        return drawn.alt
    words = alt(**values) if callable(alt) else _Template().vformat(alt, (), values)
    return _checked_alt(words)


def pack(frames):
    """Return all frames as one text of base64: parts that several frames share are stored once.

    Examples
    --------
    >>> frames = [Frame("<p>many</p><b>1</b>", "one"), Frame("<p>many</p><b>2</b>", "two")]
    >>> json.loads(zlib.decompress(base64.b64decode(pack(frames))))
    {'pieces': ['<p>many</p>', '<b>1</b>', '<b>2</b>'], 'frames': [[0, 1], [0, 2]], 'alts': ['one', 'two']}
    """  # noqa: E501
    pieces, rows = {}, []
    for frame in frames:
        parts = re.split(r"(?<=\n)|(?<=>)(?=<)", frame.html)
        rows.append([pieces.setdefault(part, len(pieces)) for part in parts])
    everything = {"pieces": list(pieces), "frames": rows, "alts": [f.alt for f in frames]}
    text = json.dumps(everything, separators=(",", ":"), ensure_ascii=False)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")


class _Template(string.Formatter):
    def format_field(self, value, format_spec):
        return super().format_field(value, format_spec) if format_spec else _shown(value)


def _shown(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _picture(drawn, alt):
    if isinstance(drawn, str):
        return _inline_svg(drawn, alt)
    if isinstance(drawn, Figure):
        data = _table(drawn.data) if drawn.data else ""
        return _lighter(drawn.picture) + data
    if hasattr(drawn, "still"):  # a graph; frames have no scripts of their own
        return drawn.still()
    fig = drawn if hasattr(drawn, "savefig") else getattr(drawn, "figure", None)  # of axes
    if hasattr(fig, "savefig"):
        return _drawn_by_matplotlib(fig, alt)
    if not hasattr(drawn, "_repr_html_"):
        raise TypeError(
            "the function of a live figure returns a matplotlib figure, a figure of diydl.draw or "
            f"the text of an SVG, got {type(drawn).__name__}"
            + ("; does it end with `return fig`?" if drawn is None else "")
        )
    return drawn._repr_html_()


def _drawn_by_matplotlib(fig, alt):
    """Return the figure as strokes where it has few, else in pixels; it is closed."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    width, height = (round(side * fig.dpi) for side in fig.get_size_inches())
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "diydl", "svg.fonttype": "path"}):
        # Not `savefig`: it draws a figure with a layout twice, and there may be dozens of them.
        FigureCanvasSVG(fig).print_svg(buffer, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    if len(svg) > _LARGEST_SVG:
        buffer = io.BytesIO()
        fig.savefig(buffer, format="png", dpi=1.5 * fig.dpi, metadata={"Software": None})
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot:  # else the notebook shows the figure once more
        pyplot.close(fig)
    if isinstance(buffer, io.StringIO):
        return _inline_svg(_slim(svg, width, height), alt)
    code = base64.b64encode(_few_colours(buffer.getvalue())).decode("ascii")
    return (
        f'<img src="data:image/png;base64,{code}" alt="{escape(alt)}" '
        f'width="{width}" height="{height}" style="{_PAPER}">'
    )


def _slim(svg, width, height):
    """Leave out of matplotlib's SVG what a page does not need, and digits that nobody sees."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.DOTALL)
    view = re.search(r'viewBox="[^"]*"', svg)
    opening = f'<svg {view[0] if view else ""} width="{width}" height="{height}" style="{_PAPER}">'
    svg = opening + svg[svg.index(">") + 1 :]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(r' id="([^"]*)"', lambda m: m[0] if m[1] in used else "", svg)

    def rounded(match):
        return re.sub(r"-?\d+\.\d+", lambda number: f"{float(number[0]):.2f}", match[0])

    return re.sub(r' d="[^"]*"', rounded, svg)


def _lighter(html):
    """Reduce pictures in pixels inside `html` to few colours."""

    def reduced(match):
        small = _few_colours(base64.b64decode(match[1]))
        return "data:image/png;base64," + base64.b64encode(small).decode("ascii")

    return re.sub(r"data:image/png;base64,([A-Za-z0-9+/=]+)", reduced, html)


def _few_colours(png):
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(_SHADES, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    few.save(buffer, "PNG", optimize=True)
    return min(buffer.getvalue(), png, key=len)
