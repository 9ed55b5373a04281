"""02/sum_vjp: every element of a sum gets the sum's gradient."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops import reduce

exercise = Code(
    "02/sum_vjp",
    "Backward through a sum",
    reduce.sum_vjp,
    hints=(
        "If one element of x grows by 0.001, by how much does the sum it belongs to grow? And how "
        "many elements does each number of g belong to?",
        "Give g the axes back that the sum took away, each with size 1; then spread it to the "
        "shape of x.",
        "1. What goes in and out: x went in, and g has the shape of the sum.\n"
        "2. How a small change in x changes the output: by as much; every slope is 1.\n"
        "3. Turn it around: where axes are missing (there is an `axis`, and no `keepdims`), put "
        "them back with `dl.expand_dims` and the same `axis`.\n"
        "4. Spread the result to `x.shape` with `dl.broadcast_to`.\n"
        "5. Return it as a tuple with one entry.",
    ),
)


@exercise.driver
def on_tape(pieces, x, g, axis, weights=None):
    """Run a sum forward and backward, with weights twice; also call the piece by itself."""
    leaf, upstream = dl.tensor(x, requires_grad=True), dl.tensor(g, requires_grad=True)
    out = dl.sum(leaf, axis=axis)
    out.backward(upstream, create_graph=weights is not None)
    first = leaf.grad
    if first.requires_grad:
        first.backward(weights)
    direct = pieces.sum_vjp(g, out.numpy(), x, axis=axis)
    return {
        "tape": first.detach().numpy(),
        "direct": direct[0] if isinstance(direct, tuple) else direct,
    }


@exercise.mistake(
    "Broadcasting lines shapes up from the right, so a g that has lost its last axis is spread "
    "along the wrong one (or does not fit). First put the axis back with size 1: `dl.expand_dims`."
)
def axis_not_put_back(g, out, x, *, axis=None, keepdims=False):
    return (dl.broadcast_to(g, shape=x.shape),)


@exercise.mistake(
    "With keepdims=True nothing was taken away: g has size 1 there already, and you put one axis "
    "too many in. Put axes back only where keepdims is False."
)
def ignores_keepdims(g, out, x, *, axis=None, keepdims=False):
    if axis is not None:
        g = dl.expand_dims(g, axis=axis)
    return (dl.broadcast_to(g, shape=x.shape),)


@exercise.mistake(
    "`axis=None` means the sum of everything. Then g is a single number that broadcasts by itself, "
    "and there is no axis to put back: ask for `axis is not None` too."
)
def none_forgotten(g, out, x, *, axis=None, keepdims=False):
    if not keepdims:
        g = dl.expand_dims(g, axis=axis)
    return (dl.broadcast_to(g, shape=x.shape),)


@exercise.mistake(
    "`axis` may be a tuple, such as (0, 2), and a list cannot be indexed with a tuple. "
    "`dl.expand_dims` takes an axis or a tuple of them, as the sum does."
)
def one_axis_only(g, out, x, *, axis=None, keepdims=False):
    if axis is not None and not keepdims:
        shape = list(x.shape)
        shape[axis] = 1
        g = dl.reshape(g, shape=tuple(shape))
    return (dl.broadcast_to(g, shape=x.shape),)


@exercise.mistake(
    "You put the axis back at the end, whichever axis was summed. It belongs where it was: "
    "`axis=axis`."
)
def always_last(g, out, x, *, axis=None, keepdims=False):
    if axis is not None and not keepdims:
        for _ in range(len(axis) if isinstance(axis, tuple) else 1):
            g = dl.expand_dims(g, axis=-1)
    return (dl.broadcast_to(g, shape=x.shape),)


@exercise.mistake(
    "g is missing: ones are the slopes of the sum, and the gradient is g times the slope. Spread g "
    "itself to the shape of x. With g = 1 you would never have noticed."
)
def forgot_g(g, out, x, *, axis=None, keepdims=False):
    return (dl.broadcast_to(np.ones((), g.dtype), shape=x.shape),)


@exercise.mistake(
    "This is the gradient of a mean: you divide by a number of elements. In a sum every element "
    "counts in full, with the slope 1."
)
def as_a_mean(g, out, x, *, axis=None, keepdims=False):
    if axis is not None and not keepdims:
        g = dl.expand_dims(g, axis=axis)
    return (dl.broadcast_to(g / np.prod(x.shape, dtype=int).item(), shape=x.shape),)


@exercise.mistake(
    "The gradient must have the shape of x: one number for each element that went in. Yours has "
    "size 1 where the sum was taken. Spread it with `dl.broadcast_to`."
)
def not_spread(g, out, x, *, axis=None, keepdims=False):
    if axis is not None and not keepdims:
        g = dl.expand_dims(g, axis=axis)
    return (g,)


@exercise.mistake(
    "`np.ones` makes float64, and the whole result becomes float64 with it. `dl.broadcast_to` "
    "spreads g without a multiplication and without copying."
)
def wide(g, out, x, *, axis=None, keepdims=False):
    if axis is not None and not keepdims:
        g = dl.expand_dims(g, axis=axis)
    return (g * np.ones(x.shape),)


@exercise.mistake(
    "Right on arrays, but `np.ones_like(x)` asks for x, which the library does not keep: a sum "
    "needs only its shape. Use `x.shape` and `dl.broadcast_to`."
)
def reads_x(g, out, x, *, axis=None, keepdims=False):
    if axis is not None and not keepdims:
        g = dl.expand_dims(g, axis=axis)
    return (g * np.ones_like(x),)


@exercise.mistake(
    "NumPy's functions cannot work on Tensors, and for second derivatives g is one. The library "
    "has both under the same names: `dl.expand_dims`, `dl.broadcast_to`."
)
def numpy_only(g, out, x, *, axis=None, keepdims=False):
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return (np.broadcast_to(g, x.shape),)


@exercise.mistake(
    "The gradient is right, but it stands alone. A VJP returns one gradient for each input, so "
    "even a single one comes in a tuple: `return (gradient,)`, with the comma."
)
def bare(g, out, x, *, axis=None, keepdims=False):
    if axis is not None and not keepdims:
        g = dl.expand_dims(g, axis=axis)
    return dl.broadcast_to(g, shape=x.shape)
