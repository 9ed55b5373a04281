"""02/matmul_vjp_a: the gradient for the first of two matrices."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops import linalg

exercise = Code(
    "02/matmul_vjp_a",
    "Backward through a matrix product, first",
    linalg.matmul_vjp_a,
    hints=(
        "a is (M, K), b is (K, N), g is (M, N). The gradient for a has the shape of a. Which "
        "product of g and b has that shape?",
        "Turn b on its side (swap its last two axes), and multiply it with g in the one order "
        "that fits.",
        "1. What goes in and out: g is (M, N), b is (K, N), and the gradient shall be (M, K).\n"
        "2. How a small change in a changes the output: an element in "
        "column k of a meets row k of b.\n"
        "3. Turn it around: swap the last two axes of `b` with `.swapaxes(-1, -2)`.\n"
        "4. Multiply with `@`: g first, then the turned b.\n"
        "5. Return the product itself, without a tuple.",
    ),
)


@exercise.driver
def on_tape(pieces, a, b, g):
    """Multiply on the tape and go backward, twice; the gradients of `a` and `b`."""
    a, b = dl.tensor(a, requires_grad=True), dl.tensor(b, requires_grad=True)
    dl.matmul(a, b).backward(dl.tensor(g, requires_grad=True), create_graph=True)
    first = {"a": a.grad.detach().numpy(), "b": b.grad.detach().numpy()}
    a.grad.backward(np.ones(a.shape))
    return first["a"]


@exercise.mistake(
    "The order is swapped. The gradient for a is g times the turned b: only so do the rows "
    "and columns meet that met going forward."
)
def swapped(g, b):
    return b.swapaxes(-1, -2) @ g


@exercise.mistake(
    "b is not turned. Going backward its rows and columns change places: use `b.swapaxes(-1, -2)`."
)
def not_turned(g, b):
    return g @ b


@exercise.mistake(
    "You transpose only where the shapes do not fit otherwise, and with square matrices "
    "everything fits. Shapes are a good guide but no proof: it is always g times the turned "
    "b."
)
def only_if_needed(g, b):
    if g.shape[-1] == b.shape[-2]:
        return g @ b
    return g @ b.swapaxes(-1, -2)


@exercise.mistake(
    "`.T` reverses all axes, also those that count the matrices of a stack. Swap the last two "
    "only: `.swapaxes(-1, -2)`."
)
def all_axes(g, b):
    return g @ b.T


@exercise.mistake(
    "Both the order and the turned matrix are wrong: this is the transpose of the gradient. "
    "Compare its shape with that of a."
)
def transposed_result(g, b):
    return b @ g.swapaxes(-1, -2)


@exercise.mistake(
    "g is missing: with ones in its place every element of the result counts the same. The "
    "gradient is a product with g. With g = 1 you would never have noticed."
)
def forgot_g(g, b):
    return np.ones(g.shape, g.dtype) @ b.swapaxes(-1, -2)


@exercise.mistake(
    "`*` multiplies element by element. A matrix product goes backward through matrix "
    "products: `@`."
)
def elementwise(g, b):
    return g * b


@exercise.mistake(
    "The check of a gradient needs float64, a VJP does not: it keeps the dtype of what it "
    "gets. Leave the conversion out."
)
def widened(g, b):
    return g.astype(np.float64) @ b.swapaxes(-1, -2)


@exercise.mistake(
    "NumPy's functions cannot work on Tensors, and for second derivatives both arguments are "
    "Tensors. `@` and `.swapaxes` work on both."
)
def numpy_only(g, b):
    return np.matmul(g, np.swapaxes(b, -1, -2))


@exercise.mistake(
    "A tuple is for VJPs that serve all operands at once. This one serves one operand: return "
    "its gradient itself."
)
def in_a_tuple(g, b):
    return (g @ b.swapaxes(-1, -2),)
