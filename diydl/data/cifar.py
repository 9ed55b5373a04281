"""CIFAR-10: 60,000 colour pictures of 32x32 pixels in ten classes."""

import numpy as np

from diydl.data.cache import DataNotFoundError, fetch, own_file
from diydl.data.dataset import ArrayDataset

CLASSES = tuple("airplane automobile bird cat deer dog frog horse ship truck".split())
ARCHIVE = "cifar10/cifar-10-binary.tar.gz"  # the version without pickle, which could run code
SUBSET = "cifar10/cifar10_subset.npz"  # arrays x_train, y_train, x_test, y_test, pixels last
RECORD = 1 + 3 * 32 * 32  # a label, then red, green and blue
SMALL = (4000, 1000)  # examples of the subset: the first of each part


def load_cifar10(*, subset=False, progress=True):
    """Load CIFAR-10 as a pair (train, test) of datasets: 50,000 pictures to learn, 10,000 to test.

    Each holds pixels (N, 3, 32, 32), float32 from 0 to 1, and labels (N,) int64. The archive (170
    MB) is found or fetched as `fetch` says; nothing of it is unpacked to the disk.

    Parameters
    ----------
    subset : bool
        Only the first 4,000 pictures to learn and 1,000 to test, from ``cifar10_subset.npz`` in the
        folder ``DIYDL_DATA`` if it is there, else from the archive.
    progress : bool
        Whether a download shows a bar.

    Raises
    ------
    DataNotFoundError
        If the archive is not here and cannot be fetched; the message says where to put it.

    References
    ----------
    A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009.

    Examples
    --------
    >>> train, test = load_cifar10(subset=True)  # doctest: +SKIP
    >>> train  # doctest: +SKIP
    ArrayDataset(4000 examples: (3, 32, 32) float32, () int64; 10 classes)
    """
    small = own_file(SUBSET) if subset else None
    if small:
        with np.load(small, allow_pickle=False) as arrays:
            parts = [
                (arrays[f"x_{part}"].transpose(0, 3, 1, 2), arrays[f"y_{part}"])
                for part in ("train", "test")
            ]
    else:
        parts = _archive(progress)
    if subset:
        parts = [(x[:size], y[:size]) for (x, y), size in zip(parts, SMALL, strict=True)]
    return tuple(
        ArrayDataset(
            np.ascontiguousarray(x, np.float32) / np.float32(255),
            y.astype(np.int64),
            classes=CLASSES,
        )
        for x, y in parts
    )


def _archive(progress):
    try:
        path = fetch(ARCHIVE, progress=progress)
    except DataNotFoundError as error:
        if own_file(SUBSET):
            error.add_note("a part of it is here: load_cifar10(subset=True) takes it")
        raise
    import tarfile

    train, test = [], []
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            if member.isfile() and member.name.endswith("_batch.bin"):
                test.append(archive.extractfile(member).read())
            elif member.isfile() and "data_batch_" in member.name:
                train.append((member.name, archive.extractfile(member).read()))
    train = [content for _, content in sorted(train)]
    return [read_records(b"".join(content)) for content in (train, test)]


def read_records(content):
    """Read the binary version of CIFAR-10: pixels (N, 3, 32, 32) and labels (N,), both uint8.

    Examples
    --------
    >>> pixels, labels = read_records(bytes([7] + 3072 * [255]))
    >>> pixels.shape, labels
    ((1, 3, 32, 32), array([7], dtype=uint8))
    """
    if not content or len(content) % RECORD:
        raise ValueError(f"{len(content):,} bytes are not whole records of {RECORD:,}")
    table = np.frombuffer(content, np.uint8).reshape(-1, RECORD)
    return table[:, 1:].reshape(-1, 3, 32, 32), table[:, 0]
