"""08/soft_dice: how much of two regions is the same."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.nn.loss.dice import soft_dice as reference

exercise = Code(
    "08/soft_dice",
    "How much of two regions is the same",
    reference,
    hints=(
        "With pixels that are 0 or 1: which sum counts the pixels that are in both regions?",
        "Common: what both have. Sizes: of the one and of the other, added. Then twice the common "
        "part over the sizes, with `smooth` above and below; and never divide by 0.",
        "1. Common: `dl.sum` of the product, over `axis`.\n"
        "2. Sizes: `dl.sum` of each over `axis`, added up, plus `smooth`.\n"
        "3. Guard: `dl.where(sizes == 0, 1.0, sizes)`.\n"
        "4. Return twice the common part plus `smooth`, divided by the guarded sizes.",
    ),
)


@exercise.driver
def gradient(pieces, probabilities, target, g):
    """Return the gradient that comes back on the tape, one score for each row."""
    p = dl.tensor(probabilities, requires_grad=True)
    pieces.soft_dice(p, target, axis=1, smooth=0.0).backward(g)
    return None if p.grad is None else p.grad.numpy()


@exercise.mistake(
    "That is the Jaccard index, or IoU: common over *union*. Dice is twice the common part over "
    "the sum of both sizes."
)
def intersection_over_union(probabilities, target, *, axis, smooth):
    both = dl.sum(probabilities * target, axis=axis)
    size = dl.sum(probabilities, axis=axis) + dl.sum(target, axis=axis) - both + smooth
    return (both + smooth) / dl.where(size == 0, 1.0, size)


@exercise.mistake(
    "The factor 2 is missing: two equal regions would have the score 1/2. The common part is in "
    "both sizes, so it counts twice."
)
def counted_once(probabilities, target, *, axis, smooth):
    both = dl.sum(probabilities * target, axis=axis)
    size = dl.sum(probabilities, axis=axis) + dl.sum(target, axis=axis) + smooth
    return (both + smooth) / dl.where(size == 0, 1.0, size)


@exercise.mistake(
    "`smooth` stands below the line only. Where nothing is there, and nothing was found, the score "
    "would be 0. Add it above too."
)
def smooth_below(probabilities, target, *, axis, smooth):
    both = dl.sum(probabilities * target, axis=axis)
    size = dl.sum(probabilities, axis=axis) + dl.sum(target, axis=axis) + smooth
    return 2 * both / dl.where(size == 0, 1.0, size)


@exercise.mistake(
    "You sum over everything: one score for all. `axis` says which axes belong to a region; the "
    "others have a score each."
)
def one_for_all(probabilities, target, *, axis, smooth):
    both = dl.sum(probabilities * target)
    size = dl.sum(probabilities) + dl.sum(target) + smooth
    return (2 * both + smooth) / dl.where(size == 0, 1.0, size)


@exercise.mistake(
    "You squeeze probabilities to yes or no first. Then a small change of a probability changes "
    "nothing: there is no slope to learn from. The sums take them as they are."
)
def hardened(probabilities, target, *, axis, smooth):
    found = dl.cast(probabilities > 0.5, dtype=probabilities.dtype)
    both = dl.sum(found * target, axis=axis)
    size = dl.sum(found, axis=axis) + dl.sum(target, axis=axis) + smooth
    return (2 * both + smooth) / dl.where(size == 0, 1.0, size)


@exercise.mistake(
    "Your sizes are sums of squares, as in the V-Net paper. For 0 and 1 that is the same; for "
    "probabilities between it is another score than the one asked for."
)
def squares_below(probabilities, target, *, axis, smooth):
    both = dl.sum(probabilities * target, axis=axis)
    size = dl.sum(probabilities * probabilities, axis=axis) + dl.sum(target * target, axis=axis)
    size = size + smooth
    return (2 * both + smooth) / dl.where(size == 0, 1.0, size)


@exercise.mistake(
    "Where nothing is there, nothing was found and `smooth` is 0, you divide 0 by 0: NaN. Put 1 in "
    "place of a size of 0."
)
def zero_over_zero(probabilities, target, *, axis, smooth):
    both = dl.sum(probabilities * target, axis=axis)
    size = dl.sum(probabilities, axis=axis) + dl.sum(target, axis=axis) + smooth
    with np.errstate(invalid="ignore", divide="ignore"):
        return (2 * both + smooth) / size


@exercise.mistake(
    "The sums are NumPy's, and those work on arrays only. The probabilities are a Tensor, and the "
    "gradient has to come back through the sums: use `dl.sum`."
)
def with_numpy(probabilities, target, *, axis, smooth):
    both = np.sum(probabilities * target, axis=axis)
    size = np.sum(probabilities, axis=axis) + np.sum(target, axis=axis) + smooth
    return (2 * both + smooth) / np.where(size == 0, 1, size).astype(size.dtype)


@exercise.mistake(
    "float64 creeps in: `np.ones` makes float64. In `dl.where` a plain 1.0 adapts to its neighbour."
)
def ones_in_float64(probabilities, target, *, axis, smooth):
    both = dl.sum(probabilities * target, axis=axis)
    size = dl.sum(probabilities, axis=axis) + dl.sum(target, axis=axis) + smooth
    return (2 * both + smooth) / dl.where(size == 0, np.ones(size.shape), size)


@exercise.mistake(
    "You return the loss, 1 minus the score. Asked for is the score itself; "
    "`nn.binary_dice_loss` takes it from 1."
)
def the_loss(probabilities, target, *, axis, smooth):
    common = dl.sum(probabilities * target, axis=axis)
    sizes = dl.sum(probabilities, axis=axis) + dl.sum(target, axis=axis) + smooth
    return 1 - (2 * common + smooth) / dl.where(sizes == 0, 1.0, sizes)


@exercise.mistake(
    "`smooth` belongs to the sizes before the guard looks at them: where nothing is there and "
    "nothing was found, (0 + s) / (1 + s) is not 1."
)
def smooth_after_the_guard(probabilities, target, *, axis, smooth):
    common = dl.sum(probabilities * target, axis=axis)
    sizes = dl.sum(probabilities, axis=axis) + dl.sum(target, axis=axis)
    return (2 * common + smooth) / (dl.where(sizes == 0, 1.0, sizes) + smooth)
