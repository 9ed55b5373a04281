"""09/global_norm: one length for all gradients."""

import numpy as np

import diydl as dl
from diydl import ops
from diydl.course.bank import Code
from diydl.optim.clip import global_norm as reference

exercise = Code(
    "09/global_norm",
    "The length of all gradients",
    reference,
    hints=(
        "Put all the numbers of all gradients into one long vector. What does Pythagoras say about "
        "its length?",
        "The squares of all numbers are added up, over all arrays, and one root is taken at the "
        "end. Squares of float16 numbers overflow from 256 on: convert first.",
        '1. Convert each gradient: `dl.cast(g, dtype="float64")`.\n'
        "2. Add up its squares with `dl.sum`.\n"
        "3. Add those sums up over all gradients.\n"
        "4. Return the root of the total, by `dl.sqrt`.",
    ),
)


@exercise.driver
def of_tensors(pieces, arrays):
    """Ask for the length of arrays, of Tensors, and of values in a plan."""

    @dl.compute_graph
    def planned(*gradients):
        return pieces.global_norm(list(gradients))

    tensors = [dl.tensor(x) for x in arrays]
    return {
        "arrays": float(pieces.global_norm(arrays)),
        "tensors": float(pieces.global_norm(tensors)),
        "planned": float(planned(*arrays)),
    }


@exercise.mistake(
    "You add up the lengths of the gradients. Two that stand at a right angle are shorter than "
    "that together: add up squares, and take one root at the end."
)
def sum_of_lengths(gradients):
    total = 0.0
    for g in gradients:
        g = ops.cast(g, dtype="float64")
        total = total + ops.sqrt(ops.sum(g * g))
    return total


@exercise.mistake(
    "You take the longest gradient for all of them. The step changes all parameters at once, and "
    "its length is that of all together."
)
def the_longest(gradients):
    wide = [ops.cast(g, dtype="float64") for g in gradients]
    longest = ops.sqrt(ops.sum(wide[0] * wide[0]))
    for g in wide[1:]:
        longest = ops.maximum(longest, ops.sqrt(ops.sum(g * g)))
    return longest


@exercise.mistake("That is the square of the length: the root is missing.")
def without_root(gradients):
    total = 0.0
    for g in gradients:
        g = ops.cast(g, dtype="float64")
        total = total + ops.sum(g * g)
    return total


@exercise.mistake("You take means of squares. A length grows with the number of elements: add up.")
def means(gradients):
    total = 0.0
    for g in gradients:
        g = ops.cast(g, dtype="float64")
        total = total + ops.mean(g * g)
    return ops.sqrt(total)


@exercise.mistake(
    "You add up sizes, not squares: that is the way along the streets, not the straight one."
)
def along_the_streets(gradients):
    total = 0.0
    for g in gradients:
        total = total + ops.sum(ops.abs(ops.cast(g, dtype="float64")))
    return total


@exercise.mistake(
    "The squares overflow: 300 squared does not fit into float16, whose largest number is 65,504. "
    'Convert each gradient first: `dl.cast(g, dtype="float64")`.'
)
def overflows(gradients):
    total = 0.0
    with np.errstate(over="ignore"):
        for g in gradients:
            total = total + ops.cast(ops.sum(g * g), dtype="float64")
    return ops.sqrt(total)


@exercise.mistake(
    "NumPy's functions, `math.sqrt` and `float` want numbers at once, and in a plan there are none "
    "yet. `dl.sum` and `dl.sqrt` work on arrays, on Tensors and in plans."
)
def numpy_only(gradients):
    squares = [np.linalg.norm(np.ravel(g).astype("float64")) ** 2 for g in gradients]
    return np.asarray(np.sqrt(np.sum(squares)))
