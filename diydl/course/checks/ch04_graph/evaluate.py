"""04/evaluate: run what was described."""

import itertools
import weakref

from diydl.course.bank import Code
from diydl.engines.graph.context import evaluate as reference

exercise = Code(
    "04/evaluate",
    "Run what was described",
    reference,
    hints=(
        "When the turn of a node comes, where do the arrays of its inputs stand?",
        "Keep a dictionary from nodes to arrays. Go along `order` once: look the inputs up, "
        "compute, store, and take out what is spent.",
        "1. Begin with an empty dictionary.\n"
        "2. Go through `order`. For each node make the list of its inputs' arrays, in the order "
        "of `node.inputs`.\n"
        "3. Store `compute(node, arrays)` under the node.\n"
        "4. Take out of the dictionary each node that `spent` lists for this one; many nodes are "
        "no key of `spent`.\n"
        "5. Return the dictionary.",
    ),
)


class _Held:
    """Stands for an array of which it can be asked whether somebody still holds it."""


class _Node:
    """Something to compute; two different ones may have the same name."""

    def __init__(self, name, inputs):
        self.name, self.inputs = name, inputs


@exercise.driver
def run(pieces, inputs, arrays, spent=None):
    """Run a graph given by the numbers of inputs; a node is the weighted sum of its inputs.

    Returns the values by number, and how often each node was computed.
    """
    nodes, counts = [], [0] * len(inputs)
    for row in inputs:
        nodes.append(_Node("step" if row else "leaf", tuple(nodes[k] for k in row)))
    numbers = {id(node): k for k, node in enumerate(nodes)}

    def compute(node, given):
        k = numbers[id(node)]
        counts[k] += 1
        if counts[k] > 50:
            raise RuntimeError("a node was computed more than 50 times")
        if not inputs[k]:
            return arrays[k]
        if len(given) != len(inputs[k]):
            raise ValueError(f"compute got {len(given)} arrays for {len(inputs[k])} inputs")
        return sum((place + 1) * array for place, array in enumerate(given))

    freed = {nodes[k]: [nodes[j] for j in row] for k, row in (spent or {}).items()}
    found = pieces.evaluate(list(nodes), compute, freed)
    if not isinstance(found, dict):
        return {"kind": type(found).__name__, "values": {}, "counts": counts}
    values = {numbers.get(id(node), -1): array for node, array in found.items()}
    return {"kind": "dict", "values": values, "counts": counts}


@exercise.driver
def held(pieces, length):
    """Run a chain where each node frees the one before it.

    Returns the most arrays held at one time, and how many are held in the end.
    """
    nodes = [_Node("step 0", ())]
    while len(nodes) < length:
        nodes.append(_Node(f"step {len(nodes)}", (nodes[-1],)))
    alive, most = weakref.WeakSet(), []

    def compute(node, given):
        array = _Held()
        alive.add(array)
        most.append(len(alive))
        return array

    freed = {after: [before] for before, after in itertools.pairwise(nodes)}
    found = pieces.evaluate(list(nodes), compute, freed)
    return [max(most), len(alive) if found is not None else 0]


@exercise.mistake(
    "Each node computes its inputs again, and these theirs: a graph with thirty diamonds in a row "
    "would take a billion steps. When the turn of a node comes its inputs are in the dictionary."
)
def computed_again(order, compute, spent):
    def value(node):
        return compute(node, [value(x) for x in node.inputs])

    values = {}
    for node in order:
        values[node] = value(node)
        for x in spent.get(node, ()):
            del values[x]
    return values


@exercise.mistake(
    "Nothing is given back. What `spent` lists for a node is needed no more once that node is "
    "computed: take it out of the dictionary then."
)
def keeps_all(order, compute, spent):
    values = {}
    for node in order:
        values[node] = compute(node, [values[x] for x in node.inputs])
    return values


@exercise.mistake(
    "You take out what is spent at the very end. The result is right, but all arrays were there "
    "together, which is what freeing is meant to avoid: take them out right after their last use."
)
def frees_at_the_end(order, compute, spent):
    values = {}
    for node in order:
        values[node] = compute(node, [values[x] for x in node.inputs])
    for node in order:
        for x in spent.get(node, ()):
            del values[x]
    return values


@exercise.mistake(
    "An operand that is used twice, as in x * x, is handed to `compute` once: a set or a "
    "dictionary of inputs drops doubles. One array for each entry of `node.inputs`, in that "
    "order."
)
def each_input_once(order, compute, spent):
    values = {}
    for node in order:
        values[node] = compute(node, [values[x] for x in dict.fromkeys(node.inputs)])
        for x in spent.get(node, ()):
            del values[x]
    return values


@exercise.mistake(
    "Only nodes that nobody uses are in what you return. All that was computed and not freed can "
    "be looked at afterwards: return the whole dictionary."
)
def outputs_alone(order, compute, spent):
    values = {}
    for node in order:
        values[node] = compute(node, [values[x] for x in node.inputs])
        for x in spent.get(node, ()):
            del values[x]
    used = {x for node in order for x in node.inputs}
    return {node: array for node, array in values.items() if node not in used}


@exercise.mistake(
    "You return one array. The caller wants to look at several nodes: return the dictionary."
)
def last_alone(order, compute, spent):
    values = {}
    for node in order:
        values[node] = compute(node, [values[x] for x in node.inputs])
        for x in spent.get(node, ()):
            del values[x]
    return values[order[-1]] if order[-1] in values else None


@exercise.mistake(
    "Values are stored under the names of nodes. Two nodes may have the same name, and the "
    "result is asked for by node: use the nodes themselves as keys."
)
def by_name(order, compute, spent):
    values = {}
    for node in order:
        values[node.name] = compute(node, [values[x.name] for x in node.inputs])
        for x in spent.get(node, ()):
            values.pop(x.name, None)
    return values


@exercise.mistake(
    "`spent[node]` fails for a node that frees nothing, since it is no key of `spent`: ask with "
    "`spent.get(node, ())`."
)
def every_node_a_key(order, compute, spent):
    values = {}
    for node in order:
        values[node] = compute(node, [values[x] for x in node.inputs])
        for x in spent[node] if spent else ():
            del values[x]
    return values
