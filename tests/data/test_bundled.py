"""The data sets are the real ones, split as promised."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from diydl.data import bundled, load_digits, load_iris, load_wine


def test_digits():
    train, test = load_digits()
    assert (len(train), len(test)) == (1500, 297)
    for part in (train, test):
        pixels, labels = part.arrays
        assert (pixels.dtype, labels.dtype) == (np.float32, np.int64)
        assert (pixels.min(), pixels.max()) == (0.0, 1.0)
        assert part.images.shape == (len(part), 8, 8)
        assert np.shares_memory(part.images, pixels)
        shares = np.bincount(labels) / len(part)
        assert 0.094 < shares.min() < shares.max() < 0.106
    rows = {x.tobytes() for x in train.arrays[0]} & {x.tobytes() for x in test.arrays[0]}
    assert not rows
    np.testing.assert_array_equal(load_digits()[1].arrays[0], test.arrays[0])
    assert (load_digits(seed=1)[1].arrays[0] != test.arrays[0]).any()


def test_iris():
    train, test = load_iris()
    assert np.bincount(train.arrays[1]).tolist() == [40, 40, 40]
    assert np.bincount(test.arrays[1]).tolist() == [10, 10, 10]
    assert train.features == ("sepal length", "sepal width", "petal length", "petal width")
    assert train.classes == ("setosa", "versicolor", "virginica")
    assert 7 < max(train.arrays[0].max(), test.arrays[0].max()) < 8  # cm


def test_iris_with_some_features():
    whole, part = load_iris(), load_iris(features=("petal width", "sepal length"))
    for all_four, two in zip(whole, part, strict=True):
        assert two.features == ("petal width", "sepal length")
        np.testing.assert_array_equal(two.arrays[0], all_four.arrays[0][:, [3, 0]])
        np.testing.assert_array_equal(two.arrays[1], all_four.arrays[1])
    for wrong in (["petal"], [], "petal width"):
        with pytest.raises(ValueError, match="features are some of .*'petal width'"):
            load_iris(features=wrong)


def test_wine():
    train, test = load_wine()
    assert (len(train), len(test)) == (142, 36)
    for part in (train, test):
        shares = np.bincount(part.arrays[1]) / len(part)
        np.testing.assert_allclose(shares, np.array([59, 71, 48]) / 178, atol=0.02)
    assert (len(train.features), len(train.classes)) == (13, 3)
    both = np.concatenate([train.arrays[0], test.arrays[0]])
    assert len(np.unique(both, axis=0)) == 178
    assert both[:, train.features.index("proline")].max() == 1680


@pytest.mark.data
def test_digits_are_those_of_the_original_source():
    folder = Path(os.environ["DIYDL_DATA"]) / "tabular"
    original = np.load(folder / "digits_8x8.npz")["x_test"].reshape(-1, 64) / 16
    train, test = load_digits()
    ours = np.concatenate([train.arrays[0], test.arrays[0]])
    np.testing.assert_array_equal(
        ours[np.lexsort(ours.T)], original[np.lexsort(original.T)].astype(np.float32)
    )


def test_digits_are_those_that_scikit_learn_loads_and_do_not_need_its_second(monkeypatch):
    from sklearn.datasets import load_digits as load

    pixels, labels = bundled._digits()
    wanted = load(return_X_y=True)
    np.testing.assert_array_equal(pixels, wanted[0])
    np.testing.assert_array_equal(labels, wanted[1])
    monkeypatch.setattr(bundled, "find_spec", lambda name: None)  # as if its files lay elsewhere
    assert bundled._digits()[0].shape == pixels.shape
    program = (
        "import sys; from diydl.data import load_digits as f; f(); print('sklearn' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout == "False\n"
