"""Print how far layers and losses are from PyTorch's: python -m tests.nn.agreement."""

import sys

import diydl
from diydl import nn
from tests.nn.pairs import BATCHES, PAIRS, largest


def rest():
    """Return the public names of `diydl.nn` that no pair is about."""
    told = " ".join(pair.name for pair in PAIRS)
    return [name for name in nn.__all__ if callable(getattr(nn, name)) and name not in told]


def main():
    """Print a line for each pair, and what has none."""
    width = max(len(pair.name) for pair in PAIRS)
    sys.stdout.write(
        f"Largest difference from PyTorch, by the largest number of each array: results, all\n"
        f"gradients for a random g, running statistics; batches of {BATCHES}\n\n"
        f"{'':<{width}}{'float32':>10}{'float64':>10}\n"
    )
    for pair in PAIRS:
        cells = "".join(f"{largest(pair, dtype):>10.0e}" for dtype in ("float32", "float64"))
        sys.stdout.write(f"{pair.name:<{width}}{cells}\n")
    sys.stdout.write(f"\nwithout a twin here: {', '.join(rest())} (diydl {diydl.__version__})\n")


if __name__ == "__main__":
    main()
