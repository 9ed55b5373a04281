"""01/broadcast_shape: the rule of broadcasting."""

from diydl.course.bank import Code


def reference(a, b):
    """Line up at the right; 1 stretches; all else must be equal."""
    rank = max(len(a), len(b))
    a, b = (1,) * (rank - len(a)) + tuple(a), (1,) * (rank - len(b)) + tuple(b)
    out = []
    for m, n in zip(a, b, strict=True):
        if m != n and m != 1 and n != 1:
            raise ValueError(f"sizes {m} and {n} do not fit")
        out.append(n if m == 1 else m)
    return tuple(out)


exercise = Code(
    "01/broadcast_shape",
    "The rule of broadcasting",
    reference,
    hints=(
        "Write the two shapes below each other so that their last sizes stand in one column. What "
        "belongs into the gaps on the left?",
        "Put ones in front of the shorter shape until both are equally long. Then go through pairs "
        "of sizes: equal, or one of them is 1, or it is an error.",
        "1. Find the larger number of axes.\n"
        "2. Put ones in front of each shape: `(1,) * missing + shape`.\n"
        "3. Go through the pairs with `zip`. If the first size is 1, take the second; if the "
        "second is 1, or both are equal, take the first.\n"
        "4. In any other case raise a ValueError.\n"
        "5. Return a tuple.",
    ),
)


@exercise.mistake(
    "You line the shapes up at the left. Broadcasting lines up the last axes: ones go in front of "
    "the shorter shape."
)
def from_the_left(a, b):
    rank = max(len(a), len(b))
    return reference(tuple(a) + (1,) * (rank - len(a)), tuple(b) + (1,) * (rank - len(b)))


@exercise.mistake(
    "You take the larger size, whatever the sizes are. Sizes 2 and 3 do not fit: only a 1 "
    "stretches, all else has to be equal, or a ValueError says so."
)
def always_the_larger(a, b):
    rank = max(len(a), len(b))
    a, b = (1,) * (rank - len(a)) + tuple(a), (1,) * (rank - len(b)) + tuple(b)
    return tuple(n if m == 1 else m if n == 1 else max(m, n) for m, n in zip(a, b, strict=True))


@exercise.mistake(
    "`max` is wrong where an axis is empty: a size of 1 beside 0 becomes 0, since there is nothing "
    "to repeat it for. Take the size that is not 1, in place of the larger."
)
def largest_of_two(a, b):
    reference(a, b)
    rank = max(len(a), len(b))
    a, b = (1,) * (rank - len(a)) + tuple(a), (1,) * (rank - len(b)) + tuple(b)
    return tuple(max(m, n) for m, n in zip(a, b, strict=True))


@exercise.mistake(
    "`zip` stops where the shorter shape ends, and the axes beyond it are lost. Make both shapes "
    "equally long first, with ones in front."
)
def cut_short(a, b):
    rank = min(len(a), len(b))
    return reference(a[len(a) - rank :], b[len(b) - rank :])


@exercise.mistake(
    "You put ones in front of the first shape and take the second as it is. Either of them may be "
    "the shorter one."
)
def only_first_filled(a, b):
    a = (1,) * (len(b) - len(a)) + tuple(a)
    return reference(a[: len(b)], b)


@exercise.mistake(
    "You stretch the second shape only. The rule is the same for both: a 1 in either one takes on "
    "the size of the other."
)
def one_side_only(a, b):
    found = reference(a, b)
    if len(b) > len(a) or any(m == 1 != n for m, n in zip(a[::-1], b[::-1], strict=False)):
        raise ValueError(f"shapes {a} and {b} do not fit")
    return found


@exercise.mistake(
    "Where the shapes do not fit you return something. Then the mistake shows much later, "
    "somewhere else: raise a ValueError."
)
def says_nothing(a, b):
    try:
        return reference(a, b)
    except ValueError:
        return None


@exercise.mistake(
    "You stop with `assert`. It is for faults of one's own, and Python can switch it off. For "
    "input that does not fit, raise a ValueError."
)
def asserted(a, b):
    try:
        return reference(a, b)
    except ValueError:
        raise AssertionError("shapes do not fit") from None


@exercise.mistake("The sizes are right, in a list. A shape is a tuple: `tuple(...)`.")
def a_list(a, b):
    return list(reference(a, b))
