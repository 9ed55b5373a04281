"""Datasets hold what they were given; what does not fit together is refused."""

import numpy as np
import pytest

import diydl as dl
from diydl.data import ArrayDataset, Dataset, check_labels, stack


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


class Squares(Dataset):
    def __len__(self):
        return 20

    def __getitem__(self, index):
        if not 0 <= index < 20:
            raise IndexError(index)
        return np.array([index, 1.0]), index * index


def test_examples_computed_one_by_one_make_batches():
    x, y = Squares().batch(np.array([3, 0]))
    np.testing.assert_array_equal(x, [[3, 1], [0, 1]])
    assert (x.dtype, y.dtype, y.tolist()) == (np.float32, np.int64, [9, 0])
    x, y = Squares().subset(slice(4, 6)).batch([1])
    assert (x.tolist(), y.tolist()) == ([[5, 1]], [25])


def test_a_batch_of_arrays_is_its_rows():
    data = ArrayDataset(np.arange(6.0).reshape(3, 2), [1, 2, 3])
    for found, expected in zip(data.batch([2, 0]), data[np.array([2, 0])], strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ([(1.0, 2), (1.0,)], r"hold \[1, 2\] arrays each"),
        ([([1.0],), ([1.0, 2.0],)], r"shapes \[\(1,\), \(2,\)\] make no batch"),
    ],
)
def test_examples_that_do_not_stack(examples, message):
    with pytest.raises(ValueError, match=message):
        stack(examples)


def test_a_dataset_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="Dataset has to say how many"):
        len(Dataset())
    with pytest.raises(NotImplementedError, match="return example number 3"):
        Dataset()[3]
