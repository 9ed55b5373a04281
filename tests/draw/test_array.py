"""Pictures of arrays: strides as steps in memory, broadcasting as cells that are read again."""

import re

import numpy as np
import pytest

from diydl.draw import figure
from diydl.draw.array import broadcast_svg, memory_svg


def marked(svg):
    """Numbers in the strip of memory whose cells are marked."""
    strip = svg[svg.index("one after the other") :]
    pattern = r'stroke-width="3"/><text[^>]*font-size="12"[^>]*>(\d+)<'
    return [int(k) for k in re.findall(pattern, strip)]


BASE = np.arange(12).reshape(3, 4)


@pytest.mark.parametrize(
    ("view", "axis", "step", "met"),
    [
        (BASE, 0, "+32", [0, 4, 8]),
        (BASE, 1, "+8", [0, 1, 2, 3]),
        (BASE.T, 0, "+8", [0, 1, 2, 3]),
        (BASE[::-1], 0, "-32", [0, 4, 8]),
        (BASE[:, ::2], 1, "+16", [0, 2]),
        (BASE[:, 1:3], 0, "+32", [1, 5, 9]),
    ],
)
def test_steps_in_memory(view, axis, step, met):
    svg = memory_svg(view, axis)
    assert f"along axis {axis}: {step} bytes" in svg
    assert marked(svg) == met


def test_large_arrays_are_refused():
    with pytest.raises(ValueError, match=r"at most 12 numbers, got shape \(5, 5\)"):
        memory_svg(np.zeros((5, 5)))


@pytest.mark.parametrize(
    ("a", "b", "again"),
    [((3, 1), (4,), 9 + 8), ((3, 4), (), 11), ((3,), (3,), 0), ((3,), (3, 1), 6 + 6)],
)
def test_dashed_cells_are_read_again(a, b, again):
    svg = broadcast_svg(a, b)
    assert svg.count("stroke-dasharray") == again
    assert str(np.broadcast_shapes(a, b)) in svg


def test_shapes_that_do_not_fit():
    assert "ValueError" in broadcast_svg((3,), (4,))


def test_both_are_figures():
    for svg in (memory_svg(BASE), broadcast_svg((3, 1), (4,))):
        assert "<svg" in figure(svg, alt="A picture of arrays, for a test.")._repr_html_()
