"""08/cross_entropy_vjp: the slope of the fused cross-entropy."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.ops.loss import softmax_cross_entropy_vjp as reference

exercise = Code(
    "08/cross_entropy_vjp",
    "Softmax minus the right answer",
    reference,
    hints=(
        "The loss of a row is log(sum(exp(x))) - x[label]. What is the slope in x[k], if k is "
        "another class? And if it is the label?",
        "Slope: softmax, minus 1 at the label. Times what comes in: one number of `g` for each "
        "row, so it needs an axis for the classes.",
        "1. Hot: `dl.one_hot` of the labels, with as many classes as the logits have, in their "
        "dtype.\n"
        "2. Slope: `dl.softmax` of the logits, minus hot.\n"
        "3. Give `g` one more axis at the end: `dl.expand_dims(g, axis=-1)`.\n"
        "4. Return the product.",
    ),
)


@exercise.driver
def on_the_tape(pieces, logits, labels, g, h):
    """Gradients of ``sum(g * loss)``, and second ones along `h`."""
    x = dl.tensor(logits, requires_grad=True)
    dl.softmax_cross_entropy(x, labels).backward(g)
    first = x.grad.numpy()
    (dl.softmax_cross_entropy(x, labels) * g).sum().backward(create_graph=True)
    (x.grad * h).sum().backward()
    return {"first": first, "second": x.grad.numpy()}


@exercise.mistake(
    "`g` has one number for each row, and you lay them along the classes: with as many rows as "
    "classes there is not even an error. Give `g` one more axis at the end."
)
def rows_along_classes(g, out, logits, labels):
    right = dl.one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)
    return g * (dl.softmax(logits) - right)


@exercise.mistake(
    "`g[:, None]` is right for a table, and for nothing else: logits may have more axes in front, "
    "or none. `dl.expand_dims(g, axis=-1)` adds one at the end of whatever there is."
)
def only_for_tables(g, out, logits, labels):
    right = dl.one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)
    return g[:, None] * (dl.softmax(logits) - right)


@exercise.mistake(
    "The 1 at the label is missing. With softmax alone every score is pushed down, the right one "
    "too."
)
def softmax_alone(g, out, logits, labels):
    return dl.expand_dims(g, axis=-1) * dl.softmax(logits)


@exercise.mistake(
    "The sign is turned: descent would raise the wrong scores and lower the right one. Softmax "
    "*minus* the right answer."
)
def turned(g, out, logits, labels):
    right = dl.one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)
    return dl.expand_dims(g, axis=-1) * (right - dl.softmax(logits))


@exercise.mistake(
    "You take the upstream gradient for one. The mean over the batch, and whatever comes after it, "
    "arrives in `g`: multiply by it."
)
def upstream_is_one(g, out, logits, labels):
    right = dl.one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)
    return dl.softmax(logits) - right + 0 * dl.expand_dims(g, axis=-1)


@exercise.mistake(
    "You divide by the number of rows. The primitive returns a loss for each row; who takes the "
    "mean sends 1/B back in `g` already."
)
def divided_by_the_batch(g, out, logits, labels):
    right = dl.one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)
    rows = max(1, int(np.prod(labels.shape)))
    return dl.expand_dims(g, axis=-1) * (dl.softmax(logits) - right) / rows


@exercise.mistake(
    "Your softmax goes down the columns: it makes the examples of a batch compete with each other. "
    "The classes are on the last axis."
)
def softmax_over_the_batch(g, out, logits, labels):
    right = dl.one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)
    return dl.expand_dims(g, axis=-1) * (dl.softmax(logits, axis=0) - right)


@exercise.mistake(
    "A softmax by hand, without the shift: at 1000 it is infinity over infinity. `dl.softmax` has "
    "the shift."
)
def softmax_by_hand(g, out, logits, labels):
    right = dl.one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        e = dl.exp(logits)
        p = e / dl.sum(e, axis=-1, keepdims=True)
    return dl.expand_dims(g, axis=-1) * (p - right)


@exercise.mistake(
    "NumPy's functions work on arrays only. When the gradient is taken of a gradient, `logits` and "
    "`g` are Tensors: use those of the library."
)
def with_numpy(g, out, logits, labels):
    e = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    p = e / np.sum(e, axis=-1, keepdims=True)
    right = np.arange(logits.shape[-1]) == labels[..., None]
    return dl.expand_dims(g, axis=-1) * (p - right).astype(logits.dtype)


@exercise.mistake(
    "Another dtype creeps in: `dl.one_hot` makes float32 unless it is told. Give it "
    "`dtype=logits.dtype`."
)
def hot_in_float32(g, out, logits, labels):
    right = dl.one_hot(labels, classes=logits.shape[-1])
    return dl.expand_dims(g, axis=-1) * (dl.softmax(logits) - right)


@exercise.mistake("Brackets are missing: `g` multiplies the whole slope, also what was true.")
def without_brackets(g, out, logits, labels):
    hot = dl.one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)
    return dl.expand_dims(g, axis=-1) * dl.softmax(logits) - hot
