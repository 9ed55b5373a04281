"""What of a picture is seen when some of its groups are closed: boxes, frames and edges.

A closed group is one box. An open one is a frame around what is in it. Of a group of copies (12
equal blocks, the steps of a recurrence) one copy can be shown for all.
"""

from dataclasses import dataclass, replace

from diydl.draw.picture import Node, Picture, topological

CLOSED, ONE, OPEN = "closed", "one", "open"


@dataclass(frozen=True)
class View:
    """What is seen: a plain picture, and the frames around its nodes.

    Attributes
    ----------
    picture : nodes that stand for closed groups have a kind that ends in "group"
    inside : for each node the number of the frame around it, or None
    frames : for each frame its group, the number of the frame around it or None, and its title
    origin : for each node the number of the node or, with "group", of the group it stands for
    """

    picture: Picture
    inside: list
    frames: list
    origin: list

    def text(self, colours="kinds", shown=("shape", "value", "gradient")):
        """Return one line for each node, with the groups that it stands in."""
        lines = self.picture.text(colours, shown).splitlines()
        return "\n".join(
            line + (f", in {self._where(frame)}" if frame is not None else "")
            for line, frame in zip(lines, self.inside, strict=True)
        )

    def _where(self, frame):
        words = []
        while frame is not None:
            _, frame, title = self.frames[frame]
            words.append(title)
        return " in ".join(words)


def title_of(group):
    """Return what stands on the box or the frame of a group.

    Examples
    --------
    >>> from diydl.draw.picture import Group
    >>> title_of(Group("Block", copies=((0,), (1,)), times=2))
    'Block × 2'
    """
    return group.label + (f" × {group.times:,}" if group.times > 1 else "")


def view(picture, states):
    """Return what is seen of a picture.

    Parameters
    ----------
    states : dict of int to "closed", "one" or "open"
        For groups; "open" where none is given.

    Examples
    --------
    >>> from diydl.draw.picture import Group
    >>> nodes = [Node("x", "data"), Node("mul", group=0), Node("add", group=0)]
    >>> picture = Picture(nodes, [(0, 1), (0, 2), (1, 2)], [Group("layer")])
    >>> print(view(picture, {0: "closed"}).text())
    1. x: data
    2. layer: from x (1)
    >>> print(view(picture, {}).text().splitlines()[2])
    3. add: from x (1) and mul (2), in layer
    """
    return _Seen(picture, states).view()


