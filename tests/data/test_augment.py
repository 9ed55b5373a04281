"""Changes at random: of the right kind, as often as said, and the same for the same generator."""

import numpy as np
import pytest

from diydl.data import ArrayDataset, DataLoader, augment

PICTURE = np.arange(36, dtype=np.float32).reshape(1, 6, 6)
STEPS = [
    augment.RandomFlip(),
    augment.RandomFlip(vertical=True),
    augment.RandomCrop(2),
    augment.RandomCrop(1, size=(4, 5), mode="reflect"),
    augment.RandomRotation(20),
    augment.Cutout(3),
    augment.RandomLight(0.3, 0.3),
]


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("step", STEPS, ids=repr)
def test_steps_keep_dtype_and_original_and_follow_the_generator(step):
    before = PICTURE.copy()
    seen = {step(PICTURE, rng(seed)).tobytes() for seed in range(20)}
    assert len(seen) > 1
    out = step(PICTURE, rng(3))
    assert out.dtype == np.float32
    cut = isinstance(step, augment.RandomCrop) and step.size
    assert out.shape == (1, *(cut or (6, 6)))
    np.testing.assert_array_equal(out, step(PICTURE, rng(3)))
    np.testing.assert_array_equal(PICTURE, before)


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_flips_are_as_frequent_as_said(p):
    step = augment.RandomFlip(p)
    flipped = sum((step(PICTURE, rng(s)) == PICTURE[..., ::-1]).all() for s in range(500)) / 500
    assert flipped == pytest.approx(p, abs=0.07)
    with pytest.raises(ValueError, match="from 0 to 1, got 2"):
        augment.RandomFlip(2)


def test_crops_shift_to_every_place():
    step = augment.RandomCrop(1)
    shifts = set()
    for seed in range(200):
        rows, columns = np.nonzero(step(PICTURE + 1, rng(seed))[0])
        shifts.add((rows.min(), rows.max(), columns.min(), columns.max()))
    assert len(shifts) == 9


def test_cutouts_reach_over_every_edge():
    step, count = augment.Cutout(2, value=-1.0), np.zeros((6, 6))
    for seed in range(300):
        count += step(PICTURE, rng(seed))[0] == -1
    assert count.min() > 5
    assert count[3, 3] > 2 * count[5, 5]


def test_light_stays_between_0_and_1():
    x = np.linspace(0, 1, 36, dtype=np.float32).reshape(1, 6, 6)
    out = np.stack([augment.RandomLight(0.9, 0.9)(x, rng(seed)) for seed in range(30)])
    assert (out.min(), out.max()) == (0, 1)


def by_label(epoch):
    x, y = (np.concatenate(arrays) for arrays in zip(*epoch, strict=True))
    return x[np.argsort(y)]


def test_in_a_loader_labels_stay_and_workers_change_nothing():
    pictures = ArrayDataset(np.random.default_rng(0).random((20, 1, 6, 6)), np.arange(20))
    transform = augment.Augment(augment.RandomFlip(), augment.RandomCrop(2))
    assert repr(transform) == "Augment(RandomFlip(0.5), RandomCrop(2))"
    loaders = [
        DataLoader(pictures, 6, shuffle=True, transform=transform, workers=n) for n in (0, 3)
    ]
    epochs = [[[*batch] for batch in loader] for loader in loaders for _ in range(2)]
    for a, b in zip(epochs[:2], epochs[2:], strict=True):
        for (x, y), (x2, y2) in zip(a, b, strict=True):
            np.testing.assert_array_equal(x, x2)
            np.testing.assert_array_equal(y, y2)
    first, second = (by_label(epoch) for epoch in epochs[:2])
    assert (first != second).any(axis=(1, 2, 3)).sum() > 10  # another change in each epoch


def test_mixup_mixes_inputs_and_labels_in_the_same_share():
    x = np.eye(8, dtype=np.float32)
    labels = np.arange(8) % 3
    shares = []
    for seed in range(200):
        mixed, y = augment.Mixup(3, alpha=0.4)((x, labels), rng(seed))
        assert mixed.dtype == y.dtype == np.float32
        np.testing.assert_allclose(y, mixed @ np.eye(3)[labels], atol=1e-6)
        np.testing.assert_allclose(y.sum(axis=1), 1, atol=1e-6)
        shares.append(mixed.diagonal().min())
    assert np.mean(shares) == pytest.approx(0.5, abs=0.08)
    assert np.mean((np.array(shares) > 0.1) & (np.array(shares) < 0.9)) < 0.6  # Beta(0.4, 0.4)
    with pytest.raises(ValueError, match="alpha is a positive number"):
        augment.Mixup(3, alpha=0)
