"""Datasets hold what they were given; loaders go through it in an order that a seed fixes."""

import numpy as np
import pytest

import diydl as dl
from diydl.data import ArrayDataset, DataLoader, check_labels, load_digits, load_iris


@pytest.fixture
def data():
    x = np.arange(20.0).reshape(10, 2)
    return ArrayDataset(x, np.arange(10) % 2, features=["a", "b"], classes=["even", "odd"])


def test_indexing_gives_rows_of_every_array(data):
    x, y = data[3]
    assert (x.tolist(), y) == ([6.0, 7.0], 1)
    x, y = data[2:5]
    assert (x.shape, y.tolist()) == ((3, 2), [0, 1, 0])
    x, y = data[np.array([9, 0])]
    assert x[:, 0].tolist() == [18.0, 0.0]
    assert len(data) == 10
    assert [len(row) for row in data] == [2] * 10
    with pytest.raises(IndexError):
        data[10]


def test_floats_get_the_default_dtype_and_integers_stay():
    data = ArrayDataset(np.ones((2, 3)), np.array([1, 2], np.uint8), [0.5, 1.5])
    assert [x.dtype.name for x in data.arrays] == ["float32", "uint8", "float32"]
    dl.set_default_dtype("float64")
    try:
        assert ArrayDataset([1.0, 2.0]).arrays[0].dtype == np.float64
    finally:
        dl.set_default_dtype("float32")


@pytest.mark.parametrize(
    ("arrays", "options", "error", "message"),
    [
        ((), {}, ValueError, "at least one array"),
        ((np.ones((3, 2)), np.ones(4)), {}, ValueError, r"differ in length: \[3, 4\]"),
        ((np.ones((0, 2)), np.ones(0)), {}, ValueError, "at least one example"),
        ((np.ones(()),), {}, ValueError, "a first axis that counts the examples"),
        ((np.ones((3, 2)),), {"features": ["a"]}, ValueError, r"1 names of features .*\(3, 2\)"),
        ((np.ones((3, 6)),), {"image_shape": (2, 2)}, ValueError, r"pictures of \(2, 2\)"),
        (([1.0, 2.0], [0, 2]), {"classes": "ab"}, ValueError, "between 0 and 1 for 2 classes.*2"),
        (([1.0, 2.0], [0, -1]), {"classes": "ab"}, ValueError, "got -1 to 0"),
        (([1.0, 2.0], [0.0, 1.0]), {"classes": "ab"}, TypeError, "labels are integers"),
        ((["a", "b"],), {}, TypeError, "expected an array"),
    ],
)
def test_what_does_not_fit_together(arrays, options, error, message):
    with pytest.raises(error, match=message):
        ArrayDataset(*arrays, **options)


def test_labels_of_nothing_are_fine():
    assert check_labels(np.zeros(0, int), 3) is None


def test_split_is_a_partition_that_the_seed_fixes(data):
    first, rest = data.split(0.7, seed=3)
    rows = [*first.arrays[0][:, 0], *rest.arrays[0][:, 0]]
    assert (len(first), len(rest)) == (7, 3)
    assert sorted(rows) == data.arrays[0][:, 0].tolist()
    assert (first.features, rest.classes) == (data.features, data.classes)
    again, _ = data.split(0.7, seed=3)
    np.testing.assert_array_equal(again.arrays[0], first.arrays[0])
    other, _ = data.split(0.7, seed=4)
    assert (other.arrays[0] != first.arrays[0]).any()


def test_split_by_class_keeps_the_shares():
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    data = ArrayDataset(np.arange(100.0), labels)
    first, rest = data.split(0.5, seed=0, stratify=True)
    assert np.bincount(first.arrays[1]).tolist() == [30, 15, 5]
    assert np.bincount(rest.arrays[1]).tolist() == [30, 15, 5]


@pytest.mark.parametrize(
    ("fraction", "message"),
    [(0, "between 0 and 1"), (1, "between 0 and 1"), (0.01, "leaves one part empty")],
)
def test_split_leaves_no_part_empty(data, fraction, message):
    with pytest.raises(ValueError, match=message):
        data.split(fraction)


