"""04/hinge: a loss that is content when it has won clearly."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code


def hinge(scores, labels):
    right = dl.one_hot(labels, classes=scores.shape[-1], dtype=bool)
    own = dl.sum(dl.where(right, scores, 0.0), axis=-1, keepdims=True)
    short = dl.relu(scores - own + 1.0)
    return dl.mean(dl.sum(dl.where(right, 0.0, short), axis=-1))


exercise = Code(
    "04/hinge",
    "Content when it has won clearly",
    hinge,
    hints=(
        "For one flower: which number must be compared with each of the others, and by how much "
        "must it win?",
        "Pick the right score out of each row, with a mask and a sum. Then all scores minus it, "
        "plus 1, cut off below 0; without the right class itself.",
        "1. Mask: `dl.one_hot(labels, classes=scores.shape[-1], dtype=bool)` is True at the "
        "right class.\n"
        "2. Own: keep the scores where the mask is True and 0.0 elsewhere (`dl.where`), and sum "
        "each row with `keepdims=True`.\n"
        "3. Short: `dl.relu` of the scores, minus own, plus 1.\n"
        "4. Leave out: 0.0 where the mask is True.\n"
        "5. Sum each row, and take the mean of the rows.",
    ),
)


@exercise.driver
def value(pieces, scores, labels):
    """Return the loss of arrays."""
    loss = pieces.hinge(scores, labels)
    return loss.numpy() if isinstance(loss, dl.Tensor) else loss


@exercise.driver
def gradient(pieces, scores, labels):
    """Return the gradient on the tape, and the slopes of the piece's own loss, measured."""
    x = dl.tensor(scores, requires_grad=True)
    pieces.hinge(x, labels).backward()
    measured = np.zeros_like(scores)
    for place in np.ndindex(scores.shape):
        step = np.zeros_like(scores)
        step[place] = 1e-6
        up, down = value(pieces, scores + step, labels), value(pieces, scores - step, labels)
        measured[place] = (up - down) / 2e-6
    return {"gradient": None if x.grad is None else x.grad.numpy(), "measured": measured}


@exercise.driver
def described(pieces, scores, labels):
    """Describe the loss with an open batch and run it for each pair; beside the loss of arrays."""
    graph = dl.ComputationalGraph()
    s = graph.placeholder((None, np.shape(scores[0])[1]), "float64", name="scores")
    k = graph.placeholder((None,), "int64", name="labels")
    loss = pieces.hinge(s, k)
    if getattr(loss, "engine", None) is not graph:
        return f"a {type(loss).__name__}"
    context = dl.SimulationContext(graph)
    pairs = list(zip(scores, labels, strict=True))
    return {
        "described": [float(context.run(loss, {s: a, k: b})) for a, b in pairs],
        "direct": [float(value(pieces, a, b)) for a, b in pairs],
    }


@exercise.mistake(
    "The right class is counted too: its score minus itself, plus 1, is 1 for every row. Put 0 "
    "where the mask is True before you sum."
)
def counts_the_right_class(scores, labels):
    right = dl.one_hot(labels, classes=scores.shape[-1], dtype=bool)
    own = dl.sum(dl.where(right, scores, 0.0), axis=-1, keepdims=True)
    return dl.mean(dl.sum(dl.relu(scores - own + 1.0), axis=-1))


@exercise.mistake(
    "There is no margin: it is enough for you that the right score wins by a hair. It shall win "
    "by 1: add 1 before you cut off."
)
def without_margin(scores, labels):
    right = dl.one_hot(labels, classes=scores.shape[-1], dtype=bool)
    own = dl.sum(dl.where(right, scores, 0.0), axis=-1, keepdims=True)
    return dl.mean(dl.sum(dl.where(right, 0.0, dl.relu(scores - own)), axis=-1))


@exercise.mistake(
    "The difference has the wrong sign: you punish classes that lose. A class costs something if "
    "its score *minus the right one* comes above -1."
)
def turned_round(scores, labels):
    right = dl.one_hot(labels, classes=scores.shape[-1], dtype=bool)
    own = dl.sum(dl.where(right, scores, 0.0), axis=-1, keepdims=True)
    return dl.mean(dl.sum(dl.where(right, 0.0, dl.relu(own - scores + 1.0)), axis=-1))


@exercise.mistake(
    "Nothing is cut off: a class that lost clearly pays its victory back to one that won. Only "
    "what is above 0 counts: `dl.relu`."
)
def not_cut_off(scores, labels):
    right = dl.one_hot(labels, classes=scores.shape[-1], dtype=bool)
    own = dl.sum(dl.where(right, scores, 0.0), axis=-1, keepdims=True)
    return dl.mean(dl.sum(dl.where(right, 0.0, scores - own + 1.0), axis=-1))


@exercise.mistake(
    "You take the mean over all entries, so the loss depends on the number of classes. Sum over "
    "the classes of a row, then the mean over the rows."
)
def mean_of_all(scores, labels):
    right = dl.one_hot(labels, classes=scores.shape[-1], dtype=bool)
    own = dl.sum(dl.where(right, scores, 0.0), axis=-1, keepdims=True)
    return dl.mean(dl.where(right, 0.0, dl.relu(scores - own + 1.0)))


@exercise.mistake(
    "You sum over the rows too, so the loss, and with it every step, grows with the batch. Take "
    "the mean over the rows."
)
def sum_of_all(scores, labels):
    right = dl.one_hot(labels, classes=scores.shape[-1], dtype=bool)
    own = dl.sum(dl.where(right, scores, 0.0), axis=-1, keepdims=True)
    return dl.sum(dl.where(right, 0.0, dl.relu(scores - own + 1.0)))


@exercise.mistake(
    "You divide by the number of rows as it is while the graph is described. There it is open, and "
    "`int(...)` or `len(...)` cannot know it: `dl.mean` finds it when the graph runs."
)
def counts_rows_by_hand(scores, labels):
    right = dl.one_hot(labels, classes=scores.shape[-1], dtype=bool)
    own = dl.sum(dl.where(right, scores, 0.0), axis=-1, keepdims=True)
    short = dl.where(right, 0.0, dl.relu(scores - own + 1.0))
    return dl.sum(short) * (1.0 / int(labels.shape[0]))


@exercise.mistake(
    "The right score is cut out of the gradient (`stop_gradient`, `.data`): the loss is right, but "
    "nothing will ever push the right score up. Use `scores` as they are."
)
def right_score_cut_off(scores, labels):
    right = dl.one_hot(labels, classes=scores.shape[-1], dtype=bool)
    own = dl.sum(dl.where(right, dl.stop_gradient(scores), 0.0), axis=-1, keepdims=True)
    short = dl.where(right, 0.0, dl.relu(scores - own + 1.0))
    return dl.mean(dl.sum(short, axis=-1))


@exercise.mistake(
    "The loss is computed with NumPy. NumPy works on numbers, and a node of a graph has none "
    "yet; nor does the tape see what NumPy does. Use operations of the library."
)
def with_numpy(scores, labels):
    scores, labels = np.asarray(getattr(scores, "data", scores)), np.asarray(labels)
    own = np.take_along_axis(scores, labels[:, None], axis=1)
    short = np.maximum(scores - own + 1, 0)
    np.put_along_axis(short, labels[:, None], 0, axis=1)
    return dl.tensor(np.asarray(short.sum(axis=1).mean()), requires_grad=True)
