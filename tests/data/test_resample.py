"""Pictures get another size exactly as in PyTorch and in Pillow."""

import numpy as np
import pytest
from PIL import Image

from diydl.data.resample import MODES, resize, weights

SIZES = [
    ((7, 5), (7, 5)),
    ((7, 5), (13, 11)),
    ((16, 9), (5, 4)),
    ((6, 6), (1, 9)),
    ((1, 4), (3, 2)),
]
MIXED = [m for m in MODES if m.startswith("bi")]


@pytest.mark.torch
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("old", "new"), SIZES, ids=str)
@pytest.mark.parametrize("antialias", [False, True])
def test_as_torch_does_it(mode, old, new, antialias):
    import torch

    if antialias and mode not in MIXED:
        with pytest.raises(ValueError, match="antialias mixes pixels"):
            resize(np.ones(old), new, mode=mode, antialias=True)
        return
    x = np.random.default_rng(0).random((2, 3, *old))
    options = {"align_corners": False, "antialias": antialias} if mode in MIXED else {}
    there = torch.nn.functional.interpolate(torch.tensor(x), new, mode=mode, **options).numpy()
    np.testing.assert_allclose(
        resize(x, new, mode=mode, antialias=antialias), there, rtol=1e-6, atol=1e-9
    )


@pytest.mark.parametrize(("old", "new"), [*SIZES[:3], ((6, 6), (1, 8)), SIZES[4]], ids=str)
@pytest.mark.parametrize("mode", ["nearest-exact", "bilinear", "bicubic"])
def test_as_pillow_does_it(mode, old, new):
    """Where a new middle lies on the border of two pixels, Pillow's rounding differs: not here."""
    x = np.random.default_rng(0).random(old, dtype=np.float32)
    theirs = {"nearest-exact": "NEAREST", "bilinear": "BILINEAR", "bicubic": "BICUBIC"}[mode]
    there = np.asarray(Image.fromarray(x).resize(new[::-1], getattr(Image.Resampling, theirs)))
    ours = resize(x, new, mode=mode, antialias=mode in MIXED)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, there, atol=1e-5)


@pytest.mark.parametrize("mode", MIXED)
@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize(("old", "new"), [(5, 12), (12, 5), (7, 7), (1, 3), (3, 1)])
def test_weights_add_up_to_one(mode, antialias, old, new):
    found = weights(old, new, mode, antialias)
    assert found.shape == (new, old)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    if old == new:
        np.testing.assert_allclose(found, np.eye(old), atol=1e-12)


@pytest.mark.parametrize("mode", MODES)
def test_bytes_stay_bytes(mode):
    x = np.array([[0, 255, 0, 255]], np.uint8)
    out = resize(x, (2, 9), mode=mode)
    assert (out.dtype, out.shape) == (np.uint8, (2, 9))
    assert {0, 255} <= set(out.ravel().tolist())  # bicubic overshoots, and is kept in


def test_antialias_keeps_fine_stripes_from_turning_into_coarse_ones():
    stripes = np.tile([0.0, 1.0], 32)[None]  # (1, 64)
    assert np.ptp(resize(stripes, (1, 21))) > 0.9
    assert np.ptp(resize(stripes, (1, 21), antialias=True)) < 0.25


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 0}, "at least one row"),
        ({"size": 3, "mode": "lanczos"}, "mode is one of .*, got 'lanczos'"),
    ],
)
def test_what_makes_no_sense_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        resize(np.ones((4, 4)), **options)
