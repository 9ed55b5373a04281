"""Pictures as arrays: cut out, bordered, mirrored, turned, normalised.

The last two axes are the rows and columns: (H, W), (C, H, W) and (B, C, H, W) all work.
"""

import numpy as np

from diydl.backend import array_module, to_numpy


def crop(image, top, left, height, width):
    """Cut out `height` rows from row `top` on and `width` columns from column `left` on: a view.

    Examples
    --------
    >>> crop(np.arange(12).reshape(3, 4), 1, 2, 2, 2)
    array([[ 6,  7],
           [10, 11]])
    """
    rows, columns = _size(image)
    if not (0 <= top <= top + height <= rows and 0 <= left <= left + width <= columns):
        raise ValueError(
            f"rows {top} to {top + height} and columns {left} to {left + width} do not lie in a "
            f"picture of {rows}x{columns}; border it first with pad(image, pixels)"
        )
    return image[..., top : top + height, left : left + width]


def center_crop(image, height, width):
    """Cut `height` x `width` pixels out of the middle (one nearer to the top left, if in doubt).

    Examples
    --------
    >>> center_crop(np.arange(25).reshape(5, 5), 1, 3)
    array([[11, 12, 13]])
    """
    rows, columns = _size(image)
    return crop(image, (rows - height) // 2, (columns - width) // 2, height, width)


def pad(image, pixels, *, value=0, mode="constant"):
    """Put a border of so many pixels around a picture.

    Parameters
    ----------
    pixels : int or (int, int, int, int)
        On all sides; or at the left, right, top and bottom, PyTorch's order.
    value : number
        What the border holds, where mode is "constant".
    mode : str
        "constant"; or "reflect" or "edge", as in `numpy.pad`.

    Examples
    --------
    >>> pad(np.array([[1, 2]]), 1)
    array([[0, 0, 0, 0],
           [0, 1, 2, 0],
           [0, 0, 0, 0]])
    """
    left, right, top, bottom = [pixels] * 4 if isinstance(pixels, int) else pixels
    xp, (rows, columns) = array_module(image), _size(image)
    if mode == "constant":  # a tenth of the time that xp.pad takes for a small picture
        size = (*image.shape[:-2], top + rows + bottom, left + columns + right)
        out = xp.full(size, value, image.dtype)
        out[..., top : top + rows, left : left + columns] = image
        return out
    width = [(0, 0)] * (image.ndim - 2) + [(top, bottom), (left, right)]
    options: dict = {"mode": mode}
    return xp.pad(image, width, **options)


def hflip(image):
    """Mirror: left becomes right. A view.

    Examples
    --------
    >>> hflip(np.array([[1, 2, 3]]))
    array([[3, 2, 1]])
    """
    return image[..., ::-1]


def vflip(image):
    """Turn upside down: top becomes bottom. A view.

    Examples
    --------
    >>> vflip(np.array([[1], [2]]))
    array([[2],
           [1]])
    """
    return image[..., ::-1, :]


def erase(image, top, left, height, width, *, value=0):
    """Return a copy with `value` in a rectangle, which may reach over the edge ("cutout").

    Examples
    --------
    >>> erase(np.ones((2, 3)), -1, 1, 2, 5)
    array([[1., 0., 0.],
           [1., 1., 1.]])
    """
    out = image.copy()
    out[..., max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)] = value
    return out


def normalize(image, mean, std):
    """Return ``(image - mean) / std``, with one number for each channel, (C, H, W).

    Examples
    --------
    >>> normalize(np.ones((2, 1, 1)), mean=[0.5, 1.0], std=[0.5, 0.1]).ravel()
    array([1., 0.])
    """
    xp = array_module(image)
    kind = image.dtype if image.dtype.kind == "f" else np.dtype(np.float32)
    mean, std = (xp.asarray(to_numpy(np.asarray(v)), kind)[..., None, None] for v in (mean, std))
    if not bool((std > 0).all()):
        raise ValueError(f"std holds positive numbers, got {std.ravel().tolist()}")
    return (image - mean) / std


