"""Assignments that wait, and who knows of them."""

from weakref import ref

from diydl.engines.lazy.tensor import LazyTensor


class Assignment(LazyTensor):
    """The effect of `diydl.assign`: it waits until it is asked for, or what it belongs to is.

    Once done it is what a parameter is: whoever reads that later reads this.
    """

    __slots__ = ("after",)

    @property
    def along(self):
        """What it writes, and the assignments to its state that come before it."""
        return [*super().along, *([] if self.after is None else [self.after])]

    def forget(self):
        """Drop what was written: it is in the state now."""
        self.inputs, self.after = (), None


class Pending:
    """Knows the last assignment to each state that waits, as long as somebody could ask for it.

    An assignment that belongs to a value dies with it; one that belongs to nothing is kept.
    """

    def __init__(self):
        self._waiting = {}  # state: references to assignments, in order
        self._kept = set()

    def add(self, effect, *, keep):
        """Expect an assignment; `keep` it alive."""
        waiting, state = self._waiting, effect.state

        def gone(dead):
            waiting[state].remove(dead)
            if not waiting[state]:
                del waiting[state]

        waiting.setdefault(state, []).append(ref(effect, gone))
        if keep:
            self._kept.add(effect)

    def last(self, state):
        """Return the last assignment to `state` that waits, or None."""
        return self._waiting[state][-1]() if state in self._waiting else None

    def kept(self):
        """Return the assignments that wait and belong to nothing, in order."""
        return sorted(self._kept, key=lambda effect: effect.number)

    def remove(self, effect):
        """Expect an assignment no more: it is done, or has failed."""
        left = [r for r in self._waiting.get(effect.state, ()) if r() is not effect]
        self._waiting[effect.state] = left
        if not left:
            del self._waiting[effect.state]
        self._kept.discard(effect)

    def __len__(self):
        return sum(map(len, self._waiting.values()))
