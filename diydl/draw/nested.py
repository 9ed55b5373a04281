"""A layout with frames: what is in a frame is laid out first, and stands outside as one large box.

An edge that crosses a frame is drawn in pieces, which meet in a port on the border of the frame.
All is computed as if the graph ran from left to right, then turned.
"""

from dataclasses import dataclass

from diydl.draw.layout import layered, turned_point, turned_size

_PAD, _BAR, _LETTER = 12, 24, 7.4  # pixels: around what is inside, for the title, of its letters


@dataclass(frozen=True)
class Nested:
    """Where everything stands.

    Attributes
    ----------
    places : middles of the nodes
    boxes : (left, top, width, height) of the frames
    pieces : (cubic Bezier points, numbers of the edges it belongs to, whether it ends in an arrow)
    size : of the whole
    """

    places: list
    boxes: list
    pieces: list
    size: tuple


def nested(sizes, edges, inside=None, frames=(), direction="LR"):
    """Lay out nodes, edges and frames.

    Parameters
    ----------
    sizes : (width, height) of each node
    edges : pairs of numbers of nodes
    inside : for each node the frame around it, or None
    frames : for each frame the frame around it, or None, and its title

    Examples
    --------
    >>> drawn = nested([(40, 20), (60, 20)], [(0, 1)], [None, 0], [(None, "layer")])
    >>> drawn.boxes, drawn.places[1]
    ([(78.0, 0.0, 104.0, 62.0)], (140.0, 40.0))
    """
    whole = _Frame(_Graph(sizes, edges, inside or [None] * len(sizes), frames, direction), None)
    return whole.turned()


class _Graph:
    """What is to be laid out, from left to right."""

    def __init__(self, sizes, edges, inside, frames, direction):
        self.flat = direction in ("LR", "RL")
        self.sizes = sizes if self.flat else [(height, width) for width, height in sizes]
        self.edges, self.inside, self.direction = edges, inside, direction
        self.parents = [parent for parent, _ in frames]
        self.titles = [len(title) * _LETTER + 2 * _PAD for _, title in frames]
        self.chains = [self._chain(frame) for frame in inside]

    def _chain(self, frame):
        """Return the frames around a node, the innermost first, and None for the whole."""
        chain = []
        while frame is not None:
            chain.append(frame)
            frame = self.parents[frame]
        return [*chain, None]

    def member(self, node, frame):
        """Return what stands for `node` in `frame`: itself, a frame in it, or None."""
        chain = self.chains[node]
        if frame not in chain:
            return None
        k = chain.index(frame)
        return ("node", node) if k == 0 else ("frame", chain[k - 1])


