"""04/last_uses: when an array is needed no more."""

from diydl.course.bank import Code
from diydl.engines.graph.context import last_uses as reference

exercise = Code(
    "04/last_uses",
    "Needed no more",
    reference,
    hints=(
        "You walk along the order from its end. The first time that you meet a node as an input: "
        "what do you know about that use?",
        "Go backward, with a set of what you have met. What a step uses and was not met before "
        "is used there for the last time.",
        "1. Begin with a set of the nodes in `kept`, and an empty dictionary.\n"
        "2. Go through `order` from its end.\n"
        "3. Look at the node itself and at its inputs, each once: those that are not in the set "
        "are needed no more after this node. Store the list under the node.\n"
        "4. Put them into the set.\n"
        "5. Return the dictionary.",
    ),
)


class _Node:
    """Something to compute."""

    def __init__(self, inputs):
        self.inputs = inputs


@exercise.driver
def spent_after(pieces, inputs, kept):
    """Return {number of a node: sorted numbers of what is spent after it}, empty lists left out."""
    nodes = []
    for row in inputs:
        nodes.append(_Node(tuple(nodes[k] for k in row)))
    found = pieces.last_uses(list(nodes), [nodes[k] for k in kept])
    if not isinstance(found, dict):
        return type(found).__name__
    numbers = {id(node): k for k, node in enumerate(nodes)}
    plain = {}
    for node, row in found.items():
        listed = sorted(numbers.get(id(x), -1) for x in row)
        if listed:
            plain[numbers.get(id(node), -1)] = listed
    return dict(sorted(plain.items()))


@exercise.mistake(
    "`kept` is not looked at: what somebody wants to see in the end is given away. Count the "
    "nodes in `kept` as met before you begin."
)
def gives_away_results(order, kept):
    seen, spent = set(), {}
    for node in reversed(order):
        spent[node] = [x for x in dict.fromkeys((node, *node.inputs)) if x not in seen]
        seen.update(spent[node])
    return spent


@exercise.mistake(
    "You walk forward, and free an array after its first use. A later user will find nothing: walk "
    "from the end, where the first meeting is the last use."
)
def after_first_use(order, kept):
    seen, spent = set(kept), {}
    for node in order:
        spent[node] = [x for x in dict.fromkeys(node.inputs) if x not in seen]
        seen.update(spent[node])
    return spent


@exercise.mistake(
    "A node that is used twice by one operation, as in x * x, is listed twice, and the second time "
    "there is nothing left to free. List each once."
)
def listed_twice(order, kept):
    seen, spent = set(kept), {}
    for node in reversed(order):
        spent[node] = [x for x in (node, *node.inputs) if x not in seen]
        seen.update(spent[node])
    return spent


@exercise.mistake(
    "A node that nobody uses is never given back: an effect, for example, whose value nobody "
    "reads. Look at the node itself too, not only at its inputs."
)
def forgets_unused(order, kept):
    seen, spent = set(kept), {}
    for node in reversed(order):
        spent[node] = [x for x in dict.fromkeys(node.inputs) if x not in seen]
        seen.update(spent[node])
    return spent


@exercise.mistake(
    "An input counts as spent as soon as this node has used it, also where a later node uses it "
    "again. Walk from the end and remember what you have met."
)
def after_every_use(order, kept):
    used = {x for node in order for x in node.inputs}
    return {
        node: [x for x in dict.fromkeys((node, *node.inputs)) if x not in kept and x is not node]
        + ([node] if node not in used and node not in kept else [])
        for node in order
    }
