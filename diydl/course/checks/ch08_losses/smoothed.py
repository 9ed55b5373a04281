"""08/smoothed: targets that are not quite sure."""

import numpy as np

from diydl.course.bank import Code
from diydl.nn.loss.categorical import smoothed as reference

exercise = Code(
    "08/smoothed",
    "Targets that are not quite sure",
    reference,
    hints=(
        "If a share of each row is given away, how much of the row is left? And who gets a part of "
        "the share: the other classes, or all of them?",
        "Keep: what is left of the row. Give: the same part of the share to every class.",
        "1. Keep: the target times (1 - amount).\n"
        "2. Give: amount divided by the number of classes, which is the size of the last axis.\n"
        "3. Return the sum.",
    ),
)


@exercise.mistake(
    "You give the share to the *other* classes alone. By the definition it is spread over all K, "
    "the right one too, so that an amount of 1 means: all are equal."
)
def to_the_others(target, *, amount):
    others = target.shape[-1] - 1
    return target * (1 - amount) + (1 - target) * amount / others


@exercise.mistake(
    "You give without taking: each row sums up to 1 + amount. What was a probability must stay "
    "one: keep (1 - amount) of it."
)
def nothing_taken(target, *, amount):
    return target + amount / target.shape[-1]


@exercise.mistake(
    "You divide by the number of rows. The share is spread over the classes: the size of the last "
    "axis."
)
def over_the_rows(target, *, amount):
    return target * (1 - amount) + amount / target.shape[0]


@exercise.mistake(
    "You take the size of axis 1. That is the number of classes for a table, and for nothing else: "
    "the classes are on the last axis, `target.shape[-1]`."
)
def axis_one(target, *, amount):
    return target * (1 - amount) + amount / target.shape[1]


@exercise.mistake(
    "Every class gets the whole amount. It is one share for all of them together: divide it by the "
    "number of classes."
)
def whole_share_each(target, *, amount):
    return target * (1 - amount) + amount


@exercise.mistake(
    "Everything is written anew as if each row had a single 1. A target may be any distribution, "
    "0.7 and 0.3 for instance: scale it and add."
)
def only_for_hard_targets(target, *, amount):
    low = amount / target.shape[-1]
    return np.where(target > 0.5, 1 - amount + low, low).astype(target.dtype)


@exercise.mistake(
    "float64 creeps in: `np.full` and `np.ones` make float64. A plain number, amount / K, adapts "
    "to the target."
)
def even_rows_in_float64(target, *, amount):
    even = np.full(target.shape, 1 / target.shape[-1])
    return target * (1 - amount) + even * amount


@exercise.mistake(
    "`*=` and `+=` write into the target that came in. Whoever uses it once more smooths it again: "
    "compute a new array."
)
def in_place(target, *, amount):
    target *= 1 - amount
    target += amount / target.shape[-1]
    return target
