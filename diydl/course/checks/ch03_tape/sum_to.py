"""03/sum_to: undo a broadcast by summing."""

import numpy as np

from diydl.course.bank import Code
from diydl.ops.shape import sum_to as primitive

exercise = Code(
    "03/sum_to",
    "Sum what broadcasting repeated",
    primitive.forward,
    hints=(
        "Write the two shapes one below the other, aligned at the right. Where did broadcasting "
        "repeat something?",
        "Pad `shape` with ones on the left until it is as long as `x.shape`. Wherever the padded "
        "shape has a 1, sum along that axis and keep the axis; then drop the padding.",
        "1. Align: count how many axes `x` has more than `shape`, and pad `shape` with that many "
        "ones in front.\n"
        "2. Find the axes at which the padded shape is 1, as a tuple.\n"
        "3. Sum: call `xp.sum` over these axes with `keepdims=True`.\n"
        "4. Refuse: if what you have does not have the padded shape, raise a ValueError.\n"
        "5. Drop the padding: reshape to `shape` and return it.",
    ),
)


@exercise.driver
def fold(pieces, x, shape):
    """Sum `x` to `shape`; the text "ValueError" where that is refused."""
    try:
        found = pieces.sum_to(np, x, shape=tuple(shape))
    except ValueError:
        return "ValueError"
    return found


@exercise.mistake(
    "You sum only the axes that were added in front. An axis of size 1 that was stretched was "
    "repeated too: sum along it and keep it."
)
def only_new_axes(xp, x, *, shape):
    lead = x.ndim - len(shape)
    if lead < 0 or any(n not in (1, m) for n, m in zip(shape, x.shape[lead:], strict=True)):
        raise ValueError("does not fit")
    return xp.sum(x, axis=tuple(range(lead)))


@exercise.mistake(
    "You sum only the axes of size 1. Axes that broadcasting added in front, which `shape` does "
    "not have at all, were repeated too."
)
def only_ones(xp, x, *, shape):
    lead = x.ndim - len(shape)
    if lead < 0 or any(n not in (1, m) for n, m in zip(shape, x.shape[lead:], strict=True)):
        raise ValueError("does not fit")
    ones = tuple(lead + k for k, n in enumerate(shape) if n == 1)
    return xp.sum(x, axis=ones, keepdims=True)


@exercise.mistake(
    "You compare the two shapes from the left. Broadcasting aligns them at the right: axis 0 of "
    "`shape` belongs to axis `x.ndim - len(shape)` of `x`."
)
def aligned_left(xp, x, *, shape):
    padded = tuple(shape) + (1,) * (x.ndim - len(shape))
    axes = tuple(k for k, n in enumerate(padded) if n == 1)
    total = xp.sum(x, axis=axes, keepdims=True)
    if total.shape != padded:
        raise ValueError("does not fit")
    return total.reshape(shape)


@exercise.mistake(
    "Where there is no axis to sum, you pass `axis=None`, and that means all of them. An empty "
    "tuple sums along none."
)
def none_means_all(xp, x, *, shape):
    padded = (1,) * (x.ndim - len(shape)) + tuple(shape)
    if len(padded) != x.ndim or any(n not in (1, m) for n, m in zip(padded, x.shape, strict=True)):
        raise ValueError("does not fit")
    axes = tuple(k for k, n in enumerate(padded) if n == 1) or None
    total = xp.sum(x, axis=axes, keepdims=True)
    return xp.broadcast_to(total, padded).reshape(shape)


@exercise.mistake(
    "float64 creeps in: an array of `zeros` without a dtype is float64, and so is what you add to "
    "it. Gradients keep the dtype of `x`."
)
def into_float64(xp, x, *, shape):
    padded = (1,) * (x.ndim - len(shape)) + tuple(shape)
    axes = tuple(k for k, n in enumerate(padded) if n == 1)
    total = xp.sum(x, axis=axes, keepdims=True)
    if total.shape != padded:
        raise ValueError("does not fit")
    return xp.zeros(shape) + total.reshape(shape)


@exercise.mistake(
    "A shape that could never have been broadcast to that of `x` slips through, and a wrong answer "
    "comes out. Compare what you have with the padded shape before you reshape, and raise a "
    "ValueError."
)
def refuses_nothing(xp, x, *, shape):
    padded = (1,) * (x.ndim - len(shape)) + tuple(shape)
    axes = tuple(k for k, n in enumerate(padded) if n == 1 and k < x.ndim)
    return xp.sum(x, axis=axes, keepdims=True).ravel()[: int(np.prod(shape))].reshape(shape)


@exercise.mistake(
    "You take the mean. Each copy sends its own gradient back, and they add up: sum, without "
    "dividing."
)
def averaged(xp, x, *, shape):
    padded = (1,) * (x.ndim - len(shape)) + tuple(shape)
    axes = tuple(k for k, n in enumerate(padded) if n == 1)
    total = xp.mean(x, axis=axes, keepdims=True) if x.size else xp.sum(x, axis=axes, keepdims=True)
    if total.shape != padded:
        raise ValueError("does not fit")
    return total.reshape(shape)


@exercise.mistake(
    "You keep the first of the copies and drop the others. All of them were used, so all of them "
    "send a gradient back: sum them."
)
def first_copy(xp, x, *, shape):
    padded = (1,) * (x.ndim - len(shape)) + tuple(shape)
    kept = x[tuple(slice(0, 1) if n == 1 else slice(None) for n in padded)]
    if kept.shape != padded:
        raise ValueError("does not fit")
    return kept.reshape(shape)


@exercise.mistake(
    "The axes of size 1 are gone: after summing along axis 1, (5, 1) has become (5,). Keep them "
    "with `keepdims=True`, or reshape to `shape` at the end."
)
def drops_ones(xp, x, *, shape):
    padded = (1,) * (x.ndim - len(shape)) + tuple(shape)
    axes = tuple(k for k, n in enumerate(padded) if n == 1)
    if xp.sum(x, axis=axes, keepdims=True).shape != padded:
        raise ValueError("does not fit")
    return xp.sum(x, axis=axes)
