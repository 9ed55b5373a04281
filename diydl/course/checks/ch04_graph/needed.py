"""04/needed: what must be done, and no more."""

from diydl.course.bank import Code
from diydl.engines.graph.build import needed as reference

exercise = Code(
    "04/needed",
    "What is needed, and no more",
    reference,
    hints=(
        "Somebody asks for one node. Who has to be computed before it? And what happens along "
        "with it?",
        "Keep a set of what was found and a list of what is still to be looked at. What a node "
        "needs are its inputs and its effects.",
        "1. Begin with an empty set, and a list with the nodes that are asked for.\n"
        "2. While the list is not empty, take a node out.\n"
        "3. Unless it is in the set: put it in, and put its `inputs` and its `effects` on the "
        "list.\n"
        "4. Return the set, sorted by `node.number`.",
    ),
)


class _Node:
    """A described node: number, inputs, effects; and the graph, as a list."""

    def __init__(self, number, inputs, graph=()):
        self.number, self.inputs, self.effects, self.graph = number, inputs, [], graph


@exercise.driver
def find(pieces, inputs, asked, effects=None):
    """Ask for nodes of a graph given by the numbers of inputs; return the numbers found."""
    nodes = []
    for number, row in enumerate(inputs):
        nodes.append(_Node(number, tuple(nodes[k] for k in row), nodes))
    for k, row in (effects or {}).items():
        nodes[k].effects.extend(nodes[j] for j in row)
    return _numbers(pieces.needed([nodes[k] for k in asked]), nodes)


@exercise.driver
def find_in_chain(pieces, length):
    """Ask for the end of a long chain; return how many nodes came."""
    nodes = [_Node(0, ())]
    while len(nodes) < length:
        nodes.append(_Node(len(nodes), (nodes[-1],)))
    try:
        found = pieces.needed([nodes[-1]])
    except RecursionError:
        return "RecursionError"
    finally:
        keep = list(nodes)  # so that freeing a long chain is not part of the answer's time
    return len(found) if keep and isinstance(found, list) else type(found).__name__


def _numbers(found, nodes):
    if not isinstance(found, list):
        return type(found).__name__
    places = {id(node): k for k, node in enumerate(nodes)}
    return [places.get(id(node), -1) for node in found]


@exercise.mistake(
    "You follow inputs and not `effects`. An effect that belongs to a computed node has to be done "
    "too: the running mean of a norm would never move."
)
def without_effects(nodes):
    found, todo = set(), list(nodes)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += node.inputs
    return sorted(found, key=lambda node: node.number)


@exercise.mistake(
    "Only effects of the nodes that were asked for are done. Those of nodes on the way belong to "
    "what is computed too: put `effects` on the list for every node that you find."
)
def effects_of_the_asked(nodes):
    found, todo = set(), [x for node in nodes for x in (node, *node.effects)]
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += node.inputs
    return sorted(found, key=lambda node: node.number)


@exercise.mistake(
    "An effect is in the result, but not what it is computed from. It is a node like others: put "
    "it on the list and look at its inputs when its turn comes."
)
def effects_without_inputs(nodes):
    found, todo = set(), list(nodes)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += node.inputs
    found |= {effect for node in found for effect in node.effects}
    return sorted(found, key=lambda node: node.number)


@exercise.mistake(
    "Everything that was described before the last node asked for is in the result. That runs, and "
    "computes what nobody asked for: begin at the nodes asked for and follow their inputs."
)
def all_before(nodes):
    found, todo = set(), list(nodes)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += [*node.inputs, *node.effects, *node.graph[: node.number]]
    return sorted(found, key=lambda node: node.number)


@exercise.mistake(
    "Your function calls itself for each input, and Python allows about a thousand calls within "
    "calls. Keep a list of what is still to be looked at, and loop."
)
def recursive(nodes):
    found = set()

    def visit(node):
        if node not in found:
            found.add(node)
            for x in (*node.inputs, *node.effects):
                visit(x)

    for node in nodes:
        visit(node)
    return sorted(found, key=lambda node: node.number)


@exercise.mistake(
    "The nodes come in the order in which you found them. A run goes along the order of "
    "description, where inputs stand before users and reads before later writes: sort by "
    "`node.number`."
)
def as_found(nodes):
    found, todo = [], list(nodes)
    while todo:
        node = todo.pop()
        if node not in found:
            found.append(node)
            todo += [*node.inputs, *node.effects]
    return found


@exercise.mistake(
    "A node that is used twice stands in the result twice, and would be computed twice. Keep "
    "what was found in a set, and look at a node only the first time."
)
def no_memory(nodes):
    found, todo = [], list(nodes)
    while todo:
        node = todo.pop()
        found.append(node)
        todo += [*node.inputs, *node.effects]
    return sorted(found, key=lambda node: node.number)
