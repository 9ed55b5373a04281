"""Where the nodes of a graph stand and how its edges run: a layered layout of our own.

The four steps of Sugiyama, Tagawa and Toda (1981): nodes into layers, an order in each layer with
few crossings, coordinates, curves. All is computed as if the graph ran from left to right: `u`
goes along, `v` across.
"""

from dataclasses import dataclass

from diydl.draw.across import spread
from diydl.draw.layers import Layers

GAP, PORT_GAP = 38, 20  # pixels between layers, at least
_WIDE = 80  # pixels by which a layer is wide for one of its nodes


@dataclass(frozen=True)
class Layout:
    """Middles of the nodes, one curve for each edge (cubic Bezier points), size of the whole."""

    places: list
    routes: list
    size: tuple


def layered(sizes, edges, ports=None, first=(), last=()):
    """Lay out nodes of the given sizes (along, across) and edges (from, to), from left to right.

    Parameters
    ----------
    sizes
        One pair for each node.
    edges
        Pairs of indices; the same pair may stand there twice.
    ports, first, last
        As `Layers` takes them.

    Examples
    --------
    >>> layout = layered([(40, 20), (60, 20)], [(0, 1)])
    >>> layout.places, layout.size
    ([(20.0, 10.0), (108.0, 10.0)], (138.0, 20.0))
    >>> layout.routes
    [[(40.0, 10.0), (59.0, 10.0), (59.0, 10.0), (78.0, 10.0)]]
    """
    grid = Layers(sizes, edges, ports, first, last)
    grid.order()
    return _Drawn(grid, spread(grid)).layout()


def turned_point(point, direction, size):
    """Turn a point of a layout of this size, from left to right, into another direction.

    Examples
    --------
    >>> turned_point((20.0, 10.0), "BT", (40, 20))
    (10.0, 20.0)
    """
    (u, v), length = point, size[0]
    u = length - u if direction in ("RL", "BT") else u
    u, v = (u, v) if direction in ("LR", "RL") else (v, u)
    return _tidy(u), _tidy(v)


def turned_size(size, direction):
    """Return the size of a layout that runs from left to right, in another direction.

    Examples
    --------
    >>> turned_size((40, 20), "TB")
    (20.0, 40.0)
    """
    width, height = _tidy(size[0]), _tidy(size[1])
    return (width, height) if direction in ("LR", "RL") else (height, width)


class _Drawn:
    """Coordinates of everything, from the layers and how far across each item stands."""

    def __init__(self, grid, across):
        self.layers, self.levels, self.paths = grid.layers, grid.levels, grid.paths
        self.sizes, self.count, self.across = grid.sizes, grid.count, across
        self.given, self.before, self.after = grid.ports, grid.before, grid.after

    def layout(self):
        """Return places, routes and size, in pixels from the corner."""
        if not self.layers:
            return Layout([], [], (0.0, 0.0))
        low = min(self.across[i] - self.sizes[i][1] / 2 for layer in self.layers for i in layer)
        self.across = {item: v - low for item, v in self.across.items()}
        high = max(self.across[i] + self.sizes[i][1] / 2 for layer in self.layers for i in layer)
        ports = self._ports()
        starts, ends = self._columns(ports)
        places = [
            (_tidy(self._middle(item, starts, ends)), _tidy(self.across[item]))
            for item in range(self.count)
        ]
        routes = [self._route(path, ports[k], starts, ends) for k, path in enumerate(self.paths)]
        return Layout(places, routes, (_tidy(ends[-1]), _tidy(high)))

    def _ports(self):
        """Return for each edge where it leaves and where it arrives, spread over the sides."""
        leaving, arriving = {}, {}
        for k, path in enumerate(self.paths):
            leave, arrive = self.given[k] if len(path) == 2 else (0, 0)
            leaving.setdefault(path[0], []).append((self.across[path[1]] + (arrive or 0), k))
            arriving.setdefault(path[-1], []).append((self.across[path[-2]] + (leave or 0), k))
        sides = []
        for end, side in enumerate((leaving, arriving)):
            found = {}
            for item, users in side.items():
                step = min(12, 0.7 * self.sizes[item][1] / len(users))
                for n, (_, k) in enumerate(sorted(users)):
                    fixed = self.given[k][end]
                    offset = step * (n - (len(users) - 1) / 2) if fixed is None else fixed
                    found[k] = self.across[item] + offset
            sides.append(found)
        return [(sides[0][k], sides[1][k]) for k in range(len(self.paths))]

    def _columns(self, ports):
        """Return where each layer starts and ends; steep edges get more room before it."""
        wide = [max((self.sizes[i][0] for i in layer), default=0) for layer in self.layers]
        rise = [0.0] * len(wide)
        for (first, last), path in zip(ports, self.paths, strict=True):
            heights = [first, *(self.across[item] for item in path[1:-1]), last]
            for item, a, b in zip(path, heights, heights[1:], strict=False):
                rise[self.levels[item]] = max(rise[self.levels[item]], abs(b - a))
        starts, ends, u = [], [], 0.0
        for width, after, steep in zip(wide, [*wide[1:], 1], rise, strict=True):
            starts.append(u)
            ends.append(u + width)
            gap = GAP if width and after else PORT_GAP  # nothing stands in a layer of ports
            u += width + gap + min(60, max(0, steep - 40) / 3)
        return starts, ends

    def _route(self, path, port, starts, ends):
        """Return a curve that bends between layers only, so that it passes through no node."""
        first, last = path[0], path[-1]
        points = [(self._middle(first, starts, ends) + self.sizes[first][0] / 2, port[0])]
        for item, after in zip(path, path[1:], strict=False):
            height = port[1] if after == last else self.across[after]
            level = self.levels[item]
            self._line(points, ends[level])
            u, v = points[-1]
            far = starts[level + 1]
            points += [((u + far) / 2, v), ((u + far) / 2, height), (far, height)]
        self._line(points, self._middle(last, starts, ends) - self.sizes[last][0] / 2)
        return [(_tidy(u), _tidy(v)) for u, v in points]

    def _middle(self, item, starts, ends):
        """Return where an item stands along: in the middle of its layer.

        Beside a wide frame, what has no inputs stands near its users, what has no users near its
        inputs.
        """
        start, end, half = (
            starts[self.levels[item]],
            ends[self.levels[item]],
            self.sizes[item][0] / 2,
        )
        if end - start > 2 * half + _WIDE:
            if not self.before[item]:
                return end - half
            if not self.after[item]:
                return start + half
        return (start + end) / 2

    def _line(self, points, u):
        at, v = points[-1]
        if abs(u - at) > 0.01:
            points += [(at + (u - at) / 3, v), (at + 2 * (u - at) / 3, v), (u, v)]


def _tidy(number):
    return round(float(number), 1) + 0.0
