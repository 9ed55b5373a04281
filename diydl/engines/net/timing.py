"""How long each module of a net takes, forward and backward."""

from collections import defaultdict
from contextlib import contextmanager
from time import perf_counter

from diydl.backend import device_of, synchronize


class Timing:
    """Seconds per module; its ``repr`` is a table, slowest first.

    Attributes
    ----------
    forward, backward : dict of str to list of float
        From the ID of a module to the seconds of each of its runs.
    prims : dict of str to str
        The primitive of each module.
    """

    def __init__(self):
        self.forward, self.backward, self.prims = defaultdict(list), defaultdict(list), {}

    def __call__(self, run):
        """Call the method `run` of a module, and note how long it took."""
        module = run.__self__
        if module.output is None:  # an effect
            return run()
        kept = self.backward if run.__name__ == "backward" else self.forward
        start = perf_counter()
        result = run()
        synchronize(device_of(module.output.value))
        kept[module.id].append(perf_counter() - start)
        self.prims[module.id] = module.prim.name
        return result

    @property
    def total(self):
        """Seconds in all."""
        return sum(sum(runs) for kept in (self.forward, self.backward) for runs in kept.values())

    def rows(self):
        """Return (ID, primitive, seconds forward, seconds backward, share) of each, slowest first.

        Examples
        --------
        >>> timing = Timing()
        >>> timing.forward["mul"], timing.prims["mul"] = [0.25, 0.5], "mul"
        >>> timing.rows()
        [('mul', 'mul', 0.75, 0.0, 1.0)]
        """
        total, rows = self.total or 1.0, []
        for id, prim in self.prims.items():
            ahead, back = (sum(kept.get(id, ()), 0.0) for kept in (self.forward, self.backward))
            rows.append((id, prim, ahead, back, (ahead + back) / total))
        return sorted(rows, key=lambda row: -row[-1])

    def __repr__(self):
        head = ("module", "primitive", "forward", "backward", "share")
        ahead, back = (
            sum(sum(runs) for runs in kept.values()) for kept in (self.forward, self.backward)
        )
        rows = [*self.rows(), ("all", "", ahead, back, 1.0)]
        cells = [
            (a, b, f"{1e3 * c:.3f} ms", f"{1e3 * d:.3f} ms", f"{e:.0%}") for a, b, c, d, e in rows
        ]
        widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
        return "\n".join(
            "  ".join(
                f"{text:<{width}}" if k < 2 else f"{text:>{width}}"
                for k, (text, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in (head, *cells)
        )


@contextmanager
def timed(net):
    """Time each module of `net` that runs inside the block; see `Net.timed`."""
    timing, before = Timing(), net.call
    net.call = timing
    try:
        yield timing
    finally:
        net.call = before
