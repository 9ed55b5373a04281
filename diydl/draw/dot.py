"""A layout by Graphviz, where it is: the program `dot`, or the optional package pygraphviz.

Graphviz only says where things stand; boxes, words and colours are drawn by us, as always.
"""

import importlib.util
import shlex
import shutil
import subprocess

from diydl.draw.nested import Nested

_POINTS = 72  # per inch
_PATIENCE = 20  # seconds
_MARGIN, _TITLE = 12, 22  # pixels in a frame: around what is inside, for its title
_LETTER = 7.4  # width of a letter of a title


class DotFailed(Exception):
    """Graphviz is there, but gave no layout."""


def found():
    """Tell whether Graphviz is there: "dot", "pygraphviz" or None.

    Examples
    --------
    >>> found() in ("dot", "pygraphviz", None)
    True
    """
    if shutil.which("dot"):
        return "dot"
    return "pygraphviz" if importlib.util.find_spec("pygraphviz") else None


def dot_source(sizes, edges, direction="LR", inside=None, frames=()):
    """Return the graph in Graphviz's language; takes what `nested` takes.

    Examples
    --------
    >>> print(dot_source([(72, 36), (72, 36)], [(0, 1)]))
    digraph { rankdir=LR; ranksep=0.5; nodesep=0.25; node [shape=box, fixedsize=true, label=""];
    0 [width=1.0000, height=0.5000];
    1 [width=1.0000, height=0.5000];
    0 -> 1;
    }
    """
    head = (
        f"digraph {{ rankdir={direction}; ranksep=0.5; nodesep=0.25; "
        'node [shape=box, fixedsize=true, label=""];'
    )
    inside = inside or [None] * len(sizes)
    nodes = [
        f"{k} [width={w / _POINTS:.4f}, height={h / _POINTS:.4f}];"
        for k, (w, h) in enumerate(sizes)
        if inside[k] is None
    ]
    for frame, (parent, _) in enumerate(frames):
        if parent is None:
            nodes += _cluster(frame, sizes, inside, frames)
    return "\n".join([head, *nodes, *(f"{a} -> {b};" for a, b in edges), "}"])


def _cluster(frame, sizes, inside, frames):
    letters = "m" * len(frames[frame][1])  # the title itself may hold anything
    yield f'subgraph cluster_{frame} {{ margin={_MARGIN}; fontsize=12; label="{letters}";'
    for k, (w, h) in enumerate(sizes):
        if inside[k] == frame:
            yield f"{k} [width={w / _POINTS:.4f}, height={h / _POINTS:.4f}];"
    for inner, (parent, _) in enumerate(frames):
        if parent == frame:
            yield from _cluster(inner, sizes, inside, frames)
    yield "}"


def by_dot(sizes, edges, inside=None, frames=(), direction="LR"):
    """Let Graphviz lay out the graph as `nested` does; raises `DotFailed` where it cannot.

    Examples
    --------
    >>> by_dot([(54, 44)], []).places if found() else [(27.0, 22.0)]
    [(27.0, 22.0)]
    """
    inside = inside or [None] * len(sizes)
    source = dot_source(sizes, edges, direction, inside, frames)
    try:
        plain = _run(source) if found() == "dot" else _ask_pygraphviz(source)
        drawn = read_plain(plain, len(sizes), edges)
    except (OSError, subprocess.SubprocessError, ImportError, ValueError, KeyError) as error:
        raise DotFailed(f"Graphviz gave no layout ({_reason(error)})") from error
    return _framed(drawn, sizes, inside, frames)


def read_plain(text, count, edges):
    """Return the layout that Graphviz wrote in its "plain" format.

    Examples
    --------
    >>> plain = "graph 1 1 1\\nnode 0 0.5 0.5 1 1 x solid box black grey\\nstop"
    >>> read_plain(plain, 1, []).places
    [(36.0, 36.0)]
    """
    size, places, routes = (0.0, 0.0), {}, {}
    for line in text.replace("\\\n", "").splitlines():
        kind, *words = shlex.split(line)
        if kind == "graph":
            size = (float(words[1]) * _POINTS, float(words[2]) * _POINTS)
        elif kind == "node":
            places[int(words[0])] = _flipped(words[1:3], size)
        elif kind == "edge":
            numbers = words[3 : 3 + 2 * int(words[2])]
            route = [_flipped(pair, size) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
            routes.setdefault((int(words[0]), int(words[1])), []).append(route)
    if len(places) != count:
        raise ValueError(f"expected {count} nodes, it placed {len(places)}")
    size = (round(size[0], 1), round(size[1], 1))
    pieces = [(routes[edge].pop(0), [k], True) for k, edge in enumerate(edges)]
    return Nested([places[k] for k in range(count)], [], pieces, size)


def _framed(drawn, sizes, inside, frames):
    """Add the frames: the plain format does not tell them, but nothing else stands in them."""
    corners = {}
    for k, frame in enumerate(inside):
        if frame is not None:
            (x, y), (w, h) = drawn.places[k], sizes[k]
            corners.setdefault(frame, []).append((x - w / 2, y - h / 2, x + w / 2, y + h / 2))
    boxes: list = [None] * len(frames)
    for frame in reversed(range(len(frames))):
        left, top, right, low = (
            side(values)
            for side, values in zip(
                (min, min, max, max), zip(*corners[frame], strict=True), strict=True
            )
        )
        right = max(right, left + _LETTER * len(frames[frame][1]))
        left, top, right, low = left - 9, top - _TITLE, right + 9, low + 9
        boxes[frame] = (left, top, round(right - left, 1), round(low - top, 1))
        if frames[frame][0] is not None:
            corners.setdefault(frames[frame][0], []).append((left, top, right, low))
    return Nested(drawn.places, boxes, drawn.pieces, drawn.size)


def _flipped(pair, size):
    return (
        round(float(pair[0]) * _POINTS, 1),
        round(size[1] - float(pair[1]) * _POINTS, 1),
    )  # Graphviz counts from the bottom


def _run(source):
    # With -y=... the arrowhead is ours: edges end at the node.
    command = [str(shutil.which("dot")), "-Tplain", "-Earrowhead=none"]
    done = subprocess.run(
        command, input=source, capture_output=True, text=True, timeout=_PATIENCE, check=True
    )
    return done.stdout


def _ask_pygraphviz(source):
    import pygraphviz

    drawn = pygraphviz.AGraph(string=source).draw(
        format="plain", prog="dot", args="-Earrowhead=none"
    )
    return drawn.decode() if isinstance(drawn, bytes) else drawn


def _reason(error):
    if isinstance(error, subprocess.CalledProcessError):
        lines = (error.stderr or "").strip().splitlines()
        return f"dot ended with code {error.returncode}" + (f": {lines[-1]}" if lines else "")
    return str(error).splitlines()[0] if str(error) else type(error).__name__
