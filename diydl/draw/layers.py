"""Which layer each node of a graph stands in, and in which order: with few crossings of edges."""

from bisect import bisect_right, insort

FREE = (None, None)  # an edge may leave and arrive wherever there is room


class Layers:
    """Layers of items. An edge over several layers gets a slim item in each that it crosses.

    Parameters
    ----------
    sizes, edges
        (along, across) of each node, and pairs (from, to).
    ports
        For each edge how far from the middle of its nodes it leaves and arrives, or None.
    first, last
        Nodes that stand in the first and in the last layer.

    Attributes
    ----------
    layers : items of each layer, in order; the first `count` items are the nodes
    levels, sizes : layer and size of each item
    paths : items that each edge passes, its ends included
    before, after : for each item its neighbours in the layers beside its own, as
        (neighbour, offset of the edge from the neighbour's middle, from its own)

    Examples
    --------
    >>> grid = Layers([(40, 20)] * 3, [(0, 1), (1, 2), (0, 2)])
    >>> grid.layers, grid.paths[2]
    ([[0], [1, 3], [2]], [0, 3, 2])
    """

    def __init__(self, sizes, edges, ports=None, first=(), last=()):
        self.levels = levels_of(len(sizes), edges, first, last)
        self.sizes, self.count = list(sizes), len(sizes)
        self.ports = list(ports or [FREE] * len(edges))
        self.paths, self.after = [], [[] for _ in sizes]
        for (a, b), port in zip(edges, self.ports, strict=True):
            self._lead(a, b, port)
        self.before = [[] for _ in self.sizes]
        for source, links in enumerate(self.after):
            for target, arrive, leave in links:
                self.before[target].append((source, leave, arrive))
        self.layers = [[] for _ in range(max(self.levels, default=-1) + 1)]
        for item in self._walk():
            self.layers[self.levels[item]].append(item)

    def _lead(self, a, b, port):
        """Lead an edge through the layers between its ends."""
        path = [a]
        for level in range(self.levels[a] + 1, self.levels[b]):
            path.append(len(self.sizes))
            self.sizes.append((0, 4))
            self.levels.append(level)
            self.after.append([])
        path.append(b)
        self.paths.append(path)
        for source, target in zip(path, path[1:], strict=False):
            leave = port[0] if source == a else None
            arrive = port[1] if target == b else None
            self.after[source].append((target, arrive or 0, leave or 0))

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
        best, fewest = [list(layer) for layer in self.layers], self.crossings()
        for sweep in range(sweeps):
            if not fewest:
                break
            forward = sweep % 2 == 0
            place = self._places()
            for layer in self.layers if forward else reversed(self.layers):
                near = self.before if forward else self.after
                wish = {i: self._centre(near[i], place, place[i]) for i in layer}
                layer.sort(key=wish.__getitem__)
                place.update({item: k for k, item in enumerate(layer)})
            crossings = self.crossings()
            if crossings < fewest:
                best, fewest = [list(layer) for layer in self.layers], crossings
        self.layers = best

    def _places(self):
        return {item: k for layer in self.layers for k, item in enumerate(layer)}

    def _at(self, item, offset, place):
        """Return where an edge meets its layer, counted in items."""
        return place[item] + (0.9 * offset / self.sizes[item][1] if offset else 0)

    def _centre(self, links, place, otherwise):
        if not links:
            return otherwise
        return sum(self._at(n, offset, place) for n, offset, _ in links) / len(links)

    def crossings(self):
        """Count pairs of edges that cross, between neighbouring layers."""
        place, total = self._places(), 0
        for layer in self.layers:
            ends = sorted(
                (self._at(item, leave, place), self._at(target, arrive, place))
                for item in layer
                for target, arrive, leave in self.after[item]
            )
            passed = []
            for _, end in ends:
                total += len(passed) - bisect_right(passed, end)
                insort(passed, end)
        return total


def levels_of(count, edges, first=(), last=()):
    """Return the layer of each node: as far left as it can, leaves just before their first user.

    Examples
    --------
    >>> levels_of(4, [(0, 1), (1, 3), (2, 3)])
    [0, 1, 1, 2]
    """
    after, waiting = [[] for _ in range(count)], [0] * count
    for a, b in edges:
        after[a].append(b)
        waiting[b] += 1
    leaves = [k for k in range(count) if not waiting[k]]
    levels, ready = [0] * count, list(leaves)
    for k in ready:  # grows while it is read: inputs before users
        for b in after[k]:
            levels[b] = max(levels[b], levels[k] + 1)
            waiting[b] -= 1
            if not waiting[b]:
                ready.append(b)
    if len(ready) < count:
        raise ValueError("a picture of a graph needs one without cycles, this one has some")
    for leaf in leaves:
        if leaf not in first:
            levels[leaf] = min((levels[b] for b in after[leaf]), default=1) - 1
    end = max(levels, default=0)
    for k in last:
        levels[k] = end
    return levels
