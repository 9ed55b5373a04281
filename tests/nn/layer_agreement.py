"""Print how far the layers are from PyTorch's: python -m tests.nn.layer_agreement."""

import sys

import numpy as np

from tests.nn.twins import TWINS, compared

KINDS = ("output", "gradient of x", "parameters", "statistics")


def kind_of(what):
    """Return the column that a comparison belongs to."""
    if what in KINDS:
        return what
    return "parameters" if what.startswith("gradient of") else "statistics"


def furthest(twin):
    """Return {kind: largest difference, by the largest number of each array}."""
    found = {}
    for what, ours, theirs in compared(twin):
        a, b = np.asarray(ours, float), np.asarray(theirs, float)
        apart = np.abs(a - b).max(initial=0) / max(np.abs(b).max(initial=0), 1e-30)
        kind = kind_of(what)
        found[kind] = max(found.get(kind, 0.0), apart if np.abs(b).any() else np.abs(a).max())
    return found


def table():
    """Return lines, one for each layer."""
    width = max(len(str(twin)) for twin in TWINS)
    lines = [f"{'layer':<{width}}" + "".join(f"{kind:>15}" for kind in KINDS)]
    lines.append("-" * len(lines[0]))
    for twin in TWINS:
        found = furthest(twin)
        cells = [f"{found[kind]:.0e}" if kind in found else "" for kind in KINDS]
        lines.append(f"{twin.name:<{width}}" + "".join(f"{cell:>15}" for cell in cells))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
