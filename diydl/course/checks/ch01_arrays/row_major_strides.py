"""01/row_major_strides: how far one step along each axis moves in memory."""

from diydl.course.bank import Code


def reference(shape, itemsize):
    """Strides of a fresh array whose rows lie one after the other."""
    strides, step = [], itemsize
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return tuple(reversed(strides))


exercise = Code(
    "01/row_major_strides",
    "How far a step moves in memory",
    reference,
    hints=(
        "Along which axis does one step lead to the very next element?",
        "Begin with the last axis, where a step is one element long. A step along the axis before "
        "it passes over everything that the later axes hold.",
        "1. Keep a number `step`, at first `itemsize`, and an empty list.\n"
        "2. Walk through the sizes from the last to the first.\n"
        "3. For each: write `step` down, then multiply it by the size.\n"
        "4. Turn the list round, since you began with the last axis, and make it a tuple.",
    ),
)


@exercise.mistake(
    "You count elements. Strides count bytes: begin with `itemsize`, the bytes of one element, "
    "where you begin with 1."
)
def in_elements(shape, itemsize):
    return reference(shape, 1)


@exercise.mistake(
    "You take every element for 8 bytes. float32 has 4 and uint8 has 1: use `itemsize`."
)
def eight_bytes(shape, itemsize):
    return reference(shape, 8)


@exercise.mistake(
    "This takes every array for a table of two axes. A shape has any number of sizes, also none: "
    "walk through all of them."
)
def only_tables(shape, itemsize):
    return (shape[1] * itemsize, itemsize)


@exercise.mistake(
    "You multiply by the number of rows. A step down passes over one whole row, and its length is "
    "the number of columns: the sizes of the later axes count."
)
def number_of_rows(shape, itemsize):
    strides, step = [], itemsize
    for size in shape:
        strides.append(step)
        step *= size
    return tuple(reversed(strides))


@exercise.mistake(
    "You multiply before you write the stride down, so that an axis counts its own size too. A "
    "step along an axis passes over what the later axes hold, and no more."
)
def own_size_too(shape, itemsize):
    strides, step = [], itemsize
    for size in reversed(shape):
        step *= size
        strides.append(step)
    return tuple(reversed(strides))


@exercise.mistake(
    "Your walk is right, but it begins with the last axis, and so does your result. Turn it round "
    "before you return it."
)
def not_turned_round(shape, itemsize):
    return tuple(reversed(reference(shape, itemsize)))


@exercise.mistake(
    "Here the first axis moves by one element: that is column-major order, Fortran's, with columns "
    "lying one after the other. Asked is row-major: the last axis moves by one element."
)
def column_major(shape, itemsize):
    return tuple(reversed(reference(tuple(reversed(shape)), itemsize)))


@exercise.mistake(
    "You look at the next axis only. With three axes, a step along the first one passes over all "
    "of the second and the third: multiply their sizes."
)
def next_axis_only(shape, itemsize):
    return tuple(size * itemsize for size in shape[1:]) + (itemsize,) * bool(shape)


@exercise.mistake(
    "The numbers are right, in a list. NumPy gives strides as a tuple, as it does shapes: "
    "`tuple(...)`."
)
def a_list(shape, itemsize):
    return list(reference(shape, itemsize))
