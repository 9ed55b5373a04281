"""08/log_softmax: logarithms of probabilities, without the probabilities."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops.functional import log_softmax as reference

exercise = Code(
    "08/log_softmax",
    "Logarithms of probabilities, exact at 1000",
    reference,
    hints=(
        "What happens to the probabilities of a row if the same number is taken from all of its "
        "scores? Which number makes sure that nothing overflows?",
        "Shift each row by its largest score. Then the shifted scores, minus the logarithm of the "
        "sum of their exponentials. The axis that you reduce has to stay, with size 1.",
        "1. Top: `dl.max` of `x` along `axis`, with `keepdims=True`.\n"
        "2. Shift: `x` minus top.\n"
        "3. Total: `dl.sum` of `dl.exp` of the shifted scores, along `axis`, with "
        "`keepdims=True`.\n"
        "4. Return shifted minus `dl.log` of the total.",
    ),
)


@exercise.driver
def gradient(pieces, x, g):
    """Return the gradient that comes back on the tape, for the upstream gradient `g`."""
    x = dl.tensor(x, requires_grad=True)
    pieces.log_softmax(x).backward(g)
    return None if x.grad is None else x.grad.numpy()


@exercise.driver
def described(pieces, rows):
    """Describe it with an open batch and run it for each array of `rows`."""
    graph = dl.ComputationalGraph()
    x = graph.placeholder((None, rows[0].shape[1]), "float64", name="scores")
    out = pieces.log_softmax(x)
    if getattr(out, "engine", None) is not graph:
        return f"a {type(out).__name__}"
    context = dl.SimulationContext(graph)
    return [np.asarray(context.run(out, {x: one})) for one in rows]


@exercise.mistake(
    "There is no shift: exp(1000) is infinite, and infinity minus infinity is NaN. Take the "
    "largest score of each row from it first."
)
def no_shift(x, *, axis=-1):
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return x - dl.log(dl.sum(dl.exp(x), axis=axis, keepdims=True))


@exercise.mistake(
    "You compute probabilities and then their logarithms. A probability of exp(-1000) is rounded "
    "to 0, whose logarithm is minus infinity and not -1000. Stay with logarithms: shifted scores "
    "minus the logarithm of the total."
)
def log_of_softmax(x, *, axis=-1):
    e = dl.exp(x - dl.max(x, axis=axis, keepdims=True))
    with np.errstate(divide="ignore"):
        return dl.log(e / dl.sum(e, axis=axis, keepdims=True))


@exercise.mistake(
    "You shift by the largest score of *all* rows. A row that lies 1000 below it becomes "
    "exp(-1000) = 0 in every place. Each row has its own largest score: `axis=axis, "
    "keepdims=True`."
)
def one_top_for_all(x, *, axis=-1):
    shifted = x - dl.max(x)
    with np.errstate(divide="ignore"):
        return shifted - dl.log(dl.sum(dl.exp(shifted), axis=axis, keepdims=True))


@exercise.mistake(
    "You shift by the mean. The largest score may be far above it, and its exponential still "
    "overflows. Only the largest makes every exponent negative or zero."
)
def shifted_by_the_mean(x, *, axis=-1):
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = x - dl.mean(x, axis=axis, keepdims=True)
        return shifted - dl.log(dl.sum(dl.exp(shifted), axis=axis, keepdims=True))


@exercise.mistake(
    "`axis` is not used: you always reduce the last one. Maps of scores have their classes on "
    "axis 1."
)
def always_the_last(x, *, axis=-1):
    shifted = x - dl.max(x, axis=-1, keepdims=True)
    return shifted - dl.log(dl.sum(dl.exp(shifted), axis=-1, keepdims=True))


@exercise.mistake(
    "The axis that you reduced is gone, so the maxima of the rows are laid along the columns: the "
    "trap of chapter 01. Keep it: `keepdims=True`."
)
def rows_along_columns(x, *, axis=-1):
    shifted = x - dl.max(x, axis=axis)
    return shifted - dl.log(dl.sum(dl.exp(shifted), axis=axis))


@exercise.mistake(
    "The logarithm is missing: you take away the total itself. What is divided in a softmax is "
    "subtracted among logarithms: minus log of the total."
)
def total_without_log(x, *, axis=-1):
    shifted = x - dl.max(x, axis=axis, keepdims=True)
    return shifted - dl.sum(dl.exp(shifted), axis=axis, keepdims=True)


@exercise.mistake(
    "The values are right and the gradient is not: `stop_gradient` around the total cuts off the "
    "way by which the other scores are pushed down. Only the shift may be cut off, since it "
    "changes nothing."
)
def total_cut_off(x, *, axis=-1):
    shifted = x - dl.stop_gradient(dl.max(x, axis=axis, keepdims=True))
    total = dl.sum(dl.exp(shifted), axis=axis, keepdims=True)
    return shifted - dl.log(dl.stop_gradient(total))


@exercise.mistake(
    "You look at numbers that a node of a graph does not have yet (`.data`, `.numpy()`). `dl.max` "
    "works on arrays, Tensors and nodes alike."
)
def top_from_data(x, *, axis=-1):
    numbers = x if isinstance(x, np.ndarray) else x.data
    shifted = x - np.max(numbers, axis=axis, keepdims=True)
    return shifted - dl.log(dl.sum(dl.exp(shifted), axis=axis, keepdims=True))


@exercise.mistake(
    "float64 creeps in: `np.log` or `np.array` have made it. Operations of the library on `x` keep "
    "its dtype."
)
def tiny_as_an_array(x, *, axis=-1):
    shifted = x - dl.max(x, axis=axis, keepdims=True)
    total = dl.sum(dl.exp(shifted), axis=axis, keepdims=True)
    return shifted - dl.log(total + np.array(0.0))
