"""What `newton_step` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("03/newton_step")


@pytest.mark.points(2)
@pytest.mark.hint("against the slope, by slope over curvature")
@pytest.mark.parametrize("name", ["parabola", "exponential", "quartic"])
def test_place(drive, rng, name):
    """The lowest point of the parabola that touches f"""
    a, b, x = rng.uniform(0.5, 2, size=3).tolist()
    slope, curvature = {
        "parabola": (2 * a * (x - b), 2 * a),
        "exponential": (a * np.exp(a * x) - b, a * a * np.exp(a * x)),
        "quartic": (4 * a * x**3 + 2 * b * x - 1, 12 * a * x**2 + 2 * b),
    }[name]
    found = drive("step", name, a, b, x)["place"]
    agree(found, x - slope / curvature, what="the new place", tolerance=1e-4)


@pytest.mark.points(1)
@pytest.mark.hint("take both derivatives with dl.grad, which does not round away what is small")
def test_exact(drive, rng):
    """Exact also where f is large"""
    a, b, x = rng.uniform(0.5, 2, size=3).tolist()
    found = drive("step", "raised", a, b, x)["place"]
    agree(found, b, what="the new place", tolerance=1e-7)


@pytest.mark.points(1)
@pytest.mark.hint("give dl.grad the float itself: it returns floats for floats")
def test_python_float(drive):
    """A Python float goes in, a Python float comes out"""
    kind = drive("step", "parabola", 0.5, 2.0, 3.0)["kind"]
    note(kind)
    assert kind == "float", f"expected a Python float, found a {kind}"
