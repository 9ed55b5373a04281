"""Pictures are cut, mirrored and turned as PyTorch and NumPy do it."""

import numpy as np
import pytest

from diydl.data import image

SHAPES = [(5, 8), (3, 6, 7), (2, 3, 8, 5)]


@pytest.fixture(params=SHAPES, ids=str)
def picture(request):
    return np.random.default_rng(0).random(request.param, dtype=np.float32)


def test_crops(picture):
    np.testing.assert_array_equal(image.crop(picture, 1, 2, 3, 3), picture[..., 1:4, 2:5])
    rows, columns = picture.shape[-2:]
    middle = image.center_crop(picture, rows - 2, columns - 2)
    np.testing.assert_array_equal(middle, picture[..., 1:-1, 1:-1])
    assert image.crop(picture, 0, 0, rows, columns).shape == picture.shape
    for wrong in [(-1, 0, 2, 2), (0, 0, rows + 1, 1), (0, columns, 1, 1)]:
        with pytest.raises(ValueError, match="do not lie in a picture of"):
            image.crop(picture, *wrong)


def test_borders(picture):
    out = image.pad(picture, (1, 2, 3, 4), value=7)
    assert out.shape[-2:] == (picture.shape[-2] + 7, picture.shape[-1] + 3)
    np.testing.assert_array_equal(image.crop(out, 3, 1, *picture.shape[-2:]), picture)
    assert (out[..., :3, :] == 7).all()
    assert (out[..., -2:] == 7).all()
    edge = image.pad(picture, 1, mode="edge")
    np.testing.assert_array_equal(edge[..., 0, 1:-1], picture[..., 0, :])


def test_mirrors(picture):
    np.testing.assert_array_equal(image.hflip(picture), np.flip(picture, -1))
    np.testing.assert_array_equal(image.vflip(picture), np.flip(picture, -2))


def test_erasing_leaves_the_original_alone(picture):
    before = picture.copy()
    out = image.erase(picture, 1, -2, 2, 4, value=9)
    np.testing.assert_array_equal(picture, before)
    assert (out[..., 1:3, :2] == 9).all()
    assert (out == 9).sum() == out[..., 0, 0].size * 4
    np.testing.assert_array_equal(image.erase(picture, -5, 0, 3, 3), picture)


def test_normalising(picture):
    if picture.ndim == 2:
        picture = picture[None]
    channels = picture.shape[-3]
    mean, std = np.arange(channels) / 10, np.arange(channels) + 1.0
    out = image.normalize(picture, mean, std)
    assert out.dtype == np.float32
    np.testing.assert_allclose(
        out, (picture - mean[:, None, None]) / std[:, None, None], rtol=1e-4, atol=1e-6
    )
    with pytest.raises(ValueError, match="positive"):
        image.normalize(picture, mean, 0 * std)
    assert image.normalize(np.ones((1, 2, 2), np.uint8), [0.5], [0.5]).dtype == np.float32


@pytest.mark.parametrize("quarter", [0, 1, 2, 3, 4, -1])
@pytest.mark.parametrize("mode", ["bilinear", "nearest"])
def test_quarter_turns_are_those_of_numpy(quarter, mode):
    square = np.random.default_rng(0).random((3, 6, 6))
    turned = image.rotate(square, 90 * quarter, mode=mode)
    np.testing.assert_allclose(turned, np.rot90(square, quarter, (-2, -1)), atol=1e-9)


@pytest.mark.torch
@pytest.mark.parametrize("mode", ["bilinear", "nearest"])
@pytest.mark.parametrize("degrees", [10.0, -33.0, 170.0])
def test_any_turn_is_that_of_torch(mode, degrees):
    import torch

    x = np.random.default_rng(1).random((1, 2, 9, 14))
    turn = np.deg2rad(degrees)
    cos, sin, ratio = np.cos(turn), np.sin(turn), 9 / 14
    matrix = torch.tensor([[[cos, -sin * ratio, 0.0], [sin / ratio, cos, 0.0]]])
    grid = torch.nn.functional.affine_grid(matrix, x.shape, align_corners=False)
    there = torch.nn.functional.grid_sample(
        torch.tensor(x), grid, mode=mode, padding_mode="zeros", align_corners=False
    )
    np.testing.assert_allclose(image.rotate(x, degrees, mode=mode), there.numpy(), atol=1e-9)


def test_the_fill_stands_where_the_picture_does_not_reach():
    corner = image.rotate(np.ones((9, 9), np.float32), 45, fill=0.25)[0, 0]
    assert corner == np.float32(0.25)


def test_whole_numbers_stay_whole_and_are_rounded():
    x = np.array([[0, 255], [255, 0]], np.uint8)
    out = image.sample(x, np.array([[0.5]]), np.array([[0.5]]))
    assert (out.dtype, out[0, 0]) == (np.uint8, 128)  # 127.5, to even
    with pytest.raises(TypeError, match="got bool"):
        image.as_kind(np.zeros(2), bool)


def test_what_is_no_picture_is_refused():
    with pytest.raises(ValueError, match=r"got shape \(3,\)"):
        image.crop(np.ones(3), 0, 0, 1, 1)
    with pytest.raises(ValueError, match='mode is "bilinear" or "nearest"'):
        image.rotate(np.ones((3, 3)), 1, mode="cubic")
