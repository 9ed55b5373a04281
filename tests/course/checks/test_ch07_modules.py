"""What the questions of chapter 07 say is so, and the bug hunt fails as its text says."""

import contextlib
import io

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.course.catalog import find_exercise
from diydl.course.checks.ch07_modules import EXERCISES
from diydl.nn import init


def printed(code):
    """Run a program; return its names and what it printed."""
    names, out = {"np": np, "dl": dl, "nn": nn, "optim": optim, "init": init}, io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, names)
    return names, out.getvalue()


@pytest.mark.parametrize(("mended", "count"), [(False, 3610), (True, 8314)])
def test_layers_in_a_set_are_not_found(mended, count):
    hunt = find_exercise("07/bug-hunt")
    names, text = printed(hunt.repaired() if mended else hunt.code)
    assert text == f"trained: {count}\n"
    assert names["model"](np.ones((2, 64), np.float32)).shape == (2, 10)


def test_units_that_begin_alike_stay_alike():
    dl.seed(0)
    model = nn.Sequential(nn.Linear(6, 9), nn.ReLU(), nn.Linear(9, 3))
    init.fill(model, init.constant, value=0.01)
    optimizer = optim.SGD(model.parameters(), lr=0.3)
    rng = np.random.default_rng(0)
    for _ in range(100):
        x = rng.normal(size=(32, 6)) ** 2
        nn.cross_entropy(model(x), x[:, :3].argmax(axis=1)).backward()
        optimizer.step()
    units = np.unique(model[0].weight.numpy().round(4), axis=0)
    assert find_exercise("07/predict-twins").is_right(len(units))
    assert np.abs(units).max() > 0.05  # they have moved


def test_the_cost_of_a_layer_is_what_the_summary_counts():
    flops = nn.Linear(64, 48).summary((1, 64)).flops
    assert find_exercise("07/predict-cost").is_right(flops)


def test_the_signal_grows_as_predicted():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2000, 100)), rng.normal(size=(100, 100))
    grown = np.mean((x @ w.T) ** 2) / np.mean(x**2)
    question = find_exercise("07/predict-growth")
    assert grown == pytest.approx(question.solution, rel=0.05)


def test_a_shared_layer_counts_once():
    shared = nn.Linear(4, 4)
    model = nn.Sequential(shared, nn.Tanh(), shared, nn.Tanh(), nn.Linear(4, 2))
    assert find_exercise("07/predict-shared").is_right(model.summary().total)


def test_only_what_is_fetched_is_added():
    graph = dl.ComputationalGraph()
    a, b = graph.placeholder(()), graph.placeholder(())
    s, _ = a + b, a + 1.0
    context, runs = dl.SimulationContext(graph), []

    class Count(dl.probe.Probe):
        def compute(self, prim, arrays, params):
            runs.append(prim.name)
            return prim.run(arrays, params)

    with dl.probe.probing(Count()):
        for _ in range(2):
            context.run(s, {a: 1.0, b: 2.0})
    assert find_exercise("07/recall-runs").is_right(runs.count("add"))


def test_the_slope_of_tanh_at_nothing():
    x = dl.tensor(0.0, requires_grad=True)
    dl.tanh(x).backward(np.float32(8))
    assert find_exercise("07/recall-slope").is_right(x.grad.item())


def test_the_order_brings_a_model_back(tmp_path, monkeypatch):
    """The lines of the ordering, in their order, as a program."""
    monkeypatch.chdir(tmp_path)
    lines = "\n".join(find_exercise("07/order-reload").steps.values())

    def make_model():
        return nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.9))

    model, picture = make_model(), np.ones((1, 2), np.float32)
    names = {"model": model, "make_model": make_model, "fit": lambda *_, **__: None}
    names |= {"train": None, "picture": picture}
    exec(lines, names)
    expected = model.eval()(picture).numpy()
    np.testing.assert_array_equal(names["copy"](picture).numpy(), expected)


def test_every_exercise_in_code_has_at_least_six_mistakes():
    for name in EXERCISES:
        exercise = find_exercise(name)
        if exercise.kind == "code":
            assert len(exercise.mistakes) >= 6, name
