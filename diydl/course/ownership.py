"""``watch()``: which pieces of the library ran, how often, and whose they are.

A piece is a function of the library that an exercise asks for. Some are the learner's, once
``use_mine()`` has put them in; the rest are lent by the library.

    with watch() as ran:
        loss.backward()
    ran
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock

from diydl import draw
from diydl.course.catalog import exercise_ids, find_exercise
from diydl.exercise import find_slot, listening


class Ran:
    """What ran while it was watched. A notebook shows it as a picture, `print` as a list.

    ``calls`` counts the calls of each exercise's piece, ``yours`` and ``lent`` name the pieces that
    ran by whose function was called (in both, where a piece changed hands meanwhile).
    """

    def __init__(self):
        self._counts: Counter[tuple[str, bool]] = Counter()
        self._lock = Lock()

    def _heard(self, id: str, overlaid: bool) -> None:
        with self._lock:
            self._counts[id, overlaid] += 1

    @property
    def calls(self) -> dict[str, int]:
        """How often each piece was called, in the order of the exercises."""
        ids = _in_order(id for id, _ in self._counts)
        return {id: self._counts[id, True] + self._counts[id, False] for id in ids}

    @property
    def yours(self) -> list[str]:
        """Pieces that ran as the learner's own function."""
        return _in_order(id for id, overlaid in self._counts if overlaid)

    @property
    def lent(self) -> list[str]:
        """Pieces that ran as the library's function."""
        return _in_order(id for id, overlaid in self._counts if not overlaid)

    @property
    def head(self) -> str:
        """One sentence: how much of it was the learner's."""
        if not self.calls:
            return "None of the pieces that the exercises ask for ran."
        own = sum(self._counts[id, True] for id in self.yours)
        return (
            f"Pieces that ran: {len(self.calls)}, of them yours: {len(self.yours)}. "
            f"Calls: {sum(self.calls.values())}, of them to yours: {own}."
        )

    def __str__(self) -> str:
        rows = [(id, _name(id), self._whose(id), f"{n}") for id, n in self.calls.items()]
        return "\n".join([self.head, *table(("piece", "function", "whose", "calls"), rows)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        if not self.calls:
            return f"<p>{self.head}</p>"
        labels = {id: f"{id} \u00d7{count}" for id, count in self.calls.items()}
        drawn = picture(self.yours, self.lent, labels, title="What ran", caption=self.head)
        return drawn._repr_html_()

    def _whose(self, id: str) -> str:
        if id not in self.yours:
            return "the library's"
        return "yours, in part" if id in self.lent else "yours"


@contextmanager
def watch() -> Iterator[Ran]:
    """Count the pieces of the library that run within the block, and tell whose they are.

    Examples
    --------
    >>> import diydl as dl
    >>> with watch() as ran:
    ...     y = dl.relu(dl.tensor([-1.0, 2.0]))
    >>> print(ran)
    Pieces that ran: 1, of them yours: 0. Calls: 1, of them to yours: 0.
      piece    function  whose          calls
      00/relu  relu      the library's  1
    """
    ran = Ran()
    with listening(ran._heard):
        yield ran


def pieces() -> dict[str, str]:
    """Map the exercises that stand for a function of the library to its full name.

    Examples
    --------
    >>> pieces()["00/relu"]
    'diydl.ops.functional.relu'
    """
    code = [e for e in map(find_exercise, exercise_ids()) if e.kind == "code" and e.is_slot]
    return {exercise.id: _name(exercise.id, full=True) for exercise in code}


def picture(yours, lent, labels=None, *, title, caption=None):
    """Draw pieces, given by the ids of their exercises, in the layers of the library.

    Examples
    --------
    >>> picture(["00/relu"], [], title="Mine")
    Mine, from the foundation up. Operations: 00/relu (yours).
    """
    names = {id: _name(id, full=True) for id in _in_order([*yours, *lent])}
    labels = {name: (labels or {}).get(id, id) for id, name in names.items()}
    own, others = [names[id] for id in yours], [names[id] for id in lent]
    return draw.ownership_picture(own, others, labels=labels, title=title, caption=caption)


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Set rows of words in columns, as plain lines.

    Examples
    --------
    >>> print(*table(("id", "points"), [("00/relu", "5")]), sep="\\n")
      id       points
      00/relu  5
    """
    if not rows:
        return []
    rows = [heads, *rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _name(id: str, *, full: bool = False) -> str:
    slot = find_slot(id)
    return f"{slot.__module__}.{slot.__qualname__}" if full else slot.__qualname__


def _in_order(ids: Iterable[str]) -> list[str]:
    """Sort by the course; what is of no course comes last."""
    place = {id: k for k, id in enumerate(exercise_ids())}
    return sorted(set(ids), key=lambda id: (place.get(id, len(place)), id))
