"""07/misfits: say what does not fit, and what was probably meant."""

import math
from difflib import get_close_matches

import numpy as np

from diydl.course.bank import Code
from diydl.nn.state import misfits as reference

exercise = Code(
    "07/misfits",
    "What does not fit",
    reference,
    hints=(
        "Which names are on both sides, which only on this one, and which only on the other?",
        "Three lists, one after the other: faults of what is on both sides; names that are "
        "missing; names that nobody expected. For the last two, look for a name that looks alike "
        "among the names of the other list.",
        "1. Go through `given`. Where the name is in `own`: if the shapes differ, that is a fault; "
        "else if the numbers cannot be converted, that is one.\n"
        "2. The absent names are those of `own` that are not in `given`; the extra ones the other "
        "way round.\n"
        "3. For each absent name, ask `nearest` among the extra ones; for each extra name, among "
        "the absent ones.\n"
        "4. Return the three lists.",
    ),
)


@exercise.driver
def complaints(pieces, own, given):
    """Compare two descriptions {name: [shape, dtype]}; return the three lists."""
    sides = [
        {name: (tuple(shape), np.dtype(dtype)) for name, (shape, dtype) in side.items()}
        for side in (own, given)
    ]
    found = pieces.misfits(*sides)
    if found is None:
        return None
    return [x if isinstance(x, str) else [str(y) for y in x] for x in found]


def _near(name, candidates):
    close = get_close_matches(name, candidates, n=1)
    return f" (is it {close[0]}?)" if close else ""


def _faults(own, given):
    for name, (shape, dtype) in given.items():
        if name in own and shape != own[name][0]:
            yield f"shape: {name} is {own[name][0]}, got {shape}"
        elif name in own and not np.can_cast(dtype, own[name][1], "same_kind"):
            yield f"dtype: {name} is {own[name][1]}, got {dtype}"


@exercise.mistake(
    "You compare the number of elements. (2, 3) and (3, 2) hold six each, and no weight of the one "
    "fits into the other: compare the shapes."
)
def counts_elements(own, given):
    faults = []
    for name, (shape, dtype) in given.items():
        if name in own and math.prod(shape) != math.prod(own[name][0]):
            faults.append(f"shape: {name} is {own[name][0]}, got {shape}")
        elif name in own and not np.can_cast(dtype, own[name][1], "same_kind"):
            faults.append(f"dtype: {name} is {own[name][1]}, got {dtype}")
    absent, extra = [n for n in own if n not in given], [n for n in given if n not in own]
    missing = [f"missing: {n}{_near(n, extra)}" for n in absent]
    return faults, missing, [f"unexpected: {n}{_near(n, absent)}" for n in extra]


@exercise.mistake(
    "The shapes stand the wrong way round in the message: first what the model has, then what it "
    "got."
)
def turned_round(own, given):
    faults = []
    for name, (shape, dtype) in given.items():
        if name in own and shape != own[name][0]:
            faults.append(f"shape: {name} is {shape}, got {own[name][0]}")
        elif name in own and not np.can_cast(dtype, own[name][1], "same_kind"):
            faults.append(f"dtype: {name} is {own[name][1]}, got {dtype}")
    absent, extra = [n for n in own if n not in given], [n for n in given if n not in own]
    missing = [f"missing: {n}{_near(n, extra)}" for n in absent]
    return faults, missing, [f"unexpected: {n}{_near(n, absent)}" for n in extra]


@exercise.mistake(
    "The dtypes must be equal, you say; but weights that were saved as float64 may well be loaded "
    'into float32. `np.can_cast(dtype, wanted, "same_kind")` allows that.'
)
def equal_dtypes(own, given):
    faults = []
    for name, (shape, dtype) in given.items():
        if name in own and shape != own[name][0]:
            faults.append(f"shape: {name} is {own[name][0]}, got {shape}")
        elif name in own and dtype != own[name][1]:
            faults.append(f"dtype: {name} is {own[name][1]}, got {dtype}")
    absent, extra = [n for n in own if n not in given], [n for n in given if n not in own]
    missing = [f"missing: {n}{_near(n, extra)}" for n in absent]
    return faults, missing, [f"unexpected: {n}{_near(n, absent)}" for n in extra]


@exercise.mistake(
    "An array of another shape is complained of twice. That its shape differs is complaint enough: "
    "`elif` for the dtype."
)
def both_complaints(own, given):
    faults = []
    for name, (shape, dtype) in given.items():
        if name in own and shape != own[name][0]:
            faults.append(f"shape: {name} is {own[name][0]}, got {shape}")
        if name in own and not np.can_cast(dtype, own[name][1], "same_kind"):
            faults.append(f"dtype: {name} is {own[name][1]}, got {dtype}")
    absent, extra = [n for n in own if n not in given], [n for n in given if n not in own]
    missing = [f"missing: {n}{_near(n, extra)}" for n in absent]
    return faults, missing, [f"unexpected: {n}{_near(n, absent)}" for n in extra]


@exercise.mistake(
    "The kinds of numbers are not compared: a counter of steps would be loaded from 2.5, and "
    "become 2 without a word."
)
def any_dtype(own, given):
    faults = [
        f"shape: {name} is {own[name][0]}, got {shape}"
        for name, (shape, _) in given.items()
        if name in own and shape != own[name][0]
    ]
    absent, extra = [n for n in own if n not in given], [n for n in given if n not in own]
    missing = [f"missing: {n}{_near(n, extra)}" for n in absent]
    return faults, missing, [f"unexpected: {n}{_near(n, absent)}" for n in extra]


@exercise.mistake(
    "You look for a name that looks alike among all names, also those that have found their "
    "place. Only a name that is left over can be the one that was meant."
)
def near_anything(own, given):
    absent, extra = [n for n in own if n not in given], [n for n in given if n not in own]
    missing = [f"missing: {n}{_near(n, given)}" for n in absent]
    return [*_faults(own, given)], missing, [f"unexpected: {n}{_near(n, own)}" for n in extra]


@exercise.mistake(
    "Only the missing names are asked after. What is unexpected is as often a slip of the pen: "
    "look for the name among those that are missing."
)
def asks_one_way(own, given):
    absent, extra = [n for n in own if n not in given], [n for n in given if n not in own]
    missing = [f"missing: {n}{_near(n, extra)}" for n in absent]
    return [*_faults(own, given)], missing, [f"unexpected: {n}" for n in extra]


@exercise.mistake(
    "The names come in alphabetical order. Keep the order of the model, and of what is given: it "
    "is the order of the layers, in which one searches."
)
def sorted_names(own, given):
    absent, extra = sorted(own.keys() - given.keys()), sorted(given.keys() - own.keys())
    missing = [f"missing: {n}{_near(n, extra)}" for n in absent]
    return [*_faults(own, given)], missing, [f"unexpected: {n}{_near(n, absent)}" for n in extra]


@exercise.mistake(
    "You stop at the first fault. Whoever loads a model with forty wrong names wants to see all of "
    "them at once, not forty times one."
)
def first_fault_only(own, given):
    absent, extra = [n for n in own if n not in given], [n for n in given if n not in own]
    missing = [f"missing: {n}{_near(n, extra)}" for n in absent]
    unexpected = [f"unexpected: {n}{_near(n, absent)}" for n in extra]
    return [*_faults(own, given)][:1], missing[:1], unexpected[:1]
