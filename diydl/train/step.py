"""One update of the parameters: forward, loss, backward, optimizer; at once, or from a plan."""

import math
from typing import Any

from diydl.compile.compute_graph import compute_graph
from diydl.engines.tape import no_grad
from diydl.ops import cast, check_finite, clip
from diydl.optim.clip import clip_grad_norm_, clip_grad_value_, clipped
from diydl.optim.group import positive
from diydl.train.batches import size_of
from diydl.value import Value

LOSS, GRADIENTS = "the loss", "the length of all gradients"


class Objective:
    """What is minimised: the loss of a model's outputs, plus a penalty.

    Parameters
    ----------
    model : nn.Module
    loss : callable
        ``loss(outputs, *targets)`` returns one number, a mean over the examples of the batch.
    penalty : callable, optional
        ``penalty(model)`` returns a number that is added to the loss, and so reported with it.
    inputs : int, optional
        How many arrays of a batch the model takes; the others are targets. All but the last, if
        left out.

    Examples
    --------
    >>> import numpy as np
    >>> from diydl import nn
    >>> objective = Objective(nn.Linear(3, 2), nn.mse_loss)
    >>> loss, outputs = objective((np.ones((5, 3), "float32"), np.ones((5, 2), "float32")))
    >>> loss.shape, outputs.shape
    ((), (5, 2))
    """

    def __init__(self, model, loss, penalty=None, inputs=None):
        self.model, self.loss, self.penalty, self.inputs = model, loss, penalty, inputs

    def split(self, batch):
        """Return the arrays for the model and those for the loss."""
        count = max(1, len(batch) - 1) if self.inputs is None else self.inputs
        if count > len(batch):
            raise ValueError(f"inputs={count}, but a batch has {len(batch)} arrays")
        return batch[:count], batch[count:]

    def __call__(self, batch):
        """Return the loss and the outputs of the model."""
        inputs, targets = self.split(batch)
        outputs = self.model(*inputs)
        loss = self.loss(outputs, *targets)
        if not isinstance(loss, Value) and not hasattr(loss, "shape"):
            raise TypeError(
                f"the loss function returned a {type(loss).__name__}: expected one number computed "
                "by operations of diydl, such as nn.cross_entropy(outputs, labels)"
            )
        if math.prod(loss.shape) != 1:
            raise ValueError(
                f"the loss has shape {loss.shape}, expected one number: take its mean, or pass "
                'reduction="mean" to the loss function'
            )
        if self.penalty is not None:
            loss = loss + self.penalty(self.model)
        return loss, outputs


