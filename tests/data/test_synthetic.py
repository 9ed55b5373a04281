"""Moons and curves lie where their formulas say, spread by the noise that was asked for."""

import numpy as np
import pytest
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from diydl.data import moons, regression, spirals
from diydl.data.synthetic import SPACING, wave


def in_order(points, labels):
    rows = np.concatenate([points.round(4), labels[:, None]], axis=1)
    return rows[np.lexsort(rows.T)]


def test_two_moons_are_those_of_scikit_learn():
    ours = moons(101, noise=0.0).arrays
    theirs = make_moons((51, 50), noise=None)  # given a number, it favours the second moon
    np.testing.assert_allclose(in_order(*ours), in_order(*theirs), atol=2e-4)


@pytest.mark.parametrize("classes", [2, 3, 4, 7])
def test_moons_are_half_circles_apart_from_each_other(classes):
    data = moons(1000 + classes - 1, classes, noise=0.0)
    points, labels = data.arrays
    assert (points.dtype, labels.dtype) == (np.float32, np.int64)
    assert len(data.classes) == classes
    assert np.ptp(np.bincount(labels, minlength=classes)) <= 1
    for k in range(classes):
        centre = [k * (1 if classes == 2 else SPACING), 0.5 * (k % 2)]
        off = points[labels == k] - centre
        np.testing.assert_allclose(np.hypot(*off.T), 1, atol=1e-5)
        assert (off[:, 1] * (-1 if k % 2 else 1) > -1e-5).all()
        others = points[labels != k]
        assert np.hypot(*(points[labels == k][:, None] - others).T).min() > 0.4


@pytest.mark.parametrize("classes", [2, 4])
def test_moons_are_interleaved_and_can_be_told_apart(classes):
    x, y = moons(2000, classes, noise=0.1, seed=3).arrays
    assert LogisticRegression().fit(x, y).score(x, y) < 0.95
    assert KNeighborsClassifier(1).fit(*moons(2000, classes, noise=0).arrays).score(x, y) > 0.99


def test_moons_have_the_noise_and_the_seed():
    clean, noisy = (moons(4000, noise=noise, seed=5).arrays for noise in (0.0, 0.25))
    np.testing.assert_array_equal(clean[1], noisy[1])
    assert (noisy[0] - clean[0]).std() == pytest.approx(0.25, rel=0.03)
    np.testing.assert_array_equal(noisy[0], moons(4000, noise=0.25, seed=5).arrays[0])
    assert (noisy[0] != moons(4000, noise=0.25, seed=6).arrays[0]).any()
    assert 1000 < (np.diff(noisy[1]) != 0).sum() < 3000  # shuffled


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_spirals_wind_apart_from_each_other(classes):
    points, labels = spirals(200 * classes, classes, turns=1.0, noise=0).arrays
    assert (points.dtype, labels.dtype) == (np.float32, np.int64)
    assert np.bincount(labels).tolist() == [200] * classes
    radius, angle = np.hypot(*points.T), np.arctan2(points[:, 1], points[:, 0])
    assert 0.099 < radius.min() < radius.max() < 1.001
    back = angle / (2 * np.pi) - radius - labels / classes  # whole turns remain
    np.testing.assert_allclose(np.cos(2 * np.pi * back), 1, atol=1e-4)
    for k in range(classes):
        own, others = points[labels == k], points[labels != k]
        assert np.hypot(*(own[:, None] - others).transpose(2, 0, 1)).min() > 0.05


def test_spirals_need_a_bend_and_have_a_seed():
    x, y = spirals(3000, noise=0.03, seed=1).arrays
    assert LogisticRegression().fit(x, y).score(x, y) < 0.7
    assert KNeighborsClassifier(1).fit(*spirals(3000, noise=0).arrays).score(x, y) > 0.97
    np.testing.assert_array_equal(spirals(50, seed=4).arrays[0], spirals(50, seed=4).arrays[0])
    assert (spirals(50, seed=4).arrays[0] != spirals(50, seed=5).arrays[0]).any()


def test_regression_is_the_function_and_the_noise():
    x, y = regression(4000, features=3, noise=0.0, seed=1).arrays
    assert (x.shape, y.shape) == ((4000, 3), (4000, 1))
    assert -1 <= x.min() < -0.99
    assert 0.99 < x.max() <= 1
    np.testing.assert_allclose(y[:, 0], wave(x), atol=1e-6)
    noisy = regression(4000, features=3, noise=0.5, seed=1).arrays
    np.testing.assert_array_equal(noisy[0], x)
    assert (noisy[1] - y).std() == pytest.approx(0.5, rel=0.05)
    assert (regression(4000, features=3, seed=2).arrays[0] != x).any()


def test_regression_with_several_outputs():
    w = np.array([[1.0, 2.0], [0.0, -1.0]])
    x, y = regression(50, lambda x: x @ w, features=2, noise=0.0).arrays
    np.testing.assert_allclose(y, x @ w, atol=1e-6)
    assert y.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: moons(10, classes=1), "classes is a whole number of at least 2, got 1"),
        (lambda: moons(3, classes=4), "count is a whole number of at least 4, got 3"),
        (lambda: moons(True), "count is a whole number"),
        (lambda: moons(noise=-0.1), "noise is a standard deviation"),
        (lambda: moons(noise=float("nan")), "noise is a standard deviation"),
        (lambda: spirals(classes=1), "classes is a whole number of at least 2"),
        (lambda: spirals(2), "count is a whole number of at least 3"),
        (lambda: regression(0), "count is a whole number of at least 1"),
        (lambda: regression(features=0), "features is a whole number"),
        (lambda: regression(5, np.sum), r"returned shape \(\) for points of shape \(5, 1\)"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
