"""02/tanh_vjp: the curve from -1 to 1."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops import special

exercise = Code(
    "02/tanh_vjp",
    "Backward through tanh",
    special.tanh_vjp,
    hints=(
        "The slope of tanh is 1 in the middle and 0 far out. How can it be had from the "
        "height of the curve?",
        "Name the slope, 1 - tanh(x)^2, with the help of `out`; then multiply it by g.",
        "1. What goes in and out: `x` went in, `out` came out, which is tanh(x).\n"
        "2. How a small change in x changes the output: by the factor one minus the "
        "square of tanh(x), and tanh(x) is `out`.\n"
        "3. Turn it around: multiply `g` by this slope, element by element.\n"
        "4. Return it as a tuple with one entry.",
    ),
)


@exercise.driver
def on_tape(pieces, x, g, weights=None):
    """Run tanh forward and backward, with weights twice; also call the piece by itself."""
    leaf, upstream = dl.tensor(x, requires_grad=True), dl.tensor(g, requires_grad=True)
    out = dl.tanh(leaf)
    out.backward(upstream, create_graph=weights is not None)
    first = leaf.grad
    if first.requires_grad:
        first.backward(weights)
    direct = pieces.tanh_vjp(g, out.numpy(), x)
    return {
        "tape": first.detach().numpy(),
        "direct": direct[0] if isinstance(direct, tuple) else direct,
    }


@exercise.mistake(
    "The square is missing: the slope of tanh is 1 - tanh(x)^2, so `out` times itself. (At x "
    "= -3 yours would be almost 2, where the curve is flat.)"
)
def not_squared(g, out, x):
    return (g * (1 - out),)


@exercise.mistake(
    "This squares x in place of tanh(x). The slope is 1 - tanh(x)^2, and tanh(x) is at hand "
    "under the name `out`."
)
def x_for_out(g, out, x):
    return (g * (1 - x * x),)


@exercise.mistake(
    "g is missing: this is the slope of tanh by itself. The gradient of the final number is "
    "the slope times g. With g = 1 you would never have noticed."
)
def forgot_g(g, out, x):
    return (1 - out * out,)


@exercise.mistake("g is added to the slope. Rates multiply along a chain: g times the slope.")
def added_g(g, out, x):
    return (g + (1 - out * out),)


@exercise.mistake(
    "out (1 - out) is the slope of another curve, the sigmoid. tanh has the slope 1 - out^2."
)
def sigmoids_slope(g, out, x):
    return (g * (out * (1 - out)),)


@exercise.mistake(
    "The sign is turned: tanh rises everywhere, so its slope is positive: one minus the square."
)
def turned(g, out, x):
    return (g * (out * out - 1),)


@exercise.mistake(
    "The brackets are missing: without them g is multiplied by 1 only, and the square is "
    "taken away afterwards. The whole slope is multiplied by g."
)
def no_brackets(g, out, x):
    return (g * 1 - out * out,)


@exercise.mistake(
    "`np.ones` makes float64, and the whole result becomes float64 with it, twice the memory. "
    "The plain number 1 keeps the dtype."
)
def wide(g, out, x):
    return (g * (np.ones(x.shape) - out * out),)


@exercise.mistake(
    "This writes into g, which the caller still needs. `g * (...)` makes a new array."
)
def in_place(g, out, x):
    g *= 1 - out * out
    return (g,)


@exercise.mistake(
    "Right, but tanh is computed a second time, and the library has not kept x for you (tanh "
    'says `saves="out"`). `out` is tanh(x) already.'
)
def recomputed(g, out, x):
    return (g * (1 - dl.tanh(x) ** 2),)


@exercise.mistake(
    "NumPy's functions cannot work on Tensors, and for second derivatives g and out are "
    "Tensors. Use operators: `*`, `-` and `**` work on both."
)
def numpy_only(g, out, x):
    return (g * (1 - np.square(out)),)


@exercise.mistake(
    "The gradient is right, but it stands alone. A VJP returns one gradient for each input, "
    "so even a single one comes in a tuple: `return (gradient,)`, with the comma."
)
def bare(g, out, x):
    return g * (1 - out * out)
