"""10/evaluate: an exam that changes nothing."""

import numpy as np

import diydl as dl
from diydl import nn
from diydl.course.bank import Code


def reference(model, loss, batches):
    """Mean loss and share of right answers, without dropout and without a tape."""
    trained = model.training
    model.eval()
    total, right, count = 0.0, 0, 0
    with dl.no_grad():
        for x, y in batches:
            scores = model(x)
            total += loss(scores, y).item() * len(y)
            right += int((scores.numpy().argmax(axis=1) == y).sum())
            count += len(y)
    model.train(trained)
    return total / count, right / count


exercise = Code(
    "10/evaluate",
    "An exam that changes nothing",
    reference,
    hints=(
        "What does the model do in training that it must not do in an exam? How would you notice, "
        "afterwards, that there was an exam?",
        "Remember `model.training`, switch to `eval`, add up losses and right answers over all "
        "batches inside `dl.no_grad()`, and switch back to what was remembered.",
        "1. Mode: store `model.training`, then `model.eval()`.\n"
        "2. In a block `with dl.no_grad():` go through the batches and compute the scores once.\n"
        "3. Count: the loss's `.item()` times `len(y)`; the rows where "
        "`scores.numpy().argmax(axis=1)` is `y`; `len(y)`.\n"
        "4. Mode: `model.train(...)` takes True or False: what you stored.\n"
        "5. Return both sums, each divided by the number of examples.",
    ),
)


class _Watched(nn.Module):
    """Scores that are the inputs, tripled by a parameter; dropout in training. It takes notes."""

    def __init__(self):
        self.weight = nn.Parameter(np.array(3.0, "float32"), "weight")
        self.dropout = nn.Dropout(0.5)
        self.kept = []

    def forward(self, x):
        """Multiply, and drop in training."""
        out = self.dropout(self.weight * x)
        self.kept.append(bool(out.requires_grad))
        return out


@exercise.driver
def exam(pieces, batches, training):
    """Examine the watched model; return the results, its mode afterwards, and its notes."""
    dl.seed(1)
    model = _Watched()
    model.train(training)
    pairs = ((np.array(x), np.array(y)) for x, y in batches)
    result = pieces.evaluate(model, nn.cross_entropy, pairs)
    pair = list(result) if isinstance(result, tuple) else result
    return {"result": pair, "training": model.training, "inner": model.dropout.training,
            "kept": list(model.kept)}  # fmt: skip


def _sums(model, loss, batches):
    total, right, count = 0.0, 0, 0
    for x, y in batches:
        scores = model(x)
        total += loss(scores, y).item() * len(y)
        right += int((scores.numpy().argmax(axis=1) == y).sum())
        count += len(y)
    return total / count, right / count


@exercise.mistake(
    "Dropout is still on during your exam: half of the numbers are missing, other ones each time. "
    "`model.eval()` switches it off."
)
def with_dropout(model, loss, batches):
    with dl.no_grad():
        return _sums(model, loss, batches)


@exercise.mistake(
    "The model stays in evaluation mode after your exam, so the next epoch trains without dropout. "
    "Put it back into the mode that it had."
)
def never_back(model, loss, batches):
    model.eval()
    with dl.no_grad():
        return _sums(model, loss, batches)


@exercise.mistake(
    "After your exam the model trains, whatever it did before. A model in use would suddenly drop "
    "numbers: remember `model.training` and put that back."
)
def always_to_training(model, loss, batches):
    model.eval()
    with dl.no_grad():
        result = _sums(model, loss, batches)
    model.train()
    return result


@exercise.mistake(
    "Your exam records a tape that nobody plays back: all intermediate results are kept until the "
    "batch is done. Put the loop into `with dl.no_grad():`."
)
def records_a_tape(model, loss, batches):
    trained = model.training
    model.eval()
    result = _sums(model, loss, batches)
    model.train(trained)
    return result


@exercise.mistake(
    "You average over batches, and a small last batch counts as much as a full one. Add up over "
    "examples: the loss times `len(y)`, and the number of right answers."
)
def mean_of_means(model, loss, batches):
    trained = model.training
    model.eval()
    losses, shares = [], []
    with dl.no_grad():
        for x, y in batches:
            scores = model(x)
            losses.append(loss(scores, y).item())
            shares.append(float((scores.numpy().argmax(axis=1) == y).mean()))
    model.train(trained)
    return sum(losses) / len(losses), sum(shares) / len(shares)


@exercise.mistake(
    "You return how many answers were right. The share is asked for: divide by the number of "
    "examples."
)
def counts_right_answers(model, loss, batches):
    trained = model.training
    model.eval()
    total, right, count = 0.0, 0, 0
    with dl.no_grad():
        for x, y in batches:
            scores = model(x)
            total += loss(scores, y).item() * len(y)
            right += int((scores.numpy().argmax(axis=1) == y).sum())
            count += len(y)
    model.train(trained)
    return total / count, float(right)
