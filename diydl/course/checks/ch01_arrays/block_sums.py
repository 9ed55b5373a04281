"""01/block_sums: how a bitmap becomes the picture that the network sees."""

import numpy as np

from diydl.course.bank import Code
from diydl.draw import raster

exercise = Code(
    "01/block_sums",
    "Sums over square blocks",
    raster.block_sums,
    hints=(
        "In `pair_sums`, which axis counts the pairs, and which walks inside one pair? A picture "
        "has two directions: how many axes do you need?",
        "Line up: split the axis of the rows in two, and the axis of the columns in two, so that "
        "two of four axes walk inside a block. Then reduce those two.",
        "1. Take the numbers of rows and columns from `image.shape`.\n"
        "2. Line up: reshape to (blocks down, size, blocks across, size). Blocks down are rows "
        "`// size`.\n"
        "3. Reduce: `sum` with both inner axes at once, `axis=(..., ...)`: the two of length "
        "`size`.",
    ),
)


@exercise.mistake(
    "The order of the axes is not that of memory. Reshaping never moves a number: it cuts the rows "
    "into (blocks down, size) and the columns into (blocks across, size), so the four axes are "
    "(H/s, s, W/s, s)."
)
def reshaped_in_wrong_order(image, size):
    rows, columns = image.shape
    return image.reshape(rows // size, columns // size, size, size).sum(axis=(2, 3))


@exercise.mistake(
    "You reduce the wrong axes. Of (H/s, s, W/s, s), axes 1 and 3 walk inside a block: these are "
    "added up, and 0 and 2 stay."
)
def wrong_axes(image, size):
    rows, columns = image.shape
    return image.reshape(rows // size, size, columns // size, size).sum(axis=(0, 2))


@exercise.mistake(
    "This keeps one pixel of each block and throws the others away. Add all of them up: reshape "
    "to four axes, then `sum`."
)
def one_pixel(image, size):
    check_divides(image, size)
    return image[::size, ::size] + 0


@exercise.mistake(
    "`np.resize` does not shrink a picture: it takes the first numbers and drops the rest (and "
    "repeats them where there are too few). Reshape to blocks and sum."
)
def numpy_resize(image, size):
    check_divides(image, size)
    return np.resize(image, (image.shape[0] // size, image.shape[1] // size))


@exercise.mistake("These are the means of the blocks. Asked is the sum: 16 dark pixels count 16.")
def means(image, size):
    rows, columns = image.shape
    return image.reshape(rows // size, size, columns // size, size).mean(axis=(1, 3))


@exercise.mistake(
    "You keep the largest pixel of each block (which networks do as well: max pooling, chapter "
    "12). Here all pixels are added up."
)
def largest(image, size):
    rows, columns = image.shape
    return image.reshape(rows // size, size, columns // size, size).max(axis=(1, 3))


@exercise.mistake(
    "You use the number of rows for both directions. A picture may be wider than high: rows and "
    "columns have their own."
)
def square_only(image, size):
    rows = image.shape[0]
    return image.reshape(rows // size, size, rows // size, size).sum(axis=(1, 3))


@exercise.mistake("The 4 is fixed in your code. The side of a block is the argument `size`.")
def always_four(image, size):
    rows, columns = image.shape
    return image.reshape(rows // 4, 4, columns // 4, 4).sum(axis=(1, 3))


@exercise.mistake(
    "You add in the dtype of the picture: in uint8, 200 + 100 is 44, and True + True is True. "
    "`sum` counts in a wider dtype by itself, or give your total `dtype=int`."
)
def added_in_its_dtype(image, size):
    check_divides(image, size)
    total = np.zeros_like(image[::size, ::size])
    for i in range(size):
        for j in range(size):
            total = total + image[i::size, j::size]
    return total


@exercise.mistake(
    "The result is float64 whatever came in: `np.zeros(...)` makes float64. Let `sum` choose: it "
    "keeps float32, and counts whole numbers in whole numbers."
)
def into_zeros(image, size):
    check_divides(image, size)
    out = np.zeros((image.shape[0] // size, image.shape[1] // size))
    for i, j in np.ndindex(*out.shape):
        out[i, j] = image[i * size : (i + 1) * size, j * size : (j + 1) * size].sum()
    return out


@exercise.mistake(
    "Where the blocks do not fill the picture you cut off what is left over. Nobody would notice "
    "that pixels are missing: a ValueError says so. `reshape` raises it by itself, if you let it."
)
def cut_off(image, size):
    rows, columns = image.shape[0] // size, image.shape[1] // size
    whole = image[: rows * size, : columns * size]
    return whole.reshape(rows, size, columns, size).sum(axis=(1, 3))


@exercise.mistake(
    "You compute the strides yourself and trust that rows lie one after the other. A transposed "
    "picture, or every second row of one, has other strides: use `reshape`, or `image.strides`."
)
def trusted_strides(image, size):
    check_divides(image, size)
    rows, columns = image.shape
    step = image.itemsize
    blocks = np.lib.stride_tricks.as_strided(
        image,
        (rows // size, size, columns // size, size),
        (columns * size * step, columns * step, size * step, step),
    )
    return blocks.sum(axis=(1, 3))


def check_divides(image, size):
    """Raise ValueError where the blocks do not fill the picture."""
    if image.shape[0] % size or image.shape[1] % size:
        raise ValueError("the blocks do not fill the picture")
