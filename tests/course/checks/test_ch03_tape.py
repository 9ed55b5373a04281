"""The programs in the bug hunts of chapter 03 fail as the text says, and mended they are right."""

import contextlib
import io

import numpy as np
import pytest

import diydl as dl
from diydl.course.catalog import find_exercise
from diydl.course.checks.ch03_tape import EXERCISES


def run(code, **names):
    names |= {"np": np, "dl": dl}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, names)
    return names


@pytest.mark.parametrize(("mended", "gradient"), [(False, 2.0), (True, 1.0)])
def test_a_friends_sweep_changes_a_gradient_behind_our_back(mended, gradient):
    hunt = find_exercise("03/bug-hunt")
    sweep = run(hunt.repaired() if mended else hunt.code)["friends_sweep"]
    with dl.overlay({"03/reverse_sweep": sweep}):
        x, y = (dl.tensor(np.ones(2), requires_grad=True) for _ in range(2))
        ((x + y) + x).backward(np.ones(2))
    assert y.grad.tolist() == [gradient] * 2
    assert x.grad.tolist() == [2.0] * 2


@pytest.mark.parametrize("mended", [False, True])
def test_a_step_that_is_too_small_gives_noise(mended):
    hunt = find_exercise("03/recall-step")
    error = run(hunt.repaired() if mended else hunt.code)["error"]
    assert (error < 1e-9) if mended else (error > 0.01)


def test_the_order_of_the_sweep_is_the_only_one():
    """By hand: v = w z, w = z + x, z = x y; whoever uses a value comes before it."""
    users = {"v": set(), "w": {"v"}, "z": {"v", "w"}}
    order = list(find_exercise("03/order-sweep").steps)
    assert all(users[name] <= set(order[:k]) for k, name in enumerate(order))
    assert order == sorted(users, key=lambda name: len(users[name]))


def test_what_the_tape_keeps_of_fifty_tanh():
    """In arrays, not in megabytes: one result each."""
    x = dl.tensor(np.full(8, 0.5), requires_grad=True)
    y = x
    for _ in range(50):
        y = dl.tanh(y)
    kept = {id(array) for node in dl.reverse.toposort(y.node)[1:] for array in node.saved}
    question = find_exercise("03/predict-kept")
    assert question.is_right(len(kept - {id(None), id(x.data)}))


def test_every_exercise_in_code_has_at_least_six_mistakes():
    for name in EXERCISES:
        exercise = find_exercise(name)
        if exercise.kind == "code":
            assert len(exercise.mistakes) >= 6, name
