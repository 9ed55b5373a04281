"""Tables: standardised columns and distances between rows."""

import numpy as np
import pytest

from diydl.course.catalog import find_exercise
from diydl.data import load_digits, table


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_columns_get_mean_zero_and_variance_one(dtype):
    x = np.random.default_rng(0).normal(3, 7, (40, 5)).astype(dtype)
    found = table.standardise(x)
    assert found.dtype == dtype
    np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(found.std(axis=0), 1, rtol=1e-5)


def test_constant_columns_become_zero_in_spite_of_rounding():
    x = np.tile(np.array([0.1, 0.0, 1e6, -7.3], np.float32), (51, 1))
    assert (x.std(axis=0) > 0).any()  # the mean of equal numbers is not always that number
    assert (table.standardise(x) == 0).all()


def test_distances():
    a, b = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[3.0, 4.0], [1.0, 1.0], [1.0, 0.0]])
    expected = [[np.linalg.norm(p - q) for q in b] for p in a]
    np.testing.assert_allclose(table.pairwise_distances(a, b), expected)


def test_distances_between_near_points_far_from_zero():
    a = np.array([[0.0, 1.0], [0.25, 1.5]], np.float32)
    moved = table.pairwise_distances(a + 4096, a + 4096)
    np.testing.assert_array_equal(moved, table.pairwise_distances(a, a))


@pytest.mark.parametrize(("n", "m"), [(0, 3), (3, 0), (0, 0)])
def test_no_rows(n, m):
    assert table.pairwise_distances(np.ones((n, 2)), np.ones((m, 2))).shape == (n, m)


def test_the_readers_of_chapter_01_score_as_its_text_says():
    (images, labels), (exam, answers) = (part[:] for part in load_digits())
    nearest = table.pairwise_distances(exam, images).argmin(axis=1)
    assert 0.98 < (labels[nearest] == answers).mean() < 0.995  # "99 of 100"
    hunt = find_exercise("01/bug-hunt")
    shares = []
    for code in (hunt.code, hunt.repaired()):
        names = {"np": np, "images": images, "labels": labels, "exam": exam, "answers": answers}
        exec(code, names)
        shares.append(names["share"])
    assert 0.55 < shares[0] < 0.65  # "60 of 100"
    assert shares[1] > 0.98
