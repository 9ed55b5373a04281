"""03/toposort: inputs before their users."""

from types import SimpleNamespace

import diydl as dl
from diydl.course.bank import Code
from diydl.reverse import toposort as reference

exercise = Code(
    "03/toposort",
    "Inputs before their users",
    reference,
    hints=(
        "When may a node be written into the order: when you first meet it, or when all of its "
        "inputs stand there already?",
        "Keep a stack of your own in place of Python's calls. A node goes onto it twice: once to "
        "be visited, and once more, below its inputs, to be written down when they are done.",
        "1. Begin with an empty order, an empty set of what was visited, and a stack that holds "
        "the pair (root, False).\n"
        "2. While the stack is not empty, pop a pair: a node, and whether its inputs are done.\n"
        "3. If they are done, append the node to the order.\n"
        "4. Otherwise, unless `id(node)` was visited: note it, push (node, True), and push "
        "(source, False) for each input that is not None.\n"
        "5. When the stack is empty, return the order.",
    ),
)


class _Node:
    """An applied operation, or a leaf where there are no inputs."""

    def __init__(self, inputs):
        self.inputs = inputs
        self.prim = SimpleNamespace(name="step") if inputs else None


class _Lonely(_Node):
    """A node that must not be compared with others: in a long chain that takes minutes."""

    __hash__ = object.__hash__

    def __eq__(self, other):
        raise TypeError(
            "nodes were compared with ==; `node in order` does that, with one node after the "
            "other, and takes many seconds for 20,000 of them. Ask a set of id(node) instead"
        )


@exercise.driver
def sort(pieces, inputs, root):
    """Sort nodes given by the numbers of their inputs; return the numbers in the order found."""
    nodes = []
    for row in inputs:
        nodes.append(_Node(tuple(None if k is None else nodes[k] for k in row)))
    return _numbers(pieces.toposort(nodes[root]), nodes)


@exercise.driver
def sort_the_tape(pieces):
    """Sort what the tape recorded: x, y, then their product, its tanh, and the sum."""
    x = dl.tensor([1.0, 2.0], requires_grad=True)
    y = dl.tensor([3.0, 4.0], requires_grad=True)
    product = x * y
    bent = dl.tanh(product)
    total = bent.sum()
    nodes = [x, y, product.node, bent.node, total.node]
    return _numbers(pieces.toposort(total.node), nodes)


@exercise.driver
def sort_a_chain(pieces, length):
    """Sort a chain of single inputs; return how many nodes came, and whether in order."""
    nodes = [_Lonely(())]
    while len(nodes) < length:
        nodes.append(_Lonely((nodes[-1],)))
    try:
        found = pieces.toposort(nodes[-1])
    except RecursionError:
        return "RecursionError"
    finally:
        keep = list(nodes)  # so that freeing a long chain is not part of the answer's time
    if not isinstance(found, list):
        return type(found).__name__
    same = len(found) == length and all(a is b for a, b in zip(found, keep, strict=True))
    return "in order" if same else f"{len(found)} nodes, or another order"


def _numbers(found, nodes):
    """Number of each node in `nodes`; -1 for what does not belong there."""
    if not isinstance(found, list):
        return type(found).__name__
    numbers = {id(node): k for k, node in enumerate(nodes)}
    return [numbers.get(id(node), -1) for node in found]


@exercise.mistake(
    "Your function calls itself for each input, and Python allows about a thousand calls within "
    "calls. A deep network is deeper: keep a list of your own as a stack, and loop."
)
def recursive(root):
    order, seen = [], set()

    def visit(node):
        if id(node) in seen:
            return
        seen.add(id(node))
        for source in node.inputs:
            if source is not None:
                visit(source)
        order.append(node)

    visit(root)
    return order


@exercise.mistake(
    "You search the order itself for the node (`node in order`). That compares it with one node "
    "after the other, so 20,000 nodes need hundreds of millions of comparisons, and two Tensors "
    "are compared element by element. Keep a set of `id(node)` beside the order."
)
def searches_the_list(root):
    order, stack = [], [(root, False)]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            order.append(node)
        elif node not in order:
            stack.append((node, True))
            stack.extend((source, False) for source in node.inputs if source is not None)
    return order


@exercise.mistake(
    "A node that is used twice stands in your order twice, and would be pulled twice. Remember in "
    "a set which nodes you have visited, and pass over those."
)
def no_memory(root):
    order, stack = [], [(root, False)]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            order.append(node)
        else:
            stack.append((node, True))
            stack.extend((source, False) for source in node.inputs if source is not None)
    return order


@exercise.mistake(
    "Some entries of `inputs` are None: nobody needs a gradient there. Pass over them before you "
    "ask for their inputs."
)
def stumbles_over_none(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((source, False) for source in node.inputs)
    return order


@exercise.mistake(
    "You write a node down when you first meet it, and turn the list round at the end. That works "
    "for chains. In a diamond a node may be met early along a short way and be needed later along "
    "a long one: write it down only when its inputs are done."
)
def written_when_met(root):
    order, seen, stack = [], set(), [root]
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            order.append(node)
            stack.extend(source for source in node.inputs if source is not None)
    return order[::-1]


@exercise.mistake(
    "You go level by level from the root (breadth first). A node that is an input of the root and "
    "also lies deep below it comes too late then. Write a node down only when its inputs are done."
)
def level_by_level(root):
    order, seen = [root], {id(root)}
    for node in order:
        for source in node.inputs:
            if source is not None and id(source) not in seen:
                seen.add(id(source))
                order.append(source)
    return order[::-1]


@exercise.mistake(
    "You mark a node as visited when you push it. While it waits on the stack, another user of it "
    "finds it marked and goes ahead of it. Mark it when you pop it."
)
def marked_when_pushed(root):
    order, seen, stack = [], {id(root)}, [(root, False)]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            order.append(node)
            continue
        stack.append((node, True))
        for source in node.inputs:
            if source is not None and id(source) not in seen:
                seen.add(id(source))
                stack.append((source, False))
    return order


@exercise.mistake(
    "Your order begins with the root: users before their inputs. The function returns inputs "
    "first; it is the sweep that walks the order from its end."
)
def users_first(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((source, False) for source in node.inputs if source is not None)
    return order[::-1]


@exercise.mistake(
    "The leaves are missing from your order. They were not computed from anything, but they belong "
    "to it, before everything that uses them: append every node that you visit."
)
def without_leaves(root):
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            if node.inputs:
                order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((source, False) for source in node.inputs if source is not None)
    return order


@exercise.mistake(
    "You write a mark onto each node. The tape's nodes have no room for one, and a mark would "
    "still be there in the next sweep. Keep a set of `id(node)` in your function."
)
def marks_the_nodes(root):
    order, stack = [], [(root, False)]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            order.append(node)
        elif not getattr(node, "visited", False):
            node.visited = True
            stack.append((node, True))
            stack.extend((source, False) for source in node.inputs if source is not None)
    return order
