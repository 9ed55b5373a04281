"""10/epoch_order: an order that two numbers fix."""

import numpy as np

from diydl.course.bank import Code
from diydl.data.loader import epoch_order as reference

exercise = Code(
    "10/epoch_order",
    "An order for each epoch",
    reference,
    hints=(
        "Two programs call your function with the same three numbers. What must it not depend on, "
        "if both shall get the same order?",
        "Make a generator of your own from the two numbers, and let it put 0, 1, 2, ... in a "
        "random order.",
        "1. `np.random.default_rng` takes a list of whole numbers as its seed: give it `seed` and "
        "`epoch`, in this order.\n"
        "2. Ask that generator for a `permutation` of `count`.\n"
        "3. Return it.",
    ),
)


@exercise.mistake(
    "`seed + epoch` mixes the two up: seed 1 in epoch 0 has the order of seed 0 in epoch 1. Give "
    "the generator a list of both."
)
def adds_them(count, seed, epoch):
    return np.random.default_rng(seed + epoch).permutation(count)


@exercise.mistake(
    "Every epoch has the same order: `epoch` is not used. The network meets the same neighbours in "
    "the same batches each time. Seed the generator with `[seed, epoch]`."
)
def forgets_the_epoch(count, seed, epoch):
    return np.random.default_rng(seed).permutation(count)


@exercise.mistake(
    "The seed is not used: two runs that shall differ get the same orders. Seed the generator with "
    "`[seed, epoch]`."
)
def forgets_the_seed(count, seed, epoch):
    return np.random.default_rng(epoch).permutation(count)


@exercise.mistake(
    "Some examples come twice and others not at all: these are draws with replacement. An order "
    "holds each number once: `permutation`."
)
def draws_again(count, seed, epoch):
    return np.random.default_rng([seed, epoch]).integers(count, size=count)


@exercise.mistake(
    "The list is the wrong way round: `[epoch, seed]` in place of `[seed, epoch]`. Orders that "
    "others have written down could not be repeated with yours."
)
def wrong_way_round(count, seed, epoch):
    return np.random.default_rng([epoch, seed]).permutation(count)


@exercise.mistake(
    "You give a seed to NumPy's global generator too, and so change every draw that anybody else "
    "makes later. A generator of your own is enough: leave `np.random.seed` out."
)
def seeds_the_global_one(count, seed, epoch):
    np.random.seed(seed)  # noqa: NPY002
    return np.random.default_rng([seed, epoch]).permutation(count)


@exercise.driver
def orders(pieces, calls):
    """Return an order for each (count, seed, epoch), and whether others' draws were left alone."""
    kept = np.random.get_state()  # noqa: NPY002
    try:
        np.random.seed(20261130)  # noqa: NPY002
        before = np.random.get_state()[1].copy()  # noqa: NPY002
        found = [pieces.epoch_order(*call) for call in calls]
        untouched = bool((np.random.get_state()[1] == before).all())  # noqa: NPY002
    finally:
        np.random.set_state(kept)  # noqa: NPY002
    return {"orders": found, "untouched": untouched}
