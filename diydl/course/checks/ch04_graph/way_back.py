"""04/way_back: where gradients pass."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.engines.graph import ComputationalGraph
from diydl.engines.graph.build import way_back as reference
from diydl.reverse import toposort

exercise = Code(
    "04/way_back",
    "Where gradients pass",
    reference,
    hints=(
        "If none of a node's inputs depends on a source, can the node depend on one?",
        "Go along `order` once, from inputs to users. A node is on the way if it is a source, or "
        "if an input of it is on the way and a gradient passes the operation.",
        "1. Keep an ordered collection of nodes on the way (a dictionary keeps the order).\n"
        "2. For each node of `order`: it is reached if it is one of `sources`; or if it has a "
        "`prim` that is `differentiable`, and one of its inputs is on the way.\n"
        '3. Keep it if it is reached and its dtype is floating point (`node.dtype.kind == "f"`).\n'
        "4. If the last node of `order` is on the way, return the list of them; otherwise an empty "
        "list.",
    ),
)


def _graphs():
    """Make the graphs that the tests speak of: {name: (graph, last node, names of its nodes)}."""
    graph = ComputationalGraph()
    x = graph.placeholder((None, 3), name="x")
    y = graph.placeholder((None, 3), name="y")
    k = graph.placeholder((None,), "int64", name="k")
    (dl.tanh(x)).named("bent")
    (graph["bent"] * y).named("product")
    (dl.exp(y)).named("grown")
    (graph["product"] + graph["bent"]).named("total")
    (graph["total"] > 0.0).named("positive")
    (dl.where(graph["positive"], graph["grown"], y)).named("chosen")
    (dl.one_hot(k, classes=3, dtype="float32")).named("marked")
    (graph["marked"] * x).named("picked")
    (x.astype("int64")).named("whole")
    (graph["whole"].astype("float32")).named("rounded")
    (graph["rounded"] * graph["grown"]).named("stepped")
    (dl.sign(x)).named("sign")
    (graph["sign"] * graph["grown"]).named("turned")
    return graph


@exercise.driver
def on_the_way(pieces, last, sources):
    """Return the names of the nodes on the way from `last` back to `sources`."""
    graph = _graphs()
    found = pieces.way_back(toposort(graph[last]), {graph[name] for name in sources})
    if not isinstance(found, list):
        return type(found).__name__
    return [getattr(node, "name", type(node).__name__) for node in found]


@exercise.driver
def gradient(pieces, x):
    """Use the piece inside the graph: the gradient of sum(tanh(x) * x)."""
    graph = ComputationalGraph()
    node = graph.placeholder((None, 3), "float64", name="x")
    (slope,) = graph.gradients((dl.tanh(node) * node).sum(), [node])
    return None if slope is None else dl.SimulationContext(graph).run(slope, {"x": np.asarray(x)})


@exercise.mistake(
    "All that the result is computed from is on your way. A gradient is wanted for the sources "
    "alone: what does not depend on them needs none."
)
def everything(order, sources):
    return [node for node in order if node.dtype.kind == "f"]


@exercise.mistake(
    "A sign has no slope: where it says plus, a small change still gives plus. Ask "
    "`node.prim.differentiable`, and let no gradient through where it is False."
)
def through_steps(order, sources):
    found = {}
    for node in order:
        reached = node in sources or any(x in found for x in node.inputs)
        if reached and node.dtype.kind == "f":
            found[node] = True
    return list(found) if order[-1] in found else []


@exercise.mistake(
    "Whole numbers are on your way. They do not change a little, so they have no gradient: keep "
    "a node only if its dtype is floating point."
)
def through_integers(order, sources):
    found = {}
    for node in order:
        smooth = node.prim is not None and node.prim.differentiable
        if node in sources or (smooth and any(x in found for x in node.inputs)):
            found[node] = True
    return list(found) if order[-1] in found else []


@exercise.mistake(
    "The result does not depend on the sources, and yet you return nodes: those that do depend "
    "on them, on a way that leads nowhere. Return an empty list if the last node is not on the "
    "way."
)
def ways_that_lead_nowhere(order, sources):
    found = {}
    for node in order:
        smooth = node.prim is not None and node.prim.differentiable
        reached = node in sources or (smooth and any(x in found for x in node.inputs))
        if reached and node.dtype.kind == "f":
            found[node] = True
    return list(found)


@exercise.mistake(
    "You look one step ahead: at nodes that use a source directly. What uses those depends on the "
    "source too: ask whether an input is on the way, not whether it is a source."
)
def one_step(order, sources):
    found = {}
    for node in order:
        smooth = node.prim is not None and node.prim.differentiable
        reached = node in sources or (smooth and any(x in sources for x in node.inputs))
        if reached and node.dtype.kind == "f":
            found[node] = True
    return list(found) if order[-1] in found else []


@exercise.mistake(
    "Only leaves count as sources for you. One may ask for the gradient of a computed node too, "
    "the output of a layer, say: ask first whether the node is one of `sources`, whatever it is."
)
def leaves_as_sources(order, sources):
    found = {}
    for node in order:
        if node.prim is None:
            reached = node in sources
        else:
            reached = node.prim.differentiable and any(x in found for x in node.inputs)
        if reached and node.dtype.kind == "f":
            found[node] = True
    return list(found) if order[-1] in found else []


@exercise.mistake(
    "You ask for all inputs to be on the way. One is enough: a product depends on x if either of "
    "its factors does."
)
def all_inputs(order, sources):
    found = {}
    for node in order:
        smooth = node.prim is not None and node.prim.differentiable
        reached = node in sources or (smooth and all(x in found for x in node.inputs))
        if reached and node.dtype.kind == "f":
            found[node] = True
    return list(found) if order[-1] in found else []


@exercise.mistake(
    "You return a set or its list, so the order is lost. The sweep needs inputs before users: "
    "keep the order of `order`."
)
def from_the_end(order, sources):
    found = {}
    for node in order:
        smooth = node.prim is not None and node.prim.differentiable
        reached = node in sources or (smooth and any(x in found for x in node.inputs))
        if reached and node.dtype.kind == "f":
            found[node] = True
    return list(found)[::-1] if order[-1] in found else []
