"""11/dropout_vjp: who was dropped gets no gradient."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops.modal import dropout_vjp as reference

exercise = Code(
    "11/dropout_vjp",
    "The way back through dropout",
    reference,
    hints=(
        "A number that was dropped has no effect on the loss. And one that was kept and doubled?",
        "Each number was multiplied by 0 or by `1 / (1 - p)`. The gradient is multiplied by the "
        "same factors. Which call of the library multiplies by these very factors, given the same "
        "key?",
        "1. Call `dl.dropout`, on the gradient in place of `x`.\n"
        "2. Hand on the key, and all four options, as they came.\n"
        "3. Return what it returns.",
    ),
)


@exercise.driver
def on_the_tape(pieces, x, key, g, h):
    """Gradients of dropout on the tape, and the second one of its square along `h`."""
    x = dl.tensor(x, requires_grad=True)
    out = dl.dropout(x, key, p=0.5, training=True)
    out.backward(g)
    first = x.grad.numpy()
    out = dl.dropout(x, key, p=0.5, training=True)
    (out * out * g).sum().backward(create_graph=True)
    (x.grad * h).sum().backward()
    return {"out": out.numpy(), "first": first, "second": x.grad.numpy()}


@exercise.mistake(
    "You draw anew: with another key other numbers are dropped on the way back than on the way "
    "there. Hand on the key as it came."
)
def draws_anew(g, out, x, key, *, p, shared=(), inverted=True, training):
    other = key + np.array([0, 0, 1], np.uint64)
    return dl.dropout(g, other, p=p, shared=shared, inverted=inverted, training=training)


@exercise.mistake(
    "You write p = 0.5 into it. Another share drops others and scales otherwise: hand on `p`."
)
def always_half(g, out, x, key, *, p, shared=(), inverted=True, training):
    return dl.dropout(g, key, p=0.5, shared=shared, inverted=inverted, training=training)


@exercise.mistake(
    "You drop in use too. Earlier libraries had this very fault: the gradient of an input, in a "
    "network that is only used, came out full of holes. Hand on `training`."
)
def drops_in_use(g, out, x, key, *, p, shared=(), inverted=True, training):
    return dl.dropout(g, key, p=p, shared=shared, inverted=inverted, training=True)


@exercise.mistake(
    "`shared` is forgotten: on the way there whole channels were dropped, on the way back single "
    "numbers. Hand it on."
)
def forgets_shared(g, out, x, key, *, p, shared=(), inverted=True, training):
    return dl.dropout(g, key, p=p, inverted=inverted, training=training)


@exercise.mistake(
    "`inverted` is forgotten: plain dropout does not scale what it keeps, so its gradient is not "
    "scaled either. Hand it on."
)
def forgets_inverted(g, out, x, key, *, p, shared=(), inverted=True, training):
    return dl.dropout(g, key, p=p, shared=shared, training=training)


@exercise.mistake(
    "`out / x` does hold the factors, but neither of the two was kept on the tape: dropout saves "
    "nothing but its key, which is why it costs no memory. Draw again from the key."
)
def from_out(g, out, x, key, *, p, shared=(), inverted=True, training):
    return g * (out / x)
