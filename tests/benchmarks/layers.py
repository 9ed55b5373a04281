"""Layers on (128, 1024) in float32, forward and backward, beside PyTorch's."""

import numpy as np
import torch

import diydl as dl
from diydl import nn
from tests.benchmarks.race import HEADER, assert_same, race

SHAPE = (128, 1024)
LAYERS = {
    "batch norm, training": (lambda nn: nn.BatchNorm1d(SHAPE[1]), True),
    "batch norm, in use": (lambda nn: nn.BatchNorm1d(SHAPE[1]), False),
    "layer norm": (lambda nn: nn.LayerNorm(SHAPE[1]), True),
    "group norm, 8 groups": (lambda nn: nn.GroupNorm(8, SHAPE[1]), True),
    "dropout, training": (lambda nn: nn.Dropout(0.5), True),
    "GELU": (lambda nn: nn.GELU(), True),
    "GELU, tanh": (lambda nn: nn.GELU(approximate="tanh"), True),
    "SiLU": (lambda nn: nn.SiLU(), True),
    "ELU": (lambda nn: nn.ELU(), True),
    "leaky ReLU": (lambda nn: nn.LeakyReLU(), True),
}


def report(rounds):
    """Return the table: a forward and a backward pass of each layer."""
    rng = np.random.default_rng(0)
    x, g = (rng.normal(size=SHAPE).astype(np.float32) for _ in range(2))
    mine, other = dl.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    given = torch.tensor(g)
    rows = [HEADER]
    for name, (make, training) in LAYERS.items():
        layer, twin = make(nn).train(training), make(torch.nn).train(training)

        def ours(layer=layer):
            layer(mine).backward(g)

        def theirs(twin=twin):
            other.grad = None
            twin.zero_grad()
            twin(other).backward(given)

        ours(), theirs()
        if not isinstance(layer, nn.Dropout):
            assert_same([mine.grad], [other.grad])
        rows.append(race(name, ours, theirs, rounds=rounds).row())
    return "\n".join(rows)
