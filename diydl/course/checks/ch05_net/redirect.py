"""05/redirect: put something between a Data and its readers."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.engines.net.order import needed_for
from diydl.engines.net.surgery import redirect as reference

exercise = Code(
    "05/redirect",
    "Put something in between",
    reference,
    hints=(
        "Who reads `old`? And who of them must go on reading it, since `new` is made of it?",
        "Look at every edge of every module. Move those that come from `old`, but for the modules "
        "with which `new` is computed.",
        "1. `needed_for([new])` is the set of all Data that `new` is computed from, itself "
        "included.\n"
        "2. Go through `net.modules`; leave out those whose `output` is in that set.\n"
        "3. Go through names and inputs of a module together; where the input `is old`, disconnect "
        "that name and connect it to `new`.\n"
        "4. Count, and return the count.",
    ),
)


def _network():
    net = dl.Net()
    x = net.data(value=np.array([1.0, 2.0]), id="x")
    old = (x * 3.0).rename("old")
    (old + 1.0).rename("plus")
    (old * 2.0).rename("double")
    (10.0 - old).rename("minus")
    (x + 0.5).rename("apart")
    return net, old


@exercise.driver
def redirected(pieces, deep=False):
    """Put tanh(old), or a longer way, between "old" and its readers; return its value."""
    net, old = _network()
    new = dl.tanh(old)
    if deep:
        new = new * 2.0 + old
    try:
        pieces.redirect(net, old, new)
    except ValueError as error:
        return {"error": f"ValueError: {error}"}
    net.forward()
    return {"error": "", "new": new.value}


@exercise.driver
def replaced(pieces, value):
    """Let all readers of "old" read another input; return what they make of it."""
    net, old = _network()
    other = net.data(value=value, id="other")
    pieces.redirect(net, old, other)
    net.forward()
    return {name: net.get_node(name).value for name in ("plus", "double", "minus", "apart", "old")}


@exercise.driver
def redirected_twice_read(pieces, value):
    """Redirect the readers of "old", where one reads it twice and no other does; return both."""
    net = dl.Net()
    old = (net.data(value=np.array([1.0, 2.0]), id="x") * 3.0).rename("old")
    square = old * old
    moved = pieces.redirect(net, old, net.data(value=value, id="other"))
    return {"moved": moved, "square": net.forward(outputs=square)}


@exercise.mistake(
    "The modules that `new` is computed with are moved too, so `new` would have to be known "
    "before it is computed: the net says that this makes a circle. Leave out every module whose "
    "output is in `needed_for([new])`."
)
def everybody(net, old, new):
    moved = 0
    for module in net.modules:
        for name, data in zip(module.names, list(module.inputs), strict=True):
            if data is old:
                module.disconnect(name)
                module.connect(name, new)
                moved += 1
    return moved


@exercise.mistake(
    "You leave out the module that makes `new`, and none of those before it. If they read `old`, "
    "moving them makes a circle: leave out all whose output is in `needed_for([new])`."
)
def but_the_last(net, old, new):
    moved = 0
    for module in net.modules:
        if module is new.source:
            continue
        for name, data in zip(module.names, list(module.inputs), strict=True):
            if data is old:
                module.disconnect(name)
                module.connect(name, new)
                moved += 1
    return moved


@exercise.mistake(
    "One edge of each module is moved. A module may read `old` twice, as old * old does: look at "
    "all its edges."
)
def one_edge_each(net, old, new):
    inside, moved = needed_for([new]), 0
    for module in net.modules:
        if module.output not in inside and any(x is old for x in module.inputs):
            name = next(n for n, x in zip(module.names, module.inputs, strict=True) if x is old)
            module.disconnect(name)
            module.connect(name, new)
            moved += 1
    return moved


@exercise.mistake(
    "You look at the first input of each module alone. In 10 - old it is the second that reads "
    "`old`: go through all names."
)
def first_name_only(net, old, new):
    inside, moved = needed_for([new]), 0
    for module in net.modules:
        names = module.names if module.inputs[0] is old else ()
        for name, data in zip(names, list(module.inputs), strict=False):
            if data is old and module.output not in inside:
                module.disconnect(name)
                module.connect(name, new)
                moved += 1
    return moved


@exercise.mistake("You stop after the first reader. Everybody who reads `old` shall read `new`.")
def first_reader(net, old, new):
    inside = needed_for([new])
    for module in net.modules:
        edges = [n for n, x in zip(module.names, module.inputs, strict=True) if x is old]
        if edges and module.output not in inside:
            for name in edges:
                module.disconnect(name)
                module.connect(name, new)
            return len(edges)
    return 0


@exercise.mistake(
    "You count the modules that were changed. The number of edges is asked for: old * old has two."
)
def counts_modules(net, old, new):
    inside, moved = needed_for([new]), 0
    for module in net.modules:
        edges = [n for n, x in zip(module.names, module.inputs, strict=True) if x is old]
        if edges and module.output not in inside:
            for name in edges:
                module.disconnect(name)
                module.connect(name, new)
            moved += 1
    return moved
