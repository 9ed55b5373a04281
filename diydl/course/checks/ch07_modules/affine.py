"""07/affine: what a linear layer computes."""

import numpy as np

from diydl.course.bank import Code
from diydl.ops.linalg import affine as primitive

exercise = Code(
    "07/affine",
    "What a linear layer computes",
    primitive.forward,
    hints=(
        "`w` has one row for each output. With which shape does `x @ ...` give one number for each "
        "output?",
        "Multiply by the weight turned round, then add the bias; before that, refuse a bias of "
        "another length.",
        "1. If the shape of `b` is not `w.shape[:1]`, raise a ValueError.\n"
        "2. `x` (..., in) meets the weight turned round, (in, out): the product is (..., out).\n"
        "3. Add the bias, which is broadcast, and return the sum, a new array.",
    ),
)


@exercise.driver
def computed(pieces, x, w, b):
    """Apply the layer to arrays; the text "ValueError" where that is refused."""
    try:
        return pieces.affine(np, x, w, b)
    except ValueError:
        return "ValueError"


@exercise.driver
def bias_afterwards(pieces, x, w, b):
    """Apply the layer, and return its bias as it is then."""
    pieces.affine(np, x, w, b)
    return b


@exercise.mistake(
    "The weight has to be turned round: it is (out, in), one row for each output, and `x @ w` "
    "wants (in, out). With a square weight it runs, and is wrong. Use `w.T`."
)
def not_turned(xp, x, w, b):
    if b.shape != w.shape[:1]:
        raise ValueError("the bias does not fit")
    return x @ w + b


@exercise.mistake("The bias is missing: one number for each output is added.")
def without_bias(xp, x, w, b):
    if b.shape != w.shape[:1]:
        raise ValueError("the bias does not fit")
    return x @ w.T


@exercise.mistake(
    "You multiply from the left and turn everything round. That does for a batch of rows, and "
    "breaks for (B, T, in), of which all axes would be reversed: `x` comes first, then the weight."
)
def from_the_left(xp, x, w, b):
    if b.shape != w.shape[:1]:
        raise ValueError("the bias does not fit")
    return (w @ x.T).T + b


@exercise.mistake(
    "A bias of one number, or a row too many, is broadcast without a word, and the layer trains "
    "badly for ever. Compare `b.shape` with `w.shape[:1]`, and raise a ValueError."
)
def any_bias(xp, x, w, b):
    return x @ w.T + b


@exercise.mistake(
    "The result is written into `xp.zeros`, which is float64, whatever went in: twice the memory, "
    "and half the speed. Return the sum as it comes."
)
def into_zeros(xp, x, w, b):
    if b.shape != w.shape[:1]:
        raise ValueError("the bias does not fit")
    out = xp.zeros((*x.shape[:-1], w.shape[0]))
    out[...] = x @ w.T + b
    return out


@exercise.mistake(
    "You multiply by the weight what is x plus bias. First the product, then the bias: it has one "
    "number for each output, not for each input."
)
def bias_first(xp, x, w, b):
    if b.shape != w.shape[:1]:
        raise ValueError("the bias does not fit")
    return (x + b) @ w.T


@exercise.mistake(
    "The sum is put into the bias itself, since it is of the shape of one result. The next call "
    "finds another bias there: add without writing into what came in."
)
def into_the_bias(xp, x, w, b):
    if b.shape != w.shape[:1]:
        raise ValueError("the bias does not fit")
    out = x @ w.T
    if out.shape == b.shape:
        b += out
        return b
    return out + b
