"""Surgery on a net: taking single edges away, and putting others in their place.

What comes after an edge must still fit when it is replaced. Shapes and dtypes are inferred anew
down to the outputs before anything is changed.
"""

import difflib

from diydl.engines.net.order import needed_for
from diydl.exercise import exercise
from diydl.symbol import Symbol, infer


def connect(module, name, data):
    """Let the input `name` of `module` read `data`.

    Raises
    ------
    ValueError
        If that input is connected already, if `data` depends on the module's own output, or if
        shapes do not fit, here or further on. Nothing is changed then.
    TypeError
        If `data` is of another net, or its dtype does not fit.

    Examples
    --------
    >>> from diydl import Net
    >>> net = Net()
    >>> x, y = net.data(value=[1.0], id="x"), net.data(value=[5.0], id="y")
    >>> double = (x * 2).source
    >>> disconnect(double, "x")
    <Data 'x' (1,) float32, input>
    >>> connect(double, "x", y)
    >>> double
    <Module 'mul': x 'y', y 'constant' -> 'mul.out'>
    """
    place, net = position(module, name), module.net
    if module.inputs[place] is not None:
        raise ValueError(
            f"input {name!r} of {module.id!r} reads {module.inputs[place].id!r}: disconnect that "
            "first"
        )
    data = net.lift(data)
    if data.engine is not net:
        raise TypeError(f"{data.id!r} belongs to {data.engine!r}, {module.id!r} to {net!r}")
    if module.output in needed_for([data]):
        raise ValueError(
            f"{data.id!r} is computed from {module.output.id!r}: connecting it to {module.id!r} "
            "would make a circle"
        )
    module.inputs[place] = data
    net.rewired()
    try:
        fitting = refitted(module)
    except (ValueError, TypeError, IndexError):
        module.inputs[place] = None
        net.rewired()
        raise
    for out, new in fitting.items():
        out.shape, out.dtype = new.shape, new.dtype
    module.read = None


def disconnect(module, name):
    """Take away the edge to the input `name` of `module`; return the Data that it came from.

    The module, and what depends on it, cannot run until the input is connected again.
    """
    place = position(module, name)
    data, module.inputs[place], module.read = module.inputs[place], None, None
    if data is None:
        raise ValueError(f"input {name!r} of {module.id!r} is not connected")
    module.net.rewired()
    return data


@exercise("05/redirect")
def redirect(net, old, new):
    """Let everything that reads `old` read `new`; return how many edges that were.

    What `new` is computed with goes on reading `old`, so that a layer can be put in between.

    Examples
    --------
    >>> from diydl import Net
    >>> net = Net()
    >>> x = net.data(value=[1.0, -2.0], id="x")
    >>> double = x * 2
    >>> redirect(net, x, abs(x))
    1
    >>> net.forward(outputs=double).tolist()
    [2.0, 4.0]
    """
    inside, moved = needed_for([new]), 0
    for module in net.modules:
        if module.output in inside:
            continue
        for name, data in zip(module.names, list(module.inputs), strict=True):
            if data is old:
                module.disconnect(name)
                module.connect(name, new)
                moved += 1
    return moved


def position(module, name):
    """Return the place of the input `name` among the inputs of `module`.

    Examples
    --------
    >>> from diydl import Net
    >>> position((Net().data(value=[1.0]) * 2).source, "y")
    1
    """
    if name in module.names:
        return module.names.index(name)
    near = difflib.get_close_matches(str(name), module.names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(module.names)}"
    raise LookupError(f"{module.id!r} has no input {name!r}; {hint}")


def refitted(first):
    """Return {Data: Symbol with its new shape and dtype} for what changes with `first`'s inputs.

    Raises
    ------
    ValueError, TypeError, IndexError
        If a module further on cannot take the new shape or dtype.
    """
    new = {}
    for module in first.net.modules:
        inputs = module.inputs
        if any(x is None for x in inputs):
            continue
        if module is first or any(x in new for x in inputs):
            out = module.output
            shape, dtype = infer(module.prim, [new.get(x, x) for x in inputs], module.params)
            if (shape, dtype) != (out.shape, out.dtype):
                new[out] = Symbol(shape, dtype, name=out.id)
    for loss in first.net.losses:
        if loss in new and new[loss].size != 1:
            raise ValueError(f"the loss {loss.id!r} would have the shape {new[loss].shape}")
    return new


def prune(net, outputs):
    """Remove all that neither `outputs` nor the losses of `net` need."""
    needed = needed_for([*net.losses, *outputs])
    net.steps = [step for step in net.steps if step.owner in needed]
    for step in net.steps:
        needed.update(step.writes())
    net.leaves = [leaf for leaf in net.leaves if leaf in needed]
    net.states = {leaf.state: leaf for leaf in net.leaves if leaf.state is not None}
    kept = needed.union(net.steps)
    for id in [id for id, node in net.nodes.items() if node not in kept]:
        del net.nodes[id]
