import numpy as np
import pytest

import diydl as dl
from diydl.course.catalog import find_exercise
from diydl.testing import CASES, check_vjp, slope


@pytest.mark.parametrize("h", [0.5, 1e-3])
def test_the_slope_of_a_cube_is_off_by_the_square_of_the_step(h):
    x = np.array([-1.0, 0.0, 2.0])
    np.testing.assert_allclose(slope(lambda x: x**3, x, h=h), 3 * x * x + h * h, rtol=1e-9)


@pytest.mark.parametrize("name", ["exp", "tanh", "neg", "sqrt", "sum", "var"])
def test_rules_of_the_library_pass(name):
    prim = getattr(dl, name)
    for case in CASES[name]:
        (x,) = case.inputs()
        if not x.size:
            continue
        g = np.asarray(np.random.default_rng(1).normal(size=prim(x, **case.params).shape))
        error, _ = check_vjp(
            lambda x, p=case.params: prim(x, **p),
            lambda g, out, x, p=case.params: tuple(prim.pull((True,), g, out, [x], p)),
            x,
            g,
        )
        assert error < 1e-8, case


def test_one_wrong_element_is_found():
    def off(g, out, x):
        gradient = g * out
        gradient[1, 0] += 0.5
        return (gradient,)

    x, g = np.zeros((2, 3)), np.full((2, 3), 0.7)
    error, where = check_vjp(np.exp, off, x, g)
    assert where == (1, 0)
    assert error == pytest.approx(0.5)
    assert not x.any()


def test_what_is_no_number_counts_as_the_largest_error():
    error, where = check_vjp(
        np.exp, lambda g, out, x: (np.array([9.0, np.nan]),), np.zeros(2), np.ones(2)
    )
    assert np.isnan(error)
    assert where == (1,)


def test_single_precision_is_checked_in_double():
    x = np.ones(3, np.float32)
    error, _ = check_vjp(np.exp, lambda g, out, x: (g * out,), x, x)
    assert error < 1e-8


def test_the_bug_hunts_of_chapter_02_are_about_what_they_say():
    def run(code):
        space = {"np": np, "print": lambda *_: None}
        exec(code, space)
        return space

    hunt = find_exercise("02/bug-hunt")
    space = run(hunt.repaired())
    x, w = space["x"], space["w"]
    args = (lambda w: np.sum(np.tanh(x @ w) ** 2), lambda g, out, w: (g * space["gw"],), w, 1.5)
    assert check_vjp(*args)[0] < 1e-8
    space = run(hunt.code)
    assert check_vjp(*args)[0] > 0.1
    view = find_exercise("02/view-hunt")
    assert (run(view.code)["total"], run(view.repaired())["total"]) == (37, 10)
