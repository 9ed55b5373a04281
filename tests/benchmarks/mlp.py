"""A training step of the 784-1024-1024-1024-10 network at batch 128: time and memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np

SIZES, BATCH = (784, 1024, 1024, 1024, 10), 128


def batch(size=BATCH):
    """Return inputs and labels, the same for both sides."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(size, SIZES[0])).astype(np.float32)
    return x, rng.integers(0, SIZES[-1], size)


def layers(nn):
    """Return the network, written with the names that both libraries share."""
    pairs = list(zip(SIZES[:-1], SIZES[1:], strict=True))
    inside = [layer for a, b in pairs[:-1] for layer in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(*inside, nn.Linear(*pairs[-1]))


def ours():
    """Return our model, and the step as a function: forward, loss, backward, Adam."""
    import diydl as dl
    from diydl import nn, optim

    dl.seed(0)
    model = layers(nn)
    optimizer = optim.Adam(model.parameters())
    x, y = batch()

    def step(update=True):
        loss = nn.cross_entropy(model(x), y)
        loss.backward()
        if update:
            optimizer.step()
        return loss

    return model, optimizer, step


def theirs():
    """Return PyTorch's model and step."""
    import torch

    torch.manual_seed(0)
    model = layers(torch.nn)
    optimizer = torch.optim.Adam(model.parameters())
    x, y = map(torch.from_numpy, batch())

    def step(update=True):
        loss = torch.nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        if update:
            optimizer.step()
        return loss

    return model, optimizer, step


def products(convert, size=BATCH):
    """Return a function that does only the eleven matrix products of a step."""
    rng = np.random.default_rng(0)
    arrays = [
        [
            convert(rng.normal(size=shape).astype(np.float32))
            for shape in ((size, a), (b, a), (size, b))
        ]
        for a, b in zip(SIZES[:-1], SIZES[1:], strict=True)
    ]

    def run():
        for number, (x, w, g) in enumerate(arrays):
            x @ w.T, g.T @ x
            if number:
                g @ w

    return run


def report(rounds):
    """Return the table: the whole step, and its parts."""
    import torch

    from tests.benchmarks.race import HEADER, assert_same, race

    model, optimizer, step = ours()
    other, other_optimizer, other_step = theirs()
    other.load_state_dict({k: torch.tensor(v) for k, v in model.state_dict().items()})
    for _ in range(3):
        assert_same([step()], [other_step()])
    # Adam divides by the gradient's own size: where that is near 0, rounding decides the sign.
    np.testing.assert_allclose(
        model[0].weight.numpy().std(), other[0].weight.detach().numpy().std(), rtol=1e-5
    )
    races = [
        ("step: forward to Adam", step, other_step),
        ("forward and backward", lambda: step(False), lambda: other_step(False)),
        ("matrix products alone", products(np.asarray), products(torch.from_numpy)),
        ("Adam alone", optimizer.step, other_optimizer.step),
    ]
    rows = [race(name, a, b, rounds=rounds).row() for name, a, b in races]
    return "\n".join([HEADER, *rows])


def memory():
    """Return resident sizes of two processes of their own, one for each library."""
    lines = [
        f"{'megabytes of 20 steps':<28}{'at import':>11}{'peak':>11}{'grown by':>11}",
        "-" * 61,
    ]
    root = Path(__file__).parents[2]
    for side in ("ours", "theirs"):
        command = [sys.executable, "-m", "tests.benchmarks.mlp", side]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
        start, peak = map(float, done.stdout.split())
        name = "diydl" if side == "ours" else "PyTorch"
        lines.append(f"{name:<28}{start:>11.1f}{peak:>11.1f}{peak - start:>11.1f}")
    return "\n".join(lines)


def _measure(side):
    """Run in a process of its own: print the resident size after the imports, and its peak."""
    if side == "ours":
        from diydl import nn, optim  # noqa: F401, imported before the first measurement
    else:
        import torch  # noqa: F401

    start = _peak()
    step = (ours if side == "ours" else theirs)()[-1]
    for _ in range(20):
        step()
    sys.stdout.write(f"{start} {_peak()}\n")


def _peak():
    """Return the largest resident size of this process so far, in MB; Linux only.

    Not `resource.ru_maxrss`: that begins with the size of the process that started this one.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6


if __name__ == "__main__":
    _measure(sys.argv[1])
