"""Loaders go through a dataset in an order that a seed fixes."""

import numpy as np
import pytest

import diydl as dl
from diydl.data import ArrayDataset, DataLoader


@pytest.fixture
def data():
    return ArrayDataset(np.arange(20.0).reshape(10, 2), np.arange(10) % 2)


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


def noisy(example, rng):
    return (example[0] + rng.normal(), *example[1:])


def test_a_transform_depends_on_seed_epoch_and_example_alone(data):
    def by_number(batch_size, shuffle, seed, epoch):
        loader = DataLoader(data, batch_size, shuffle=shuffle, seed=seed, transform=noisy)
        plain = DataLoader(data, batch_size, shuffle=shuffle, seed=seed).order(epoch)
        found = np.concatenate([x[:, 0] for x, _ in loader.batches(epoch)])
        return found[np.argsort(plain)].tolist()

    expected = by_number(4, shuffle=False, seed=1, epoch=2)
    assert by_number(3, shuffle=True, seed=1, epoch=2) == expected
    assert by_number(3, shuffle=True, seed=1, epoch=3) != expected
    assert by_number(3, shuffle=True, seed=2, epoch=2) != expected
    assert len(set(np.round(np.array(expected) - data.arrays[0][:, 0], 4))) == 10


def test_collate_joins_what_does_not_stack():
    ragged = [(list(range(n)),) for n in (1, 3, 2)]
    loader = DataLoader(ragged, 3, collate=lambda rows: (np.array([len(x) for (x,) in rows]),))
    assert [x.tolist() for (x,) in loader] == [[1, 3, 2]]


def test_a_whole_batch_is_transformed_with_a_generator_of_its_own(data):
    def number(batch, rng):
        return (batch[0], rng.integers(1 << 40, size=1))

    loader = DataLoader(data, 4, transform_batch=number)
    first, second = ([int(y[0]) for _, y in loader] for _ in range(2))
    assert len({*first, *second}) == 6
    assert [int(y[0]) for _, y in loader.batches(1)] == second


def test_an_epoch_can_begin_in_its_middle(data):
    loader = DataLoader(data, 3, shuffle=True, seed=7)
    whole = [x.tolist() for x, _ in loader.batches(4)]
    assert [x.tolist() for x, _ in loader.batches(4, start=2)] == whole[2:]
    assert loader.epoch == 0


def test_lists_of_examples_are_datasets_too():
    loader = DataLoader([([1.0, 2.0], 0), ([3.0, 4.0], 1)], 2)
    ((x, y),) = loader
    assert (x.tolist(), x.dtype, y.tolist()) == ([[1, 2], [3, 4]], np.float32, [0, 1])


def test_bad_workers(data):
    with pytest.raises(ValueError, match="workers is at least 0, got -1"):
        DataLoader(data, 2, workers=-1)
