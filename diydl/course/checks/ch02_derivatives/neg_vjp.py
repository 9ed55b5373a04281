"""02/neg_vjp: the operation that turns signs."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops import elementwise

exercise = Code(
    "02/neg_vjp",
    "Backward through a change of sign",
    elementwise.neg_vjp,
    hints=(
        "If x grows by a little, what does -x do, and by how much?",
        "The slope of -x is the same everywhere. Multiply g by it.",
        "1. What goes in and out: `x` went in, -x came out.\n"
        "2. How a small change in x changes the output: by as much, with the other sign; "
        "the slope is -1.\n"
        "3. Turn it around: g times -1.\n"
        "4. Return it as a tuple with one entry.",
    ),
)


@exercise.driver
def on_tape(pieces, x, g, weights=None):
    """Run neg forward and backward, with weights twice; also call the piece by itself."""
    leaf, upstream = dl.tensor(x, requires_grad=True), dl.tensor(g, requires_grad=True)
    out = dl.neg(leaf)
    out.backward(upstream, create_graph=weights is not None)
    first = leaf.grad
    if first.requires_grad:
        first.backward(weights)
    direct = pieces.neg_vjp(g, out.numpy(), x)
    return {
        "tape": first.detach().numpy(),
        "direct": direct[0] if isinstance(direct, tuple) else direct,
    }


@exercise.mistake(
    "g is missing: this is the slope of -x by itself. The gradient of the final number is the "
    "slope times g, here the negative of g. With g = 1 both are -1."
)
def forgot_g(g, out, x):
    return (0 * g - 1,)


@exercise.mistake("g and the slope -1 are added. Rates multiply along a chain: g times -1.")
def added_g(g, out, x):
    return (g - 1,)


@exercise.mistake(
    "This is the operation itself, done once more. The gradient does not contain x at all: it "
    "is g times the slope, and the slope of -x is -1."
)
def forward_again(g, out, x):
    return (-x,)


@exercise.mistake(
    "The result of the operation has no part in its slope: the slope of -x is -1, wherever x "
    "is. Multiply g by -1, not by `out`."
)
def times_out(g, out, x):
    return (g * out,)


@exercise.mistake("The sign is missing. If x goes up, -x goes down: the slope is -1, not 1.")
def same_sign(g, out, x):
    return (g * 1,)


@exercise.mistake(
    "`np.full` makes float64, and the whole result becomes float64 with it, twice the memory. "
    "A plain minus sign keeps the dtype of g."
)
def wide(g, out, x):
    return (np.full(x.shape, -1.0) * g,)


@exercise.mistake(
    "This writes into g, which the caller still needs. A minus sign in front of g makes a new "
    "array."
)
def in_place(g, out, x):
    g *= -1
    return (g,)


@exercise.mistake(
    "NumPy's functions cannot work on Tensors, and for second derivatives g is one. Use the "
    "minus sign."
)
def numpy_only(g, out, x):
    return (np.negative(g),)


@exercise.mistake(
    "The gradient is right, but it stands alone. A VJP returns one gradient for each input, "
    "so even a single one comes in a tuple: `return (gradient,)`, with the comma."
)
def bare(g, out, x):
    return -g
