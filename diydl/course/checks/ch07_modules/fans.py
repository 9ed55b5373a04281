"""07/fans: how many inputs an output has, and how many outputs an input has."""

import numpy as np

from diydl.course.bank import Code
from diydl.nn.init import fans as reference

exercise = Code(
    "07/fans",
    "Fans of a weight",
    reference,
    hints=(
        "How many products are added up for one output? And in how many outputs does one input "
        "take part?",
        "Of a linear layer, (out, in), it can be read off. Of a convolution multiply both by the "
        "number of places.",
        "1. Fewer than two axes: raise a ValueError.\n"
        "2. The number of places is the product of all sizes after the second; `math.prod` of "
        "nothing is 1.\n"
        "3. fan_in is the second size times the places, fan_out the first size times the places. "
        "Return them in this order.",
    ),
)


@exercise.driver
def found(pieces, shape):
    """Return the fans of a shape, or that it was refused."""
    try:
        pair = pieces.fans(tuple(shape))
    except ValueError:
        return "ValueError"
    return None if pair is None else [int(n) for n in pair]


@exercise.mistake(
    "The two are exchanged. A weight is (out, in): the second size says how many inputs each "
    "output has."
)
def exchanged(shape):
    if len(shape) < 2:
        raise ValueError("expected two axes or more")
    places = int(np.prod(shape[2:]))
    return shape[0] * places, shape[1] * places


@exercise.mistake(
    "The places of a convolution are left out. Its outputs each add up in * kh * kw products: "
    "multiply both fans by the product of the remaining sizes."
)
def without_places(shape):
    if len(shape) < 2:
        raise ValueError("expected two axes or more")
    return shape[1], shape[0]


@exercise.mistake(
    "Only the way forward is multiplied by the places. An input pixel takes part in kh * kw places "
    "of each output channel: fan_out has them too."
)
def places_forward_only(shape):
    if len(shape) < 2:
        raise ValueError("expected two axes or more")
    return int(np.prod(shape[1:])), shape[0]


@exercise.mistake("The sizes of the kernel are added. It has kh rows of kw places: multiply them.")
def places_added(shape):
    if len(shape) < 2:
        raise ValueError("expected two axes or more")
    places = sum(shape[2:]) or 1
    return shape[1] * places, shape[0] * places


@exercise.mistake(
    "You take the sizes from the end, as Keras lays its kernels out: (kh, kw, in, out). Here the "
    "first axis is out, and the second in, whatever follows."
)
def from_the_end(shape):
    if len(shape) < 2:
        raise ValueError("expected two axes or more")
    places = int(np.prod(shape[:-2]))
    return shape[-1] * places, shape[-2] * places


@exercise.mistake(
    "Of a bias, which has one axis, nobody can tell how many inputs there are. Say so: raise a "
    "ValueError."
)
def answers_for_a_bias(shape):
    if len(shape) < 2:
        return 1, int(np.prod(shape))
    places = int(np.prod(shape[2:]))
    return shape[1] * places, shape[0] * places
