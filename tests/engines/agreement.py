"""Print how far the engines are apart: python -m tests.engines.agreement [--all]."""

import argparse
import sys

import numpy as np

from diydl.primitive import PRIMITIVES
from diydl.testing import CASES
from tests.engines.runners import RUNNERS, OnTape, is_smooth
from tests.engines.trials import BATCHES, TRIALS


def apart(found, expected):
    """Return the largest difference of two results, by the largest number of each array."""
    pairs = list(zip(found.values, expected.values, strict=True))
    for mine, wanted in [
        (found.gradients, expected.gradients),
        (found.states, expected.states),
    ]:
        assert mine.keys() == wanted.keys()
        pairs += [(mine[key], wanted[key]) for key in wanted]
    return max(map(_difference, pairs), default=0.0)


def _difference(pair):
    x, y = (np.asarray(a, float) for a in pair)
    assert x.shape == y.shape
    scale = np.abs(y).max(initial=1.0)
    return float((np.abs(x - y) / scale).max(initial=0.0))


def primitives(name):
    """Return {primitive: (cases, largest difference to the tape)}, in float32."""
    rows = {}
    for prim, cases in sorted(CASES.items()):
        found = [0.0]
        for case in cases:
            arrays = [x.astype("f4") if x.dtype.kind == "f" else x for x in case.inputs()]
            out, g = PRIMITIVES[prim](*arrays, **case.params), None
            if is_smooth(case):
                random = np.random.default_rng(1)
                g = np.asarray(random.normal(size=out.shape)).astype(out.dtype)
            found.append(apart(RUNNERS[name].apply(case, arrays, g), OnTape.apply(case, arrays, g)))
        rows[prim] = (len(cases), max(found))
    return rows


def models(name):
    """Return {trial: (runs, largest difference to the tape)}: its modes, all batches, training."""
    rows = {}
    for trial in TRIALS:
        mine, other, found = RUNNERS[name](trial), OnTape(trial), []
        for options in [*({"training": mode} for mode in trial.modes), {"update": True}]:
            for size in BATCHES:
                if options.get("training", True) and size < trial.smallest:
                    continue
                arrays = trial.batch(size)
                found.append(apart(mine.run(arrays, **options), other.run(arrays, **options)))
        rows[trial.name] = (len(found), max(found))
    return rows


def table(rows, names, what):
    """Return lines: one for each row, with its largest difference under each engine."""
    width = max(map(len, rows[names[0]]))
    lines = [f"{what:<{width}}{'runs':>6}" + "".join(f"{name:>10}" for name in names)]
    lines.append("-" * len(lines[0]))
    for key, (count, _) in rows[names[0]].items():
        cells = "".join(f"{_text(rows[name][key][1]):>10}" for name in names)
        lines.append(f"{key:<{width}}{count:>6}{cells}")
    return "\n".join(lines)


def _text(difference):
    return "same" if difference == 0 else f"{difference:.0e}"


def summary(rows, names, what):
    """Return one line for each engine: how many are the same to the last bit, and how far off."""
    lines = []
    for name in names:
        differences = [d for _, d in rows[name].values()]
        same, runs = differences.count(0.0), sum(n for n, _ in rows[name].values())
        lines.append(
            f"{name:<6} {same} of {len(differences)} {what} bit by bit as on the tape "
            f"({runs} runs), largest difference {_text(max(differences))}"
        )
    return "\n".join(lines)


def main():
    """Print both tables, values and gradients and states together, in float32."""
    parser = argparse.ArgumentParser(prog="python -m tests.engines.agreement")
    parser.add_argument("--all", action="store_true", help="list every primitive")
    options = parser.parse_args()
    names = [name for name in RUNNERS if name != "tape"]
    ops = {name: primitives(name) for name in names}
    if options.all:
        sys.stdout.write(table(ops, names, "primitive") + "\n\n")
    sys.stdout.write(summary(ops, names, "primitives") + "\n\n")
    trials = {name: models(name) for name in names}
    sys.stdout.write(table(trials, names, "model") + "\n")


if __name__ == "__main__":
    main()
