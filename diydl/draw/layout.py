"""Where the nodes of a graph stand and how its edges run: a layered layout of our own.

The four steps of Sugiyama, Tagawa and Toda (1981): nodes into layers, an order in each layer with
few crossings, coordinates, curves. All is computed as if the graph ran from left to right: `u`
goes along, `v` across.
"""

from bisect import bisect_right, insort
from dataclasses import dataclass

GAP, APART = 38, 16  # pixels between layers, and between the nodes of a layer


@dataclass(frozen=True)
class Layout:
    """Middles of the nodes, one curve for each edge (cubic Bezier points), size of the whole."""

    places: list
    routes: list
    size: tuple


def layered(sizes, edges):
    """Lay out nodes of the given sizes (along, across) and edges (from, to), from left to right.

    Parameters
    ----------
    sizes
        One pair for each node; nodes stand before those that they have edges to.
    edges
        Pairs of indices; the same pair may stand there twice.

    Examples
    --------
    >>> layout = layered([(40, 20), (60, 20)], [(0, 1)])
    >>> layout.places, layout.size
    ([(20.0, 10.0), (108.0, 10.0)], (138.0, 20.0))
    >>> layout.routes
    [[(40.0, 10.0), (59.0, 10.0), (59.0, 10.0), (78.0, 10.0)]]
    """
    levels = _levels(len(sizes), edges)
    grid = _Grid(sizes, edges, levels)
    grid.order()
    grid.spread()
    return grid.layout()


def turned(layout, direction):
    """Return a layout that runs from left to right in the direction "LR", "RL", "TB" or "BT".

    Examples
    --------
    >>> turned(layered([(40, 20)], []), "TB").places
    [(10.0, 20.0)]
    """
    width, height = layout.size
    turn = {
        "LR": lambda u, v: (u, v),
        "RL": lambda u, v: (width - u, v),
        "TB": lambda u, v: (v, u),
        "BT": lambda u, v: (v, width - u),
    }[direction]
    return Layout(
        [turn(*place) for place in layout.places],
        [[turn(*point) for point in route] for route in layout.routes],
        layout.size if direction in ("LR", "RL") else (height, width),
    )


def _levels(count, edges):
    """Return the layer of each node: as far left as it can, leaves just before their first user."""
    levels, sources = [0] * count, set(range(count))
    for a, b in sorted(edges, key=lambda edge: edge[1]):
        levels[b] = max(levels[b], levels[a] + 1)
        sources.discard(b)
    for leaf in sources:
        users = [levels[b] for a, b in edges if a == leaf]
        levels[leaf] = min(users) - 1 if users else 0
    return levels


