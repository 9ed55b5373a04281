"""03/add_vjp_y: what a sum sends back to its right operand."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops.elementwise import add_vjp_y as reference

exercise = Code(
    "03/add_vjp_y",
    "The VJP of y in x + y",
    reference,
    hints=(
        "In `x + y`, how fast does the sum change when `y` changes, at one element?",
        "The slope is 1, so what comes in goes on unchanged; then back to the shape of `y`, "
        "because `y` may have been repeated.",
        "1. Slope: the derivative of `x + y` with respect to `y` is 1.\n"
        "2. Times what comes in: 1 times `g` is `g`.\n"
        "3. Un-broadcast: give `g` to `dl.unbroadcast`, with the shape of `y`.",
    ),
)


@exercise.driver
def on_the_tape(pieces, x, y, g, h):
    """Gradients of ``sum(g * (x + y))``, and second ones of ``sum(g * (x + y)**2)`` along `h`."""
    x, y = dl.tensor(x, requires_grad=True), dl.tensor(y, requires_grad=True)
    (x + y).backward(g)
    first = y.grad.numpy()
    sum = x + y
    (sum * sum * g).sum().backward(create_graph=True)
    (y.grad * h).sum().backward()
    return {"first": first, "second": y.grad.numpy()}


@exercise.mistake(
    "The un-broadcast is missing. Where `y` was repeated, your gradient still has the shape of "
    "`out`: end with `dl.unbroadcast(..., y.shape)`."
)
def not_summed(g, out, x, y):
    return g


@exercise.mistake(
    "You sum to the shape of `x`. This is the gradient of `y`: it goes back to the shape of `y`."
)
def shape_of_x(g, out, x, y):
    return dl.unbroadcast(g, x.shape)


@exercise.mistake(
    "You take the upstream gradient for one: what you return has the right shape, but `g` plays no "
    "part in it. The slope 1 has to be multiplied by what comes in from above."
)
def upstream_is_one(g, out, x, y):
    return dl.unbroadcast(g * 0 + 1, y.shape)


@exercise.mistake(
    "You multiply `g` with the other operand: that is the rule for a product. In a sum the slope "
    "is 1, whatever `x` is."
)
def as_in_a_product(g, out, x, y):
    return dl.unbroadcast(g * x, y.shape)


@exercise.mistake(
    "You take the mean of what the copies of `y` send back. They add up: `dl.unbroadcast` sums, "
    "and nothing is divided after that."
)
def averaged(g, out, x, y):
    total = dl.unbroadcast(g, y.shape)
    return total * float(np.prod(y.shape) / np.prod(g.shape))


@exercise.mistake(
    "You read the values of `x` or `y` (here through `out - x`, or `y * 0`). A sum has the slope 1 "
    "everywhere, so the tape keeps no values for you: use `g` and `y.shape` alone."
)
def reads_values(g, out, x, y):
    return dl.unbroadcast(g + 0 * y, y.shape)


@exercise.mistake(
    "NumPy's own functions work on arrays only. For second derivatives `g` is a Tensor: use "
    "`dl.unbroadcast`, which works on both."
)
def numpy_only(g, out, x, y):
    lead = g.ndim - len(y.shape)
    ones = tuple(lead + k for k, n in enumerate(y.shape) if n == 1)
    total = np.add.reduce(g, axis=(*range(lead), *ones), keepdims=True)
    return np.reshape(total, y.shape)


@exercise.mistake(
    "Summing over the first axis is right for a row that was added to a table, and for nothing "
    "else. `dl.unbroadcast` looks at both shapes and sums what has to be summed."
)
def first_axis(g, out, x, y):
    return g if g.shape == y.shape else dl.sum(g, axis=0)


@exercise.mistake(
    "float64 creeps in: you write the slope as an array of its own, and `np.ones` and `np.zeros` "
    "make float64. A slope of 1 needs no array at all."
)
def slope_in_float64(g, out, x, y):
    slope = np.ones(out.shape)
    return dl.unbroadcast(g * slope, y.shape)
