"""02/matmul_vjp_b: the gradient for the second of two matrices."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops import linalg

exercise = Code(
    "02/matmul_vjp_b",
    "Backward through a matrix product, second",
    linalg.matmul_vjp_b,
    hints=(
        "a is (M, K), b is (K, N), g is (M, N). The gradient for b has the shape of b. Which "
        "product of g and a has that shape?",
        "Turn a on its side (swap its last two axes), and multiply it with g in the one order "
        "that fits.",
        "1. What goes in and out: g is (M, N), a is (M, K), and the gradient shall be (K, N).\n"
        "2. How a small change in b changes the output: an element in "
        "row k of b meets column k of a.\n"
        "3. Turn it around: swap the last two axes of `a` with `.swapaxes(-1, -2)`.\n"
        "4. Multiply with `@`: the turned a first, then g.\n"
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
    return first["b"]


@exercise.mistake(
    "The order is swapped. The gradient for b is the turned a times g: only so do the rows "
    "and columns meet that met going forward."
)
def swapped(g, a):
    return g @ a.swapaxes(-1, -2)


@exercise.mistake(
    "a is not turned. Going backward its rows and columns change places: use `a.swapaxes(-1, -2)`."
)
def not_turned(g, a):
    return a @ g


@exercise.mistake(
    "You transpose only where the shapes do not fit otherwise, and with square matrices "
    "everything fits. Shapes are a good guide but no proof: it is always the turned a times "
    "g."
)
def only_if_needed(g, a):
    if a.shape[-1] == g.shape[-2]:
        return a @ g
    return a.swapaxes(-1, -2) @ g


@exercise.mistake(
    "`.T` reverses all axes, also those that count the matrices of a stack. Swap the last two "
    "only: `.swapaxes(-1, -2)`."
)
def all_axes(g, a):
    return a.T @ g


@exercise.mistake(
    "Both the order and the turned matrix are wrong: this is the transpose of the gradient. "
    "Compare its shape with that of b."
)
def transposed_result(g, a):
    return g.swapaxes(-1, -2) @ a


@exercise.mistake(
    "g is missing: with ones in its place every element of the result counts the same. The "
    "gradient is a product with g. With g = 1 you would never have noticed."
)
def forgot_g(g, a):
    return a.swapaxes(-1, -2) @ np.ones(g.shape, g.dtype)


@exercise.mistake(
    "`*` multiplies element by element. A matrix product goes backward through matrix "
    "products: `@`."
)
def elementwise(g, a):
    return g * a


@exercise.mistake(
    "The check of a gradient needs float64, a VJP does not: it keeps the dtype of what it "
    "gets. Leave the conversion out."
)
def widened(g, a):
    return a.swapaxes(-1, -2) @ g.astype(np.float64)


@exercise.mistake(
    "NumPy's functions cannot work on Tensors, and for second derivatives both arguments are "
    "Tensors. `@` and `.swapaxes` work on both."
)
def numpy_only(g, a):
    return np.matmul(np.swapaxes(a, -1, -2), g)


@exercise.mistake(
    "A tuple is for VJPs that serve all operands at once. This one serves one operand: return "
    "its gradient itself."
)
def in_a_tuple(g, a):
    return (a.swapaxes(-1, -2) @ g,)
