"""06/waiting_for: what has to be computed, and nothing that is there already."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.engines.lazy.run import waiting_for as reference

exercise = Code(
    "06/waiting_for",
    "What has to be computed",
    reference,
    hints=(
        "You wrote this walk in chapter 04, for a graph in which no node had a value. Which "
        "nodes can be passed over now?",
        "Keep a set of what was found and a list of what is still to be looked at. Look at "
        "`node.waiting` before you take a node in.",
        "1. Begin with an empty set, and a list with the tensors that are asked for.\n"
        "2. While the list is not empty, take a tensor out.\n"
        "3. If it waits and is not in the set: put it in, and put all of its `along` on the list.\n"
        "4. Return the set, sorted by `number`.",
    ),
)


class _Node:
    """A described tensor: number, whether it waits, what is computed along with it."""

    def __init__(self, number, inputs, waiting):
        self.number, self.inputs, self.waiting = number, inputs, waiting
        self.along = [*inputs]


@exercise.driver
def find(pieces, inputs, asked, done=(), effects=None):
    """Ask for nodes of a graph given by the numbers of inputs; return the numbers found.

    Nodes without inputs and those in `done` have their numbers.
    """
    nodes = []
    for number, row in enumerate(inputs):
        waiting = bool(row) and number not in done
        nodes.append(_Node(number, tuple(nodes[k] for k in row), waiting))
    for k, row in (effects or {}).items():
        nodes[k].along.extend(nodes[j] for j in row)
    found = pieces.waiting_for([nodes[k] for k in asked])
    if not isinstance(found, list):
        return type(found).__name__
    places = {id(node): k for k, node in enumerate(nodes)}
    return [places.get(id(node), -1) for node in found]


@exercise.driver
def find_in_chain(pieces, length):
    """Ask for the end of a long chain; return how many nodes came."""
    nodes = [_Node(0, (), True)]
    while len(nodes) < length:
        nodes.append(_Node(len(nodes), (nodes[-1],), True))
    try:
        found = pieces.waiting_for([nodes[-1]])
    except RecursionError:
        return "RecursionError"
    finally:
        keep = list(nodes)  # so that freeing a long chain is not part of the answer's time
    return len(found) if keep and isinstance(found, list) else type(found).__name__


@exercise.driver
def in_library(pieces, array):
    """Let real lazy tensors wait, one of them computed before; return counts and a value."""
    graph = dl.Graph()
    x = dl.LazyTensor(array, graph=graph)
    y = x * x
    z = dl.exp(y) + y
    before = len(pieces.waiting_for([z]))
    y.realize()
    return {"before": before, "after": len(pieces.waiting_for([z, y])), "value": np.array(z.data)}


@exercise.mistake(
    "Also what has its numbers is in the result, and would be computed again, or cannot be: a leaf "
    "was never computed. Pass over whatever does not wait: `node.waiting`."
)
def all_of_them(tensors):
    found, todo = set(), list(tensors)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += node.along
    return sorted(found, key=lambda node: node.number)


@exercise.mistake(
    "What is put on the list waits or not is looked at, but not for those who were asked for: "
    "somebody may ask for a tensor that has its numbers. Look when you take one out."
)
def asked_anyway(tensors):
    found, todo = set(), list(tensors)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += [x for x in node.along if x.waiting]
    return sorted(found, key=lambda node: node.number)


@exercise.mistake(
    "You follow inputs alone. Effects that belong to a tensor are computed along with it, and so "
    "are gradients with their loss: put everything in `node.along` on the list."
)
def inputs_only(tensors):
    found, todo = set(), list(tensors)
    while todo:
        node = todo.pop()
        if node.waiting and node not in found:
            found.add(node)
            todo += node.inputs
    return sorted(found, key=lambda node: node.number)


@exercise.mistake(
    "Your function calls itself for each tensor, and Python allows about a thousand calls within "
    "calls. Keep a list of what is still to be looked at, and loop."
)
def recursive(tensors):
    found = set()

    def visit(node):
        if node.waiting and node not in found:
            found.add(node)
            for x in node.along:
                visit(x)

    for node in tensors:
        visit(node)
    return sorted(found, key=lambda node: node.number)


@exercise.mistake(
    "The tensors come in the order in which you found them. They are computed in the order of "
    "description, where inputs stand before users and reads before later writes: sort by `number`."
)
def as_found(tensors):
    found, todo = {}, list(tensors)
    while todo:
        node = todo.pop()
        if node.waiting and node not in found:
            found[node] = True
            todo += node.along
    return list(found)


@exercise.mistake(
    "`node in a_list` asks each element whether it equals the node, and for lazy tensors `==` "
    "describes a comparison: it has no answer yet. Keep what was found in a set, which looks at "
    "identity."
)
def list_of_found(tensors):
    found, todo = [], list(tensors)
    while todo:
        node = todo.pop()
        if node.waiting and node not in found:
            found.append(node)
            todo += node.along
    return sorted(found, key=lambda node: node.number)


@exercise.mistake(
    "A tensor that is used twice stands in the result twice, and would be computed twice. Keep "
    "what was found in a set, and look at a tensor only the first time."
)
def no_memory(tensors):
    found, todo = [], list(tensors)
    while todo:
        node = todo.pop()
        if node.waiting:
            found.append(node)
            todo += node.along
    return sorted(found, key=lambda node: node.number)
