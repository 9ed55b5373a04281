"""A graph as plain nodes, edges and groups: what the drawing knows, whatever it was read from."""

from dataclasses import dataclass, field

from diydl.draw.colours import word_of


@dataclass(frozen=True)
class Node:
    """A node of a picture.

    `kind` is "parameter", "frozen", "data", "constant", "computed" or "result"; pictures that were
    folded have kinds of their own. `notes` are further lines: those that begin with "value" or
    "gradient" can be asked for and left out. `group` is the number of the innermost group.
    """

    label: str
    kind: str = "computed"
    shape: tuple | None = None
    notes: tuple = ()
    group: int | None = None


@dataclass(frozen=True)
class Group:
    """Nodes that belong together and can be drawn as one: a module, a step of a recurrence.

    Attributes
    ----------
    label : what the box is called, such as "Linear 0"
    parent : number of the group around it
    note : a further line of the box
    copies : the same nodes of each copy in the same order, where the group is one part many times;
        its children are the copies
    times : how often; more than ``len(copies)`` where a long run was cut
    carried : nodes of the first copy that the next copy reads
    kind : "group", or "trainable group" or "frozen group" for modules with parameters
    """

    label: str
    parent: int | None = None
    note: str = ""
    copies: tuple = ()
    times: int = 1
    carried: tuple = ()
    kind: str = "group"


@dataclass(frozen=True)
class Picture:
    """Nodes, inputs before their users, and edges (from, to) as pairs of indices of nodes.

    The edges into a node stand in the order of its inputs; an edge may appear twice. A group
    stands after the group around it.

    Examples
    --------
    >>> square = Picture([Node("x", "data", ()), Node("mul", "result", ())], [(0, 1), (0, 1)])
    >>> print(square.text())
    1. x: data, shape ()
    2. mul: from x (1) and x (1), shape ()
    """

    nodes: list[Node]
    edges: list[tuple[int, int]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    def text(self, colours="kinds", shown=("shape", "value", "gradient")):
        """Return one line for each node: its number, name and kind, its inputs, what it holds."""
        inputs = {}
        for source, target in self.edges:
            inputs.setdefault(target, []).append(f"{self.nodes[source].label} ({source + 1})")
        lines = []
        for k, node in enumerate(self.nodes):
            word = word_of(node, colours)
            parts = [word] if word and word != node.label else []
            parts += [f"from {_listed(inputs[k])}"] if k in inputs else []
            parts += [f"shape {node.shape}"] if node.shape is not None and "shape" in shown else []
            parts += [note.replace("\n", " ") for note in notes_of(node, shown)]
            lines.append(f"{k + 1}. {node.label}" + (f": {', '.join(parts)}" if parts else ""))
        return "\n".join(lines)

    def around(self, group):
        """Return the groups from the outermost to `group` itself; none for None.

        Examples
        --------
        >>> Picture([], groups=[Group("net"), Group("layer", 0)]).around(1)
        [0, 1]
        """
        chain = []
        while group is not None:
            chain.append(group)
            group = self.groups[group].parent
        return chain[::-1]


def notes_of(node, shown):
    """Return the notes of a node, without values and gradients that are not `shown`.

    Examples
    --------
    >>> notes_of(Node("w", notes=("value 3", "gradient 1", "mine")), shown=("gradient",))
    ['gradient 1', 'mine']
    """
    hidden = {"value", "gradient"} - set(shown)
    return [note for note in node.notes if note.partition(" ")[0] not in hidden]


def topological(count, edges):
    """Return the numbers 0 to count - 1 so that inputs stand before users, else in their order.

    Raises ValueError where the edges run in a circle.

    Examples
    --------
    >>> topological(3, [(2, 0), (0, 1)])
    [2, 0, 1]
    """
    inputs = [[] for _ in range(count)]
    for source, target in edges:
        inputs[target].append(source)
    order, state = [], [0] * count  # 0 not met, 1 being visited, 2 done
    for root in range(count):
        stack = [(root, False)]
        while stack:
            k, done = stack.pop()
            if done:
                order.append(k)
                state[k] = 2
            elif state[k] == 0:
                state[k] = 1
                stack.append((k, True))
                for source in reversed(inputs[k]):
                    if state[source] == 1:
                        raise ValueError("the edges of a graph must not run in a circle")
                    stack.append((source, False))
    return order


def _listed(words):
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
