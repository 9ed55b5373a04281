"""One step of each optimizer that both libraries have, on the 2.9 million numbers of an MLP."""

import numpy as np
import torch

import diydl as dl
from diydl import nn, optim
from tests.benchmarks.race import HEADER, assert_same, race

SIZES = (784, 1024, 1024, 1024, 10)
KINDS = {
    "SGD": {"lr": 1e-3},
    "SGD, momentum": {"lr": 1e-3, "momentum": 0.9},
    "SGD, Nesterov, decay": {
        "lr": 1e-3,
        "momentum": 0.9,
        "nesterov": True,
        "weight_decay": 1e-4,
    },
    "Adagrad": {},
    "Adadelta": {},
    "RMSprop": {},
    "RMSprop, centered, momentum": {"centered": True, "momentum": 0.9},
    "Adam": {},
    "Adam, amsgrad": {"amsgrad": True},
    "AdamW": {},
    "Adamax": {},
}


def twins(sizes=SIZES, dtype="float32"):
    """Return our parameters and PyTorch's, with equal values and gradients."""
    rng = np.random.default_rng(0)
    shapes = [s for a, b in zip(sizes[:-1], sizes[1:], strict=True) for s in ((b, a), (b,))]
    ours, theirs = [], []
    for shape in shapes:
        value, g = (rng.normal(size=shape).astype(dtype) for _ in range(2))
        ours.append(nn.Parameter(value))
        ours[-1].grad = dl.tensor(g)
        theirs.append(torch.nn.Parameter(torch.tensor(value)))
        theirs[-1].grad = torch.tensor(g)
    return ours, theirs


def report(rounds):
    """Return the table: each beside PyTorch's default, on as many threads as BLAS has."""
    optim.set_num_threads(torch.get_num_threads())
    rows = []
    for name, options in KINDS.items():
        kind = name.split(",")[0]
        ours, theirs = twins()
        optimizer = getattr(optim, kind)(ours, **options)
        other = getattr(torch.optim, kind)(theirs, **options)
        for _ in range(3):
            optimizer.step()
            other.step()
        assert_same(ours, theirs)
        rows.append(race(name, optimizer.step, other.step, rounds=rounds).row())
    optim.set_num_threads(None)
    return "\n".join([HEADER, *rows])


def differences(steps=100):
    """Return the table of the largest differences from PyTorch after some steps."""
    lines = [f"{f'after {steps} steps, relative':<30}{'float32':>10}{'float64':>10}", "-" * 50]
    for name in KINDS:
        cells = "".join(f"{_difference(name, kind, steps):>10.0e}" for kind in ("f4", "f8"))
        lines.append(f"{name:<30}{cells}")
    return "\n".join(lines)


def _difference(name, dtype, steps):
    ours, theirs = twins((30, 20, 10), dtype)
    kind = name.split(",")[0]
    optimizer = getattr(optim, kind)(ours, **KINDS[name])
    other = getattr(torch.optim, kind)(theirs, **KINDS[name])
    rng = np.random.default_rng(1)
    for _ in range(steps):
        for p, t in zip(ours, theirs, strict=True):
            g = rng.normal(size=p.shape).astype(dtype)
            p.grad, t.grad = dl.tensor(g), torch.tensor(g)
        optimizer.step()
        other.step()
    pairs = [(p.numpy(), t.detach().numpy()) for p, t in zip(ours, theirs, strict=True)]
    return max(np.abs(a - b).max() / np.abs(b).max() for a, b in pairs)
