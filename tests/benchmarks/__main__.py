"""Print the tables: python -m tests.benchmarks [NAME ...] [--rounds N] [--threads N]."""

import argparse
import platform
import sys

import numpy as np
import torch

from tests.benchmarks import layers, mlp, optim, plans, small, unrolled
from tests.benchmarks.race import ROUNDS, equal_threads

TABLES = {
    "small": ("Small operations, forward and backward", lambda rounds: small.report(rounds)),
    "layers": ("Layers on (128, 1024)", lambda rounds: layers.report(rounds)),
    "mlp": ("784-1024-1024-1024-10, batch 128, float32", lambda rounds: mlp.report(rounds)),
    "optim": (
        "One step of an optimizer, 784-1024x3-10, float32",
        lambda rounds: optim.report(rounds),
    ),
    "memory": ("The same step, resident size of a process", lambda rounds: mlp.memory()),
    "plans": (
        "Steps as plans, 784-1024x3-10, float32",
        lambda rounds: plans.report(rounds),
    ),
    "plan-memory": ("The same steps, resident size", lambda rounds: plans.memory()),
    "unrolled": ("A long recurrence, each engine by itself", lambda rounds: unrolled.report()),
}


def main():
    """Run the tables that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("tables", nargs="*", help=f"of {', '.join(TABLES)}; all by default")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="21 or more")
    parser.add_argument("--threads", type=int, help="of both sides; by default as many as BLAS has")
    options = parser.parse_args()
    unknown = set(options.tables) - set(TABLES)
    if unknown or options.rounds < 21:
        parser.error(f"unknown tables {sorted(unknown)}" if unknown else "--rounds is 21 or more")
    threads = equal_threads(options.threads)
    sys.stdout.write(
        f"numpy {np.__version__}, torch {torch.__version__}, {threads} threads each, "
        f"{platform.machine()}, {options.rounds} rounds by turns\n"
    )
    for name in options.tables or TABLES:
        title, report = TABLES[name]
        sys.stdout.write(f"\n{title}\n{report(options.rounds)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
