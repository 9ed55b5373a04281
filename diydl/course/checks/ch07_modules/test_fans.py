"""What `fans` must do: the full contract of the library's."""

import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("07/fans")


@pytest.mark.points(3)
@pytest.mark.hint("a weight is (out, in, ...); both are multiplied by the product of the rest")
@pytest.mark.parametrize("kernel", [(), (5,), (3, 7), (2, 3, 4)])
def test_fans(drive, rng, kernel):
    """Linear layers, and convolutions over a line, a picture, a volume"""
    outputs, inputs = (int(n) for n in rng.choice(range(2, 30), 2, replace=False))
    places = 1
    for n in kernel:
        places = places * n
    found = drive("found", [outputs, inputs, *kernel])
    agree(found[0], inputs * places, what="fan_in")
    agree(found[1], outputs * places, what="fan_out")


@pytest.mark.points(1)
@pytest.mark.hint("raise a ValueError for fewer than two axes")
@pytest.mark.parametrize("shape", [[], [7]], ids=str)
def test_bias(drive, shape):
    """A bias, or a single number: nobody can tell"""
    found = drive("found", shape)
    note(found)
    assert found == "ValueError", f"expected a ValueError for {tuple(shape)}, got {found}"
