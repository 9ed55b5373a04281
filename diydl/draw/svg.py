"""A picture of nodes and edges as an SVG: boxes, words, arrows, and CSS for what lights up.

Nothing here needs a script: what belongs to a node is marked by classes, and CSS does the rest.
"""

import hashlib
import math
from html import escape

from diydl.draw.picture import GREY, SCHEMES, word_of

LETTER = 0.61  # width of a letter of a monospaced font, in units of its size
BIG, SMALL = 13, 12  # pixels
_LINE, _PAD, _EDGE = 17, 11, 8
_LONGEST = 34  # letters of a line
_FONT = "ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace"


def lines_of(node, colours):
    """Return the lines of text of a node, the first of them its name.

    Examples
    --------
    >>> from diydl.draw.picture import Node
    >>> lines_of(Node("w", "parameter", (3, 4)), "kinds")
    ['w', 'parameter (3, 4)']
    """
    word = word_of(node, colours)
    word = "" if word == node.label else word
    second = " ".join(filter(None, [word, "" if node.shape is None else str(node.shape)]))
    notes = [line for note in node.notes for line in note.split("\n")]
    lines = [node.label, *([second] if second else []), *notes]
    return [t if len(t) <= _LONGEST else t[: _LONGEST - 1] + "…" for t in lines]


def size_of(node, colours):
    """Return (width, height) of the box of a node, in pixels.

    Examples
    --------
    >>> from diydl.draw.picture import Node
    >>> size_of(Node("exp", shape=(3,)), "kinds")
    (54, 44)
    """
    first, *others = lines_of(node, colours)
    widths = [len(first) * BIG, *(len(line) * SMALL for line in others)]
    width = math.ceil(LETTER * max(widths)) + 2 * _PAD
    return max(54, width), _LINE * (1 + len(others)) + 10


def render(picture, layout, *, colours, title, words):
    """Return the SVG of a picture laid out: (a mark for its CSS, text, width, height).

    Examples
    --------
    >>> from diydl.draw.layout import layered
    >>> from diydl.draw.picture import Node, Picture
    >>> dot = Picture([Node("x", "data")])
    >>> layout = layered([(54, 44)], [])
    >>> mark, svg, *size = render(dot, layout, colours="kinds", title="A dot", words="1. x")
    >>> size, 'role="img"' in svg
    ([70, 60], True)
    """
    width, height = (math.ceil(side + 2 * _EDGE) for side in layout.size)
    shapes = []
    for (a, b), route in zip(picture.edges, layout.routes, strict=True):
        shapes.append(_edge(route, a, b))
    used = {}
    for a, b in picture.edges:
        used.setdefault(a, set()).add(b)
    for k, (node, place) in enumerate(zip(picture.nodes, layout.places, strict=True)):
        shapes.append(_node(k, node, place, colours, sorted(used.get(k, ()))))
    body = "".join(shapes)
    mark = hashlib.sha256((title + words + body).encode()).hexdigest()[:8]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(title)}" '
        f'viewBox="{-_EDGE} {-_EDGE} {width} {height}" width="{width}" height="{height}" '
        f'font-family="{_FONT}"><title>{escape(title)}</title><desc>{escape(words)}</desc>'
        f"{body}</svg>"
    )
    return mark, svg, width, height


def styles(mark, count):
    """Return CSS: a node (or its line of text) under the mouse or the focus shows its inputs."""
    on = ":is(:hover,:focus)"
    rules = [
        f".g-{mark}:has(.n{k}{on}) :is(.i{k} .frame,.n{k} .frame){{stroke-width:4}}"
        f".g-{mark}:has(.n{k}{on}) .e{k}{{stroke-width:3.5;stroke-opacity:1;fill-opacity:1}}"
        f".g-{mark}:has(.n{k}{on}) svg>g:not(.i{k},.n{k},.e{k}){{opacity:.35}}"
        for k in range(count)
    ]
    return "".join(rules)


def _edge(route, a, b):
    """Draw a curve with its arrowhead; the head is a path of its own, so that it prints."""
    (x, y), (u, v) = route[-2], route[-1]
    back = next(((p, q) for p, q in reversed(route[:-1]) if math.hypot(u - p, v - q) > 1), (x, y))
    length = math.hypot(u - back[0], v - back[1]) or 1
    c, s = (u - back[0]) / length, (v - back[1]) / length
    points = [
        (u, v),
        (u - 8 * c - 4 * s, v - 8 * s + 4 * c),
        (u - 8 * c + 4 * s, v - 8 * s - 4 * c),
    ]
    neck = (u - 6 * c, v - 6 * s)
    curve = f"M{_at(route[0])}" + "".join(
        "C" + " ".join(_at(p) for p in route[k : k + 3]) for k in range(1, len(route) - 3, 3)
    )
    curve += f"C{_at(route[-3])} {_at(_before(route[-2], neck, (c, s)))} {_at(neck)}"
    head = "M" + "L".join(_at(p) for p in points) + "Z"
    return (
        f'<g class="e{b}" stroke="currentColor" stroke-opacity=".6" fill="currentColor" '
        f'fill-opacity=".6" stroke-width="1.5"><path d="{curve}" fill="none"/>'
        f'<path d="{head}" stroke="none"/></g>'
    )


def _before(point, neck, way):
    """Return `point`, moved back where it lies beyond the neck of the arrow."""
    beyond = (point[0] - neck[0]) * way[0] + (point[1] - neck[1]) * way[1]
    return neck if beyond > 0 else point


def _node(k, node, place, colours, users):
    lines = lines_of(node, colours)
    width, height = size_of(node, colours)
    x, y = place
    colour, shape = GREY, "plain"
    if node.kind != "folded":
        _, colour, shape = SCHEMES[colours][node.kind]
    classes = " ".join([f"n{k}", *(f"i{user}" for user in users)])
    look = f'class="frame" fill="{colour}" fill-opacity=".18" stroke="{colour}" stroke-width="2"'
    top = y - _LINE * (len(lines) - 1) / 2 + 4.5
    texts = [_text(x, top, lines[0], f'font-size="{BIG}" font-weight="bold"')]
    texts += [
        _text(x, top + _LINE * n, line, f'font-size="{SMALL}"')
        for n, line in enumerate(lines[1:], start=1)
    ]
    outline = _outline(shape, x - width / 2, y - height / 2, width, height, look)
    return f'<g class="{classes}">{outline}{"".join(texts)}</g>'


def _outline(shape, x, y, width, height, look):
    if shape == "cut":
        right, low = x + width, y + height
        corners = [(x + 8, y), (right, y), (right, low - 8), (right - 8, low), (x, low), (x, y + 8)]
        return f'<path d="M{"L".join(_at(p) for p in corners)}Z" {look}/>'
    extra = {
        "box": 'rx="2"',
        "dashed": 'rx="2" stroke-dasharray="6 3"',
        "round": f'rx="{min(18, height / 2):g}"',
        "plain": 'rx="2" stroke-dasharray="1.5 4"',
    }[shape]
    return f'<rect x="{x:g}" y="{y:g}" width="{width}" height="{height}" {extra} {look}/>'


def _text(x, y, words, look):
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="middle" fill="currentColor" {look}>'
        f"{escape(words)}</text>"
    )


def _at(point):
    return f"{point[0]:g},{point[1]:g}"