class Step:
    """Update the parameters from one or more batches, as if they were one.

    Parameters
    ----------
    objective : Objective
    optimizer : Optimizer
    clip_norm, clip_value : float, optional
        Limits of the gradients before the optimizer uses them: of their length all together, or of
        each of their elements.
    plan : bool
        Trace the step once for each shape of batch, and run it from its plan. May be changed
        between steps: the numbers are the same.

    Examples
    --------
    >>> import numpy as np
    >>> from diydl import nn, optim
    >>> model = nn.Linear(3, 1)
    >>> batch = np.ones((4, 3), "float32"), np.ones((4, 1), "float32")
    >>> optimizer = optim.SGD(model.parameters(), lr=0.1)
    >>> step = Step(Objective(model, nn.mse_loss), optimizer)
    >>> losses = [step([batch])[0][0] for _ in range(9)]
    >>> losses[-1] < losses[0]
    True
    """

    def __init__(self, objective, optimizer, *, clip_norm=None, clip_value=None, plan=False):
        if clip_norm is not None and clip_value is not None:
            raise ValueError("give clip_norm or clip_value, not both")
        for name, limit in (("clip_norm", clip_norm), ("clip_value", clip_value)):
            if limit is not None:
                positive(name, limit)
        self.objective, self.optimizer, self.plan = objective, optimizer, plan
        self.clip_norm, self.clip_value = clip_norm, clip_value
        self.whole: Any = compute_graph(_whole_step(objective, optimizer, clip_norm, clip_value))
        self.part: Any = compute_graph(_part_of_step(objective, optimizer))
        self.forward: Any = compute_graph(lambda batch: objective(batch))

    def __call__(self, group):
        """Make one update from a list of batches; return a list of (loss, outputs), one for each.

        The gradient is that of the mean over all examples of all batches.

        Raises
        ------
        FloatingPointError
            If a loss is not finite; with `clip_norm`, if the length of the gradients is not. Then
            no parameter has been changed.
        """
        if self.plan and len(group) == 1:
            loss, outputs = self.whole(group[0], self._options())
            return [(loss.item(), outputs)]
        results = self.gradients(group)
        self.apply()
        return results

    def gradients(self, group):
        """Leave the gradient of the mean over all batches in the parameters."""
        self.optimizer.zero_grad()
        total = sum(size_of(batch) for batch in group)
        backward = self._planned if self.plan else _backward
        return [
            backward(self.objective, batch, size_of(batch) / total, number > 0)
            for number, batch in enumerate(group)
        ]

    def apply(self):
        """Let the optimizer use the gradients, within their limits."""
        params = self.optimizer.params
        if self.clip_value is not None:
            clip_grad_value_(params, self.clip_value)
        if self.clip_norm is not None:
            length = clip_grad_norm_(params, self.clip_norm)
            if not math.isfinite(length):
                raise FloatingPointError(f"{GRADIENTS} is not finite: {length}")
        self.optimizer.step()

    def evaluate(self, batch):
        """Return (loss, outputs) of a batch, and change nothing."""
        with no_grad():
            forward: Any = self.forward if self.plan else self.objective
            loss, outputs = forward(batch)
        return float(loss), outputs

    def _planned(self, objective, batch, share, more):
        loss, outputs, gradients = self.part(batch)
        for parameter, g in zip(self.optimizer.params, gradients, strict=True):
            if g is not None:
                g = g if share == 1 else g * share
                old = parameter.grad
                parameter.grad = g if old is None or not more else old + g
        return loss.item(), outputs

    def _options(self):
        """Return what a plan keeps of the optimizer: all but the rates, which it reads."""
        groups = self.optimizer.param_groups
        return str([[(k, v) for k, v in g.options().items() if k != "lr"] for g in groups])


def _backward(objective, batch, share, more):
    """Compute at once; leave gradients in the parameters, added to what is there if `more`."""
    loss, outputs = objective(batch)
    number = float(loss)
    if not math.isfinite(number):
        raise FloatingPointError(f"{LOSS} is not finite: {number}")
    (loss if share == 1 else loss * share).backward(accumulate=more)
    return number, outputs


def _whole_step(objective, optimizer, clip_norm, clip_value):
    """Return the function that does a whole step; a plan is made for each set of `options`."""

    def train_step(batch, options):
        loss, outputs, gradients = _traced(objective, optimizer, batch)
        if clip_value is not None:
            gradients = [None if g is None else _limited(g, clip_value) for g in gradients]
        if clip_norm is not None:
            gradients, length = clipped(gradients, clip_norm)
            loss = loss + 0 * cast(check_finite(length, what=GRADIENTS), dtype=loss.dtype)
        optimizer.operations(gradients)
        return loss, outputs

    return train_step


def _part_of_step(objective, optimizer):
    """Return the function that computes loss, outputs and gradients."""

    def gradients_of_step(batch):
        return _traced(objective, optimizer, batch)

    return gradients_of_step


def _traced(objective, optimizer, batch):
    optimizer.zero_grad()  # what an eager step left there is no gradient of this one
    loss, outputs = objective(batch)
    loss = check_finite(loss, what=LOSS)
    loss.backward()
    return loss, outputs, [parameter.grad for parameter in optimizer.params]


def _limited(g, limit):
    return clip(g, min=-limit, max=limit)