def rotate(image, degrees, *, mode="bilinear", fill=0.0):
    """Turn a picture about its middle, counter-clockwise; its size stays.

    Parameters
    ----------
    degrees : float
        How far.
    mode : str
        "bilinear" or "nearest".
    fill : number
        What stands where the picture does not reach.

    Examples
    --------
    >>> rotate(np.array([[0.0, 1.0], [0.0, 0.0]]), 90).round(6)
    array([[1., 0.],
           [0., 0.]])
    """
    rows, columns = _size(image)
    y, x = np.mgrid[:rows, :columns].astype(np.float64)
    y, x = y - (rows - 1) / 2, x - (columns - 1) / 2
    turn = np.deg2rad(degrees)
    return sample(
        image,
        y * np.cos(turn) + x * np.sin(turn) + (rows - 1) / 2,
        x * np.cos(turn) - y * np.sin(turn) + (columns - 1) / 2,
        mode=mode,
        fill=fill,
    )


def sample(image, y, x, *, mode="bilinear", fill=0.0):
    """Read a picture at any places: row `y`, column `x`, whole numbers at the middle of pixels.

    Parameters
    ----------
    image : array of shape (..., H, W)
        Whole numbers are rounded again at the end.
    y, x : arrays of one shape (h, w)
        Places, which may lie outside.
    mode : str
        "bilinear" mixes the four neighbours; "nearest" takes one.
    fill : number
        What lies around the picture.

    Returns
    -------
    array of shape (..., h, w), of the dtype of `image`.

    Examples
    --------
    >>> sample(np.array([[0.0, 10.0]]), np.zeros((1, 3)), np.array([[0.0, 0.5, 1.0]]))
    array([[ 0.,  5., 10.]])
    """
    if mode not in ("bilinear", "nearest"):
        raise ValueError(f'mode is "bilinear" or "nearest", got {mode!r}')
    xp, kind = array_module(image), image.dtype
    y, x = (xp.asarray(places) for places in (y, x))
    if mode == "nearest":
        return _read(xp, image, xp.rint(y), xp.rint(x), fill).astype(kind)
    top, left = xp.floor(y), xp.floor(x)
    below, right = (y - top).astype(_real(kind)), (x - left).astype(_real(kind))
    upper = _read(xp, image, top, left, fill) * (1 - right)
    upper = upper + _read(xp, image, top, left + 1, fill) * right
    lower = _read(xp, image, top + 1, left, fill) * (1 - right)
    lower = lower + _read(xp, image, top + 1, left + 1, fill) * right
    return as_kind(upper * (1 - below) + lower * below, kind)  # (..., h, w)


def as_kind(values, kind):
    """Return real numbers as a picture of the dtype `kind`; whole numbers are rounded and kept in.

    Examples
    --------
    >>> as_kind(np.array([-3.0, 7.6, 300.0]), np.dtype("uint8"))
    array([  0,   8, 255], dtype=uint8)
    """
    kind = np.dtype(kind)
    if kind.kind == "f":
        return values.astype(kind, copy=False)
    if kind.kind not in "iu":
        raise TypeError(f"pictures hold floating-point or whole numbers, got {kind}")
    xp, limits = array_module(values), np.iinfo(kind)
    return xp.clip(xp.rint(values), limits.min, limits.max).astype(kind)


def _read(xp, image, y, x, fill):
    """Read whole places; around the picture lies `fill`."""
    rows, columns = _size(image)
    inside = (y >= 0) & (y < rows) & (x >= 0) & (x < columns)
    y, x = xp.clip(y, 0, rows - 1).astype(int), xp.clip(x, 0, columns - 1).astype(int)
    return xp.where(inside, image[..., y, x], xp.asarray(fill, _real(image.dtype)))


def _real(kind):
    return kind if kind.kind == "f" else np.dtype(np.float32)


def _size(image):
    if image.ndim < 2:
        raise ValueError(f"a picture has rows and columns, got shape {image.shape}")
    return image.shape[-2:]
