"""08/huber: a square near by, a straight line far away."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.nn.loss.regression import huber as reference

exercise = Code(
    "08/huber",
    "A square near by, a line far away",
    reference,
    hints=(
        "How large must the straight part be where it begins, so that the curve does not jump? And "
        "how steep, so that it has no corner?",
        "Size: how far away, without the sign. Near: half its square. Far: a line with the slope "
        "`delta`, which begins where the square ends.",
        "1. Size: `dl.abs` of the distance.\n"
        "2. Near: size times size, times 0.5.\n"
        "3. Far: at `delta` the square has the value `delta * delta / 2` and the slope `delta`. "
        "So the line is `delta * (size - delta / 2)`.\n"
        "4. Choose: `dl.where(size <= delta, near, far)`.",
    ),
)


@exercise.driver
def on_the_tape(pieces, distance, delta, g):
    """Return the gradient that comes back, for the upstream gradient `g`."""
    x = dl.tensor(distance, requires_grad=True)
    pieces.huber(x, delta=delta).backward(g)
    return None if x.grad is None else x.grad.numpy()


@exercise.mistake(
    "The half is missing near by: the square has the slope 2 * delta where the line begins, and "
    "the curve jumps there. Half the square fits."
)
def without_the_half(distance, *, delta):
    size = dl.abs(distance)
    return dl.where(size <= delta, size * size, delta * (size - delta / 2))


@exercise.mistake(
    "Far away your line has the slope 1. That fits where delta is 1, and nowhere else: the square "
    "has the slope `delta` there."
)
def slope_of_one(distance, *, delta):
    size = dl.abs(distance)
    return dl.where(size <= delta, 0.5 * size * size, size - delta / 2)


@exercise.mistake(
    "The curve jumps at `delta`: the line has the right slope, but it begins at the wrong height. "
    "At `delta` the square has reached delta * delta / 2."
)
def line_through_zero(distance, *, delta):
    size = dl.abs(distance)
    return dl.where(size <= delta, 0.5 * size * size, delta * size)


@exercise.mistake(
    "A distance has a sign. Far below 0 it is smaller than delta too, so negative outliers are "
    "squared: compare its size, `dl.abs(distance)`."
)
def one_sided(distance, *, delta):
    return dl.where(distance <= delta, 0.5 * distance * distance, delta * (distance - delta / 2))


@exercise.mistake(
    "Beyond `delta` your curve is flat: its slope is 0, so an outlier pulls not at all, and who "
    "begins far away stays there. It shall go on as a line."
)
def flat_outside(distance, *, delta):
    near = dl.minimum(dl.abs(distance), delta)
    return 0.5 * near * near


@exercise.mistake("The two branches have changed places: the square is for what is near.")
def branches_swapped(distance, *, delta):
    size = dl.abs(distance)
    return dl.where(size > delta, 0.5 * size * size, delta * (size - delta / 2))


@exercise.mistake(
    "The root of the square is the size, but its slope at 0 is 0 times infinity, NaN: one perfect "
    "prediction spoils all gradients. `dl.abs` has the slope 0 there."
)
def size_by_root(distance, *, delta):
    size = dl.sqrt(distance * distance)
    return dl.where(size <= delta, 0.5 * size * size, delta * (size - delta / 2))


@exercise.mistake(
    "NumPy's functions work on arrays only. The distance of a prediction is a Tensor: use `dl.abs` "
    "and `dl.where`, which work on both."
)
def with_numpy(distance, *, delta):
    size = np.abs(distance)
    return np.where(size <= delta, 0.5 * size * size, delta * (size - delta / 2)).astype(size.dtype)


@exercise.mistake(
    "float64 creeps in: `np.array(0.5)` is an array of float64, and takes part. A Python number "
    "such as 0.5 adapts to its neighbours."
)
def half_as_an_array(distance, *, delta):
    size = dl.abs(distance)
    half = np.array(0.5)
    return dl.where(size <= delta, half * size * size, delta * (size - half * delta))
