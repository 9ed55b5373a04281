"""A picture of nodes and edges as an SVG: boxes, words, arrows, and CSS for what lights up.

Nothing here needs a script: what belongs to a node is marked by classes, and CSS does the rest.
"""

import hashlib
import math
from html import escape

from diydl.draw.colours import look_of, word_of
from diydl.draw.picture import notes_of

LETTER = 0.61  # width of a letter of a monospaced font, in units of its size
BIG, SMALL = 13, 12  # pixels
_LINE, _PAD, _EDGE = 17, 11, 8
_LONGEST = 34  # letters of a line
_FONT = "ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace"


def lines_of(node, colours, shown=("shape", "value", "gradient")):
    """Return the lines of text of a node, the first of them its name.

    Examples
    --------
    >>> from diydl.draw.picture import Node
    >>> lines_of(Node("w", "parameter", (3, 4)), "kinds")
    ['w', 'parameter (3, 4)']
    """
    word = word_of(node, colours)
    word = "" if word == node.label else word
    shape = str(node.shape) if node.shape is not None and "shape" in shown else ""
    second = " ".join(filter(None, [word, shape]))
    notes = [line for note in notes_of(node, shown) for line in note.split("\n")]
    lines = [node.label, *([second] if second else []), *notes]
    return [t if len(t) <= _LONGEST else t[: _LONGEST - 1] + "…" for t in lines]


def size_of(node, colours, shown=("shape", "value", "gradient")):
    """Return (width, height) of the box of a node, in pixels.

    Examples
    --------
    >>> from diydl.draw.picture import Node
    >>> size_of(Node("exp", shape=(3,)), "kinds")
    (54, 44)
    """
    first, *others = lines_of(node, colours, shown)
    widths = [len(first) * BIG, *(len(line) * SMALL for line in others)]
    width = math.ceil(LETTER * max(widths)) + 2 * _PAD
    return max(54, width), _LINE * (1 + len(others)) + 10


def render(view, layout, *, colours, title, words, shown=("shape", "value", "gradient")):
    """Return the SVG of a view laid out: (a mark for its CSS, text, width, height).

    Examples
    --------
    >>> from diydl.draw.nested import nested
    >>> from diydl.draw.picture import Node, Picture
    >>> from diydl.draw.view import view
    >>> dot = view(Picture([Node("x", "data")]), {})
    >>> layout = nested([(54, 44)], [])
    >>> mark, svg, *size = render(dot, layout, colours="kinds", title="A dot", words="1. x")
    >>> size, 'role="img"' in svg
    ([70, 60], True)
    """
    width, height = (math.ceil(side + 2 * _EDGE) for side in layout.size)
    nodes, edges = view.picture.nodes, view.picture.edges
    shapes = [_frame(view, *frame) for frame in zip(view.frames, layout.boxes, strict=True)]
    for route, of, arrow in layout.pieces:
        shapes.append(_edge(route, sorted({edges[k][1] for k in of}), arrow))
    used = {}
    for a, b in edges:
        used.setdefault(a, set()).add(b)
    for k, (node, place) in enumerate(zip(nodes, layout.places, strict=True)):
        lines, size = lines_of(node, colours, shown), size_of(node, colours, shown)
        shapes.append(_node(k, look_of(node, colours), lines, size, place, sorted(used.get(k, ()))))
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
        f".g-{mark}:has(.n{k}{on}) svg>g:not(.i{k},.n{k},.e{k},.f){{opacity:.35}}"
        for k in range(count)
    ]
    return "".join(rules)


def _frame(view, frame, box):
    """Draw the frame around what is in a group, with its name."""
    group = view.picture.groups[frame[0]]
    x, y, width, height = box
    look = 'rx="6" fill="currentColor" stroke="currentColor" stroke-opacity=".45"'
    rect = f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" {look}'
    stack = ""
    if group.copies:  # one copy is drawn, and behind it the others
        stack = f'<path d="M{x + 8:g},{y - 4:g}h{width - 4:g}v{height - 4:g}" fill="none" '
        stack += 'stroke="currentColor" stroke-opacity=".45"/>'
    words = escape(frame[2])
    return (
        f'<g class="f f{frame[0]}">{stack}{rect} fill-opacity=".04"/>'
        f'<text x="{x + 12:g}" y="{y + 17:g}" fill="currentColor" font-size="{SMALL}" '
        f'font-weight="bold">{words}</text></g>'
    )


def _edge(route, users, arrow=True):
    """Draw a curve with its arrowhead; the head is a path of its own, so that it prints."""
    classes = " ".join(f"e{user}" for user in users)
    look = 'stroke="currentColor" stroke-opacity=".6" fill="currentColor" fill-opacity=".6"'
    group = f'<g class="{classes}" {look} stroke-width="1.5">'
    if not arrow:
        return f'{group}<path d="{_curve(route)}" fill="none"/></g>'
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
    curve = _curve([*route[:-2], _before(route[-2], neck, (c, s)), neck])
    head = "M" + "L".join(_at(p) for p in points) + "Z"
    return f'{group}<path d="{curve}" fill="none"/><path d="{head}" stroke="none"/></g>'


def _curve(route):
    return f"M{_at(route[0])}" + "".join(
        "C" + " ".join(_at(p) for p in route[k : k + 3]) for k in range(1, len(route) - 2, 3)
    )


def _before(point, neck, way):
    """Return `point`, moved back where it lies beyond the neck of the arrow."""
    beyond = (point[0] - neck[0]) * way[0] + (point[1] - neck[1]) * way[1]
    return neck if beyond > 0 else point


def _node(k, appearance, lines, size, place, users):
    width, height = size
    x, y = place
    _, colour, shape = appearance
    classes = " ".join([f"n{k}", *(f"i{user}" for user in users)])
    mixed = f"color-mix(in srgb,{colour} 78%,currentColor)"  # seen on light and on dark pages
    look = (
        f'class="frame" fill="{colour}" fill-opacity=".18" stroke="{colour}" stroke-width="2" '
        f'style="stroke:{mixed}"'
    )
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
        "stack": 'rx="6"',
    }[shape]
    behind = ""
    if shape == "stack":  # as of sheets behind it: there is more in it
        sheet = f"M{x + 5:g},{y:g}v-4h{width:g}v{height:g}h-5"
        behind = f'<path d="{sheet}" {look.replace("fill-opacity", "data-fill")} fill-opacity="0"/>'
    return f'{behind}<rect x="{x:g}" y="{y:g}" width="{width}" height="{height}" {extra} {look}/>'


def _text(x, y, words, look):
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="middle" fill="currentColor" {look}>'
        f"{escape(words)}</text>"
    )


def _at(point):
    return f"{point[0]:g},{point[1]:g}"
