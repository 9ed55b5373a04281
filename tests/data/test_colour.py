"""Colours are those of the standard library, of Pillow, and of the JPEG standard."""

import colorsys

import numpy as np
import pytest
from PIL import Image

from diydl.data import colour


@pytest.fixture
def pictures():
    x = np.random.default_rng(0).random((2, 3, 4, 5))
    x[0, :, 0, 0] = 0  # black
    x[0, :, 0, 1] = 1  # white
    x[0, :, 0, 2] = (1, 0, 1)  # two channels alike
    x[0, :, 0, 3] = 0.5
    return x


def by_pixel(function, x):
    out = [function(*pixel) for pixel in np.moveaxis(x, 1, -1).reshape(-1, 3)]
    return np.moveaxis(np.reshape(out, (2, 4, 5, 3)), -1, 1)


def test_hsv(pictures):
    found = colour.rgb_to_hsv(pictures)
    np.testing.assert_allclose(found, by_pixel(colorsys.rgb_to_hsv, pictures), atol=1e-12)
    np.testing.assert_allclose(colour.hsv_to_rgb(found), pictures, atol=1e-12)
    np.testing.assert_allclose(
        colour.hsv_to_rgb(pictures), by_pixel(colorsys.hsv_to_rgb, pictures), atol=1e-12
    )
    np.testing.assert_allclose(
        colour.hsv_to_rgb(found + np.array([2.0, 0, 0])[:, None, None]), pictures, atol=1e-9
    )


def test_grey(pictures):
    found = colour.rgb_to_grey(pictures)
    assert found.shape == (2, 1, 4, 5)
    expected = np.einsum("c,nchw->nhw", [0.299, 0.587, 0.114], pictures)
    np.testing.assert_allclose(found[:, 0], expected)


def test_ycbcr_of_known_colours():
    """ITU-T T.871: red, green, blue and grey."""
    known = {
        (1, 0, 0): (0.299, 0.331264, 1.0),
        (0, 1, 0): (0.587, 0.168736, 0.081312),
        (0, 0, 1): (0.114, 1.0, 0.418688),
        (0.3, 0.3, 0.3): (0.3, 0.5, 0.5),
    }
    for rgb, expected in known.items():
        (found,) = colour.rgb_to_ycbcr(np.reshape(rgb, (1, 3, 1, 1)).astype(float))
        np.testing.assert_allclose(
            found.ravel(), expected, atol=4e-3 if max(expected) == 1 else 1e-6
        )
        np.testing.assert_allclose(found.ravel(), expected, atol=1e-5)


def test_ycbcr_there_and_back(pictures):
    back = colour.ycbcr_to_rgb(colour.rgb_to_ycbcr(pictures))
    np.testing.assert_allclose(back, pictures, atol=1e-12)


@pytest.mark.parametrize("space", ["YCbCr", "HSV", "L"])
def test_as_pillow_does_it(space):
    x = np.random.default_rng(1).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    there = np.asarray(Image.fromarray(x).convert(space)).reshape(16, 16, -1)
    convert = {"YCbCr": colour.rgb_to_ycbcr, "HSV": colour.rgb_to_hsv, "L": colour.rgb_to_grey}
    ours = convert[space](x.transpose(2, 0, 1) / 255).transpose(1, 2, 0) * 255
    off = np.abs(ours - there)
    assert off.max() <= 1.51 if space == "HSV" else off.max() <= 1.01  # it rounds, and truncates


@pytest.mark.parametrize("convert", [colour.rgb_to_hsv, colour.rgb_to_ycbcr, colour.rgb_to_grey])
def test_dtype_stays_and_bytes_are_refused(convert, pictures):
    assert convert(pictures.astype("float32")).dtype == np.float32
    for wrong in (np.ones((3, 2, 2), np.uint8), np.ones((2, 2, 3)), np.ones((2, 2))):
        with pytest.raises(ValueError, match="expected floating-point pictures"):
            convert(wrong)
