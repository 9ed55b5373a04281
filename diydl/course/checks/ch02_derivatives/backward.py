"""02/backward: a chain of operations, walked from its end to its beginning."""

import numpy as np

from diydl.course.bank import Code


def reference(g, steps):
    for vjp, out, x in reversed(steps):
        (g,) = vjp(g, out, x)
    return g


exercise = Code(
    "02/backward",
    "A chain, backward",
    reference,
    hints=(
        "g belongs to the result of the last step. To which step's result does the gradient belong "
        "that its VJP gives back?",
        "Walk through the steps from the last to the first; what one VJP returns is the g of the "
        "step before it.",
        "1. Go through `reversed(steps)`, taking each one apart into `vjp`, `out` and `x`.\n"
        "2. Call the VJP with the g that you have, with out and x, in this order.\n"
        "3. Take the one gradient out of its tuple, and call it g from now on.\n"
        "4. After the loop return g.",
    ),
    name="backward",
)

MIX = np.array([[1.0, 2.0, -1.0], [0.0, 1.5, 0.5], [-0.5, 1.0, 2.0]])
FORWARD = {
    "tanh": (np.tanh, lambda g, out, x: (g * (1 - out * out),)),
    "square": (lambda x: x * x, lambda g, out, x: (g * 2 * x,)),
    "exp": (np.exp, lambda g, out, x: (g * out,)),
    "neg": (np.negative, lambda g, out, x: (-g,)),
    "mix": (lambda x: x @ MIX, lambda g, out, x: (MIX @ g,)),
    "sum": (np.sum, lambda g, out, x: (np.broadcast_to(g, x.shape),)),
}


def _run(names, x):
    """Compute forward; return the steps that were taken."""
    steps = []
    for name in names:
        f, vjp = FORWARD[name]
        out = np.asarray(f(x))
        steps.append((vjp, out, x))
        x = out
    return steps


@exercise.driver
def walk(pieces, names, x, g):
    """Run a chain of named operations forward, and the piece backward; count the steps after."""
    steps = _run(names, x)
    before = [id(step) for step in steps]
    gradient = pieces.backward(g, steps)
    return {"gradient": gradient, "list unchanged": [id(step) for step in steps] == before}


@exercise.mistake(
    "You walk forward. g belongs to the result of the *last* step, so its VJP comes first: "
    "`reversed(steps)`."
)
def forwards(g, steps):
    for vjp, out, x in steps:
        (g,) = vjp(g, out, x)
    return g


@exercise.mistake(
    "Every VJP gets the first g. The gradient that one step gives back is the g of the step before "
    "it: that is the chain. Give it the name g."
)
def not_chained(g, steps):
    gradient = g
    for vjp, out, x in reversed(steps):
        (gradient,) = vjp(np.broadcast_to(g, np.shape(out)), out, x)
    return gradient


@exercise.mistake(
    "g is multiplied in twice: a VJP has multiplied by g already. What it returns is the next g as "
    "it stands."
)
def g_twice(g, steps):
    for vjp, out, x in reversed(steps):
        g = g * vjp(g, out, x)[0]
    return g


@exercise.mistake(
    "`out` and `x` have changed places. A VJP is called with g, out, x: first what came out of the "
    "operation, then what went in."
)
def out_and_x_swapped(g, steps):
    for vjp, out, x in reversed(steps):
        (g,) = vjp(g, x, out)
    return g


@exercise.mistake(
    "A VJP returns a tuple, and you pass the tuple on. Take its one entry out: `(g,) = vjp(...)`."
)
def tuple_passed_on(g, steps):
    for vjp, out, x in reversed(steps):
        g = vjp(g, out, x)
    return g


@exercise.mistake(
    "The g that comes in is lost: you start from ones. The last step has a g of its own, the one "
    "that is given."
)
def starts_from_ones(g, steps):
    g = np.ones(np.shape(g))
    for vjp, out, x in reversed(steps):
        (g,) = vjp(g, out, x)
    return g


@exercise.mistake(
    "`steps.reverse()` and `steps.pop()` change the caller's list, and a second walk finds it "
    "spoilt. `reversed(steps)` goes backward and leaves the list as it is."
)
def list_reversed(g, steps):
    steps.reverse()
    for vjp, out, x in steps:
        (g,) = vjp(g, out, x)
    return g


@exercise.mistake(
    "You treat the last step apart from the others, and a list without steps has none. A loop over "
    "`reversed(steps)` does it all, also nothing."
)
def last_step_apart(g, steps):
    vjp, out, x = steps[-1]
    (g,) = vjp(g, out, x)
    for vjp, out, x in reversed(steps[:-1]):
        (g,) = vjp(g, out, x)
    return g


@exercise.mistake(
    "One step is left out: the first operation has to be walked back through as well, to reach "
    "the gradient of what went in at the very beginning."
)
def first_step_missing(g, steps):
    for vjp, out, x in reversed(steps[1:]):
        (g,) = vjp(g, out, x)
    return g
