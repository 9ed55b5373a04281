"""The watch names the operation where the first bad number was made."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.train.watch import bad_inputs, watching


def seen(function, model=None):
    with watching(model) as watch:
        function()
    return watch


class Logs(nn.Module):
    def __init__(self):
        self.first, self.second = nn.Linear(3, 3), nn.Linear(3, 3)

    def forward(self, x):
        return self.second(dl.log(self.first(x)))


def test_the_module_and_the_operation_are_named():
    model = Logs()
    model.first.weight.write(np.eye(3, dtype=np.float32))
    model.first.bias.write(np.zeros(3, np.float32))
    x = np.array([[1.0, 2.0, -3.0]], np.float32)
    outer = nn.Sequential(nn.Identity(), model)
    finding = seen(lambda: outer(x).sum().backward(), outer).cause
    assert finding.what == "the output of log"
    assert finding.where == "forward, in module 1 (Logs)"
    assert finding.amount == "1 of 3 elements nan, shape (1, 3), float32"
    assert finding.advice.startswith("its input reaches -3: a log wants numbers above 0")


@pytest.mark.parametrize(
    ("name", "function", "advice"),
    [
        ("exp", lambda w: dl.exp(w * 100), "its input reaches 200: exp overflows"),
        ("div", lambda w: w / (w - 2.0), "its divisor reaches 0"),
        ("sqrt", lambda w: dl.sqrt(w - 3.0), "its input reaches -3"),
        ("log1p", lambda w: dl.log1p(w - 3.0), "its input reaches -3"),
        ("pow", lambda w: (w - 3.0) ** 0.5, "its base reaches -3"),
        ("mul", lambda w: w * 3e38, "numbers have grown too large"),
    ],
)
def test_advice_fits_the_operation(name, function, advice):
    w = dl.Parameter(np.array([0.0, 2.0], np.float32))
    finding = seen(lambda: function(w)).cause
    assert finding.what == f"the output of {name}"
    assert finding.advice.startswith(advice)


@pytest.mark.parametrize(
    ("name", "function"),
    [("sqrt", lambda w: dl.sqrt(w * w)), ("pow", lambda w: (w * w) ** 0.5)],
)
def test_a_gradient_that_is_bad_though_the_loss_is_not(name, function):
    model = nn.Linear(2, 1, bias=False)
    model.weight.write(np.zeros((1, 2), np.float32))

    def step():
        dl.mean(function(model(np.ones((4, 2), np.float32)))).backward()

    finding = seen(step, model).cause
    assert finding.what == f"the gradient of {name}"
    assert finding.where == "backward, after the model: in the loss"


def test_an_infinity_that_is_meant_is_not_taken_for_the_cause():
    """Scores under a mask are -inf, and softmax makes 0 of them; the nan comes later."""

    def masked():
        scores = dl.where(np.array([True, False]), dl.tensor([1.0, 2.0]), -np.inf)
        return dl.log(dl.softmax(scores)[0] - 2.0)

    watch = seen(masked)
    assert watch.cause.what == "the output of log"
    assert watch.first_infinite.what == "the output of where"


def test_a_nan_made_of_an_infinity_points_to_where_that_came_from():
    watch = seen(lambda: dl.exp(dl.tensor([1000.0])) * 0.0)
    assert watch.first_nan.what == "the output of mul"
    assert watch.cause.what == "the output of exp"


def test_nothing_is_found_where_nothing_is_wrong():
    model = nn.Linear(2, 1)
    watch = seen(lambda: model(np.ones((1, 2), np.float32)).sum().backward(), model)
    assert watch.cause is None


def test_data_and_parameters_that_are_bad_to_begin_with():
    model = nn.Linear(2, 1)
    x = np.ones((5, 2), np.float32)
    assert bad_inputs(model, (x, np.arange(5))) is None
    x[3, 1] = np.inf
    finding = bad_inputs(model, (np.ones((5, 1)), x))
    assert str(finding).startswith("array 1 of the batch (the data, first in its row 3): 1 of 10")
    model.bias.write(np.array([np.nan], np.float32))
    finding = bad_inputs(model, (np.arange(5),))
    assert finding.what == "parameter bias"
