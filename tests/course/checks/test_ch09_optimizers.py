"""What chapter 09 asks and says is so: its questions answered by the library itself."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.course.catalog import find_exercise


def answer(id):
    return find_exercise(id).solution


@pytest.mark.parametrize("mended", [False, True])
def test_the_hunted_decay_reaches_one_weight_alone(mended, capsys):
    """As shown, the busy weight keeps nearly everything; mended, both lose the same share."""
    hunt = find_exercise("09/bug-hunt")
    space = {"np": np}
    exec(hunt.repaired() if mended else hunt.code, space)
    calm, busy = space["w"]
    assert "left of both:" in capsys.readouterr().out
    if mended:
        assert calm == pytest.approx(busy, abs=0.02)
        assert busy < 0.7
    else:
        assert busy > 0.95
        assert calm < 0.7


def test_one_step_downhill():
    w = nn.Parameter([10.0])
    dl.sum(w * w).backward()
    optim.SGD([w], lr=0.1).step()
    assert w.item() == answer("09/recall-step")


def test_a_second_backward_replaces():
    w = nn.Parameter([3.0])
    for _ in range(2):
        dl.sum(w * w).backward()
    assert w.grad.item() == answer("09/recall-stale")


def test_the_parameters_of_two_layers():
    network = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
    assert sum(p.size for p in network.parameters()) == answer("09/recall-count")


def test_the_pull_of_a_penalty():
    w = nn.Parameter([[6.0]])
    nn.l2_penalty(w, 0.5).backward()
    assert w.grad.item() == answer("09/recall-penalty")


def test_the_limit_of_the_rate():
    """One thousandth below it y comes nearer, one thousandth above it y goes away."""
    limit = answer("09/predict-limit") / 1000
    for rate, nearer in ((limit - 0.001, True), (limit + 0.001, False)):
        y = nn.Parameter([1.0])
        optimizer = optim.SGD([y], lr=rate)
        for _ in range(20):
            (10.0 * dl.sum(y * y)).backward()  # the curvature is 20
            optimizer.step()
        assert (abs(y.item()) < 1) == nearer


def test_the_final_velocity():
    w = nn.Parameter([0.0])
    optimizer = optim.SGD([w], lr=0.1, momentum=0.9)
    w.grad = dl.tensor([1.0])
    for _ in range(300):
        optimizer.step()
    assert optimizer.state[0]["momentum_buffer"].item() == pytest.approx(answer("09/predict-speed"))


def test_the_first_step_of_rmsprop():
    w = nn.Parameter([0.0])
    w.grad = dl.tensor([7.0])
    optim.RMSprop([w], lr=1.0, alpha=0.99).step()
    assert -w.item() == pytest.approx(answer("09/predict-first"), rel=1e-5)


def test_what_adam_leaves_of_a_pull():
    """Two weights, the same pull, gradients of 100 and of 1 with changing signs."""
    moved = []
    for decay in (0.0, 0.01):
        w = nn.Parameter(np.full((2, 2000), 2.0))
        optimizer = optim.Adam([w], lr=1e-4, weight_decay=decay)
        noise = np.random.default_rng(0)
        for _ in range(200):
            w.grad = dl.tensor(noise.normal(size=(2, 2000)) * [[100.0], [1.0]])
            optimizer.step()
        moved.append(w.numpy().mean(axis=1))
    busy, calm = moved[0] - moved[1]
    question = find_exercise("09/predict-pull")
    assert question.low <= calm / busy <= question.high


def test_the_order_of_a_step_runs_and_learns():
    """The lines as they are, with the names that they use."""
    ordering = find_exercise("09/order-step")
    lines = dict(ordering.lines())
    dl.seed(0)
    model = nn.Linear(3, 2)
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    rng = np.random.default_rng(0)
    images = rng.normal(size=(32, 3)).astype("float32")
    space = {
        **{"nn": nn, "optim": optim, "model": model, "optimizer": optimizer, "images": images},
        "labels": (images[:, 0] > 0).astype("int64"),
        "schedule": optim.WarmupCosineLR(optimizer, 3, 30),
    }
    losses = []
    for _ in range(30):
        exec("\n".join(lines[letter] for letter in ordering.solution), space)
        losses.append(space["loss"].item())
    assert losses[-1] < 0.5 * losses[0]
    assert optimizer.lr == 0.0
