"""Which layer each node of a graph stands in, and in which order: with few crossings of edges."""

from bisect import bisect_right, insort


class Layers:
    """Layers of items. An edge over several layers gets a slim item in each that it crosses.

    Attributes
    ----------
    layers : items of each layer, in order; the first `count` items are the nodes
    levels, sizes : layer and size of each item
    paths : items that each edge passes, its ends included
    before, after : neighbours of each item in the layers beside its own

    Examples
    --------
    >>> grid = Layers([(40, 20)] * 3, [(0, 1), (1, 2), (0, 2)])
    >>> grid.layers, grid.paths[2]
    ([[0], [1, 3], [2]], [0, 3, 2])
    """

    def __init__(self, sizes, edges):
        self.levels = levels_of(len(sizes), edges)
        self.sizes, self.count = list(sizes), len(sizes)
        self.paths, self.after = [], [[] for _ in sizes]
        for a, b in edges:
            path = [a]
            for level in range(self.levels[a] + 1, self.levels[b]):
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


def levels_of(count, edges):
    """Return the layer of each node: as far left as it can, leaves just before their first user.

    Examples
    --------
    >>> levels_of(4, [(0, 1), (1, 3), (2, 3)])
    [0, 1, 1, 2]
    """
    levels, sources = [0] * count, set(range(count))
    for a, b in sorted(edges, key=lambda edge: edge[1]):
        levels[b] = max(levels[b], levels[a] + 1)
        sources.discard(b)
    for leaf in sources:
        users = [levels[b] for a, b in edges if a == leaf]
        levels[leaf] = min(users) - 1 if users else 0
    return levels


def _mean(values, otherwise):
    return sum(values) / len(values) if values else otherwise
