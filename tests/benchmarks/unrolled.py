"""A recurrence unrolled over 10,000 steps, forward and backward: seconds and memory per engine."""

import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import numpy as np

STEPS, BATCH, FEATURES, HIDDEN = 10_000, 32, 16, 64
ENGINES = ("tape", "graph", "graph, keep=False", "net", "lazy")
ROOT = Path(__file__).parents[2]


def measure(name):
    """Build and run it under one engine, in this process; return what it took."""
    from tests.benchmarks.mlp import _peak
    from tests.engines.runners import RUNNERS
    from tests.engines.trials import Recurrent, Trial

    limit = sys.getrecursionlimit()

    def inputs(random, batch):
        shapes = ((batch, FEATURES), (batch, HIDDEN))
        return tuple(random.normal(size=shape).astype(np.float32) for shape in shapes)

    def loss(model, x, y):
        return ((model(x) - y) ** 2).mean()

    trial = Trial("unrolled", lambda: Recurrent(FEATURES, HIDDEN, STEPS), loss, inputs)
    arrays, start = trial.batch(BATCH), _peak()
    clock = [perf_counter()]
    engine, _, lean = name.partition(", ")
    runner = RUNNERS[engine](trial)
    if lean:
        runner.context.keep = False  # values go when nothing needs them any more
    clock.append(perf_counter())
    for _ in range(2):
        result = runner.run(arrays)
        clock.append(perf_counter())
    assert sys.getrecursionlimit() == limit
    return {
        "seconds": np.diff(clock).tolist(),
        "start": start,
        "peak": _peak(),
        "loss": float(result.values[0]),
        "slope": {key: g.astype(float).tolist() for key, g in result.gradients.items()},
    }


def in_process_of_its_own(name):
    """Return what `measure` does in a fresh process, so that its memory is its own."""
    command = [sys.executable, "-m", "tests.benchmarks.unrolled", name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)


def report():
    """Return the table: one line for each engine, and how far it is from the tape."""
    lines = [
        f"{STEPS:,} steps, hidden {HIDDEN}, batch {BATCH}, float32; recursion limit "
        f"{sys.getrecursionlimit()}",
        f"{'engine':<20}{'build s':>9}{'run s':>9}{'again s':>9}{'peak MB':>9}{'grown MB':>10}"
        f"{'off the tape':>14}",
        "-" * 80,
    ]
    found = {name: in_process_of_its_own(name) for name in ENGINES}
    for name, one in found.items():
        times = "".join(f"{t:>9.2f}" for t in one["seconds"])
        memory = f"{one['peak']:>9.1f}{one['peak'] - one['start']:>10.1f}"
        lines.append(f"{name:<20}{times}{memory}{_apart(one, found['tape']):>14.0e}")
    return "\n".join(lines)


def _apart(one, other):
    differences = [abs(one["loss"] - other["loss"]) / abs(other["loss"])]
    for key, g in other["slope"].items():
        g = np.array(g)
        differences.append(np.abs(np.array(one["slope"][key]) - g).max() / np.abs(g).max())
    return max(differences)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(sys.argv[1])))
