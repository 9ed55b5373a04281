"""The programs, numbers and orders of chapter 08 are what its text says."""

import contextlib
import io

import numpy as np
import pytest

from diydl import data, nn, optim
from diydl.course.catalog import find_exercise
from diydl.course.checks.ch08_losses import EXERCISES
from tests.course.checks.test_ch03_tape import run


@pytest.mark.parametrize("mended", [False, True])
def test_a_softmax_too_many_stops_the_loss_half_way(mended):
    hunt = find_exercise("08/bug-hunt")
    code = hunt.repaired() if mended else hunt.code
    loss = run(code, nn=nn, optim=optim, load_digits=data.load_digits)["loss"].item()
    assert (loss < 0.2) if mended else (loss > 1.46)


def test_the_order_computes_cross_entropy_at_any_scale():
    question = find_exercise("08/order-stable")
    rng = np.random.default_rng(0)
    scores, labels = 1000 * rng.normal(size=(5, 4)), rng.integers(0, 4, 5)
    found = run("\n".join(question.steps.values()), scores=scores, labels=labels)["loss"]
    assert found == pytest.approx(float(nn.cross_entropy(scores, labels)))
    for name, (line, _) in question.distractors.items():
        steps = dict(question.steps)
        steps["top" if name == "whole_top" else "logs"] = line
        with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
            wrong = run("\n".join(steps.values()), scores=scores, labels=labels)["loss"]
        assert not np.isfinite(wrong), name


def test_the_numbers_that_are_predicted():
    def right(name, value):
        assert find_exercise(f"08/{name}").is_right(value), name

    table = np.arange(1, 10).reshape(3, 3)
    right("recall-keepdims", (table - table.max(axis=1))[0, 1])
    right("recall-hinge", int(nn.hinge_loss(np.array([[5.0, 5, 7, 2]]), np.array([0]))))
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    right("recall-parameters", sum(w.size for w in model.parameters()))
    right("predict-product", int(np.prod(np.full(400, 0.1))))
    sure = [x for x in range(5, 40) if 1 / (1 + np.exp(np.float32(-x))) == 1]
    right("predict-rounded", sure[0])
    right("predict-classes", round(np.exp(4.6)))
    w, steps = 8.0, 0
    while w > 0:
        w, steps = w - 0.5 * 2 * np.sign(w), steps + 1
    right("predict-shrink", steps)


def test_every_exercise_in_code_has_at_least_six_mistakes():
    for name in EXERCISES:
        exercise = find_exercise(name)
        if exercise.kind == "code":
            assert len(exercise.mistakes) >= 6, name
