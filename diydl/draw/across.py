"""How far across each item of a layer stands: near its neighbours, long edges straight."""

APART = 16  # pixels between the nodes of a layer
_SWEEPS = 16


def spread(grid):
    """Return {item: middle} for all items of `Layers`.

    Examples
    --------
    >>> from diydl.draw.layers import Layers
    >>> spread(Layers([(40, 20)] * 3, [(0, 2), (1, 2)]))
    {0: -18.0, 1: 18.0, 2: 0.0}
    """
    return _Spread(grid).across


class _Spread:
    def __init__(self, grid):
        self.grid, self.across = grid, {}
        layers, before, after = grid.layers, grid.before, grid.after
        for layer in layers:
            self._settle(layer, [0] * len(layer), [1] * len(layer))
        for sweep in range(_SWEEPS):
            forward = sweep % 2 == 0
            for layer in layers if forward else reversed(layers):
                wishes, weights = [], []
                for item in layer:
                    both = before[item] + after[item]
                    near = (before if forward else after)[item] or both
                    near = both if sweep >= _SWEEPS - 2 else near
                    pull = [self._stiffness(item, n) for n, _, _ in near] or [1]
                    at = [self.across[n] + there - here for n, there, here in near]
                    at = at or [self.across[item]]
                    weights.append(sum(pull))
                    wishes.append(sum(p * v for p, v in zip(pull, at, strict=True)) / sum(pull))
                self._settle(layer, wishes, weights)
        for path, port in zip(grid.paths, grid.ports, strict=True):
            self._straighten(path, port)

    def _stiffness(self, *ends):
        """Return how much an edge wants to be straight: long edges most, those of leaves least."""
        slim = sum(end >= self.grid.count for end in ends)
        return (20, 30, 60)[slim] if all(self.grid.before[end] for end in ends) else 1

    def _straighten(self, path, port):
        """Run a long edge through its layers with as few bends as the nodes beside it allow."""
        rest, ends = path[1:-1], [(path[0], port[0] or 0), (path[-1], port[1] or 0)]
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
            end, offset = ends[len(run) == len(rest)]
            wish = self.across[end] + offset
            self.across.update(dict.fromkeys(run, min(max(wish, low), high)))
            rest = rest[len(run) :]

    def _freedom(self, item):
        """Return how far up and down an item may go without touching its neighbours."""
        layer = self.grid.layers[self.grid.levels[item]]
        k = layer.index(item)
        least = self.across[layer[k - 1]] + self._apart(layer[k - 1], item) if k else float("-inf")
        most = float("inf")
        if k + 1 < len(layer):
            most = self.across[layer[k + 1]] - self._apart(item, layer[k + 1])
        return least, most

    def _apart(self, a, b):
        thin = a >= self.grid.count or b >= self.grid.count
        return (self.grid.sizes[a][1] + self.grid.sizes[b][1]) / 2 + APART * (0.75 if thin else 1)

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
