"""Pictures of graphs: what a value was computed from, and what a network is made of."""

from dataclasses import replace

from diydl.draw import dot
from diydl.draw.colours import scheme
from diydl.draw.fold import fold
from diydl.draw.graph_figure import DIRECTIONS, GraphFigure
from diydl.draw.nested import nested
from diydl.draw.picture import Picture
from diydl.draw.read import read
from diydl.draw.repeats import repeats
from diydl.draw.sound import sound
from diydl.draw.svg import size_of
from diydl.draw.view import View, standard, view
from diydl.nn.module import Module

_READABLE = 40  # nodes: with more, groups are closed
_SMALL = 24  # nodes: what is repeated in a smaller picture is drawn as it is


def graph(
    value,
    *inputs,
    direction="LR",
    shapes=True,
    values=False,
    gradients=False,
    names=None,
    colours="kinds",
    layout="auto",
    depth=None,
    most=100,
    title=None,
    caption=None,
):
    """Draw what a value was computed from, or what a network does.

    Parameters
    ----------
    value : value of any engine, graph, net, Module, function or `Picture`
        A value's history is drawn, or a whole `ComputationalGraph` or `Net`. A module or function
        is run once on the `inputs`, and what it did is drawn; a module without inputs is drawn as
        the modules it consists of.
    *inputs : tensors, arrays or symbols
        What the module or function is run on.
    direction : "LR", "RL", "TB" or "BT"
        From left to right, and so on.
    shapes, values : bool or SimulationContext
        Whether nodes show their shapes and values. The tape keeps only what the backward pass
        needs; where a value is gone, the node says "not kept". Of a run all values are known; of
        a `ComputationalGraph`, where `values` is the `SimulationContext` that ran it.
    gradients : bool or "compute"
        True shows what `backward` left in `grad`; "compute" runs a backward pass of its own, which
        changes nothing, and shows the gradient of the result with respect to every node.
    names : dict of str to tensor, optional
        Names of values, such as ``names=globals()`` or ``names=dict(model.named_parameters())``.
    colours : "kinds", "training", "roles" or "ends"
        Parameters blue, data orange, constants green, the computed grey, for every kind of colour
        vision; or trainable coral, frozen light blue; or parameters blue, data red, constants
        green; or inputs red, the output green. Words and outlines say the same.
    layout : "auto", "own" or "dot"
        "auto" lets Graphviz place the nodes where it is installed.
    depth : int, optional
        How many levels of modules are open; those inside are drawn as boxes. Left out, all but
        the innermost modules are open, and fewer where the picture would be too large to read.
    most : int
        Beyond so many nodes what is in the middle is drawn as one node.

    Returns
    -------
    GraphFigure
        Notebooks show it; its ``repr`` is the list of nodes, each with its inputs.

    Examples
    --------
    >>> import diydl as dl
    >>> w = dl.Parameter([2.0, 3.0], name="w")
    >>> graph((w * w).sum(), values=True)
    Graph: 3 nodes, from left to right:
    1. w: parameter, shape (2,), value [2, 3]
    2. mul: from w (1) and w (1), shape (2,), value not kept
    3. sum: from mul (2), shape (), value 13
    >>> from diydl import nn
    >>> graph(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)), [[0.0] * 4])
    Sequential: 9 nodes, 4 of them drawn, from left to right:
    1. x: data, shape (1, 4)
    2. Linear 0: from x (1), shape (1, 8), 40 parameters
    3. ReLU 1: from Linear 0 (2), shape (1, 8)
    4. Linear 2: from ReLU 1 (3), shape (1, 2), 18 parameters
    """
    _check(direction, colours, layout)
    whole = read(value, inputs, values=values, gradients=gradients, names=names)
    shown = [
        word
        for word, on in (("shape", shapes), ("value", values), ("gradient", gradients))
        if on or isinstance(value, Picture)
    ]
    found = sound(repeats(sound(whole)) if len(whole.nodes) > _SMALL else whole)
    seen, source = _readable(found, most, depth)
    placed, note, by_dot = _placed(seen, direction, colours, layout, shown)
    return GraphFigure(
        seen,
        placed,
        title or (type(value).__name__ if isinstance(value, Module) else "Graph"),
        total=len(whole.nodes),
        colours=colours,
        shown=shown,
        caption=caption,
        note=note,
        source=source,
        direction=direction,
        by_dot=by_dot,
    )


def _readable(whole, most, depth):
    """Return a view of at most `most` nodes, and what can be unfolded: (picture, states).

    Groups are closed; if that is not enough, what is in the middle is left out.
    """
    states = standard(whole, min(most, _READABLE), depth)
    seen = view(whole, states)
    if len(seen.picture.nodes) <= most:
        return seen, (whole, states)
    folded = fold(replace(seen.picture, groups=[]), most)
    plain = [None] * len(folded.nodes)
    return View(folded, plain, [], plain), None


def _check(direction, colours, layout):
    scheme(colours)
    choices = (("direction", direction, DIRECTIONS), ("layout", layout, ("auto", "own", "dot")))
    for name, given, known in choices:
        if given not in known:
            raise ValueError(f"{name} is one of {', '.join(map(repr, known))}, got {given!r}")


def _placed(seen, direction, colours, layout, shown):
    """Return the layout, a note where Graphviz was there and failed, and whether it is its own."""
    picture, note = seen.picture, ""
    sizes = [size_of(node, colours, shown) for node in picture.nodes]
    frames = [(parent, frame_title) for _, parent, frame_title in seen.frames]
    if layout == "dot" and not dot.found():
        raise RuntimeError(
            "layout='dot' needs Graphviz: install its program `dot`, or `pip install pygraphviz`; "
            "layout='own' needs nothing"
        )
    if layout != "own" and dot.found():
        try:
            return dot.by_dot(sizes, picture.edges, seen.inside, frames, direction), note, True
        except dot.DotFailed as failure:
            note = f"{failure}; the layout is our own."
    return nested(sizes, picture.edges, seen.inside, frames, direction), note, False
