"""10/accumulate: the gradient of a batch that does not fit into memory."""

import numpy as np

from diydl import nn
from diydl.course.bank import Code


def reference(model, loss, batches):
    """Each small batch adds its share of the gradient of the mean over all."""
    count = sum(len(y) for _, y in batches)
    total = 0.0
    for number, (x, y) in enumerate(batches):
        share = loss(model(x), y) * (len(y) / count)
        share.backward(accumulate=number > 0)
        total += share.item()
    return total


exercise = Code(
    "10/accumulate",
    "A large batch in small pieces",
    reference,
    hints=(
        "The mean over 64 examples, as a sum of the means over 32, 16 and 16: which factor does "
        "each of them get?",
        "Count all examples first. Then let each batch go back with its loss times its share of "
        "the examples: the first replaces what is in `grad`, the others add to it.",
        "1. Count: add up `len(y)` over the list.\n"
        "2. For each batch compute `loss(model(x), y)`, times `len(y)` divided by that count.\n"
        "3. Go back: the first time with `backward()`, which replaces, then with "
        "`backward(accumulate=True)`, which adds.\n"
        "4. The sum of the shares, as numbers, is the mean loss: return it.",
    ),
)


@exercise.driver
def gradients(pieces, weight, batches, stale):
    """Accumulate on a linear model; return the gradient, the result, and how long tapes lived."""
    model = nn.Linear(weight.shape[1], weight.shape[0], bias=False)
    model.load_state_dict({"weight": weight})
    if stale:
        nn.mse_loss(model(batches[0][0]), batches[0][1] + 5).backward()
    pairs = [(np.array(x), np.array(y)) for x, y in batches]
    result = pieces.accumulate(model, nn.mse_loss, pairs)
    grad = model.weight.grad
    return {"loss": result, "grad": None if grad is None else grad.numpy(),
            "weight": np.array(model.weight.data)}  # fmt: skip


@exercise.mistake(
    "Each batch adds the gradient of its own mean, so the sum is as many times too large as there "
    "are batches. Multiply each loss by the batch's share of the examples."
)
def adds_whole_means(model, loss, batches):
    count = sum(len(y) for _, y in batches)
    total = 0.0
    for number, (x, y) in enumerate(batches):
        value = loss(model(x), y)
        value.backward(accumulate=number > 0)
        total += value.item() * len(y) / count
    return total


@exercise.mistake(
    "You divide by the number of batches: right only where all are of one size. A batch's share is "
    "its number of examples, divided by that of all."
)
def equal_shares(model, loss, batches):
    total = 0.0
    for number, (x, y) in enumerate(batches):
        share = loss(model(x), y) * (1 / len(batches))
        share.backward(accumulate=number > 0)
        total += share.item()
    return total


@exercise.mistake(
    "`backward` replaces what is in `grad`: only the last batch is left. From the second batch on, "
    "ask for a sum with `accumulate=True`."
)
def only_the_last(model, loss, batches):
    count = sum(len(y) for _, y in batches)
    total = 0.0
    for x, y in batches:
        share = loss(model(x), y) * (len(y) / count)
        share.backward()
        total += share.item()
    return total


@exercise.mistake(
    "What was in `grad` before is still in your sum: a stale gradient. The first batch replaces, "
    "only the others add."
)
def adds_to_stale(model, loss, batches):
    count = sum(len(y) for _, y in batches)
    total = 0.0
    for x, y in batches:
        share = loss(model(x), y) * (len(y) / count)
        share.backward(accumulate=True)
        total += share.item()
    return total


@exercise.mistake(
    "Your gradient is right, but the loss that you return is not the mean over the examples. Add "
    "up the shares, each loss times `len(y)` divided by the number of all."
)
def returns_mean_of_means(model, loss, batches):
    count = sum(len(y) for _, y in batches)
    losses = []
    for number, (x, y) in enumerate(batches):
        value = loss(model(x), y)
        (value * (len(y) / count)).backward(accumulate=number > 0)
        losses.append(value.item())
    return sum(losses) / len(losses)


@exercise.mistake(
    "Your function moves the weights. Accumulating only collects: the optimizer moves them later, "
    "once."
)
def moves_the_weights(model, loss, batches):
    count = sum(len(y) for _, y in batches)
    total = 0.0
    for number, (x, y) in enumerate(batches):
        share = loss(model(x), y) * (len(y) / count)
        share.backward(accumulate=number > 0)
        total += share.item()
    for parameter in model.parameters():
        parameter.data[...] -= 0.1 * parameter.grad.numpy()
    return total
