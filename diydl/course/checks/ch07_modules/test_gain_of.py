"""What `gain_of` must do: the full contract of the library's."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("07/gain_of")


@pytest.mark.points(3)
@pytest.mark.hint("one by the root of the mean square, each z weighted with its likelihood")
@pytest.mark.parametrize("name", ["relu", "identity", "cube", "tanh"])
def test_gain(drive, rng, name):
    """ReLU, nothing at all, a cube and tanh, each stretched: to six digits"""
    scale = float(rng.uniform(0.5, 2))
    mean_square = {"relu": 1 / 2, "identity": 1.0, "cube": 15.0, "tanh": 0.39429449}[name]
    expected = float(1 / (scale * np.sqrt(mean_square)))
    agree(drive("gain", name, scale)["gain"], expected, what="the gain", tolerance=1e-6)


@pytest.mark.points(1)
@pytest.mark.hint("end with `float(...)`")
def test_kind(drive):
    """A Python float, with which the library's table of gains is filled"""
    kind = drive("gain", "relu", 1.0)["kind"]
    note(kind)
    assert kind == "float", f"expected a Python float, found a {kind}"
