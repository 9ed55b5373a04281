"""07/xavier_uniform: weights that keep signal and gradient at their size."""

import math

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.nn import init
from diydl.nn.init import xavier_uniform as reference

exercise = Code(
    "07/xavier_uniform",
    "Weights after Glorot and Bengio",
    reference,
    hints=(
        "Which variance is wanted? And which bound has an even spread with this variance?",
        "Find the gain, find both fans, find the bound, and let the library draw between minus the "
        "bound and the bound.",
        "1. If `nonlinearity` is given, the gain is what `init.calculate_gain` says of it.\n"
        "2. `init.fans` of the shape gives both fans.\n"
        "3. The bound is the gain times the root of 6 by the sum of the fans.\n"
        "4. Return what `init.uniform` draws from minus the bound to the bound, in the shape and "
        "the dtype that were asked for.",
    ),
)


def _short(number):
    """Round to two digits: what a hundred thousand draws tell."""
    return float(f"{float(number):.2g}")


@exercise.driver
def statistics(pieces, shape, options):
    """Draw from the seed 1; return the largest absolute number, the spread, and the mean."""
    dl.seed(1)
    w = pieces.xavier_uniform(tuple(shape), **options)
    if not isinstance(w, np.ndarray):
        return None
    w64 = w.astype(float)
    centre = abs(w64.mean()) < 0.02 * np.abs(w64).max()
    return {
        "shape": list(w.shape),
        "bound": _short(np.abs(w64).max()),
        "spread": _short(w64.std()),
        "centred": bool(centre),
        "dtype": w.dtype.name,
    }


@exercise.driver
def seeds(pieces):
    """Draw twice from one seed, and once more; tell which are the same."""
    dl.seed(2)
    first, second = pieces.xavier_uniform((5, 4)), pieces.xavier_uniform((5, 4))
    dl.seed(2)
    again = pieces.xavier_uniform((5, 4))
    return {"again": bool((first == again).all()), "next": bool((first == second).all())}


@exercise.mistake(
    "The bound is that of a spread, not of an even distribution. What is even between -b and b has "
    "the variance b * b / 3: hence 6 under the root, not 2."
)
def bound_for_spread(shape, gain=1.0, *, nonlinearity=None, dtype=None):
    gain = gain if nonlinearity is None else init.calculate_gain(nonlinearity)
    bound = gain * math.sqrt(2 / sum(init.fans(shape)))
    return init.uniform(shape, -bound, bound, dtype=dtype)


@exercise.mistake(
    "Only the inputs count: that keeps the signal on its way forward, and not the gradient on its "
    "way back. Glorot and Bengio take the sum of both fans."
)
def forward_only(shape, gain=1.0, *, nonlinearity=None, dtype=None):
    gain = gain if nonlinearity is None else init.calculate_gain(nonlinearity)
    bound = gain * math.sqrt(3 / init.fans(shape)[0])
    return init.uniform(shape, -bound, bound, dtype=dtype)


@exercise.mistake(
    "The root is missing: 6 by the sum of the fans is a variance (times 3), and the bound is its "
    "square root."
)
def without_root(shape, gain=1.0, *, nonlinearity=None, dtype=None):
    gain = gain if nonlinearity is None else init.calculate_gain(nonlinearity)
    bound = gain * 6 / sum(init.fans(shape))
    return init.uniform(shape, -bound, bound, dtype=dtype)


@exercise.mistake(
    "All numbers are above 0: you draw from 0 to the bound. Half of them should be negative, from "
    "minus the bound on."
)
def above_zero(shape, gain=1.0, *, nonlinearity=None, dtype=None):
    gain = gain if nonlinearity is None else init.calculate_gain(nonlinearity)
    bound = gain * math.sqrt(6 / sum(init.fans(shape)))
    return init.uniform(shape, 0.0, bound, dtype=dtype)


@exercise.mistake(
    "The gain stands under the root. It multiplies the weights themselves, so it stands before it."
)
def gain_under_the_root(shape, gain=1.0, *, nonlinearity=None, dtype=None):
    gain = gain if nonlinearity is None else init.calculate_gain(nonlinearity)
    bound = math.sqrt(gain * 6 / sum(init.fans(shape)))
    return init.uniform(shape, -bound, bound, dtype=dtype)


@exercise.mistake(
    "`nonlinearity` is not looked at. If it is given, the gain is `init.calculate_gain` of it."
)
def ignores_nonlinearity(shape, gain=1.0, *, nonlinearity=None, dtype=None):
    bound = gain * math.sqrt(6 / sum(init.fans(shape)))
    return init.uniform(shape, -bound, bound, dtype=dtype)


@exercise.mistake(
    "The dtype that was asked for is forgotten. Hand `dtype` on to `init.uniform`; None means the "
    "default there."
)
def forgets_dtype(shape, gain=1.0, *, nonlinearity=None, dtype=None):
    gain = gain if nonlinearity is None else init.calculate_gain(nonlinearity)
    bound = gain * math.sqrt(6 / sum(init.fans(shape)))
    return init.uniform(shape, -bound, bound)


@exercise.mistake(
    "A generator of NumPy's with a seed of its own draws the same numbers for every layer, "
    "whatever `dl.seed` said. `init.uniform` draws from the library's seed."
)
def own_generator(shape, gain=1.0, *, nonlinearity=None, dtype=None):
    gain = gain if nonlinearity is None else init.calculate_gain(nonlinearity)
    bound = gain * math.sqrt(6 / sum(init.fans(shape)))
    drawn = np.random.default_rng(0).uniform(-bound, bound, shape)
    return drawn.astype(dtype or "float32")
