"""Pictures with too many nodes: what is in the middle becomes one node."""

from collections import Counter
from dataclasses import replace

from diydl.draw.picture import Node, Picture, topological


def fold(picture, most):
    """Return a picture of at most `most` nodes: what is in the middle becomes "... more steps".

    Long chains, in which each step has one computed input that nobody else reads, are folded
    first, all but `_ENDS` steps at each end; if that is not enough, the middle of the whole.

    Examples
    --------
    >>> chain = Picture([Node("tanh")] * 1000, [(k, k + 1) for k in range(999)])
    >>> print(fold(chain, 20).text().splitlines()[4])
    5. ... 992 more steps: from tanh (4)
    """
    if most < 12:
        raise ValueError(f"a picture needs room for at least 12 nodes, got most={most}")
    if len(picture.nodes) <= most:
        return picture
    runs = [run[_ENDS:-_ENDS] for run in _chains(picture) if len(run) > 2 * _ENDS + 1]
    picture = _merged(picture, runs)
    if len(picture.nodes) <= most:
        return picture
    steps = [k for k, node in enumerate(picture.nodes) if not _is_leaf(node)]
    for ends in range(min(most, len(steps) - 2) // 2, 0, -1):  # leaves need room too
        run = steps[ends:-ends]
        smaller = _merged(picture, [run])
        if len(smaller.nodes) <= most:
            return smaller
    return _merged(picture, [range(len(picture.nodes) - 1)])


_ENDS = 4


def _is_leaf(node):
    return node.kind in ("parameter", "frozen", "data", "constant")


def _chains(picture):
    """Yield lists of nodes, each of which is the only user of the one before."""
    uses = Counter(source for source, _ in set(picture.edges))
    before = {}
    for source, target in dict.fromkeys(picture.edges):
        if not _is_leaf(picture.nodes[source]):
            before.setdefault(target, []).append(source)
    after = {
        sources[0]: target
        for target, sources in before.items()
        if len(sources) == 1 and uses[sources[0]] == 1
    }
    inside = set(after.values())
    for start in range(len(picture.nodes)):
        if start in after and start not in inside:
            run = [start]
            while run[-1] in after:
                run.append(after[run[-1]])
            yield run


def _merged(picture, runs):
    """Return the picture with each run of nodes as one, and leaves that only they read gone."""
    into = {k: number for number, run in enumerate(runs) for k in run}
    users = {}
    for source, target in picture.edges:
        users.setdefault(source, set()).add(into.get(target))
    leaves = Counter()
    for k, node in enumerate(picture.nodes):
        mine = users.get(k, {None})
        if _is_leaf(node) and k not in into and None not in mine and len(mine) == 1:
            into[k] = next(iter(mine))
            leaves[into[k]] += 1
    place, nodes = {}, []
    last = {number: max(run) for number, run in enumerate(runs)}
    for k, node in enumerate(picture.nodes):
        if k not in into:
            place[k] = len(nodes)
            nodes.append(node)
        elif k == last[into[k]]:
            place[("run", into[k])] = len(nodes)
            nodes.append(_folded([picture.nodes[i] for i in runs[into[k]]], leaves[into[k]]))
    where = [place[("run", into[k]) if k in into else k] for k in range(len(picture.nodes))]
    ends = [(where[a], where[b], a in into or b in into) for a, b in picture.edges]
    kept = [(a, b) for a, b, changed in ends if not changed]
    moved = dict.fromkeys((a, b) for a, b, changed in ends if changed and a != b)
    return _sorted(Picture(nodes, [*kept, *moved]))


def _folded(nodes, leaves):
    notes = (f"and {leaves} {'leaf' if leaves == 1 else 'leaves'} of theirs",) if leaves else ()
    steps = sum(_steps(node) for node in nodes)
    return Node(f"... {steps:,} more steps", "folded", None, notes)


def _steps(node):
    if node.kind != "folded":
        return 1
    return int(node.label.split()[1].replace(",", ""))


def _sorted(picture):
    """Number the nodes anew so that inputs stand before users, else in the order they had."""
    order = topological(len(picture.nodes), picture.edges)
    place = {k: new for new, k in enumerate(order)}
    edges = [(place[a], place[b]) for a, b in picture.edges]
    return replace(picture, nodes=[picture.nodes[k] for k in order], edges=edges)