class _Frame:
    """What is in one frame, laid out; `at` is its corner in the frame around it."""

    def __init__(self, graph, frame):
        self.graph, self.frame = graph, frame
        self.inner = {f: _Frame(graph, f) for f, p in enumerate(graph.parents) if p == frame}
        members = [("node", k) for k, f in enumerate(graph.inside) if f == frame]
        members += [("frame", f) for f in self.inner]
        self.links = self._links()
        enter = dict.fromkeys(a for a, _, _ in self.links if a[0] == "in")
        leave = dict.fromkeys(b for _, b, _ in self.links if b[0] == "out")
        self.items = [*enter, *members, *leave]
        number = {item: k for k, item in enumerate(self.items)}
        self.layout = layered(
            [self._size(item) for item in self.items],
            [(number[a], number[b]) for a, b, _ in self.links],
            [self._ports(a, b, of) for a, b, of in self.links],
            first=[number[item] for item in enter],
            last=[number[item] for item in leave],
        )
        self._measure(enter, leave)

    def _links(self):
        """Return the edges seen in this frame as (from, to, numbers of the edges they stand for).

        What goes to a frame, or out of this one, is drawn once for each source.
        """
        graph, links, shared = self.graph, [], {}
        for k, (a, b) in enumerate(graph.edges):
            start, end = graph.member(a, self.frame), graph.member(b, self.frame)
            if start == end:
                continue
            start, end = start or ("in", a), end or ("out", a)
            if end[0] == "node":
                links.append((start, end, [k]))
            elif (start, end, a) in shared:
                shared[start, end, a].append(k)
            else:
                shared[start, end, a] = [k]
                links.append((start, end, shared[start, end, a]))
        return links

    def _size(self, item):
        kind, k = item
        if kind == "node":
            return self.graph.sizes[k]
        return self.inner[k].size if kind == "frame" else (0, 4)

    def _ports(self, start, end, of):
        """Return how far from the middle of its ends an edge meets the frames there."""
        source = self.graph.edges[of[0]][0]
        ports = []
        for (kind, k), side in ((start, "leaves"), (end, "enters")):
            if kind == "frame":
                inner = self.inner[k]
                ports.append(getattr(inner, side)[source] - inner.size[1] / 2)
            else:
                ports.append(0 if kind in ("in", "out") else None)
        return tuple(ports)

    def _measure(self, enter, leave):
        """Find the size of this frame, its ports, and how far its contents are moved."""
        along, across = self.layout.size
        if self.frame is None:
            self.shift, self.size = (0, 0), (along, across)
            return
        title, ports = self.graph.titles[self.frame], [*enter, *leave]
        heights = {item: self.layout.places[self.items.index(item)][1] for item in ports}
        if self.graph.flat:
            before = after = _PAD
            low, high = _BAR + _PAD / 2, _PAD
            along = max(along, title - 2 * _PAD)
        else:  # the title is at the top, where edges may enter: they pass beside it
            before, after = (_BAR, _PAD) if self.graph.direction == "TB" else (_PAD, _BAR)
            low = max(_PAD, title - min(heights.values(), default=title))
            high = max(_PAD, title - low - across)
        self.shift = (before, low)
        self.size = (along + before + after, across + low + high)
        self.enters = {item[1]: heights[item] + low for item in enter}
        self.leaves = {item[1]: heights[item] + low for item in leave}

    def turned(self):
        """Return everything, in the direction that was asked for."""
        graph, size = self.graph, self.size
        places: list = [None] * len(graph.sizes)
        boxes: list = [None] * len(graph.parents)
        pieces = []
        todo = [(self, (0, 0))]
        while todo:
            frame, corner = todo.pop()
            if frame.frame is not None:
                boxes[frame.frame] = _turned_box(corner, frame.size, graph.direction, size)
            u, v = corner[0] + frame.shift[0], corner[1] + frame.shift[1]
            for (kind, k), (x, y) in zip(frame.items, frame.layout.places, strict=True):
                if kind == "node":
                    places[k] = turned_point((u + x, v + y), graph.direction, size)
                elif kind == "frame":
                    inner = frame.inner[k]
                    todo.append((inner, (u + x - inner.size[0] / 2, v + y - inner.size[1] / 2)))
            for (start, end, of), route in zip(frame.links, frame.layout.routes, strict=True):
                points = [(u + x, v + y) for x, y in route]
                points = frame._to_border(points, start, end, corner)
                points = [turned_point(point, graph.direction, size) for point in points]
                pieces.append((points, of, end[0] == "node"))
        return Nested(places, boxes, pieces, turned_size(size, graph.direction))

    def _to_border(self, points, start, end, corner):
        """Draw an edge out to the border of this frame where it comes or goes through it."""
        if start[0] == "in":
            points = [*_line((corner[0], points[0][1]), points[0])[:3], *points]
        if end[0] == "out":
            points = [*points, *_line(points[-1], (corner[0] + self.size[0], points[-1][1]))[1:]]
        return points


def _line(start, end):
    step = (end[0] - start[0]) / 3
    return [start, (start[0] + step, start[1]), (start[0] + 2 * step, start[1]), end]


def _turned_box(corner, size, direction, whole):
    (x, y), (u, v) = (
        turned_point(point, direction, whole)
        for point in (corner, (corner[0] + size[0], corner[1] + size[1]))
    )
    return min(x, u), min(y, v), round(abs(u - x), 1), round(abs(v - y), 1)
