"""07/he_normal: weights before a ReLU."""

import math

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.nn import init
from diydl.nn.init import he_normal as reference

exercise = Code(
    "07/he_normal",
    "Weights after He and others",
    reference,
    hints=(
        "Which of the two fans is meant, and what makes up for the ReLU that follows?",
        "Choose the fan by the mode, ask for the gain, and draw normally with the gain by the root "
        "of the fan as the standard deviation.",
        '1. A mode other than "fan_in" and "fan_out" is a ValueError.\n'
        "2. `init.fans` of the shape gives both; take the one that the mode names.\n"
        "3. The standard deviation is `init.calculate_gain` of the nonlinearity, divided by the "
        "root of the fan.\n"
        "4. Return what `init.normal` draws around 0 with it, in the shape and the dtype that were "
        "asked for.",
    ),
)


def _short(number):
    """Round to two digits: what ten thousand draws tell."""
    return float(f"{float(number):.2g}")


@exercise.driver
def statistics(pieces, shape, options):
    """Draw from the seed 1; return the spread, the share beyond two spreads, and the mean."""
    dl.seed(1)
    try:
        w = pieces.he_normal(tuple(shape), **options)
    except ValueError:
        return "ValueError"
    if not isinstance(w, np.ndarray):
        return type(w).__name__
    w64 = w.astype(float)
    spread = w64.std()
    beyond = float(np.mean(np.abs(w64) > 2 * spread))
    return {
        "shape": list(w.shape),
        "spread": _short(spread),
        "normal": 0.03 < beyond < 0.06,
        "centred": bool(abs(w64.mean()) < 0.05 * spread),
        "dtype": w.dtype.name,
    }


@exercise.driver
def seeds(pieces):
    """Draw twice from one seed, and once more; tell which are the same."""
    dl.seed(2)
    first, second = pieces.he_normal((5, 4)), pieces.he_normal((5, 4))
    dl.seed(2)
    again = pieces.he_normal((5, 4))
    return {"again": bool((first == again).all()), "next": bool((first == second).all())}


def _fan(shape, mode):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', got {mode!r}")
    return init.fans(shape)[mode == "fan_out"]


@exercise.mistake(
    "The gain is missing, so ReLU halves the mean square in each layer. Multiply by "
    "`init.calculate_gain(nonlinearity)`."
)
def without_gain(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    return init.normal(shape, 0.0, 1 / math.sqrt(_fan(shape, mode)), dtype=dtype)


@exercise.mistake(
    "The gain is that of ReLU, whatever follows. Ask `init.calculate_gain` for what "
    "`nonlinearity` names."
)
def always_relu(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    return init.normal(shape, 0.0, math.sqrt(2 / _fan(shape, mode)), dtype=dtype)


@exercise.mistake(
    "You hand the variance to `init.normal`, which wants the standard deviation: take the root."
)
def variance_for_spread(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    gain = init.calculate_gain(nonlinearity)
    return init.normal(shape, 0.0, gain**2 / _fan(shape, mode), dtype=dtype)


@exercise.mistake(
    'The mode is not looked at, and the inputs count always. With "fan_out" it is the number of '
    "outputs, which keeps the gradient at its size on the way back."
)
def always_fan_in(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    _fan(shape, mode)
    gain = init.calculate_gain(nonlinearity)
    return init.normal(shape, 0.0, gain / math.sqrt(init.fans(shape)[0]), dtype=dtype)


@exercise.mistake(
    "Both fans are added up: that is the variance of Glorot and Bengio. He and others take one of "
    "them, the one that the mode names."
)
def both_fans(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    _fan(shape, mode)
    gain = init.calculate_gain(nonlinearity)
    return init.normal(shape, 0.0, gain * math.sqrt(2 / sum(init.fans(shape))), dtype=dtype)


@exercise.mistake("The numbers are even, not normal: draw them with `init.normal`.")
def even(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    bound = init.calculate_gain(nonlinearity) * math.sqrt(3 / _fan(shape, mode))
    return init.uniform(shape, -bound, bound, dtype=dtype)


@exercise.mistake(
    'A mode that is misspelt is taken for one of the two. Whoever writes "fanout" should be '
    "told: raise a ValueError for anything else."
)
def any_mode(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    fan_in, fan_out = init.fans(shape)
    fan = fan_out if mode == "fan_out" else fan_in
    return init.normal(shape, 0.0, init.calculate_gain(nonlinearity) / math.sqrt(fan), dtype=dtype)


@exercise.mistake(
    "The dtype that was asked for is forgotten. Hand `dtype` on to `init.normal`; None means the "
    "default there."
)
def forgets_dtype(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    gain = init.calculate_gain(nonlinearity)
    return init.normal(shape, 0.0, gain / math.sqrt(_fan(shape, mode)))


@exercise.mistake(
    "A generator of NumPy's with a seed of its own draws the same numbers for every layer, "
    "whatever `dl.seed` said. `init.normal` draws from the library's seed."
)
def own_generator(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    spread = init.calculate_gain(nonlinearity) / math.sqrt(_fan(shape, mode))
    drawn = np.random.default_rng(0).normal(0.0, spread, shape)
    return drawn.astype(dtype or "float32")