class _Grid:
    """Layers of items. An edge over several layers gets a slim item in each that it crosses."""

    def __init__(self, sizes, edges, levels):
        self.sizes, self.edges, self.levels = list(sizes), edges, list(levels)
        self.count = len(sizes)
        self.paths, self.after = [], [[] for _ in sizes]
        for a, b in edges:
            path = [a]
            for level in range(levels[a] + 1, levels[b]):
                path.append(len(self.sizes))
                self.sizes.append((0, 4))
                self.levels.append(level)
                self.after.append([])
            path.append(b)
            self.paths.append(path)
            for source, target in zip(path, path[1:], strict=False):
                self.after[source].append(target)
        self.before = [[] for _ in self.sizes]
        for source, targets in enumerate(self.after):
            for target in targets:
                self.before[target].append(source)
        self.layers = [[] for _ in range(max(self.levels, default=-1) + 1)]
        for item in self._walk():
            self.layers[self.levels[item]].append(item)

    def _walk(self):
        """Yield items depth first from the last node on, inputs in their order."""
        into = [[] for _ in self.sizes]
        for path in self.paths:
            for source, target in zip(path, path[1:], strict=False):
                into[target].append(source)
        seen, stack = set(), list(range(self.count))
        while stack:
            item = stack.pop()
            if item not in seen:
                seen.add(item)
                yield item
                stack.extend(reversed(into[item]))

    def order(self, sweeps=12):
        """Order each layer by the barycentres of its neighbours; the best of all sweeps stays."""
        best, fewest = [list(layer) for layer in self.layers], self._crossings()
        for sweep in range(sweeps):
            if not fewest:
                break
            forward = sweep % 2 == 0
            place = {item: k for layer in self.layers for k, item in enumerate(layer)}
            for layer in self.layers if forward else reversed(self.layers):
                near = self.before if forward else self.after
                wish = {i: _mean([place[n] for n in near[i]], place[i]) for i in layer}
                layer.sort(key=wish.__getitem__)
                place.update({item: k for k, item in enumerate(layer)})
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(layer) for layer in self.layers], crossings
        self.layers = best

    def _crossings(self):
        """Count pairs of edges that cross, between neighbouring layers."""
        place = {item: k for layer in self.layers for k, item in enumerate(layer)}
        total = 0
        for layer in self.layers:
            passed = []
            for item in layer:
                ends = [place[target] for target in self.after[item]]
                total += sum(len(passed) - bisect_right(passed, end) for end in ends)
                for end in ends:
                    insort(passed, end)
        return total

    def spread(self, sweeps=16):
        """Give every item its place across: near its neighbours, long edges straight."""
        self.across = {}
        for layer in self.layers:
            self._settle(layer, [0] * len(layer), [1] * len(layer))
        for sweep in range(sweeps):
            forward = sweep % 2 == 0
            for layer in self.layers if forward else reversed(self.layers):
                wishes, weights = [], []
                for item in layer:
                    both = self.before[item] + self.after[item]
                    near = (self.before if forward else self.after)[item] or both
                    near = both if sweep >= sweeps - 2 else near
                    pull = [self._stiffness(item, n) for n in near] or [1]
                    at = [self.across[n] for n in near] or [self.across[item]]
                    weights.append(sum(pull))
                    wishes.append(sum(p * v for p, v in zip(pull, at, strict=True)) / sum(pull))
                self._settle(layer, wishes, weights)
        for path in self.paths:
            self._straighten(path)

    def _stiffness(self, *ends):
        """Return how much an edge wants to be straight: long edges most, those of leaves least."""
        slim = sum(end >= self.count for end in ends)
        return (20, 30, 60)[slim] if all(self.before[end] for end in ends) else 1

    def _straighten(self, path):
        """Run a long edge through its layers with as few bends as the nodes beside it allow."""
        rest = path[1:-1]
        while rest:
            low, high, run = float("-inf"), float("inf"), []
            for item in rest:
                least, most = self._freedom(item)
                if max(low, least) > min(high, most):
                    break
                low, high = max(low, least), min(high, most)
                run.append(item)
            if not run:  # squeezed in: where it stands is where it fits
                rest = rest[1:]
                continue
            wish = self.across[path[0] if len(run) < len(rest) else path[-1]]
            self.across.update(dict.fromkeys(run, min(max(wish, low), high)))
            rest = rest[len(run) :]

    def _freedom(self, item):
        """Return how far up and down an item may go without touching its neighbours."""
        layer = self.layers[self.levels[item]]
        k = layer.index(item)
        least = self.across[layer[k - 1]] + self._apart(layer[k - 1], item) if k else float("-inf")
        most = float("inf")
        if k + 1 < len(layer):
            most = self.across[layer[k + 1]] - self._apart(item, layer[k + 1])
        return least, most

    def _apart(self, a, b):
        thin = a >= self.count or b >= self.count
        return (self.sizes[a][1] + self.sizes[b][1]) / 2 + APART * (0.75 if thin else 1)

    def _settle(self, layer, wishes, weights):
        """Set the layer as near to its wishes as its order and the distances allow.

        Least squares under v[k + 1] - v[k] >= distance: the pool-adjacent-violators algorithm.
        """
        offset, offsets = 0.0, []
        for k, item in enumerate(layer):
            if k:
                offset += self._apart(layer[k - 1], item)
            offsets.append(offset)
        pools = []  # [weighted sum, weight, members]
        for wish, weight, start in zip(wishes, weights, offsets, strict=True):
            pools.append([weight * (wish - start), weight, 1])
            while len(pools) > 1 and pools[-2][0] * pools[-1][1] > pools[-1][0] * pools[-2][1]:
                total, weight, members = pools.pop()
                pools[-1] = [pools[-1][0] + total, pools[-1][1] + weight, pools[-1][2] + members]
        values = [total / weight for total, weight, members in pools for _ in range(members)]
        for item, value, start in zip(layer, values, offsets, strict=True):
            self.across[item] = value + start

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
            (_tidy((starts[n] + ends[n]) / 2), _tidy(self.across[item]))
            for item, n in enumerate(self.levels[: self.count])
        ]
        routes = [self._route(path, ports[k], starts, ends) for k, path in enumerate(self.paths)]
        return Layout(places, routes, (_tidy(ends[-1]), _tidy(high)))

    def _ports(self):
        """Return for each edge where it leaves and where it arrives, spread over the sides."""
        leaving, arriving = {}, {}
        for k, path in enumerate(self.paths):
            leaving.setdefault(path[0], []).append((self.across[path[1]], k))
            arriving.setdefault(path[-1], []).append((self.across[path[-2]], k))
        sides = []
        for side in (leaving, arriving):
            found = {}
            for item, users in side.items():
                step = min(12, 0.7 * self.sizes[item][1] / len(users))
                for n, (_, k) in enumerate(sorted(users)):
                    found[k] = self.across[item] + step * (n - (len(users) - 1) / 2)
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
        for width, steep in zip(wide, rise, strict=True):
            starts.append(u)
            ends.append(u + width)
            u += width + GAP + min(60, max(0, steep - 40) / 3)
        return starts, ends

    def _route(self, path, port, starts, ends):
        """Return a curve that bends between layers only, so that it passes through no node."""
        first, last = path[0], path[-1]
        level = self.levels[first]
        middle = (starts[level] + ends[level]) / 2
        points = [(middle + self.sizes[first][0] / 2, port[0])]
        for item, after in zip(path, path[1:], strict=False):
            height = port[1] if after == last else self.across[after]
            level = self.levels[item]
            self._line(points, ends[level])
            u, v = points[-1]
            far = starts[level + 1]
            points += [((u + far) / 2, v), ((u + far) / 2, height), (far, height)]
        level = self.levels[last]
        self._line(points, (starts[level] + ends[level]) / 2 - self.sizes[last][0] / 2)
        return [(_tidy(u), _tidy(v)) for u, v in points]

    def _line(self, points, u):
        at, v = points[-1]
        if abs(u - at) > 0.01:
            points += [(at + (u - at) / 3, v), (at + 2 * (u - at) / 3, v), (u, v)]


def _mean(values, otherwise):
    return sum(values) / len(values) if values else otherwise


def _tidy(number):
    return round(float(number), 1) + 0.0
