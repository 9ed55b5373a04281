"""04/describe_gradients: the way back as more graph."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.engines.graph import ComputationalGraph, Connection
from diydl.engines.graph.build import describe_gradients as reference
from diydl.engines.graph.build import way_back
from diydl.reverse import fitted, reverse_sweep, toposort

exercise = Code(
    "04/describe_gradients",
    "The way back, as more graph",
    reference,
    hints=(
        "You wrote this walk in chapter 03. What does a VJP return if it is asked with nodes in "
        "place of arrays?",
        "Let `reverse_sweep` walk. What it needs is a function `pull(node, g)` that asks the "
        "primitive for gradients, keeps `g` for the result, and leaves out inputs that are not "
        "on the way.",
        "1. Begin with an empty dictionary for what is found, and a set of the nodes on the "
        "way.\n"
        "2. Write `pull(node, g)` inside: store `g` under the node.\n"
        "3. In it, make the list `wanted`: True for each input that is on the way.\n"
        "4. Ask `node.prim.pull(wanted, g, node, node.inputs, node.params)`, and put None where "
        "an input is not wanted.\n"
        "5. Return `fitted(grads, node)` from `pull`.\n"
        "6. Sweep with `reverse_sweep(way, seed, pull)`, which returns the leaves' gradients; "
        "return them together with what was found.",
    ),
)


def _functions(graph, kind):
    """Describe a result of x and y, both (B, 3), and a parameter w."""
    x = graph.placeholder((None, 3), "float64", name="x")
    y = graph.placeholder((None, 3), "float64", name="y")
    w = dl.Parameter(np.array([0.5, -1.0, 2.0]), name="w")
    if kind == "chain":
        return x, y, dl.exp(dl.tanh(x))
    if kind == "fan":
        return x, y, dl.tanh(x) * x + x
    if kind == "layer":
        return x, y, dl.mean(x * w, axis=1, keepdims=True) * y
    if kind == "joint":
        return x, y, dl.einsum(x * y, np.array([2.0, 3.0, 4.0]), subscripts="bi,i->bi")
    return x, y, dl.tanh(x * x * x)


@exercise.driver
def gradients(pieces, kind, x, y, seed):
    """Describe gradients of a result with respect to x and y, then run them."""
    graph = ComputationalGraph()
    a, b, result = _functions(graph, kind)
    start = graph.placeholder(result.shape, "float64", name="seed")
    way = way_back(toposort(result), {a, b})
    found = pieces.describe_gradients(way, start)
    if not isinstance(found, dict):
        return {"kind": type(found).__name__}
    context = dl.SimulationContext(graph)
    arrays = {}
    for node, name in ((a, "x"), (b, "y")):
        g = found.get(node)
        if g is not None and not isinstance(g, Connection):
            return {"kind": f"dictionary with a {type(g).__name__} in it"}
        if g is None:
            arrays[name] = None
        else:
            arrays[name] = context.run(g, {"x": x, "y": y, "seed": seed})
    return {
        "kind": "dict",
        "x": arrays["x"],
        "y": arrays["y"],
        "missing": sorted(node.name for node in way if node not in found),
        "more": len(set(found) - set(way)),
    }


@exercise.driver
def products(pieces):
    """Describe the gradient of six layers with respect to the last weights; count new products."""
    graph = ComputationalGraph()
    y = graph.placeholder((None, 3), name="x")
    weights = [dl.Parameter(np.ones((3, 3), "float32"), name=f"w{k}") for k in range(6)]
    for w in weights:
        y = dl.tanh(y @ w)
    last = graph.variable(weights[-1])
    seed = graph.placeholder((None, 3), name="seed")
    before = len(graph)
    pieces.describe_gradients(way_back(toposort(y), {last}), seed)
    names = [node.prim.name for node in list(graph)[before:] if node.prim is not None]
    return names.count("matmul") + names.count("project")


@exercise.driver
def third(pieces, x):
    """Use the piece inside the graph three times: the third derivative of sum(x ** 4)."""
    graph = ComputationalGraph()
    node = graph.placeholder((None,), "float64", name="x")
    result = node * node * node * node
    for _ in range(3):
        (result,) = graph.gradients(result.sum(), [node])
    return dl.SimulationContext(graph).run(result, {"x": x})


@exercise.mistake(
    "Only the leaves are in what you return. Gradients of nodes on the way are asked for too (an "
    "inner layer's output, say): store each `g` under its node before you pull."
)
def leaves_alone(way, seed):
    on_way = set(way)

    def pull(node, g):
        wanted = [x in on_way for x in node.inputs]
        grads = node.prim.pull(wanted, g, node, node.inputs, node.params)
        return fitted([gx if w else None for gx, w in zip(grads, wanted, strict=True)], node)

    return reverse_sweep(way, seed, pull)


@exercise.mistake(
    "You ask for the gradients of all inputs. Those that are not on the way cost nodes, which "
    "cost time in each run: say in `wanted` which inputs are on the way."
)
def all_wanted(way, seed):
    on_way, found = set(way), {}

    def pull(node, g):
        found[node] = g
        wanted = [True for _ in node.inputs]
        grads = node.prim.pull(wanted, g, node, node.inputs, node.params)
        kept = [x in on_way for x in node.inputs]
        return fitted([gx if k else None for gx, k in zip(grads, kept, strict=True)], node)

    return found | reverse_sweep(way, seed, pull)


@exercise.mistake(
    "Some VJPs return gradients of all inputs together, wanted or not, and you send them on, to "
    "nodes that are not on the way. Put None in the place of those."
)
def sent_off_the_way(way, seed):
    on_way, found = set(way), {}

    def pull(node, g):
        found[node] = g
        wanted = [x in on_way for x in node.inputs]
        return fitted(node.prim.pull(wanted, g, node, node.inputs, node.params), node)

    return found | reverse_sweep(way, seed, pull)


@exercise.mistake(
    "You begin with ones in place of `seed`. The result may stand in the middle of something "
    "larger: what comes in from above is `seed`."
)
def seed_is_one(way, seed):
    on_way, found = set(way), {}

    def pull(node, g):
        found[node] = g
        wanted = [x in on_way for x in node.inputs]
        grads = node.prim.pull(wanted, g, node, node.inputs, node.params)
        return fitted([gx if w else None for gx, w in zip(grads, wanted, strict=True)], node)

    return found | reverse_sweep(way, seed * 0 + 1, pull)


@exercise.mistake(
    "The VJP is not told the `params` of its operation: it does not know along which axis was "
    "averaged, and takes what it is not told from its defaults. Pass `node.params`."
)
def params_forgotten(way, seed):
    on_way, found = set(way), {}

    def pull(node, g):
        found[node] = g
        wanted = [x in on_way for x in node.inputs]
        grads = node.prim.pull(wanted, g, node, node.inputs, {})
        return fitted([gx if w else None for gx, w in zip(grads, wanted, strict=True)], node)

    return found | reverse_sweep(way, seed, pull)


@exercise.mistake(
    "You hand the VJP constants that stand for the operands (`stop_gradient`), so that the "
    "gradient is right and cannot be differentiated again. Hand it the nodes: `node` and "
    "`node.inputs`."
)
def cut_off(way, seed):
    on_way, found = set(way), {}

    def pull(node, g):
        found[node] = g
        wanted = [x in on_way for x in node.inputs]
        inputs = [dl.stop_gradient(x) for x in node.inputs]
        grads = node.prim.pull(wanted, g, dl.stop_gradient(node), inputs, node.params)
        return fitted([gx if w else None for gx, w in zip(grads, wanted, strict=True)], node)

    return found | reverse_sweep(way, seed, pull)


@exercise.mistake(
    "The VJP gets an input where it expects the result. Its arguments are the gradient `g`, the "
    "result (that is `node` itself), then the inputs."
)
def input_for_result(way, seed):
    on_way, found = set(way), {}

    def pull(node, g):
        found[node] = g
        wanted = [x in on_way for x in node.inputs]
        grads = node.prim.pull(wanted, g, node.inputs[0], node.inputs, node.params)
        return fitted([gx if w else None for gx, w in zip(grads, wanted, strict=True)], node)

    return found | reverse_sweep(way, seed, pull)


@exercise.mistake(
    "`found[node]` keeps what the VJP returned for its inputs, so the last node of `way` has no "
    "entry, and where a node is used twice one part overwrites the other. Keep the `g` that "
    "comes in."
)
def keeps_what_goes_out(way, seed):
    on_way, found = set(way), {}

    def pull(node, g):
        wanted = [x in on_way for x in node.inputs]
        grads = node.prim.pull(wanted, g, node, node.inputs, node.params)
        fit = fitted([gx if w else None for gx, w in zip(grads, wanted, strict=True)], node)
        for x, gx in zip(node.inputs, fit, strict=True):
            if gx is not None:
                found[x] = gx
        return fit

    return reverse_sweep(way, seed, pull) | found
