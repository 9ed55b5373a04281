"""Colours in other coordinates: grey, HSV, and the YCbCr of JPEG.

Pictures are floating-point numbers from 0 to 1 of shape (..., 3, H, W).
"""

import numpy as np

from diydl.backend import array_module

LUMA = (0.299, 0.587, 0.114)  # how bright red, green and blue look: ITU-R BT.601


def rgb_to_grey(image):
    """Return the brightness of each pixel, (..., 1, H, W).

    Examples
    --------
    >>> rgb_to_grey(np.ones((3, 1, 2))).round(6)
    array([[[1., 1.]]])
    """
    return _mixed(image, [LUMA])


def rgb_to_ycbcr(image):
    """Return brightness Y, and Cb and Cr, how blue and how red: grey has 0.5 in both.

    References
    ----------
    ITU-T T.871 (JPEG), 2011, section 7.

    Examples
    --------
    >>> rgb_to_ycbcr(np.array([0.0, 0.0, 1.0]).reshape(3, 1, 1)).ravel().round(3)
    array([0.114, 1.   , 0.419])
    """
    red, green, blue = LUMA
    mixed = _mixed(
        image,
        [
            LUMA,
            (-red / (1 - blue) / 2, -green / (1 - blue) / 2, 0.5),
            (0.5, -green / (1 - red) / 2, -blue / (1 - red) / 2),
        ],
    )
    return mixed + _column(mixed, (0.0, 0.5, 0.5))


def ycbcr_to_rgb(image):
    """Undo `rgb_to_ycbcr`. Colours that no screen has come out below 0 or above 1.

    Examples
    --------
    >>> ycbcr_to_rgb(np.array([0.5, 0.5, 0.5]).reshape(3, 1, 1)).ravel()
    array([0.5, 0.5, 0.5])
    """
    red, green, blue = LUMA
    return _mixed(
        image - _column(image, (0.0, 0.5, 0.5)),
        [
            (1, 0, 2 * (1 - red)),
            (1, -2 * blue * (1 - blue) / green, -2 * red * (1 - red) / green),
            (1, 2 * (1 - blue), 0),
        ],
    )


def rgb_to_hsv(image):
    """Return hue (a full turn is 1), saturation and value, all from 0 to 1.

    References
    ----------
    A. R. Smith, "Color gamut transform pairs", SIGGRAPH 1978.

    Examples
    --------
    >>> rgb_to_hsv(np.array([0.0, 1.0, 0.0]).reshape(3, 1, 1)).ravel().round(3)
    array([0.333, 1.   , 1.   ])
    """
    xp = array_module(image)
    red, green, blue = _channels(image)
    value = image.max(axis=-3)
    spread = value - image.min(axis=-3)
    safe = xp.where(spread > 0, spread, 1)
    sixth = xp.where(
        value == red,
        (green - blue) / safe,
        xp.where(value == green, 2 + (blue - red) / safe, 4 + (red - green) / safe),
    )
    hue = xp.where(spread > 0, (sixth / 6) % 1, 0)
    saturation = xp.where(value > 0, spread / xp.where(value > 0, value, 1), 0)
    return xp.stack([hue, saturation, value], axis=-3).astype(image.dtype, copy=False)


def hsv_to_rgb(image):
    """Undo `rgb_to_hsv`. The hue goes round: 1.25 is 0.25.

    Examples
    --------
    >>> hsv_to_rgb(np.array([1 / 3, 1.0, 1.0]).reshape(3, 1, 1)).ravel().round(3)
    array([0., 1., 0.])
    """
    xp = array_module(image)
    hue, saturation, value = _channels(image)
    parts = []
    for shift in (5, 3, 1):
        k = (shift + 6 * hue) % 6
        ramp = xp.clip(xp.minimum(k, 4 - k), 0, 1)
        parts.append(value - value * saturation * ramp)
    return xp.stack(parts, axis=-3).astype(image.dtype, copy=False)


def _channels(image):
    if image.ndim < 3 or image.shape[-3] != 3 or image.dtype.kind != "f":
        raise ValueError(
            "expected floating-point pictures (..., 3, H, W) from 0 to 1, got shape "
            f"{image.shape} and dtype {image.dtype}"
        )
    return image[..., 0, :, :], image[..., 1, :, :], image[..., 2, :, :]


def _mixed(image, matrix):
    """Apply a matrix to the three channels of every pixel."""
    _channels(image)
    xp = array_module(image)
    matrix = xp.asarray(np.array(matrix), image.dtype)
    return xp.einsum("kc,...chw->...khw", matrix, image)


def _column(image, numbers):
    return array_module(image).asarray(np.array(numbers), image.dtype)[:, None, None]
