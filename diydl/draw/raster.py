"""From pen strokes to the 8x8 picture of a digit, the way the digits data set was made.

The data set that scikit-learn calls ``digits`` was prepared with programs of NIST (Garris et al.,
"NIST Form-Based Handprint Recognition System", NISTIR 5469, 1994). A scanned digit went through
four steps, and a digit drawn with a mouse is recognised only if it goes through the same ones:

1. the box that holds the ink is cut out and stretched to 20 columns and 32 rows, each direction by
   its own factor, and placed in the middle of 32x32 pixels;
2. ink that is too thick is thinned by one or two pixels, ink that is too thin is thickened;
3. the digit is sheared until the left edges of its top and bottom rows stand above each other;
4. the dark pixels of every 4x4 block are counted: 64 numbers from 0 to 16.
"""

import numpy as np

from diydl.exercise import exercise

SIDE, WIDTH, BLOCK = 32, 20, 4  # pixels of the bitmap, columns used by the ink, pixels of a block
PEN = 0.12  # width of the pen over the digit's longer side: as much ink as in the data set


def rasterise(strokes, *, pen=PEN):
    """Return the 8x8 picture of a drawn digit, ready for a network trained on the digits data.

    Parameters
    ----------
    strokes
        Sequence of strokes; a stroke is a sequence of points (x, y), x to the right, y downwards,
        in any unit: the size and the place of the drawing do not matter.
    pen
        Width of the pen, as a fraction of the longer side of the digit.

    Returns
    -------
    numpy.ndarray
        Shape (8, 8), float64, whole numbers from 0 to 16. No strokes: all zeros.

    Examples
    --------
    >>> seven = [[(10, 10), (60, 10), (35, 90)]]
    >>> rasterise(seven).shape
    (8, 8)
    >>> far_and_large = [[(310, 310), (460, 310), (385, 550)]]
    >>> bool((rasterise(seven) == rasterise(far_and_large)).all())
    True
    """
    return count_blocks(straighten(even_ink(bitmap(strokes, pen=pen))))


def bitmap(strokes, *, pen=PEN):
    """Draw the strokes with a round pen, stretched to 20 columns and 32 rows of 32x32 pixels.

    Returns a boolean array of shape (32, 32). Step 1 of the module.

    Examples
    --------
    >>> bar = bitmap([[(0, 0), (0, 100)]])
    >>> bar.any(axis=0).sum(), bar.any(axis=1).sum()
    (np.int64(20), np.int64(32))
    """
    starts, ends = segments(strokes)
    if not len(starts):
        return np.zeros((SIDE, SIDE), dtype=bool)
    points = np.concatenate([starts, ends])
    low, high = points.min(axis=0), points.max(axis=0)
    longer = (high - low).max() or 1.0  # a single dot has no size of its own
    radius = pen * longer / 2
    low, high = low - radius, high + radius
    x = low[0] + (np.arange(WIDTH) + 0.5) * (high[0] - low[0]) / WIDTH
    y = low[1] + (np.arange(SIDE) + 0.5) * (high[1] - low[1]) / SIDE
    centres = np.stack(np.meshgrid(x, y), axis=-1)  # (32, 20, 2)
    ink = np.zeros((SIDE, SIDE), dtype=bool)
    left = (SIDE - WIDTH) // 2
    ink[:, left : left + WIDTH] = distance(centres, starts, ends) <= radius
    return ink


def segments(strokes):
    """Return the starts and the ends of all straight pieces, two arrays of shape (N, 2).

    A stroke of one point is a piece of no length, so that a dot leaves ink.

    Examples
    --------
    >>> starts, ends = segments([[(0, 0), (3, 0), (3, 4)], [(9, 9)]])
    >>> ends.tolist()
    [[3.0, 0.0], [3.0, 4.0], [9.0, 9.0]]
    """
    starts, ends = [np.empty((0, 2))], [np.empty((0, 2))]
    for stroke in check_strokes(strokes):
        points = np.array(stroke, dtype=np.float64)
        starts.append(points[: max(1, len(points) - 1)])
        ends.append(points[min(1, len(points) - 1) :])
    return np.concatenate(starts), np.concatenate(ends)


