import numpy as np
import pytest

import diydl as dl
from diydl.backend import next_key, seeded
from diydl.testing import gradient_checker


def test_a_right_gradient_is_reported_as_such():
    report = gradient_checker(lambda x, y: dl.sin(x) @ y, np.ones((2, 3)), np.ones((3, 2)))
    assert report
    assert report.first is None
    assert report.checked == 12
    assert report.differing == 0
    assert report.largest_error < 1e-8
    assert list(report.analytic) == list(report.numeric) == ["input 0", "input 1"]
    assert report.analytic["input 0"].shape == (2, 3)
    assert repr(report).startswith("<gradients agree: 12 elements of input 0, input 1, largest")


def wrong_at_one_place(x):
    factor = np.ones(x.shape)
    factor[1, 0] = 0
    return x * x * factor + dl.stop_gradient(x * x) * (1 - factor)


def test_the_first_place_that_differs_is_named():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    report = gradient_checker(wrong_at_one_place, x)
    assert not report
    name, index, analytic, numeric = report.first
    assert (name, index, analytic) == ("input 0", (1, 0), 0)
    assert 3 <= abs(numeric) <= 9  # 2 x times a weight between 0.5 and 1.5
    assert report.differing == 1
    assert report.largest_error == pytest.approx(abs(numeric))
    assert "first at input 0[1, 0]: analytic 0, numeric" in repr(report)
    assert "1 of 4 elements of input 0" in repr(report)


def test_a_vjp_that_forgets_the_upstream_gradient_is_caught(monkeypatch):
    """The weights are never 1: where `g` is 1 such a VJP would seem right."""
    assert gradient_checker(dl.exp, [0.5])
    monkeypatch.setattr(dl.exp, "joint", lambda g, out, x: (out,))
    assert not gradient_checker(dl.exp, [0.5])


@pytest.mark.parametrize("kind", [list, np.array, dl.tensor, lambda x: np.array(x, np.float16)])
def test_inputs_of_all_kinds_are_checked_in_double_precision(kind):
    seen = []

    def f(x):
        seen.append(x.dtype)
        return x * x

    assert gradient_checker(f, kind([1.0, 2.0]))
    assert set(seen) == {np.dtype(np.float64)}


def test_numbers_are_inputs():
    report = gradient_checker(lambda x: x * x * x, 2.0)
    assert report
    assert report.analytic["input 0"].shape == ()


def test_integer_inputs_are_passed_and_not_checked():
    report = gradient_checker(lambda x, i: dl.take(x, i), [1.0, 2.0], np.array([1, 1, 0]))
    assert report
    assert list(report.analytic) == ["input 0"]


def test_an_input_that_does_not_matter_has_the_gradient_0():
    report = gradient_checker(lambda x, y: x * 2, [1.0], [5.0])
    assert report
    assert report.analytic["input 1"] == [0]


def test_parameters_are_checked_and_left_as_they_were():
    w, b = dl.Parameter([1.0, 2.0], name="w"), dl.Parameter([0.5])
    w.grad = grad = dl.tensor([7.0, 7.0])
    data, version = w.data, w.version
    report = gradient_checker(lambda x: dl.tanh(x * w + b), [0.3, 0.4], parameters=(w, b))
    assert report
    assert list(report.analytic) == ["input 0", "w", "parameter 1"]
    assert w.data is data
    assert w.dtype == np.float32
    assert w.grad is grad
    assert w.version == version
    assert b.grad is None
    assert data.tolist() == [1, 2]


def test_a_wrong_parameter_gradient_is_found():
    w = dl.Parameter([1.0, 2.0], name="w")
    report = gradient_checker(lambda x: x * w * dl.stop_gradient(w), [3.0, 4.0], parameters=[w])
    assert report.first[:2] == ("w", (0,))


def test_a_frozen_parameter_that_is_named_is_checked_and_stays_frozen():
    w = dl.Parameter([2.0], name="w", requires_grad=False)
    assert list(gradient_checker(lambda: w * w, parameters=[w]).analytic) == ["w"]
    assert not w.requires_grad


def test_a_tensor_that_a_function_closes_over():
    t = dl.tensor([1.0, 2.0], requires_grad=True)
    assert gradient_checker(lambda: (t * t).sum(), parameters=[t])
    assert t.dtype == np.float32


def dropout(x):
    mask = dl.random_bernoulli(next_key(), shape=x.shape, p=0.5)
    return x * mask * 2


def test_random_functions_draw_the_same_numbers_every_time():
    report = gradient_checker(dropout, np.ones(50))
    assert report
    assert 0 < (report.analytic["input 0"] == 0).sum() < 50


def test_another_seed_draws_other_numbers():
    masks = [gradient_checker(dropout, np.ones(50), seed=s).numeric["input 0"] == 0 for s in (0, 1)]
    assert (masks[0] != masks[1]).any()


def test_the_random_state_goes_on_as_if_nothing_had_been_drawn():
    with seeded(5):
        next_key()
        gradient_checker(dropout, np.ones(3))
        assert next_key().tolist() == [5, 1, 0]


def test_buffers_that_a_function_writes_are_put_back():
    mean = dl.Buffer([0.0])

    def running(x):
        dl.assign(mean, mean * 0.9 + dl.mean(x).reshape(1) * 0.1)
        return x * (1 + mean)

    assert gradient_checker(running, [1.0, 2.0], parameters=[mean]) is not None
    assert mean.tolist() == [0]
    assert mean.version == 0
    assert mean.dtype == np.float32


def test_the_default_dtype_is_put_back_after_an_error():
    def broken(x):
        raise KeyError("mine")

    w = dl.Parameter([1.0])
    with pytest.raises(KeyError, match="mine"):
        gradient_checker(broken, [1.0], parameters=[w])
    assert dl.default_dtype() == np.float32
    assert w.dtype == np.float32


def test_of_large_inputs_a_sample_is_checked():
    report = gradient_checker(lambda x: x * x, np.ones((30, 30)), at_most=17)
    assert report
    assert report.checked == 17
    assert np.isnan(report.numeric["input 0"]).sum() == 900 - 17
    assert report.analytic["input 0"].shape == (30, 30)


def test_nan_in_a_gradient_is_a_difference():
    with np.errstate(divide="ignore", invalid="ignore"):  # the slope at 0 is 0 / 0
        assert not gradient_checker(lambda x: dl.sqrt(x * x), [0.0, 1.0])


class Scale:
    """As much of a module as the checker needs."""

    def __init__(self):
        self.w = dl.Parameter([1.0, 2.0], name="w")

    def __call__(self, x):
        return x * self.w

    def parameters(self):
        return [self.w]


def test_a_module_is_checked_with_its_parameters():
    assert list(gradient_checker(Scale(), [3.0, 4.0]).analytic) == ["input 0", "w"]


def test_an_empty_input_has_nothing_that_differs():
    report = gradient_checker(lambda x: x * 2, np.ones((0, 3)))
    assert report
    assert report.checked == 0


@pytest.mark.parametrize(
    ("f", "inputs", "error", "words"),
    [
        (lambda x: 3.0, [1.0], TypeError, "f returned a float, expected one tensor"),
        (lambda x: (x, x), [1.0], TypeError, "f returned a tuple, expected one tensor"),
        (lambda i: i, [1], ValueError, "nothing to check: no input or parameter holds floating"),
    ],
)
def test_errors(f, inputs, error, words):
    with pytest.raises(error, match=words):
        gradient_checker(f, inputs)
