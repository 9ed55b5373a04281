"""What is done to pictures on a GPU is what is done to them on the host."""

import numpy as np
import pytest

from diydl.backend import array_module, to_device, to_numpy
from diydl.data import colour, image, resize

WORK = {
    "crop": lambda x: image.crop(x, 1, 2, 3, 4),
    "pad": lambda x: image.pad(x, 2, mode="reflect"),
    "flip": lambda x: image.vflip(image.hflip(x)),
    "erase": lambda x: image.erase(x, -1, 2, 3, 3, value=0.5),
    "normalise": lambda x: image.normalize(x, [0.1, 0.2, 0.3], [1.0, 2.0, 3.0]),
    "rotate": lambda x: image.rotate(x, 33.0, fill=0.5),
    "nearest": lambda x: resize(x, (4, 13), mode="nearest-exact"),
    "bilinear": lambda x: resize(x, (13, 4), antialias=True),
    "bicubic": lambda x: resize(x, (13, 4), mode="bicubic"),
    "grey": colour.rgb_to_grey,
    "hsv": lambda x: colour.hsv_to_rgb(colour.rgb_to_hsv(x)),
    "ycbcr": lambda x: colour.ycbcr_to_rgb(colour.rgb_to_ycbcr(x)),
}


@pytest.mark.gpu
@pytest.mark.parametrize("work", WORK)
def test_the_same_on_a_gpu(work):
    x = np.random.default_rng(0).random((2, 3, 8, 9), dtype=np.float32)
    found = WORK[work](to_device(x, "cuda"))
    assert array_module(found).__name__ == "cupy"
    assert found.dtype == np.float32
    np.testing.assert_allclose(to_numpy(found), WORK[work](x), atol=1e-5)


@pytest.mark.parametrize("work", WORK)
def test_floats_stay_single_on_the_host(work):
    x = np.random.default_rng(0).random((2, 3, 8, 9), dtype=np.float32)
    assert WORK[work](x).dtype == np.float32
