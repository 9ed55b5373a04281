"""10/spread_classes: an order that may be cut anywhere."""

import numpy as np

from diydl.course.bank import Code
from diydl.data.split import spread_classes as reference

exercise = Code(
    "10/spread_classes",
    "An order that may be cut anywhere",
    reference,
    hints=(
        "A class has four examples. At which places between 0 and 1 would you put them, so that "
        "each quarter holds one? And ten?",
        "Give every example a place between 0 and 1: those of one class evenly spread over the "
        "whole. Then walk from 0 to 1 and write down whom you meet.",
        "1. For each class that occurs (`np.unique`), find the numbers of its n examples "
        "(`np.flatnonzero`).\n"
        "2. The first of them gets the place 0.5 / n, the next 1.5 / n, and so on, up to "
        "(n - 0.5) / n.\n"
        "3. When all have a place, `np.argsort` says whose place is the smallest, the next, ...\n"
        "4. `kind='stable'` keeps the old order where two places are equal. Return that.",
    ),
)


def _spread(labels):
    place = np.empty(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return np.argsort(place, kind="stable")


@exercise.mistake(
    "The examples are sorted by class: whoever cuts this order in the middle has all of one class "
    "on one side. Each class is to be spread over the whole."
)
def sorted_by_class(labels):
    return np.argsort(labels, kind="stable")


@exercise.mistake(
    "One of each class in turn is fair to classes of one size only. The small ones are used up at "
    "the beginning, and the rest is all of the large one. Spread each class over the whole: its "
    "k-th of n examples has the place (k + 0.5) / n."
)
def in_turn(labels):
    place = np.empty(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        place[rows] = np.arange(len(rows))
    return np.argsort(place, kind="stable")


@exercise.mistake(
    "You return for each example where it stands. Asked for is the reverse: who stands first, who "
    "second, ... That is what `argsort` of the places gives, once."
)
def places_not_numbers(labels):
    return np.argsort(_spread(labels), kind="stable")


@exercise.mistake(
    "You go through 0, 1, 2, ..., as many as there are classes. Labels may be others, such as 3 "
    "and 7: then their examples get no place. Go through `np.unique(labels)`."
)
def counted_classes(labels):
    place = np.zeros(len(labels))
    for label in range(len(np.unique(labels))):
        rows = np.flatnonzero(labels == label)
        place[rows] = (np.arange(len(rows)) + 0.5) / max(len(rows), 1)
    return np.argsort(place, kind="stable")


@exercise.mistake(
    "Examples of one class have changed their order. Whoever shuffled them before did it on "
    "purpose: the first of a class gets the smallest place, the next the next."
)
def turned_round(labels):
    place = np.empty(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)[::-1]
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return np.argsort(place, kind="stable")