def test_images_need_a_shape(data):
    with pytest.raises(AttributeError, match="no image_shape was given"):
        _ = data.images


def test_batches_cover_everything_in_order_with_a_partial_last_one(data):
    batches = list(DataLoader(data, 4))
    assert [len(x) for x, _ in batches] == [4, 4, 2]
    np.testing.assert_array_equal(np.concatenate([x for x, _ in batches]), data.arrays[0])
    np.testing.assert_array_equal(np.concatenate([y for _, y in batches]), data.arrays[1])
    assert batches[0][0].dtype == np.float32


@pytest.mark.parametrize(
    ("size", "drop", "count"), [(4, False, 3), (4, True, 2), (5, True, 2), (20, False, 1)]
)
def test_len_is_the_number_of_batches(data, size, drop, count):
    loader = DataLoader(data, size, drop_last=drop)
    assert len(loader) == len(list(loader)) == count


def epoch(loader):
    return [x[:, 0].tolist() for x, _ in loader]


def test_every_epoch_has_an_order_of_its_own_that_the_seed_fixes(data):
    first, second = (DataLoader(data, 3, shuffle=True, seed=5) for _ in range(2))
    epochs = [epoch(first) for _ in range(3)]
    assert epochs == [epoch(second) for _ in range(3)]
    assert epochs[0] != epochs[1] != epochs[2]
    assert all(sorted(sum(e, [])) == list(range(0, 20, 2)) for e in epochs)
    assert epoch(DataLoader(data, 3, shuffle=True, seed=6)) != epochs[0]
    resumed = DataLoader(data, 3, shuffle=True, seed=5)
    resumed.set_epoch(2)
    assert epoch(resumed) == epochs[2]
    assert resumed.epoch == 3


def test_an_epoch_begins_with_its_iterator(data):
    loader = DataLoader(data, 10, shuffle=True)
    first, second = iter(loader), iter(loader)
    assert next(second)[0].tolist() != next(first)[0].tolist()
    assert loader.epoch == 2


def test_shuffling_leaves_numpys_generator_alone(data):
    np.random.seed(0)  # noqa: NPY002, that is what must not matter
    expected = epoch(DataLoader(data, 3, shuffle=True))
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    assert epoch(DataLoader(data, 3, shuffle=True)) == expected
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002


@pytest.mark.parametrize(
    ("size", "options", "error", "message"),
    [
        (0, {}, ValueError, "batch_size is at least 1, got 0"),
        (-1, {}, ValueError, "at least 1"),
        (2.5, {}, TypeError, "whole number, got 2.5"),
        (True, {}, TypeError, "whole number"),
        (11, {"drop_last": True}, ValueError, "10 examples never fill a batch of 11"),
    ],
)
def test_bad_batch_sizes(data, size, options, error, message):
    with pytest.raises(error, match=message):
        DataLoader(data, size, **options)


def test_an_empty_dataset():
    with pytest.raises(ValueError, match="the dataset is empty"):
        DataLoader([], 2)


def test_epochs_are_counted_from_0(data):
    with pytest.raises(ValueError, match="counted from 0, got -1"):
        DataLoader(data, 2).set_epoch(-1)


@pytest.mark.gpu
def test_batches_on_a_gpu(data):
    x, y = next(iter(DataLoader(data, 2, device="cuda")))
    assert {str(dl.tensor(a).device) for a in (x, y)} == {"cuda:0"}


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


@pytest.mark.data
def test_digits_are_those_of_the_original_source():
    import os
    from pathlib import Path

    folder = Path(os.environ["DIYDL_DATA"]) / "tabular"
    original = np.load(folder / "digits_8x8.npz")["x_test"].reshape(-1, 64) / 16
    train, test = load_digits()
    ours = np.concatenate([train.arrays[0], test.arrays[0]])
    np.testing.assert_array_equal(
        ours[np.lexsort(ours.T)], original[np.lexsort(original.T)].astype(np.float32)
    )
