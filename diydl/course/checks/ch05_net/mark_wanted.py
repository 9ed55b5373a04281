"""05/mark_wanted: what is frozen costs nothing."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.engines.net.order import mark_wanted as reference

exercise = Code(
    "05/mark_wanted",
    "Who wants a gradient",
    reference,
    hints=(
        "A module reads three frozen leaves. Can anybody before it learn from its gradient?",
        "First tell the leaves. Then go along the modules in order: an output wants a gradient if "
        "one of the inputs does, and if a gradient can pass.",
        "1. For each leaf: `wanted` is what `trained` is.\n"
        "2. For each module, look at its output: a gradient passes if the primitive is "
        "`differentiable`, the output's dtype is floating point, and the output is not `cut`.\n"
        "3. The output's `wanted` is True if a gradient passes and one of the inputs wants one; an "
        "input can be None, where an edge was taken away.\n"
        "4. Set `wanted` of every Data, to True or to False.",
    ),
)


def _network():
    """Make the net that the tests speak of: two layers with a side way."""
    net = dl.Net()
    x = net.data(value=np.ones((2, 3), "float32"), id="x")
    names = ("w1", "w2", "w3")
    w1, w2, w3 = (dl.Parameter(np.ones((3, 3), "float32"), name=name) for name in names)
    first = dl.tanh((x @ w1).rename("product")).rename("first")
    second = (first @ w2).rename("second")
    side = (x @ w3).rename("side")
    (second + side).rename("total")
    dl.sign(first).rename("steps")
    first.astype("int64").rename("whole").astype("float32").rename("rounded")
    return net


def _wanted(net):
    return sorted(id for id, node in net.nodes.items() if getattr(node, "wanted", None) is True)


def _mark(pieces, net):
    for data in [*net.leaves, *(module.output for module in net.modules)]:
        if data.wanted not in (True, False):
            data.wanted = False
    pieces.mark_wanted(net.leaves, net.modules)


@exercise.driver
def wanted(pieces, frozen=(), trained=()):
    """Mark the net; freeze nodes, train inputs, mark it again; return IDs that want a gradient."""
    net = _network()
    _mark(pieces, net)
    for id in frozen:
        net.get_node(id).freeze()
    for id in trained:
        net.get_node(id).unfreeze()
    _mark(pieces, net)
    return _wanted(net)


@exercise.driver
def marked_once(pieces, frozen):
    """Freeze nodes, mark the net once; return IDs that want a gradient."""
    net = _network()
    for id in frozen:
        net.get_node(id).freeze()
    _mark(pieces, net)
    return _wanted(net)


@exercise.driver
def wanted_without(pieces, id, name):
    """Take an edge away, mark the net; return IDs that want a gradient."""
    net = _network()
    net.get_node(id).source.disconnect(name)
    _mark(pieces, net)
    return _wanted(net)


@exercise.mistake(
    "All leaves want a gradient for you, the pictures too, and what is frozen. A leaf wants one if "
    "it is trained: `data.trained`."
)
def all_leaves(leaves, modules):
    for data in leaves:
        data.wanted = data.dtype.kind == "f"
    for module in modules:
        out = module.output
        smooth = module.prim.differentiable and out.dtype.kind == "f" and not out.cut
        out.wanted = smooth and any(x is not None and x.wanted for x in module.inputs)


@exercise.mistake(
    "You ask for all inputs to want a gradient. One is enough: behind a picture that wants none "
    "there is a weight that does."
)
def all_inputs(leaves, modules):
    for data in leaves:
        data.wanted = data.trained
    for module in modules:
        out = module.output
        smooth = module.prim.differentiable and out.dtype.kind == "f" and not out.cut
        present = [x for x in module.inputs if x is not None]
        out.wanted = bool(smooth and present and all(x.wanted for x in present))


@exercise.mistake(
    "You look whether a module reads a trained leaf itself. What comes behind depends on that leaf "
    "too: ask each input for its `wanted`, which was set just before."
)
def own_leaves(leaves, modules):
    for data in leaves:
        data.wanted = data.trained
    for module in modules:
        out = module.output
        smooth = module.prim.differentiable and out.dtype.kind == "f" and not out.cut
        out.wanted = smooth and any(x is not None and x.trained for x in module.inputs)


@exercise.mistake(
    "A result that was frozen, `data.cut`, lets your gradients through. Freezing a computed Data "
    "means: nothing behind it learns by way of it."
)
def through_cuts(leaves, modules):
    for data in leaves:
        data.wanted = data.trained
    for module in modules:
        out = module.output
        smooth = module.prim.differentiable and out.dtype.kind == "f"
        out.wanted = smooth and any(x is not None and x.wanted for x in module.inputs)


@exercise.mistake(
    "A sign has no slope, and whole numbers have none. Ask `module.prim.differentiable`, and the "
    "dtype of the output."
)
def through_steps(leaves, modules):
    for data in leaves:
        data.wanted = data.trained
    for module in modules:
        out = module.output
        out.wanted = not out.cut and any(x is not None and x.wanted for x in module.inputs)


@exercise.mistake(
    "Whole numbers want a gradient for you. They do not change a little: the dtype of the output "
    'has to be floating point, `dtype.kind == "f"`.'
)
def through_whole_numbers(leaves, modules):
    for data in leaves:
        data.wanted = data.trained
    for module in modules:
        out = module.output
        smooth = module.prim.differentiable and not out.cut
        out.wanted = smooth and any(x is not None and x.wanted for x in module.inputs)


@exercise.mistake(
    "You set `wanted` to True and never to False. After a freeze the marks of the run before are "
    "still there, and everything is computed as ever: set it for every Data."
)
def never_unmarks(leaves, modules):
    for data in leaves:
        if data.trained:
            data.wanted = True
    for module in modules:
        out = module.output
        smooth = module.prim.differentiable and out.dtype.kind == "f" and not out.cut
        if smooth and any(x is not None and x.wanted for x in module.inputs):
            out.wanted = True


@exercise.mistake(
    "Where an edge was taken away, the input is None, and None has no `wanted`. Look for it: a "
    "net may be marked in the middle of an operation."
)
def stumbles_over_none(leaves, modules):
    for data in leaves:
        data.wanted = data.trained
    for module in modules:
        out = module.output
        smooth = module.prim.differentiable and out.dtype.kind == "f" and not out.cut
        out.wanted = smooth and any(x.wanted for x in module.inputs)
