"""Small operations, forward and backward: what the library itself costs, beside the arithmetic."""

from statistics import median

import numpy as np
import torch

import diydl as dl
from tests.benchmarks.race import HEADER, assert_same, geometric_mean, race

# Name: the operation, and the shapes of its operands as functions of n.
OPERATIONS = {
    "exp": (lambda lib, x: lib.exp(x), [lambda n: (n, n)]),
    "broadcast add": (lambda lib, x, y: x + y, [lambda n: (n, n), lambda n: (n,)]),
    "scalar mul": (lambda lib, x: x * 3.0, [lambda n: (n, n)]),
    "matmul": (lambda lib, x, y: x @ y, [lambda n: (n, n), lambda n: (n, n)]),
    "sum": (lambda lib, x: x.sum(), [lambda n: (n, n)]),
}


def sides(operation, shapes):
    """Return the same step for both libraries, and the leaves that get gradients."""
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
    ours = [dl.tensor(x, requires_grad=True) for x in arrays]
    theirs = [torch.tensor(x, requires_grad=True) for x in arrays]
    g = np.asarray(rng.normal(size=operation(dl, *ours).shape), np.float32)
    ours_g, theirs_g = dl.tensor(g), torch.from_numpy(g)

    def step_ours():
        operation(dl, *ours).backward(ours_g)

    def step_theirs():
        for x in theirs:
            x.grad = None  # ours are replaced
        operation(torch, *theirs).backward(theirs_g)

    return step_ours, step_theirs, ours, theirs


def report(rounds):
    """Return the table over all operations and two sizes."""
    lines, results = [HEADER], []
    for n in (32, 256):
        for name, (operation, shapes) in OPERATIONS.items():
            step_ours, step_theirs, ours, theirs = sides(operation, [shape(n) for shape in shapes])
            step_ours()
            step_theirs()
            assert_same([x.grad for x in ours], [x.grad for x in theirs])
            results.append(race(f"{name} ({n}, {n})", step_ours, step_theirs, rounds=rounds))
            lines.append(results[-1].row())
        by = [geometric_mean(r.ratio(m) for r in results[-5:]) for m in (min, median)]
        lines.append(f"{f'geometric mean at {n}':<72}{by[0]:>9.2f}{by[1]:>9.2f}")
    return "\n".join(lines)
