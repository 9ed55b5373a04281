"""Finding what is repeated in a graph: equal blocks, and the steps of an unrolled recurrence.

Operations stand in a row, inputs before users. A part of the row that comes several times, one
right after the other, wired in the same way each time, becomes a group of copies.
"""

import numpy as np

from diydl.draw.copies import with_copies
from diydl.draw.row import Row, plain

_FEWEST = 3  # copies
_SPARED = 8  # nodes, at least
_LONGEST = 400  # items of one copy
_TRIED, _TURNS = 40, 12  # candidates, and where a copy may begin


def repeats(picture):
    """Return the picture with a group of copies around all that is repeated.

    Examples
    --------
    >>> from diydl.draw.picture import Node, Picture
    >>> nodes = [Node("x", "data"), *[Node("tanh"), Node("exp")] * 6]
    >>> found = repeats(Picture(nodes, [(k, k + 1) for k in range(12)]))
    >>> [(group.label, group.times) for group in found.groups][0]
    ('part', 6)
    """
    todo = [None, *range(len(picture.groups))]
    done = set()
    while todo:
        container = todo.pop(0)
        if container in done:
            continue
        row = Row(picture, container)
        found = _best(row)
        if found is None:
            done.add(container)
            continue
        known = len(picture.groups)
        picture = with_copies(picture, row, found)
        if len(picture.nodes) < len(row.picture.nodes):  # cut: all is numbered anew
            todo, done = [None, *range(len(picture.groups))], set()
            continue
        todo = [container, *todo, *range(known, len(picture.groups))]
        done |= {g for g in range(known, len(picture.groups)) if picture.groups[g].copies}
    return picture


def _best(row):
    """Return the items of each copy of the repetition that spares most, or None."""
    sums = np.concatenate([[0], np.cumsum([len(item) for item in row.items])]).astype(int)
    runs = sorted(
        (-int(sums[start + length] - sums[start]), period, start, length)
        for period, start, length in _runs(row.codes)
    )
    for _, period, start, length in runs[:_TRIED]:
        carried = {turn: _carried(row, start + turn, period) for turn in range(period)}
        turns = [turn for turn in carried if carried[turn] == min(carried.values())]
        tried = [_alike(row, start + turn, period, length - turn) for turn in turns[:_TURNS]]
        copies = max(tried, key=len)
        spared = sum(len(row.items[i]) for copy in copies[1:] for i in copy)
        if len(copies) >= _FEWEST and spared >= _SPARED:
            return copies
    return None


def _runs(codes):
    """Yield (period, start, length) of all stretches of the row that repeat themselves."""
    for period in range(1, min(len(codes) // _FEWEST, _LONGEST) + 1):
        same = np.concatenate([[0], codes[period:] == codes[:-period], [0]])
        ends = np.flatnonzero(np.diff(same))
        for start, stop in zip(ends[::2], ends[1::2], strict=True):
            if stop - start >= (_FEWEST - 1) * period:
                yield period, int(start), int(stop - start) + period


def _carried(row, start, period):
    """Count the values that one copy hands to the next, which are fewest between whole blocks."""
    sources = set()
    for item in row.items[start + period : start + 2 * period]:
        sources |= {a for k in item for a in row.inputs[k] if a in row.at}
    return sum(start <= row.at[a][0] < start + period for a in sources)


def _alike(row, start, period, length):
    """Return the most copies in a row that are wired in the same way."""
    stops = range(start + period, start + length + 1, period)
    copies = [list(range(stop - period, stop)) for stop in stops]
    wired = [_wiring(row, copies, c) for c in range(len(copies))]
    best, first = [], 0
    for c in range(1, len(copies)):
        if "far" in wired[c] or (c - first > 1 and wired[c] != wired[c - 1]):
            first = c
        elif c - first == 1 and not _begins(wired[first], wired[c]):
            first = c
        if c + 1 - first > len(best):
            best = copies[first : c + 1]
    return _with_first(row, best) if best else []


def _wiring(row, copies, c):
    """Say of each input of copy c where it comes from."""
    here = {item: n for n, item in enumerate(copies[c])}
    there = {item: n for n, item in enumerate(copies[c - 1])} if c else {}
    low = copies[0][0] if c > 1 else None
    sources = []
    for a in (a for item in copies[c] for k in row.items[item] for a in row.inputs[k]):
        item, position = row.at.get(a, (None, None))
        if item is None:
            node = row.picture.nodes[a]
            sources.append(("leaf", node.kind, plain(node.label)))
        elif item in here:
            sources.append(("inside", here[item], position))
        elif item in there:
            sources.append(("before", there[item], position))
        else:
            far = low is not None and low <= item < copies[c][0]
            sources.append("far" if far else ("outside",))
    return sources


def _begins(first, other):
    """Tell whether a copy is the first of a row: what others take from the one before is new."""
    return len(first) == len(other) and all(
        a == b or (b[0] == "before" and a[0] in ("leaf", "outside"))
        for a, b in zip(first, other, strict=True)
    )


def _with_first(row, copies):
    """Return the copies with one more before them, where its operations stand in another order.

    In the first step of a recurrence the state has no history, so that it comes later in the row.
    """
    twins = {}
    todo = [(k, a) for k, a in _handed(row, copies) if a not in twins]
    for k, a in todo:  # grows while it is read
        if k in twins or k not in row.at or a not in row.at:
            continue
        twins[k] = a
        pairs = list(zip(row.inputs[k], row.inputs[a], strict=False))
        todo += [(n, m) for n, m in pairs if n in row.at and row.at[n][0] in copies[0]]
    first = []
    for item in copies[0]:
        twin = twins.get(row.items[item][0])
        first.append(row.at[twin][0] if twin in row.at else -1)
    fresh = len(set(first) - set(copies[0])) == len(first) and -1 not in first
    if not fresh or any(
        row.codes[a] != row.codes[b] for a, b in zip(first, copies[0], strict=True)
    ):
        return copies
    longer = [first, *copies]
    fits = _begins(_wiring(row, longer, 0), _wiring(row, longer, 1))
    return longer if fits and _wiring(row, longer, 1) == _wiring(row, longer, 2) else copies


def _handed(row, copies):
    """Yield (operation of the first copy, what stands for it in a copy before that)."""
    if len(copies) < 2:
        return
    inside = {item: n for n, item in enumerate(copies[0])}
    for one, two in zip(copies[0], copies[1], strict=True):
        for k, after in zip(row.items[one], row.items[two], strict=True):
            for a, b in zip(row.inputs[k], row.inputs[after], strict=True):
                if b in row.at and row.at[b][0] in inside:
                    yield b, a