class _Seen:
    def __init__(self, picture, states):
        self.picture, self.states = picture, states
        self.twin = {}  # {group of copies: {node: (number of its copy, its twin in the first)}}
        for g, group in enumerate(picture.groups):
            if states.get(g) == ONE:
                self.twin[g] = {
                    node: (c, first)
                    for c, copy in enumerate(group.copies)
                    for node, first in zip(copy, group.copies[0], strict=True)
                }
        self.stands = [self._stand_in(k) for k in range(len(picture.nodes))]
        stands = [stand for stand, _ in self.stands]
        self.results = {
            k
            for (kind, k), node in zip(stands, picture.nodes, strict=True)
            if kind == "node" and node.kind == "result"
        }
        self.shapes = self._shapes(stands)
        self.handed_on = {
            stands[k]: f"to the next {group.label}"
            for g, group in enumerate(picture.groups)
            if states.get(g) == ONE
            for k in group.carried
        }

    def _stand_in(self, k):
        """Return what stands for node k, and which copy k is of, for groups that show but one."""
        copies, k = {}, k
        while True:
            moved = False
            for g in self.picture.around(self.picture.nodes[k].group):
                if self.states.get(g) == CLOSED:
                    return ("group", g), copies
                if g in self.twin and g not in copies and k in self.twin[g]:
                    copies[g], first = self.twin[g][k]
                    moved = first != k
                    k = first
                    if moved:
                        break
            if not moved:
                return ("node", k), copies

    def _shapes(self, stands):
        """Return the shape of what comes out of each closed group, where it is one value."""
        out = {}
        for a, b in self.picture.edges:
            if stands[a] != stands[b]:
                out.setdefault(stands[a], set()).add(self.picture.nodes[a].shape)
        for stand, node in zip(stands, self.picture.nodes, strict=True):
            if node.kind == "result":
                out.setdefault(stand, set()).add(node.shape)
        return {stand: shapes.pop() for stand, shapes in out.items() if len(shapes) == 1}

    def view(self):
        """Return the view."""
        seen = dict.fromkeys(stand for stand, _ in self.stands)
        edges = self._edges()
        names = list(seen)
        place = {name: k for k, name in enumerate(names)}
        order = topological(len(names), [(place[a], place[b]) for a, b in edges])
        names = [names[k] for k in order]
        place = {name: k for k, name in enumerate(names)}
        frames, inside, nodes = {}, [], []
        for name in names:
            group = self._group_of(name)
            inside.append(self._frame(group, frames))
            nodes.append(self._node(name))
        numbered = [(place[a], place[b]) for a, b in edges]
        shown = Picture(nodes, numbered, self.picture.groups)
        listed = [(g, parent, self._title(g)) for g, (_, parent) in frames.items()]
        return View(shown, inside, listed, names)

    def _title(self, g):
        title = title_of(self.picture.groups[g])
        return f"{title}, one shown" if self.states.get(g) == ONE else title

    def _edges(self):
        """Return the edges between what is seen; those that are changed stand there once."""
        found = []
        for a, b in self.picture.edges:
            (start, copies), (end, others) = self.stands[a], self.stands[b]
            shared = [g for g in copies if g in others]
            if start == end or any(copies[g] or others[g] for g in shared):
                continue  # inside a copy that is not shown, or from one copy to the next
            found.append((start, end, (start, end) == (("node", a), ("node", b))))
        seen = {(start, end) for start, end, own in found if own}
        edges = []
        for start, end, own in found:
            if own or (start, end) not in seen:
                edges.append((start, end))
            seen.add((start, end))
        return edges

    def _group_of(self, name):
        kind, k = name
        return self.picture.groups[k].parent if kind == "group" else self.picture.nodes[k].group

    def _frame(self, group, frames):
        """Return the number of the frame of `group`, made with all those around it."""
        parent = None
        for g in self.picture.around(group):
            if self.states.get(self.picture.groups[g].parent) == ONE:
                continue  # the frame of all copies is enough
            if g not in frames:
                frames[g] = (len(frames), parent)
            parent = frames[g][0]
        return parent

    def _node(self, name):
        kind, k = name
        more = (self.handed_on[name],) if name in self.handed_on else ()
        if kind == "node":
            node = self.picture.nodes[k]
            kind = "result" if k in self.results else node.kind
            return replace(node, kind=kind, notes=(*node.notes, *more))
        group = self.picture.groups[k]
        notes = (group.note, *more) if group.note else more
        return Node(title_of(group), group.kind, self.shapes.get(name), notes)


def standard(picture, most=40, depth=None):
    """Return the states in which a picture is readable: from the inside out, closed where needed.

    Of copies one is shown, and modules without modules in them are closed. Then more groups are,
    the innermost first, until at most `most` nodes are seen. `depth` says instead how many levels
    of modules are open.

    Examples
    --------
    >>> from diydl.draw.picture import Group
    >>> standard(Picture([Node("a", group=0)] * 50, groups=[Group("layer", kind="part")]))
    {0: 'closed'}
    """
    groups = picture.groups
    states = {g: ONE for g, group in enumerate(groups) if group.copies}
    if depth is not None:
        modules = [
            [h for h in picture.around(g) if groups[h].kind != "part"] for g in range(len(groups))
        ]
        deep = {g: CLOSED for g, around in enumerate(modules) if len(around) > depth}
        return states | {g: state for g, state in deep.items() if groups[g].kind != "part"}
    parents = {group.parent for group in groups}
    inner = [g for g, group in enumerate(groups) if g not in parents and group.kind != "part"]
    states |= dict.fromkeys(inner, CLOSED)
    levels = [len(picture.around(g)) for g in range(len(groups))]
    for level in range(max(levels, default=0), 0, -1):
        if len(view(picture, states).picture.nodes) <= most:
            break
        states |= {g: CLOSED for g, at in enumerate(levels) if at == level}
    return states
