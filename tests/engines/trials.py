"""Small models to try every engine with: no engine is named here."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import diydl as dl
from diydl import nn, ops, optim

BATCHES = (8, 5, 1)  # as it was built, a partial one, a single example
BOTH = (True, False, True)  # training, in use, and training again


@dataclass(frozen=True)
class Trial:
    """A model with its loss, its data, and the optimizer that trains it."""

    name: str
    model: Callable  # () -> Module
    loss: Callable  # (model, *inputs) -> one number
    inputs: Callable  # (random, batch) -> arrays, the batch first
    optimizer: Callable = lambda params: optim.SGD(params, lr=0.1, momentum=0.9)
    modes: tuple = (True,)  # training or not, run by run
    smallest: int = 1  # of batches in training

    def make(self):
        """Return the model with fresh parameters: always the same ones."""
        dl.seed(1)
        return self.model()

    def batch(self, size, step=0):
        """Return the arrays of one batch."""
        return self.inputs(np.random.default_rng([size, step]), size)

    def __str__(self):
        return self.name


class Standardised(nn.Linear):
    """A linear layer whose rows are standardised first: an expression of parameters alone."""

    def forward(self, x):
        w = self.weight - ops.mean(self.weight, axis=1, keepdims=True)  # (out, in)
        w = w * ops.rsqrt(ops.var(self.weight, axis=1, keepdims=True) + 1e-4)
        return ops.linear(x, w, self.bias)


class Tied(nn.Module):
    """Words in and words out through one table."""

    def __init__(self, words, features):
        self.table = nn.Parameter(nn.init.fan_in_uniform((words, features)), "table")
        self.norm = nn.LayerNorm(features)

    def forward(self, ids):
        x = self.norm(ops.mean(ops.take(self.table, ids), axis=1))  # (B, D)
        return x @ self.table.T  # (B, words)


class Recurrent(nn.Module):
    """``h = tanh(W x + U h + b)``, the same in every step."""

    def __init__(self, features, hidden, steps):
        self.read, self.keep, self.steps = nn.Linear(features, hidden), None, steps
        self.keep = nn.Parameter(0.9 * np.eye(hidden, dtype=np.float32), "keep")

    def forward(self, x):
        read = self.read(x)  # (B, hidden)
        h = ops.tanh(read)
        for _ in range(self.steps - 1):
            h = ops.tanh(read + h @ self.keep)
        return h


class Branches(nn.Module):
    """Two ways that meet: sizes of the batch in a shape, a slice, a sum over the batch."""

    def __init__(self):
        self.left, self.right = nn.Linear(6, 4), nn.Linear(3, 4)
        self.gate = nn.Parameter(np.full(4, 0.3, np.float32), "gate")

    def forward(self, x):
        halves = ops.reshape(x, shape=(2 * x.shape[0], 3))  # (2B, 3)
        right = ops.reshape(self.right(halves), shape=(-1, 2, 4))[:, 1]  # (B, 4)
        both = ops.concat(self.left(x) * ops.sigmoid(self.gate), right, axis=1)  # (B, 8)
        return both - ops.sum(both, axis=0, keepdims=True) / x.shape[0]


def _classified(features, classes):
    def inputs(random, batch):
        x = random.normal(size=(batch, features)).astype(np.float32)
        return x, random.integers(0, classes, batch)

    return inputs


def _signal(random, batch):
    x = random.normal(size=(batch, 3, 6)).astype(np.float32)
    return x, random.normal(size=(batch, 4)).astype(np.float32)


def _words(random, batch):
    return random.integers(0, 7, (batch, 3)), random.integers(0, 7, batch)


def _targets(features, outputs):
    def inputs(random, batch):
        shapes = ((batch, features), (batch, outputs))
        return tuple(random.normal(size=shape).astype(np.float32) for shape in shapes)

    return inputs


def _mlp():
    return nn.Sequential(nn.Linear(4, 9), nn.ReLU(), nn.Linear(9, 7), nn.Tanh(), nn.Linear(7, 3))


def _svm():
    return nn.Sequential(nn.Linear(4, 3))


def _noisy():
    return nn.Sequential(
        nn.Linear(4, 8),
        nn.BatchNorm1d(8),
        nn.ReLU(),
        nn.Dropout(0.4),
        nn.Linear(8, 6),
        nn.Dropout(0.2, inverted=False),
        nn.BatchNorm1d(6, momentum=None, affine=False),
        nn.Linear(6, 3),
    )


def _channels():
    flat = [lambda x: ops.reshape(x, shape=(x.shape[0], 18)), nn.Linear(18, 4), nn.LayerNorm(4)]
    return nn.Sequential(nn.BatchNorm1d(3), nn.Sigmoid(), nn.Dropout(0.1), *flat)


def _residual():
    body = nn.Sequential({"in": nn.Linear(6, 5), "bend": nn.Tanh(), "out": nn.Linear(5, 6)})
    lifted = nn.Sequential(nn.Flatten(), nn.Linear(18, 6))
    return nn.Sequential(lifted, nn.Add(nn.Identity(), body, nn.ReLU()), nn.Linear(6, 4))


class Words(nn.Module):
    """Rows of a table, mixed by layers that normalise or drop in every way."""

    def __init__(self):
        self.table = nn.Embedding(7, 8, padding_idx=0)
        self.branch = nn.Sequential(
            nn.Linear(8, 8), nn.GroupNorm(2, 8), nn.ELU(0.8, learned=True), nn.StochasticDepth(0.3)
        )
        self.images = nn.Sequential(
            nn.BatchNorm2d(2), nn.PReLU(2), nn.Dropout2d(0.3), nn.SiLU(), nn.Softplus()
        )
        self.read = nn.Sequential(nn.LayerNorm((2, 4)), nn.GELU(), nn.GELU("tanh"))
        self.out = nn.Sequential(nn.Linear(8, 7, bias=False), nn.LeakyReLU(), nn.LogSoftmax())

    def forward(self, ids):
        x = ops.mean(self.table(ids), axis=1)  # (B, 8)
        x = x + self.branch(x)
        x = self.images(ops.reshape(x, shape=(-1, 2, 2, 2)))  # (B, 2, 2, 2)
        x = self.read(ops.reshape(x, shape=(-1, 2, 4)))  # (B, 2, 4)
        return self.out(ops.reshape(x, shape=(-1, 8)))  # (B, 7)


def _cross_entropy(model, x, y):
    return nn.cross_entropy(model(x), y, label_smoothing=0.1)


def _hinge(model, x, y):
    penalty = nn.l1_penalty(model[0], 0.01) + nn.l2_penalty(model, 0.1, biases=True)
    return nn.hinge_loss(model(x), y) + penalty


def _squares(model, x, y):
    return nn.mse_loss(model(x), y)


def _adam(params):
    return optim.Adam(params, lr=0.01, weight_decay=0.01)


TRIALS = [
    Trial("MLP", _mlp, _cross_entropy, _classified(4, 3), _adam),
    Trial(
        "linear SVM, penalties", lambda: nn.Sequential(nn.Linear(4, 3)), _hinge, _classified(4, 3)
    ),
    Trial("weight standardisation", lambda: Standardised(5, 2), _squares, _targets(5, 2), _adam),
    Trial("tied embedding", lambda: Tied(7, 4), _cross_entropy, _words, _adam),
    Trial("sizes of the batch", Branches, _squares, _targets(6, 8)),
    Trial("dropout, batch norm", _noisy, _cross_entropy, _classified(4, 3), _adam, BOTH, 2),
    Trial("batch norm of signals", _channels, _squares, _signal, modes=BOTH),
    Trial("residual branches", _residual, _squares, _signal, _adam),
    Trial("every norm and activation", Words, _cross_entropy, _words, _adam, BOTH),
    Trial("2,000 steps", lambda: Recurrent(3, 4, 2000), _squares, _targets(3, 4)),
]
