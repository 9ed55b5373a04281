"""02/exp_vjp: the function that is its own slope."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops import elementwise

exercise = Code(
    "02/exp_vjp",
    "Backward through exp",
    elementwise.exp_vjp,
    hints=(
        "What is the slope of exp at x? One of the three arguments holds that very number.",
        "Name the slope first, one for each element; then turn it around: each element of "
        "g times the slope at its place.",
        "1. What goes in and out: `x` went in, `out` came out, which is exp(x).\n"
        "2. How a small change in x changes the output: by the factor exp(x), and that is "
        "`out`.\n"
        "3. Turn it around: multiply `g` by this slope, element by element.\n"
        "4. Return it as a tuple with one entry.",
    ),
)


@exercise.driver
def on_tape(pieces, x, g, weights=None):
    """Run exp forward and backward, with weights twice; also call the piece by itself."""
    leaf, upstream = dl.tensor(x, requires_grad=True), dl.tensor(g, requires_grad=True)
    out = dl.exp(leaf)
    out.backward(upstream, create_graph=weights is not None)
    first = leaf.grad
    if first.requires_grad:
        first.backward(weights)
    direct = pieces.exp_vjp(g, out.numpy(), x)
    return {
        "tape": first.detach().numpy(),
        "direct": direct[0] if isinstance(direct, tuple) else direct,
    }


@exercise.mistake(
    "g is missing: this is the slope of exp by itself. The gradient says how the *final* "
    "number changes, so the slope is multiplied by g. With g = 1 you would never have "
    "noticed."
)
def forgot_g(g, out, x):
    return (out,)


@exercise.mistake(
    "g is added to the slope. A change passes through one operation after the other, and "
    "rates multiply along the way: g times the slope."
)
def added_g(g, out, x):
    return (g + out,)


@exercise.mistake(
    "The slope of exp at x is exp(x), not x. What exp gave is at hand under the name `out`."
)
def x_for_out(g, out, x):
    return (g * x,)


@exercise.mistake(
    "`out` is exp(x) already; this takes the exponential once more. The slope is `out` as it "
    "stands."
)
def exp_twice(g, out, x):
    return (g * dl.exp(out),)


@exercise.mistake(
    "That is the rule for powers, n x ** (n - 1). In exp(x) the x stands in the exponent, and "
    "exp is its own slope: `out`."
)
def power_rule(g, out, x):
    return (g * x * dl.exp(x - 1),)


@exercise.mistake(
    "This hands g through as if exp had the slope 1 everywhere. Its slope at x is exp(x), "
    "which is `out`."
)
def handed_through(g, out, x):
    return (g * 1,)


@exercise.mistake(
    "`np.ones` makes float64, and the whole result becomes float64 with it, twice the memory. "
    "Multiply g and `out` and nothing else."
)
def wide(g, out, x):
    return (np.ones(x.shape) * g * out,)


@exercise.mistake(
    "This writes into g, which the caller still needs (another operation may get the same "
    "array). `g * out` makes a new one."
)
def in_place(g, out, x):
    g *= out
    return (g,)


@exercise.mistake(
    "Right, but computed a second time, and the library has not kept x for you (exp says "
    '`saves="out"`). `out` is exp(x) already: use it.'
)
def recomputed(g, out, x):
    return (g * dl.exp(x),)


@exercise.mistake(
    "NumPy's functions cannot work on Tensors, and for second derivatives g and out are "
    "Tensors. Use the operator: `g * out`."
)
def numpy_only(g, out, x):
    return (np.multiply(g, out),)


@exercise.mistake(
    "The gradient is right, but it stands alone. A VJP returns one gradient for each input, "
    "so even a single one comes in a tuple: `return (gradient,)`, with the comma."
)
def bare(g, out, x):
    return g * out
