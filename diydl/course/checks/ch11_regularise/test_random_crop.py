"""What `random_crop` must do: the full contract of `RandomCrop.__call__`."""

import numpy as np
import pytest

from diydl.course.compare import agree

pytestmark = pytest.mark.exercise("11/random_crop")


@pytest.mark.points(3)
@pytest.mark.hint("border, draw the top, draw the left, cut; every place is possible")
@pytest.mark.parametrize("shape", [(4, 5), (2, 4, 4)])
def test_moves(drive, rng, shape):
    """A picture moved in every direction, first the top drawn and then the left"""
    image = rng.uniform(1, 2, size=shape)
    seeds = rng.integers(0, 10_000, 8).tolist()
    found = drive("cropped", image, 2, None, "constant", seeds)
    height, width = shape[-2:]
    lead = [(0, 0)] * (len(shape) - 2)
    bordered = np.pad(image, [*lead, (2, 2), (2, 2)])
    for seed, piece in zip(seeds, found, strict=True):
        top, left = np.random.default_rng(seed).integers(5, size=2)
        agree(piece, bordered[..., top : top + height, left : left + width])


@pytest.mark.points(1)
@pytest.mark.hint("`self.size` and `self.mode` say how large, and what the border holds")
def test_size_and_mode(drive, rng):
    """Another size, and a border that goes on as the picture ends"""
    value = rng.uniform(1, 2)
    found = drive("cropped", np.full((1, 3, 3), value), 5, [9, 8], "edge", [1, 2])
    for piece in found:
        agree(piece, np.full((1, 9, 8), value))


@pytest.mark.points(1)
@pytest.mark.hint("`pad` and `crop` keep the dtype: convert nothing")
def test_dtype(drive, rng):
    """Whole numbers stay whole numbers"""
    image = np.full((3, 4, 4), rng.integers(1, 200), "uint8")
    found = drive("cropped", image, 1, None, "edge", [7])
    agree(found[0], image)
