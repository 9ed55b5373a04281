"""10/train_epoch: once through all batches."""

import numpy as np

from diydl import nn, optim
from diydl.course.bank import Code


def reference(model, loss, optimizer, batches):
    """Forward, backward, step for each batch; the mean loss over all examples."""
    model.train()
    total, count = 0.0, 0
    for x, y in batches:
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        total += value.item() * len(y)
        count += len(y)
    return total / count


exercise = Code(
    "10/train_epoch",
    "Once through all batches",
    reference,
    hints=(
        "Which three things happen to every batch, and in which order? And how much does a batch "
        "of 5 count beside one of 32?",
        "Switch the model to training. For each batch: loss, backward, step. Beside that, keep two "
        "sums: of the losses, each times the size of its batch, and of the sizes.",
        "1. Mode: `model.train()`.\n"
        "2. For each `x, y`: compute `loss(model(x), y)`.\n"
        "3. Ask it for `backward()`, then `optimizer.step()`.\n"
        "4. Count: add its `.item()` times `len(y)` to one sum, and `len(y)` to the other.\n"
        "5. After the loop, return the one sum divided by the other.",
    ),
)


class _Seen(nn.Module):
    """A linear model that notes in which mode it was when it was called."""

    def __init__(self, weight):
        self.linear = nn.Linear(weight.shape[1], weight.shape[0], bias=False)
        self.linear.load_state_dict({"weight": weight})
        self.modes = []

    def forward(self, x):
        """Apply the linear model."""
        self.modes.append(self.training)
        return self.linear(x)


@exercise.driver
def epoch(pieces, weight, batches, training, lr=0.1):
    """Train a linear model by gradient descent for one epoch; return what came of it."""
    model = _Seen(weight)
    model.train(training)
    optimizer = optim.SGD(model.parameters(), lr=lr)
    pairs = ((np.array(x), np.array(y)) for x, y in batches)  # can be gone through once
    loss = pieces.train_epoch(model, nn.mse_loss, optimizer, pairs)
    weight = model.linear.weight.data
    return {"loss": loss, "weight": np.array(weight), "modes": list(model.modes)}


@exercise.mistake(
    "Every batch counts the same in your mean, and a last one of 2 examples as much as one of 32. "
    "Add the loss times `len(y)`, and divide by the number of examples."
)
def mean_of_means(model, loss, optimizer, batches):
    model.train()
    losses = []
    for x, y in batches:
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return sum(losses) / len(losses)


@exercise.mistake(
    "The step comes before the backward pass, so it uses the gradients of the batch before (and "
    "none at first). First `backward`, then `step`."
)
def steps_too_early(model, loss, optimizer, batches):
    model.train()
    total, count = 0.0, 0
    for x, y in batches:
        value = loss(model(x), y)
        optimizer.step()
        value.backward()
        total += value.item() * len(y)
        count += len(y)
    return total / count


@exercise.mistake(
    "There is one step for the whole epoch: `optimizer.step()` stands after the loop. Each batch "
    "gets its step."
)
def one_step(model, loss, optimizer, batches):
    model.train()
    total, count = 0.0, 0
    for x, y in batches:
        value = loss(model(x), y)
        value.backward()
        total += value.item() * len(y)
        count += len(y)
    optimizer.step()
    return total / count


@exercise.mistake(
    "Gradients of earlier batches are added to those of this one: that is what `accumulate=True` "
    "asks for. Each step is about its own batch."
)
def keeps_adding(model, loss, optimizer, batches):
    model.train()
    total, count = 0.0, 0
    for x, y in batches:
        value = loss(model(x), y)
        value.backward(accumulate=True)
        optimizer.step()
        total += value.item() * len(y)
        count += len(y)
    return total / count


@exercise.mistake(
    "The model is not switched to training. If an exam came before, its dropout is still off, and "
    "nothing says so: begin with `model.train()`."
)
def in_any_mode(model, loss, optimizer, batches):
    total, count = 0.0, 0
    for x, y in batches:
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        total += value.item() * len(y)
        count += len(y)
    return total / count


@exercise.mistake(
    "The loss is computed again after the step, so what you report is better than what the network "
    "was when it saw the batch, and every batch costs two forward passes. Keep the first one."
)
def reports_after_the_step(model, loss, optimizer, batches):
    model.train()
    total, count = 0.0, 0
    for x, y in batches:
        loss(model(x), y).backward()
        optimizer.step()
        total += loss(model(x), y).item() * len(y)
        count += len(y)
    return total / count


@exercise.mistake(
    "You return the loss of the last batch alone. It is one of many, and perhaps a small one: add "
    "all of them up."
)
def last_loss(model, loss, optimizer, batches):
    model.train()
    for x, y in batches:
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
    return value.item()
