"""03/mul_vjp_x: what a product sends back to its left operand."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops.elementwise import mul_vjp_x as reference

exercise = Code(
    "03/mul_vjp_x",
    "The VJP of x in x * y",
    reference,
    hints=(
        "In `x * y`, how fast does the product change when `x` changes, at one element?",
        "That slope, times what comes in from above; then back to the shape of `x`, because "
        "`x` may have been repeated.",
        "1. Slope: the derivative of `x * y` with respect to `x` is the other operand.\n"
        "2. Times what comes in: multiply the slope with `g`, which has the shape of `out`.\n"
        "3. Un-broadcast: give the product to `dl.unbroadcast`, with the shape of `x`.",
    ),
)


@exercise.driver
def on_the_tape(pieces, x, y, g, h):
    """Gradients of ``sum(g * (x * y))``, and second ones of ``sum(g * (x * y)**2)`` along `h`."""
    x, y = dl.tensor(x, requires_grad=True), dl.tensor(y, requires_grad=True)
    (x * y).backward(g)
    first = x.grad.numpy()
    product = x * y
    (product * product * g).sum().backward(create_graph=True)
    (x.grad * h).sum().backward()
    return {"first": first, "second": x.grad.numpy()}


@exercise.mistake(
    "The un-broadcast is missing. Where `x` was repeated, your gradient still has the shape of "
    "`out`: end with `dl.unbroadcast(..., x.shape)`."
)
def not_summed(g, out, x, y):
    return g * y


@exercise.mistake(
    "You multiply with `x` itself. When `x` grows by a little, `x * y` grows by the *other* "
    "operand times as much: the slope is `y`."
)
def own_value(g, out, x, y):
    return dl.unbroadcast(g * x, x.shape)


@exercise.mistake(
    "You take the upstream gradient for one: `g` is missing. The slope `y` has to be multiplied by "
    "what comes in from above."
)
def upstream_is_one(g, out, x, y):
    return dl.unbroadcast(y + 0 * g, x.shape)


@exercise.mistake(
    "You sum too early. Each repeated copy of `x` met another element of `y`: multiply first, in "
    "the shape of `out`, and sum after that."
)
def summed_too_early(g, out, x, y):
    return dl.unbroadcast(dl.unbroadcast(g, x.shape) * y, x.shape)


@exercise.mistake(
    "That is the VJP of a sum: it hands `g` on as it is. A product scales: multiply `g` with "
    "`y` first."
)
def as_in_a_sum(g, out, x, y):
    return dl.unbroadcast(g, x.shape)


@exercise.mistake(
    "`out / x` is `y` as long as `x` is not 0, but neither `out` nor `x` was kept on the "
    "tape. `y` was: use it."
)
def by_division(g, out, x, y):
    return dl.unbroadcast(g * out / x, x.shape)


@exercise.mistake(
    "NumPy's own function works on arrays only. For second derivatives `g` is a Tensor: write the "
    "product with `*`, which works on both."
)
def numpy_only(g, out, x, y):
    return dl.unbroadcast(np.multiply(g, y), x.shape)


@exercise.mistake(
    "Summing over the first axis is right for a row that was added to a table, and for nothing "
    "else. `dl.unbroadcast` looks at both shapes and sums what has to be summed."
)
def first_axis(g, out, x, y):
    back = g * y
    return back if back.shape == x.shape else dl.sum(back, axis=0)


@exercise.mistake(
    "float64 creeps in: you write the slope as an array of its own, and `np.ones` and `np.zeros` "
    "make float64. The slope is `y` itself: it stretches when it is multiplied."
)
def slope_in_float64(g, out, x, y):
    slope = np.zeros(out.shape) + y
    return dl.unbroadcast(g * slope, x.shape)
