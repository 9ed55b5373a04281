"""A module without an input: what it consists of, and the order of what is in a row."""

from diydl.draw.picture import Group, Node, Picture
from diydl.nn.container import Sequential
from diydl.nn.module import Module
from diydl.nn.walk import held


def structure(module):
    """Return a module as a `Picture`: a node for each innermost module, a group for each other.

    Edges run inside a `Sequential` alone; what other modules do with theirs shows with an input.

    Examples
    --------
    >>> from diydl import nn
    >>> print(structure(nn.Sequential(nn.Linear(4, 2), nn.ReLU())).text())
    1. Linear 0: 10 parameters
    2. ReLU 1: from Linear 0 (1)
    """
    inside = _inside(module)
    if not inside:
        return Picture([_described(module, "", None)])
    drawn = _Structure()
    drawn.add(module, None)
    return Picture(drawn.nodes, drawn.edges, drawn.groups)


class _Structure:
    def __init__(self):
        self.nodes, self.edges, self.groups = [], [], []

    def add(self, module, group):
        """Draw what is in `module`; return the nodes at which it begins and ends."""
        ends = []
        for name, inner in _inside(module):
            if _inside(inner):
                number = len(self.groups)
                node = _described(inner, name, group)
                note = node.notes[0] if node.notes else ""
                self.groups.append(Group(node.label, group, note, kind=node.kind))
                ends.append(self.add(inner, number))
            else:
                self.nodes.append(_described(inner, name, group))
                ends.append(([len(self.nodes) - 1], [len(self.nodes) - 1]))
        if not isinstance(module, Sequential):
            return [a for first, _ in ends for a in first], [b for _, last in ends for b in last]
        for (_, last), (first, _) in zip(ends, ends[1:], strict=False):
            if len(last) == len(first) == 1:
                self.edges.append((last[0], first[0]))
        return ends[0][0], ends[-1][1]


def _inside(module):
    return [(name, inner) for name, inner in held(module) if isinstance(inner, Module)]


def _described(module, name, group):
    label = f"{type(module).__name__} {name}".strip()
    return Node(label, *described(module), group=group)


def described(module):
    """Return (kind, None, notes) of a module: whether it is trained, how many parameters it has.

    Examples
    --------
    >>> from diydl import nn
    >>> described(nn.Linear(4, 2).freeze())
    ('frozen group', None, ('10 parameters',))
    """
    parameters = module.parameters()
    count = sum(p.size for p in parameters)
    if not count:
        return "group", None, ()
    trained = "trainable" if any(p.requires_grad for p in parameters) else "frozen"
    return f"{trained} group", None, (f"{count:,} parameters",)
