"""Training steps as plans beside PyTorch eager: time, memory, and what each pass bought."""

import subprocess
import sys
from pathlib import Path
from statistics import median

import numpy as np

from tests.benchmarks import mlp

BATCH = {"MLP": 128, "GELU": 1024}  # the second: arrays that no core's cache holds
LEFT = ("described", "+ fold, merge", "+ fuse", "+ split, join", "+ recompute", "+ reuse")


def gelu_layers(nn):
    """Return the network with layer norm, GELU and dropout between the linear maps."""
    pairs = list(zip(mlp.SIZES[:-1], mlp.SIZES[1:], strict=True))
    blocks = [
        (nn.Linear(a, b), nn.LayerNorm(b), nn.GELU(approximate="tanh"), nn.Dropout(0.1))
        for a, b in pairs[:-1]
    ]
    return nn.Sequential(*[layer for block in blocks for layer in block], nn.Linear(*pairs[-1]))


def ours(name, passes):
    """Return our model and its step: planned with `passes`, or eager where that is None."""
    import diydl as dl
    from diydl import nn, optim
    from diydl.compile import compute_graph

    dl.seed(0)
    model = mlp.layers(nn) if name == "MLP" else gelu_layers(nn)
    optimizer = optim.Adam(model.parameters())
    x, y = mlp.batch(BATCH[name])

    def forward(x, y):
        loss = nn.cross_entropy(model(x), y)
        loss.backward()
        return loss

    def whole(x, y):
        loss = forward(x, y)
        optimizer.operations([p.grad for p in model.parameters()])
        return loss

    def eager():
        loss = forward(x, y)
        optimizer.step()
        return loss

    if passes is None:
        return model, eager
    step = compute_graph(whole, passes=passes)
    return model, lambda: step(x, y)


def theirs(name):
    """Return PyTorch's model and step."""
    import torch

    torch.manual_seed(0)
    model = mlp.layers(torch.nn) if name == "MLP" else gelu_layers(torch.nn)
    optimizer = torch.optim.Adam(model.parameters())
    x, y = map(torch.from_numpy, mlp.batch(BATCH[name]))

    def step():
        loss = torch.nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return model, step


def chosen():
    """Return {name: passes}, each with one more than the one before."""
    from diydl.compile import PASSES, fold, fuse, join, merge, recompute, split

    before = (fold, merge, split, fuse, join)
    steps = ((), (fold, merge), (fold, merge, fuse), before, (*before, recompute), PASSES)
    return dict(zip(LEFT, steps, strict=True))


def report(rounds):
    """Return the table of both models: all sides by turns in one process."""
    return "\n\n".join(_one(name, rounds) for name in ("MLP", "GELU"))


def _one(name, rounds):
    import torch

    from tests.benchmarks.race import assert_same, rested

    eager_model, eager = ours(name, None)
    other_model, other = theirs(name)
    other_model.load_state_dict({k: torch.tensor(v) for k, v in _weights(eager_model).items()})
    sides = {key: ours(name, passes)[1] for key, passes in chosen().items()}
    for mine in (eager, *sides.values()):  # three steps of each, the same numbers for all
        found = [mine() for _ in range(3)]
        if mine is eager:
            first = found
        for a, b in zip(first, found, strict=True):
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-4)
    wanted = [other() for _ in range(3)]
    if name == "MLP":  # dropout draws other numbers there
        assert_same(first, wanted)
    sides |= {"diydl eager": eager, "PyTorch eager": other}
    sides |= {
        "products, NumPy": mlp.products(np.asarray, BATCH[name]),
        "products, PyTorch": mlp.products(torch.from_numpy, BATCH[name]),
    }
    times = {key: [] for key in sides}
    for number in range(rounds):
        for key in list(sides)[:: 1 if number % 2 == 0 else -1]:
            times[key].append(rested(sides[key]))
    rows = [
        f"{name:<20}{'min ms':>9}{'median':>9}{'by PyTorch':>12}{'median':>9}{'by products':>13}"
    ]
    rows.append("-" * len(rows[0]))
    base, bare = times["PyTorch eager"], times["products, NumPy"]
    for key, t in times.items():
        rows.append(
            f"{key:<20}{1e3 * min(t):>9.2f}{1e3 * median(t):>9.2f}{min(t) / min(base):>12.2f}"
            f"{median(t) / median(base):>9.2f}{min(t) / min(bare):>13.2f}"
        )
    return "\n".join([*rows, "", _plan(name).bought()])


def _weights(model):
    return {k: v for k, v in model.state_dict().items() if not k.endswith("key")}


def _plan(name):
    """Return the whole plan of a model, for its account."""
    import diydl as dl
    from diydl import nn, optim
    from diydl.compile import compute_graph

    model = mlp.layers(nn) if name == "MLP" else gelu_layers(nn)
    optimizer = optim.Adam(model.parameters())

    def step(x, y):
        loss = nn.cross_entropy(model(x), y)
        loss.backward()
        optimizer.operations([p.grad for p in model.parameters()])
        return loss

    x, y = mlp.batch(BATCH[name])
    return compute_graph(step).plan(dl.tensor(x), y)


def memory():
    """Return resident sizes of processes of their own, one for each side."""
    lines = [
        f"{'megabytes of 20 steps':<28}{'at import':>11}{'peak':>11}{'grown by':>11}",
        "-" * 61,
    ]
    for name in ("MLP", "GELU"):
        for side in ("plan", "eager", "PyTorch"):
            command = [sys.executable, "-m", "tests.benchmarks.plans", name, side]
            root = Path(__file__).parents[2]
            done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
            start, peak = map(float, done.stdout.split())
            lines.append(f"{f'{name}, {side}':<28}{start:>11.1f}{peak:>11.1f}{peak - start:>11.1f}")
    return "\n".join(lines)


def _measure(name, side):
    """Run in a process of its own: print the resident size after the imports, and its peak."""
    if side == "PyTorch":
        import torch  # noqa: F401

        make = theirs
    else:
        from diydl import nn, optim  # noqa: F401
        from diydl.compile import PASSES

        def make(name):
            return ours(name, PASSES if side == "plan" else None)

    start = mlp._peak()
    step = make(name)[-1]
    for _ in range(20):
        step()
    sys.stdout.write(f"{start} {mlp._peak()}\n")


if __name__ == "__main__":
    _measure(*sys.argv[1:])
