"""What a profile knows: a tree of spans of time, from phases over modules to primitives."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Span:
    """All that was done at one place: how often, how long, and what it cost.

    Attributes
    ----------
    kind : str
        "profile", "phase", "module", "gradient" (the VJP of a primitive), "primitive" or "step".
    what : object
        The phase's name, the module, the primitive, or what a step of a plan says.
    calls : int
    seconds : float
        Everything inside included.
    flops, moved : int
        Floating-point operations, and bytes read and written, without those of spans inside.
    peak : int
        Most bytes held while it ran, beyond what was held when the profile began.
    inside : dict
        Spans inside, by (kind, key).

    Examples
    --------
    >>> root = Span("profile", "all", seconds=3.0)
    >>> root.at("phase", "forward").seconds = 2.0
    >>> root.own_seconds, [(path[-1].what, span.seconds) for path, span in root.walk()]
    (1.0, [('all', 3.0), ('forward', 2.0)])
    """

    kind: str
    what: Any
    calls: int = 0
    seconds: float = 0.0
    flops: int = 0
    moved: int = 0
    peak: int = 0
    inside: dict = field(default_factory=dict)

    def at(self, kind, what, key=None):
        """Return the span inside for this, made if there is none; `key` tells it from others."""
        key = (kind, what if key is None else key)
        if key not in self.inside:
            self.inside[key] = Span(kind, what)
        return self.inside[key]

    @property
    def own_seconds(self):
        """Seconds that no span inside accounts for."""
        return max(self.seconds - sum(span.seconds for span in self.inside.values()), 0.0)

    @property
    def all_flops(self):
        """Floating-point operations, those of spans inside included."""
        return self.flops + sum(span.all_flops for span in self.inside.values())

    def walk(self, above=()):
        """Yield (path from the root to the span, span) for this span and all inside."""
        path = (*above, self)
        yield path, self
        for span in self.inside.values():
            yield from span.walk(path)
