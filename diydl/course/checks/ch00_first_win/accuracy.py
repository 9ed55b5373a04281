"""00/accuracy: the share of right answers."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.train import metrics

exercise = Code(
    "00/accuracy",
    "The share of right answers",
    metrics.accuracy,
    hints=(
        "In one row of scores, where does the network's answer stand? And in all rows at once?",
        "Make one array that is True where the answer equals the label and False elsewhere, then "
        "find its mean.",
        "1. Find the column of the highest score in each row: `scores.argmax(axis=1)`.\n"
        "2. Compare with `labels`, element by element: `==`.\n"
        "3. Take the mean of the comparison.\n"
        "4. Turn it into a Python number with `float(...)` and return it.",
    ),
)


@exercise.driver
def on_tensors(pieces, scores, labels):
    """Measure the scores as a network returns them: on the tape."""
    scores = dl.tensor(scores, requires_grad=True) * 1.0
    return float(pieces.accuracy(scores, labels))


@exercise.mistake(
    "You divide by 32, the size of a full batch. The last batch is often smaller: divide by the "
    "number of rows that came, as `.mean()` does."
)
def fixed_batch(scores, labels):
    return float((scores.argmax(axis=1) == labels).sum()) / 32


@exercise.mistake(
    "The value is right, but it is still an array of NumPy (or a Tensor) and not a Python number. "
    "Put `float(...)` around it."
)
def not_a_float(scores, labels):
    return (scores.argmax(axis=1) == labels).mean()


@exercise.mistake(
    "`np.argmax` cannot read the Tensor that a network returns. The method works on arrays and on "
    "Tensors alike: `scores.argmax(axis=1)`."
)
def numpy_only(scores, labels):
    return float(np.mean(np.argmax(scores, axis=1) == labels))


@exercise.mistake(
    "You look for the score that is furthest from 0. A score of -9 says 'surely not': the highest "
    "score wins, signs included."
)
def furthest_from_zero(scores, labels):
    return float((dl.abs(scores).argmax(axis=1) == labels).mean())


@exercise.mistake(
    "This is the share of wrong answers: you compare with `!=`, or subtract from 1. Count where "
    "answer and label are equal."
)
def error_rate(scores, labels):
    return 1.0 - float((scores.argmax(axis=1) == labels).mean())


@exercise.mistake(
    "This counts the right answers. A share lies between 0 and 1: divide by the number of rows, or "
    "take the mean in place of the sum."
)
def counted(scores, labels):
    return float((scores.argmax(axis=1) == labels).sum())


@exercise.mistake(
    "You take the column of the lowest score. The network's answer is the highest: `argmax`."
)
def lowest(scores, labels):
    return float(((-1.0 * scores).argmax(axis=1) == labels).mean())
