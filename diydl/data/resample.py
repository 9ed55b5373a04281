"""Pictures in another size: each new pixel is a weighted sum of old ones, rows and columns apart.

So resizing is two products of matrices, ``rows @ image @ columns.T``, and all that differs from one
mode to the next is how the weights are made. Two conventions matter more than one thinks. The
middle of pixel i lies at i + 0.5 ("half-pixel centres"; PyTorch: ``align_corners=False``). And who
makes a picture smaller has to widen the weights (`antialias`), or fine patterns turn into false
coarse ones.
"""

import numpy as np

from diydl.backend import array_module
from diydl.data.image import as_kind

MODES = ("nearest", "nearest-exact", "bilinear", "bicubic")


def resize(image, size, *, mode="bilinear", antialias=False):
    """Return a picture in another size.

    Agrees with ``torch.nn.functional.interpolate`` and its modes of the same names. With Pillow
    agree "nearest-exact", and the others with ``antialias=True``.

    Parameters
    ----------
    image : array of shape (..., H, W)
        Floating-point numbers, or whole ones, which are rounded again at the end.
    size : (int, int) or int
        New rows and columns; one number stands for both.
    mode : str
        "nearest" takes the pixel at ``floor(i * H / h)``; "nearest-exact" the one in whose square
        the new middle lies; "bilinear" mixes two in each direction, "bicubic" four.
    antialias : bool
        Widen the weights where the picture gets smaller. Not for the nearest modes.

    Returns
    -------
    array of shape (..., h, w), of the dtype of `image`.

    References
    ----------
    R. Keys, "Cubic convolution interpolation for digital image processing", 1981 (bicubic).

    Examples
    --------
    >>> resize(np.array([[0.0, 4.0]]), (1, 4))
    array([[0., 1., 3., 4.]])
    >>> resize(np.array([[0.0, 4.0]]), (2, 4), mode="nearest")
    array([[0., 0., 4., 4.],
           [0., 0., 4., 4.]])
    """
    height, width = (size, size) if isinstance(size, (int, np.integer)) else size
    if height < 1 or width < 1:
        raise ValueError(f"a picture has at least one row and one column, got size {size}")
    if mode not in MODES:
        raise ValueError(f"mode is one of {MODES}, got {mode!r}")
    if antialias and mode.startswith("nearest"):
        raise ValueError(f"antialias mixes pixels, {mode!r} takes one: use bilinear or bicubic")
    xp, kind = array_module(image), image.dtype
    if mode.startswith("nearest"):
        rows, columns = (
            xp.asarray(_nearest(old, new, mode))
            for old, new in zip(image.shape[-2:], (height, width), strict=True)
        )
        return image[..., rows[:, None], columns]
    real = np.float32 if kind.kind in "iu" else kind
    rows, columns = (
        xp.asarray(weights(old, new, mode, antialias), real)
        for old, new in zip(image.shape[-2:], (height, width), strict=True)
    )
    return as_kind(rows @ image.astype(real, copy=False) @ columns.T, kind)  # (..., h, w)


def weights(old, new, mode="bilinear", antialias=False):
    """Return how much each of `old` pixels adds to each of `new` ones: a matrix (new, old).

    Rows add up to 1.

    Examples
    --------
    >>> weights(2, 3)
    array([[1. , 0. ],
           [0.5, 0.5],
           [0. , 1. ]])
    """
    scale = old / new
    middle = (np.arange(new) + 0.5) * scale - 0.5  # where the new pixels lie among the old ones
    if antialias:
        return _wide(old, middle, max(scale, 1.0), mode)
    first = np.floor(middle).astype(int)
    matrix = np.zeros((new, old))
    for step in (0, 1) if mode == "bilinear" else (-1, 0, 1, 2):
        share = _share(first + step - middle, mode, a=-0.75)
        np.add.at(matrix, (np.arange(new), np.clip(first + step, 0, old - 1)), share)
    return matrix


def _wide(old, middle, scale, mode):
    """Weights of neighbours within `scale` times the usual distance; none beyond the edge."""
    reach = (1 if mode == "bilinear" else 2) * scale
    away = np.arange(old) - middle[:, None]  # (new, old)
    begins = np.maximum(np.floor(middle + 1.0 - reach), 0)[:, None]  # Pillow rounds the reach
    ends = np.minimum(np.floor(middle + 1.0 + reach), old)[:, None]
    places = np.arange(old)
    inside = (places >= begins) & (places < ends)
    matrix = np.where(inside, _share(away / scale, mode, a=-0.5), 0)
    return matrix / matrix.sum(axis=1, keepdims=True)


def _share(away, mode, a):
    """How much a pixel at this distance counts: a triangle, or Keys' cubic with parameter `a`."""
    x = np.abs(away)
    if mode == "bilinear":
        return np.maximum(1 - x, 0)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = (((x - 5) * x + 8) * x - 4) * a
    return np.where(x < 1, near, np.where(x < 2, far, 0))


def _nearest(old, new, mode):
    middle = np.arange(new) + (0.5 if mode == "nearest-exact" else 0)
    return np.minimum(np.floor(middle * (old / new)).astype(int), old - 1)
