"""MNIST, Fashion-MNIST and CIFAR-10 come as their authors made them."""

import gzip
import io
import os
import struct
import tarfile

import numpy as np
import pytest

from diydl.data import DataNotFoundError, cifar, load_cifar10, load_fashion_mnist, load_mnist
from diydl.data.cifar import read_records
from diydl.data.mnist import read_idx

MEANS = {  # of the bytes, as widely reported: what a wrong order or scale would change
    load_mnist: (33.318, 33.791),
    load_fashion_mnist: (72.940, 73.147),
}


@pytest.mark.data
@pytest.mark.parametrize("load", MEANS)
def test_grey_pictures(load):
    for part, size, mean in zip(load(), (60_000, 10_000), MEANS[load], strict=True):
        pixels, labels = part.arrays
        assert (pixels.shape, pixels.dtype) == ((size, 784), np.float32)
        assert (pixels.min(), pixels.max()) == (0, 1)
        assert pixels.mean(dtype=np.float64) * 255 == pytest.approx(mean, abs=2e-3)
        assert (labels.shape, labels.dtype, len(part.classes)) == ((size,), np.int64, 10)
        assert part.images.shape == (size, 28, 28)
        counts = np.bincount(labels)
        assert counts.min() > 0.085 * size
        if load is load_fashion_mnist:
            assert (counts == size // 10).all()


@pytest.mark.data
def test_pictures_for_convolutions_and_the_first_labels():
    train, test = load_mnist(flat=False)
    assert train.arrays[0].shape == (60_000, 1, 28, 28)
    assert train.arrays[1][:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert test.arrays[1][:5].tolist() == [7, 2, 1, 0, 4]
    np.testing.assert_array_equal(test.arrays[0][:5, 0], load_mnist()[1].images[:5])


@pytest.mark.data
def test_a_part_of_cifar():
    train, test = load_cifar10(subset=True)
    assert (train.arrays[0].shape, test.arrays[0].shape) == ((4000, 3, 32, 32), (1000, 3, 32, 32))
    assert [train.classes[k] for k in train.arrays[1][:3]] == ["frog", "truck", "truck"]
    assert [test.classes[k] for k in test.arrays[1][:3]] == ["cat", "ship", "ship"]
    red = train.arrays[0].mean(axis=(0, 2, 3))
    np.testing.assert_allclose(red, [0.491, 0.482, 0.447], atol=0.01)  # known means of all


def records(count, seed):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count, dtype=np.uint8)
    pixels = rng.integers(0, 256, (count, 3072), dtype=np.uint8)
    return labels, pixels, np.concatenate([labels[:, None], pixels], axis=1).tobytes()


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """An archive as large as one needs, its members out of order, in the place of the real one."""
    path, made = tmp_path / "a.tar.gz", {}
    names = ["data_batch_2.bin", "test_batch.bin", "data_batch_1.bin"]
    with tarfile.open(path, "w:gz") as tar:
        for seed, name in enumerate([*names, "readme.html"]):
            *arrays, content = records(30, seed)
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
            made[name] = arrays
    monkeypatch.setattr(cifar, "fetch", lambda name, progress: path)
    return made


def test_the_archive_is_read_in_the_order_of_its_names(archive):
    train, test = load_cifar10()
    expected = [archive[f"data_batch_{k}.bin"] for k in (1, 2)]
    np.testing.assert_array_equal(train.arrays[1], np.concatenate([y for y, _ in expected]))
    pixels = np.concatenate([x for _, x in expected]).reshape(-1, 3, 32, 32)
    np.testing.assert_allclose(train.arrays[0], pixels / 255, rtol=1e-6)
    np.testing.assert_array_equal(test.arrays[1], archive["test_batch.bin"][0])


def test_a_subset_without_its_file_comes_from_the_archive(archive, monkeypatch):
    monkeypatch.delenv("DIYDL_DATA", raising=False)
    monkeypatch.setattr(cifar, "SMALL", (40, 7))
    assert [len(part) for part in load_cifar10(subset=True)] == [40, 7]


def test_without_the_archive_it_is_said_that_a_part_is_here(tmp_path, monkeypatch):
    def gone(name, progress):
        raise DataNotFoundError("not here")

    monkeypatch.setattr(cifar, "fetch", gone)
    (tmp_path / "cifar10").mkdir()
    (tmp_path / cifar.SUBSET).touch()
    monkeypatch.setenv("DIYDL_DATA", os.fspath(tmp_path))
    with pytest.raises(DataNotFoundError) as caught:
        load_cifar10()
    assert caught.value.__notes__ == ["a part of it is here: load_cifar10(subset=True) takes it"]


def test_records_have_a_length():
    for wrong in (b"", b"x" * 3074):
        with pytest.raises(ValueError, match="not whole records"):
            read_records(wrong)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_idx_files(tmp_path, pack):
    path, array = tmp_path / "a", np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    path.write_bytes(pack(struct.pack(">BBBB3I", 0, 0, 8, 3, 2, 3, 4) + array.tobytes()))
    np.testing.assert_array_equal(read_idx(path), array)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not an IDX file"),
        (b"\0\0\x0d\1\0\0\0\0", "not an IDX file of bytes"),
        (b"\0\0\x08\1\0\0\0\5abc", r"holds 3 bytes, and speaks of shape \(5,\)"),
    ],
)
def test_what_is_no_idx_file_is_refused(tmp_path, content, message):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_idx(tmp_path / "a")
