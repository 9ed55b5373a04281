"""03/reverse_sweep: gradients of all leaves in one walk."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.reverse import reverse_sweep as reference

exercise = Code(
    "03/reverse_sweep",
    "One walk back, all gradients",
    reference,
    hints=(
        "When you come to a node on the way back, who may still send it a gradient, and who has "
        "done so already?",
        "Keep a dictionary from nodes to what has arrived for them so far. On the way back take a "
        "node's gradient out, pull it through, and add what comes out to the entries of its "
        "inputs.",
        "1. Seed: begin with a dictionary that holds `seed` for the last node of `order`.\n"
        "2. Sweep: go through `order` from its end. A leaf (`node.prim is None`) keeps what it "
        "has.\n"
        "3. Take the node's gradient out of the dictionary with `pop`; where there is none, go on "
        "to the next node.\n"
        "4. Call `pull` with the node and its gradient, and go through `node.inputs` and the "
        "result together.\n"
        "5. Accumulate: unless the input or its gradient is None, store the sum of what is there "
        "and what comes, as a new value; or what comes, where nothing is there.\n"
        "6. After the loop, return the dictionary: only leaves are left in it.",
    ),
)


class _Node:
    """A leaf, or a step that multiplies what comes in by one slope per input."""

    def __init__(self, inputs, slopes, like):
        self.inputs, self.slopes = inputs, slopes
        self.prim = "step" if inputs else None
        self.shape, self.dtype = np.shape(like), np.asarray(like).dtype


@exercise.driver
def sweep(pieces, graph, seed):
    """Sweep back over a graph: per node the numbers of its inputs, and a slope for each.

    The slope None stands for "no gradient", the slope "same" hands on what came in, as it is.
    Returns the gradients by the number of the node, and how often each node was pulled.
    """
    nodes, pulled = [], {}
    for inputs, slopes in graph:
        sources = tuple(None if k is None else nodes[k] for k in inputs)
        nodes.append(_Node(sources, slopes, seed))

    def pull(node, g):
        k = next(k for k, known in enumerate(nodes) if known is node)
        pulled[k] = pulled.get(k, 0) + 1
        return [None if s is None else g if s == "same" else s * g for s in node.slopes]

    found = pieces.reverse_sweep(list(nodes), seed, pull)
    if not isinstance(found, dict):
        return {"kind": type(found).__name__, "grads": {}, "pulled": pulled}
    numbers = {id(node): k for k, node in enumerate(nodes)}
    grads = {numbers.get(id(node), -1): g for node, g in found.items()}
    return {"kind": "dict", "grads": grads, "pulled": pulled}


@exercise.driver
def second_derivative(pieces, x):
    """Differentiate ``sum(x * x * x * x)`` twice on the tape."""
    x = dl.tensor(x, requires_grad=True)
    square = x * x
    (square * square).sum().backward(create_graph=True)
    x.grad.sum().backward(retain_graph=True)
    return None if x.grad is None else x.grad.numpy()


@exercise.mistake(
    "A second gradient for the same input replaces the first. What arrives from several users adds "
    "up: where an entry is there already, store the sum of both."
)
def overwrites(order, seed, pull):
    grads = {order[-1]: seed}
    for node in reversed(order):
        if node.prim is None:
            continue
        g = grads.pop(node, None)
        if g is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = gx
    return grads


@exercise.mistake(
    "You walk `order` from its beginning. Inputs stand before their users there, and gradients "
    "come from the users: walk `reversed(order)`."
)
def forward_order(order, seed, pull):
    grads = {order[-1]: seed}
    for node in order:
        if node.prim is None:
            continue
        g = grads.pop(node, None)
        if g is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = grads[source] + gx if source in grads else gx
    return grads


@exercise.mistake(
    "You begin with 1 in place of `seed`. The last node may stand in the middle of something "
    "larger: what comes in from above is `seed`."
)
def seed_is_one(order, seed, pull):
    grads = {order[-1]: seed * 0 + 1}
    for node in reversed(order):
        if node.prim is None:
            continue
        g = grads.pop(node, None)
        if g is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = grads[source] + gx if source in grads else gx
    return grads


@exercise.mistake(
    "Gradients of inner nodes are still in what you return. They are needed once, by the node's "
    "own pull: take them out with `pop`, so that only leaves are left (and memory is given back)."
)
def keeps_inner_nodes(order, seed, pull):
    grads = {order[-1]: seed}
    for node in reversed(order):
        g = grads.get(node)
        if node.prim is None or g is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = grads[source] + gx if source in grads else gx
    return grads


@exercise.mistake(
    "Every node begins with zeros, so leaves that nothing has reached are in the result, and nodes "
    "that nothing has reached are pulled. Begin with the seed alone; what gets nothing has no "
    "entry."
)
def zeros_for_all(order, seed, pull):
    grads = {node: seed * 0 for node in order}
    grads[order[-1]] = seed
    for node in reversed(order):
        if node.prim is None:
            continue
        g = grads.pop(node)
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = grads[source] + gx
    return grads


@exercise.mistake(
    "You give zeros to leaves that nothing has reached. They cost memory, and hide that the result "
    "does not depend on these leaves: what gets nothing has no entry."
)
def zeros_for_the_rest(order, seed, pull):
    grads = {order[-1]: seed}
    for node in reversed(order):
        g = grads.get(node) if node.prim is None else grads.pop(node, None)
        if g is None:
            if node.prim is None:
                grads[node] = seed * 0
            continue
        if node.prim is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = grads[source] + gx if source in grads else gx
    return grads


@exercise.mistake(
    "float64 creeps in: `np.zeros` without a dtype is float64, and so is every sum that begins "
    "with it. Store the first gradient as it comes, and add only the later ones."
)
def starts_from_zeros(order, seed, pull):
    grads = {order[-1]: seed}
    for node in reversed(order):
        if node.prim is None:
            continue
        g = grads.pop(node, None)
        if g is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = grads.get(source, np.zeros(node.shape)) + gx
    return grads


@exercise.mistake(
    "`+=` writes into the array that is there already, and a sum hands one and the same array to "
    "both of its inputs: changing one gradient changes the other. Store `old + new`, a new array."
)
def adds_in_place(order, seed, pull):
    grads = {order[-1]: seed}
    for node in reversed(order):
        if node.prim is None:
            continue
        g = grads.pop(node, None)
        if g is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is None or gx is None:
                continue
            if source in grads:
                grads[source] += gx
            else:
                grads[source] = gx
    return grads


@exercise.mistake(
    "Some inputs are None: nobody needs their gradient. Leave them out, else the dictionary gets "
    "an entry for None."
)
def keeps_none_inputs(order, seed, pull):
    grads = {order[-1]: seed}
    for node in reversed(order):
        if node.prim is None:
            continue
        g = grads.pop(node, None)
        if g is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            grads[source] = grads[source] + gx if source in grads and gx is not None else gx
    return {node: g for node, g in grads.items() if g is not None or node is None}


@exercise.mistake(
    "A pull may give None for an input: that gradient is zero. Pass over it, or you try to add "
    "None to an array."
)
def adds_none(order, seed, pull):
    grads = {order[-1]: seed}
    for node in reversed(order):
        if node.prim is None:
            continue
        g = grads.pop(node, None)
        if g is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None:
                grads[source] = grads[source] + gx if source in grads else gx
    return grads


@exercise.mistake(
    "You expect a gradient at every node. Where a pull gave None, nothing arrives further down: "
    "`pop(node, None)`, and go on to the next node if there is nothing."
)
def expects_all(order, seed, pull):
    grads = {order[-1]: seed}
    for node in reversed(order):
        if node.prim is None:
            continue
        g = grads.pop(node)
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = grads[source] + gx if source in grads else gx
    return grads


@exercise.mistake(
    "You follow every way from the end to each leaf, one by one, and pull a node once for each way "
    "through it. Twenty diamonds in a row have a million ways. Walk `order` backward: by the time "
    "you come to a node, everything for it has arrived, and one pull is enough."
)
def one_way_at_a_time(order, seed, pull):
    grads, waiting = {}, [(order[-1], seed)]
    while waiting:
        node, g = waiting.pop()
        if node.prim is None:
            grads[node] = grads[node] + g if node in grads else g
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                waiting.append((source, gx))
    return grads


@exercise.mistake(
    "NumPy's own `np.add` works on arrays only. For second derivatives gradients are Tensors: `+` "
    "works on both."
)
def numpy_only(order, seed, pull):
    grads = {order[-1]: seed}
    for node in reversed(order):
        if node.prim is None:
            continue
        g = grads.pop(node, None)
        if g is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = np.add(grads[source], gx) if source in grads else gx
    return grads


@exercise.mistake(
    "`if not g` asks an array of several numbers whether it is true, which has no answer, and "
    "takes a gradient of 0 for none. Ask `if g is None`."
)
def asks_for_truth(order, seed, pull):
    grads = {order[-1]: seed}
    for node in reversed(order):
        if node.prim is None:
            continue
        g = grads.pop(node, None)
        if not g:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = grads[source] + gx if source in grads else gx
    return grads
