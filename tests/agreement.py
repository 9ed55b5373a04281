"""Print how far layers, losses and optimizers are from PyTorch's: python -m tests.agreement."""

import sys

import numpy as np
import torch

from tests.nn import layer_agreement
from tests.nn.loss import agreement as loss_agreement
from tests.optim.cases import CASES, make, parameters, set_gradients

STEPS = 20


def apart(name, dtype):
    """Return how far an optimizer is from its twin after 20 steps, by the largest parameter."""
    kind, options = CASES[name]
    ours = parameters(dtype=dtype)
    theirs = [torch.nn.Parameter(torch.tensor(p.numpy())) for p in ours]
    optimizer, other = make(name, ours), getattr(torch.optim, kind)(theirs, **options)
    for step in range(STEPS):
        set_gradients(ours, step)
        for p, t in zip(ours, theirs, strict=True):
            t.grad = None if p.grad is None else torch.tensor(p.grad.numpy())
        optimizer.step()
        other.step()
    pairs = [(p.numpy(), t.detach().numpy()) for p, t in zip(ours, theirs, strict=True)]
    return max(float(np.abs(a - b).max(initial=0) / np.abs(b).max(initial=1e-30)) for a, b in pairs)


def optimizers():
    """Return lines, one for each optimizer and its options."""
    width = max(map(len, CASES))
    lines = [f"{'optimizer':<{width}}{'float32':>10}{'float64':>10}", "-" * (width + 20)]
    for name in CASES:
        cells = "".join(f"{apart(name, dtype):>10.0e}" for dtype in ("float32", "float64"))
        lines.append(f"{name:<{width}}{cells}")
    return "\n".join(lines)


def main():
    """Print the three tables."""
    sys.stdout.write(
        "Largest differences from PyTorch, by the largest number of each array\n\n"
        f"Layers in float32, batches of 8, 5 and 1\n{layer_agreement.table()}\n\nLosses\n"
    )
    loss_agreement.main()
    sys.stdout.write(f"\nParameters after {STEPS} steps of an optimizer\n{optimizers()}\n")


if __name__ == "__main__":
    main()
