"""Derivatives by small steps, of plain functions on arrays: what every VJP is held against."""

import numpy as np

from diydl.exercise import exercise


@exercise("02/slope")
def slope(f, x, h=1e-6):
    """Slope of `f` at `x` by a central difference: as much to the left as to the right.

    Examples
    --------
    >>> round(slope(lambda x: x * x, 3.0), 6)
    6.0
    """
    return (f(x + h) - f(x - h)) / (2 * h)


@exercise("02/check_vjp")
def check_vjp(f, vjp, x, g, h=1e-6):
    """Return the largest error of a VJP against central differences, and its index.

    The error of an element is ``|analytic - numeric| / max(1, |numeric|)``: relative where the
    gradient is large, absolute where it is small.

    Parameters
    ----------
    f, vjp : callable
        ``f(x)`` returns an array, ``vjp(g, out, x)`` a tuple with one gradient.
    x, g : array
        Where to check, and a gradient of the shape of ``f(x)``: random, since ones hide mistakes.
        All is computed in float64, and neither is changed.

    Examples
    --------
    >>> error, where = check_vjp(np.exp, lambda g, out, x: (g + out,), np.zeros(2), np.ones(2))
    >>> round(error, 6), where
    (1.0, (0,))
    """
    x, g = np.array(x, np.float64), np.array(g, np.float64)  # copies
    (analytic,) = vjp(g, f(x), x)
    errors = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        here = x[index]
        x[index] = here + h
        above = np.sum(g * f(x))
        x[index] = here - h
        below = np.sum(g * f(x))
        x[index] = here
        numeric = (above - below) / (2 * h)
        errors[index] = abs(analytic[index] - numeric) / max(1, abs(numeric))
    worst = np.unravel_index(errors.argmax(), x.shape)  # a NaN counts as the largest
    return float(errors[worst]), tuple(int(i) for i in worst)
