"""08/balanced: the rarer, the heavier."""

import numpy as np

from diydl.course.bank import Code
from diydl.nn.loss.balance import balanced as reference

exercise = Code(
    "08/balanced",
    "The rarer, the heavier",
    reference,
    hints=(
        "If all classes that occur had the same number of examples: how many would that be?",
        "Fair: the fair share of a class. Then how many times too small is each class? And what if "
        "it has nothing at all?",
        "1. Occurs: `counts > 0`.\n"
        "2. Fair: the sum of the counts, divided by the number of classes that occur.\n"
        "3. Weights: fair divided by counts; where a count is 0, divide by 1 instead "
        "(`np.maximum(counts, 1)`).\n"
        "4. `np.where` a class occurs its weight, else 0.",
    ),
)


@exercise.mistake(
    "That is the share of each class: the frequent ones weigh even more. It is the other way "
    "round: divide by the counts."
)
def share_of_the_class(counts):
    return counts / counts.sum()


@exercise.mistake(
    "One over the count balances the classes, but the weights are so small that the mean weight of "
    "an example is no longer 1. Multiply by the fair share."
)
def one_over_count(counts):
    return np.where(counts > 0, 1 / np.maximum(counts, 1), 0.0)


@exercise.mistake(
    "N over the count: each class counts as much as all examples together, so the weights are K "
    "times too large. The fair share is N / K."
)
def not_shared(counts):
    return np.where(counts > 0, counts.sum() / np.maximum(counts, 1), 0.0)


@exercise.mistake(
    "You share among two classes. That is right for yes and no; in general it is the number of "
    "classes that occur."
)
def always_two(counts):
    return np.where(counts > 0, counts.sum() / (2 * np.maximum(counts, 1)), 0.0)


@exercise.mistake(
    "You count all classes, also those that do not occur. They take no part: the fair share is N "
    "divided by the number of classes that do."
)
def absent_classes_counted(counts):
    return np.where(counts > 0, counts.sum() / (len(counts) * np.maximum(counts, 1)), 0.0)


@exercise.mistake(
    "A class without examples gets a weight, and it has none to use it on. By the definition it is "
    "0: `np.where(counts > 0, ..., 0.0)`."
)
def absent_classes_weighted(counts):
    return counts.sum() / ((counts > 0).sum() * np.maximum(counts, 1))


@exercise.mistake(
    "You divide by 0 where a class has no examples. Divide by `np.maximum(counts, 1)`, and put 0 "
    "there."
)
def divided_by_zero(counts):
    with np.errstate(divide="ignore"):
        return counts.sum() / ((counts > 0).sum() * counts)


@exercise.mistake(
    "You write into the counts that came in, and their owner still needs them. Compute new arrays."
)
def counts_changed(counts):
    occurs = counts > 0
    fair = counts.sum() / occurs.sum()
    counts[counts == 0] = 1
    return np.where(occurs, fair / counts, 0.0)
