"""07/gain_of: how much a function shrinks what passes through it."""

import numpy as np

from diydl.course.bank import Code
from diydl.nn.gain import gain_of as reference

exercise = Code(
    "07/gain_of",
    "What makes up for a function",
    reference,
    hints=(
        "What is the mean of squares of f(z), if some z are more likely than others?",
        "On a fine grid of z, weigh the square of f(z) with how likely z is; divide by the sum of "
        "the weights; then ask by what to multiply f so that this becomes 1.",
        "1. A grid of z from -9 to 9, in steps of a thousandth or so.\n"
        "2. How likely each is, but for a constant factor: `np.exp(-z * z / 2)`.\n"
        "3. The weighted mean of `function(z) ** 2`: a sum of products, divided by the sum of the "
        "weights.\n"
        "4. One by its square root, as a Python float.",
    ),
)

FUNCTIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "identity": lambda z: z,
    "cube": lambda z: z**3,
}


@exercise.driver
def gain(pieces, name, scale):
    """Ask for the gain of ``scale * f``; return it and what kind of number it is."""
    found = pieces.gain_of(lambda z: scale * FUNCTIONS[name](z))
    kind = type(found).__name__
    return {"gain": None if found is None else float(found), "kind": kind}


@exercise.mistake(
    "That is the root of the mean square itself: by so much the function shrinks. The gain makes "
    "up for it: one divided by that."
)
def shrinkage(function):
    z = np.linspace(-9, 9, 18001)
    p = np.exp(-z * z / 2)
    return float(np.sqrt(np.sum(function(z) ** 2 * p) / np.sum(p)))


@exercise.mistake(
    "The root is missing. The mean square grows with the square of what weights are multiplied by."
)
def without_the_root(function):
    z = np.linspace(-9, 9, 18001)
    p = np.exp(-z * z / 2)
    return float(np.sum(p) / np.sum(function(z) ** 2 * p))


@exercise.mistake(
    "You take the mean off before you square: that is the variance. ReLU has a mean that is not 0, "
    "and the next layer multiplies that too: it is the mean square that counts."
)
def variance(function):
    z = np.linspace(-9, 9, 18001)
    p = np.exp(-z * z / 2)
    p = p / np.sum(p)
    mean = np.sum(function(z) * p)
    return float(1 / np.sqrt(np.sum((function(z) - mean) ** 2 * p)))


@exercise.mistake(
    "All z count alike, as if 8 were as likely as 0. Weigh each with `np.exp(-z * z / 2)`."
)
def all_alike(function):
    z = np.linspace(-9, 9, 18001)
    return float(1 / np.sqrt(np.mean(function(z) ** 2)))


@exercise.mistake(
    "The weights do not add up to 1. Divide by their sum, or the answer depends on how fine the "
    "grid is."
)
def not_divided(function):
    z = np.linspace(-9, 9, 18001)
    return float(1 / np.sqrt(np.sum(function(z) ** 2 * np.exp(-z * z / 2))))


@exercise.mistake(
    "The grid ends too early: beyond 3 lie few numbers, but their squares are large. Go on to 9."
)
def short_grid(function):
    z = np.linspace(-3, 3, 18001)
    p = np.exp(-z * z / 2)
    return float(1 / np.sqrt(np.sum(function(z) ** 2 * p) / np.sum(p)))


@exercise.mistake(
    "Drawn numbers give three digits, and other ones each time. Add up over a grid: it gives all "
    "digits at once."
)
def drawn(function):
    z = np.random.default_rng(0).normal(size=20_000)
    return float(1 / np.sqrt(np.mean(function(z) ** 2)))


@exercise.mistake("A NumPy number comes out. `float(...)` makes a Python float of it.")
def numpy_number(function):
    z = np.linspace(-9, 9, 18001)
    p = np.exp(-z * z / 2)
    return 1 / np.sqrt(np.sum(function(z) ** 2 * p) / np.sum(p))
