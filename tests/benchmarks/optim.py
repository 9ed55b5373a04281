"""One step of each optimizer that both libraries have, on the 2.9 million numbers of an MLP."""

from time import perf_counter, process_time

import numpy as np
import torch

import diydl as dl
from diydl import nn, optim
from diydl.threads import set_num_threads
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


def twins():
    """Return our parameters and PyTorch's, with equal values and gradients."""
    rng = np.random.default_rng(0)
    shapes = [s for a, b in zip(SIZES[:-1], SIZES[1:], strict=True) for s in ((b, a), (b,))]
    ours, theirs = [], []
    for shape in shapes:
        value, g = (rng.normal(size=shape).astype(np.float32) for _ in range(2))
        ours.append(nn.Parameter(value))
        ours[-1].grad = dl.tensor(g)
        theirs.append(torch.nn.Parameter(torch.tensor(value)))
        theirs[-1].grad = torch.tensor(g)
    return ours, theirs


def report(rounds):
    """Return the table: each beside PyTorch's default, on as many threads as BLAS has.

    With one thread it is the time of the CPU that counts, which other work disturbs least.
    """
    threads = torch.get_num_threads()
    set_num_threads(threads)
    clock = process_time if threads == 1 else perf_counter
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
        rows.append(race(name, optimizer.step, other.step, rounds=rounds, clock=clock).row())
    set_num_threads(None)
    return "\n".join([HEADER, *rows])