def check_strokes(strokes):
    """Return the strokes as a list of lists of [x, y], without empty ones, or say what is wrong.

    Raises ValueError.

    Examples
    --------
    >>> check_strokes([[(1, 2)], []])
    [[[1.0, 2.0]]]
    """
    checked = []
    for number, stroke in enumerate(strokes):
        try:
            points = np.asarray(stroke, dtype=np.float64)
        except (TypeError, ValueError):
            points = np.full(1, np.nan)
        if points.shape == (0,):
            continue
        if points.shape[1:] != (2,) or not np.isfinite(points).all():
            raise ValueError(
                f"stroke {number} must be a list of points [x, y] of finite numbers, got "
                f"{str(stroke)[:60]!r}; strokes look like [[[10, 10], [60, 10]], [[35, 90]]]"
            )
        checked.append(points.tolist())
    return checked


def distance(points, starts, ends):
    """Return the distance of every point to the nearest of N straight pieces.

    Parameters
    ----------
    points
        Shape (..., 2).
    starts, ends
        Shape (N, 2).

    Examples
    --------
    >>> distance(np.array([[0.0, 3.0]]), np.array([[-1.0, 0.0]]), np.array([[1.0, 0.0]]))
    array([3.])
    """
    along = ends - starts  # (N, 2)
    length = np.maximum((along**2).sum(axis=-1), 1e-12)  # squared
    away = points[..., None, :] - starts  # (..., N, 2)
    share = np.clip((away * along).sum(axis=-1) / length, 0, 1)[..., None]  # (..., N, 1)
    return np.sqrt(((away - share * along) ** 2).sum(axis=-1)).min(axis=-1)


def even_ink(ink):
    """Thin or thicken the ink by up to two pixels, by NIST's thresholds. Step 2 of the module.

    Examples
    --------
    >>> block = np.zeros((32, 32), dtype=bool)
    >>> block[:, 6:26] = True
    >>> even_ink(block).sum()  # 20 x 32 pixels lose two at each side
    np.int64(448)
    """
    dark = ink.sum()
    if dark > 412:
        for _ in range(2 if dark > 560 else 1):
            ink = ~grow(~ink, outside=True)
    elif 0 < dark < 256:
        for _ in range(2 if dark < 108 else 1):
            ink = grow(ink, outside=False)
    return ink


def grow(ink, *, outside):
    """Darken every pixel that has a dark neighbour above, below, left or right.

    ``outside`` says what lies beyond the edge.

    Examples
    --------
    >>> dot = np.zeros((3, 3), dtype=bool)
    >>> dot[1, 1] = True
    >>> grow(dot, outside=False).sum()
    np.int64(5)
    """
    wide = np.pad(ink, 1, constant_values=outside)
    return ink | wide[:-2, 1:-1] | wide[2:, 1:-1] | wide[1:-1, :-2] | wide[1:-1, 2:]


def straighten(ink):
    """Shear the digit until the left edges near its top and bottom are in one column.

    Two rows at each end are skipped, since edges are noisy. What is moved over the side is lost,
    as it was in the data set. Step 3 of the module.

    Examples
    --------
    >>> slanted = np.zeros((32, 32), dtype=bool)
    >>> for row in range(32):
    ...     slanted[row, 22 - row // 4] = True
    >>> columns = np.flatnonzero(straighten(slanted).any(axis=0))
    >>> columns.max() - columns.min() <= 1
    np.True_
    """
    rows = np.flatnonzero(ink.any(axis=1))
    if len(rows) <= 5:
        return ink
    top, bottom = rows[0] + 2, rows[-1] - 2
    if not (ink[top].any() and ink[bottom].any()):
        return ink
    slope = (ink[top].argmax() - ink[bottom].argmax()) / (bottom - top)
    out = np.zeros_like(ink)
    for row in rows:
        columns = np.flatnonzero(ink[row]) + int(np.round((row - SIDE // 2) * slope))
        out[row, columns[(columns >= 0) & (columns < SIDE)]] = True
    return out


def count_blocks(ink):
    """Count the dark pixels of every 4x4 block: (32, 32) to (8, 8). Step 4 of the module.

    Examples
    --------
    >>> count_blocks(np.ones((32, 32), dtype=bool)).max()
    np.float64(16.0)
    """
    return block_sums(ink, BLOCK).astype(np.float64)  # (8, 8)


@exercise("01/block_sums")
def block_sums(image, size):
    """Sum over every block of `size` by `size` pixels: (H, W) to (H / size, W / size).

    Booleans and whole numbers are counted without overflow; floating point keeps its dtype.
    Raises ValueError where `size` does not divide both sides.

    Examples
    --------
    >>> block_sums(np.arange(8.0).reshape(2, 4), 2)
    array([[10., 18.]])
    """
    rows, columns = image.shape
    blocks = image.reshape(rows // size, size, columns // size, size)  # (H/s, s, W/s, s)
    return blocks.sum(axis=(1, 3))  # (H/s, W/s)
