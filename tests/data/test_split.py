"""Parts of a dataset cover it, keep apart, and have each class in its share."""

import numpy as np
import pytest

from diydl.data import ArrayDataset, Subset, folds, random_split
from diydl.data.split import spread_classes


@pytest.fixture
def data():
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    return ArrayDataset(np.arange(100.0), np.random.default_rng(0).permutation(labels))


def numbers(part):
    return part.arrays[0].astype(int).tolist()


@pytest.mark.parametrize("stratify", [False, True])
def test_parts_cover_everything_once_in_the_old_order(data, stratify):
    labels = data.arrays[1] if stratify else None
    parts = random_split(data, [0.5, 0.3, 0.2], seed=3, labels=labels)
    assert [len(part) for part in parts] == [50, 30, 20]
    assert sorted(sum(map(numbers, parts), [])) == list(range(100))
    assert all(numbers(part) == sorted(numbers(part)) for part in parts)
    same = random_split(data, [0.5, 0.3, 0.2], seed=3, labels=labels)
    assert list(map(numbers, parts)) == list(map(numbers, same))
    other = random_split(data, [0.5, 0.3, 0.2], seed=4, labels=labels)
    assert numbers(parts[0]) != numbers(other[0])


@pytest.mark.parametrize("seed", range(5))
def test_stratified_parts_have_the_shares_of_the_whole(data, seed):
    for part in random_split(data, [0.5, 0.3, 0.2], seed, labels=data.arrays[1]):
        share = np.bincount(part.arrays[1]) / len(part)
        np.testing.assert_allclose(share, [0.6, 0.3, 0.1], atol=1.01 / len(part))


def test_a_random_split_alone_does_not_keep_the_shares(data):
    counts = {
        tuple(np.bincount(random_split(data, [0.2, 0.8], seed)[0].arrays[1])) for seed in range(9)
    }
    assert len(counts) > 3


def test_every_cut_of_spread_classes_has_the_shares():
    labels = np.repeat([5, 7], [90, 30])
    order = spread_classes(labels)
    assert sorted(order) == list(range(120))
    sevens = np.cumsum(labels[order] == 7)
    np.testing.assert_allclose(sevens, np.arange(1, 121) / 4, atol=1)


@pytest.mark.parametrize("stratify", [False, True])
def test_each_example_is_held_out_in_one_fold(data, stratify):
    labels = data.arrays[1] if stratify else None
    held = []
    for train, validation in folds(data, 5, seed=2, labels=labels):
        assert sorted(numbers(train) + numbers(validation)) == list(range(100))
        held += numbers(validation)
        if stratify:
            assert np.bincount(validation.arrays[1]).tolist() == [12, 6, 2]
    assert sorted(held) == list(range(100))
    other = next(iter(folds(data, 5, seed=3, labels=labels)))[1]
    assert numbers(other) != held[:20]


def test_any_dataset_can_be_split():
    base = ArrayDataset(np.arange(10.0))
    first, second = random_split(Subset(base, np.arange(8)), [0.5, 0.5])
    assert sorted(float(x) for part in (first, second) for (x,) in map(part.__getitem__, range(4)))
    assert "Subset(4 of Subset(8 of ArrayDataset(10" in repr(first)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda d: random_split(d, [0.5, 0.6]), r"add up to 1, got \[0.5, 0.6\]"),
        (lambda d: random_split(d, [1.5, -0.5]), "positive"),
        (lambda d: random_split(d, [0.999, 0.001]), "leaves one part empty"),
        (lambda d: random_split(d, [0.5, 0.5], labels=[0, 1]), r"labels of shape \(2,\)"),
        (lambda d: folds(d, 1), "2 to 100 folds, not 1"),
        (lambda d: folds(d, 11, labels=d.arrays[1]), "smallest class has 10 examples"),
    ],
)
def test_what_cannot_be_split_is_refused(data, call, message):
    with pytest.raises(ValueError, match=message):
        call(data)
