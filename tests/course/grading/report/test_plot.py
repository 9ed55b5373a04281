import re

import pytest

from diydl.course.grading.report.plot import distribution, success
from tests.course.grading.sample import BAD


def column(page, name):
    heads = re.findall(r'<th scope="col">([^<]*)</th>', page)
    cells = re.findall(r"<td>([^<]*)</td>", page)
    return cells[heads.index(name) :: len(heads)]


@pytest.mark.parametrize("most", [1, 5, 6, 9, 10, 24, 60, 100, 1000, 2.5])
def test_every_learner_is_in_one_step_and_steps_cover_all_points(most):
    points = [0, most / 3, most / 2, most, most]
    page = distribution(points, most)
    counts = [int(n) for n in column(page, "learners")]
    assert sum(counts) == 5
    assert len(counts) <= 11
    assert counts[-1] == 2
    names = column(page, "points")
    assert names[-1] == f"all {most:g}"
    assert names[-2].endswith(f"under {most:g}")


def test_lateness_below_zero_and_points_above_the_most_are_counted():
    page = distribution([-1, 7], 6)
    assert [int(n) for n in column(page, "learners")] == [1, 0, 0, 0, 0, 0, 1]


def test_nobody():
    assert "No submission was graded" in distribution([], 0)


def test_bars_are_as_wide_as_their_share_and_say_so_in_words():
    page = success({"00/relu": (3, 0, 1, 0)})
    wide = [float(w) for w in re.findall(r'class="b\d" x="[^"]*" y="18" width="([^"]*)"', page)]
    assert wide[0] / wide[1] == pytest.approx(3, rel=0.02)
    assert 'aria-label="How each exercise went. 00/relu: 3 passed, 1 not yet."' in page
    assert column(page, "not yet") == ["1"]


def test_titles_are_text():
    page = success({BAD: (1, 0, 0, 0)})
    assert "<script" not in page
    assert "<img" not in page
