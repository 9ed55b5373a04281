"""10/ranks: how many classes come before the right one."""

import numpy as np

from diydl.course.bank import Code
from diydl.train.metrics import ranks as reference

exercise = Code(
    "10/ranks",
    "How many come before the right one",
    reference,
    hints=(
        "The right class has a score too. How do you get it out of each row, without a loop?",
        "Take the score of the label out of each row as a column (N, 1). Then every score of the "
        "row can be compared with it at once, and what is before it can be counted.",
        "1. `own`: `np.take_along_axis(scores, labels[:, None], axis=1)`, shape (N, 1).\n"
        "2. Before the label stand scores that are larger than `own`,\n"
        "3. and equal ones in a column further left: compare `np.arange(K)` with "
        "`labels[:, None]`.\n"
        "4. Where `own` is nan, all of them do: combine with `|`.\n"
        "5. Sum each row.",
    ),
)


def _before(scores, labels):
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    left = np.arange(scores.shape[1]) < labels[:, None]
    return own, left


@exercise.mistake(
    "The right class counts itself: `>=` holds for its own score. A perfect answer has rank 0."
)
def counts_itself(scores, labels):
    own, _ = _before(scores, labels)
    return ((scores >= own) | np.isnan(own)).sum(axis=1)


@exercise.mistake(
    "You count the classes that come after: lower scores. Before the right class stand the higher "
    "ones."
)
def counts_lower(scores, labels):
    own, left = _before(scores, labels)
    return ((scores < own) | ((scores == own) & left) | np.isnan(own)).sum(axis=1)


@exercise.mistake(
    "Of equal scores you let none come before. Then a network that gives the same score to every "
    "class seems to be always right. One that stands further left comes before."
)
def ties_are_won(scores, labels):
    own, _ = _before(scores, labels)
    return ((scores > own) | np.isnan(own)).sum(axis=1)


@exercise.mistake(
    "Of equal scores, those further right come before in your count. `argmax` takes the first of "
    "equal ones: further left comes before."
)
def ties_to_the_right(scores, labels):
    own, _ = _before(scores, labels)
    right = np.arange(scores.shape[1]) > labels[:, None]
    return ((scores > own) | ((scores == own) & right) | np.isnan(own)).sum(axis=1)


@exercise.mistake(
    "A score of nan is never larger and never equal, so a label whose score is nan seems to be the "
    "best of all. Ask `np.isnan(own)`: then all K classes come before."
)
def nan_is_best(scores, labels):
    own, left = _before(scores, labels)
    return ((scores > own) | ((scores == own) & left)).sum(axis=1)


@exercise.mistake(
    "`argsort` says which class stands at each place. Reading it at the place of the label gives a "
    "class, not a rank. Count instead: which scores are larger than the label's?"
)
def class_at_the_place(scores, labels):
    order = np.argsort(-scores, axis=1, kind="stable")
    own, _ = _before(scores, labels)
    found = np.take_along_axis(order, labels[:, None], axis=1)[:, 0]
    return np.where(np.isnan(own[:, 0]), scores.shape[1], found)


@exercise.mistake(
    "You compare with the label's score of the first row in all rows. Each row has its own: take "
    "them along axis 1."
)
def first_row_for_all(scores, labels):
    own, left = _before(scores, labels)
    own = np.broadcast_to(own[:1], own.shape)
    return ((scores > own) | ((scores == own) & left) | np.isnan(own)).sum(axis=1)
