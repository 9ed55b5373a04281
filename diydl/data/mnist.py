"""MNIST and Fashion-MNIST: 70,000 grey pictures of 28x28 pixels, from their authors' files."""

import gzip
import struct

import numpy as np

from diydl.data.cache import fetch
from diydl.data.dataset import ArrayDataset

UNSIGNED_BYTE = 0x08  # the only kind of number in these files
FASHION_CLASSES = (
    "T-shirt/top",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)


def load_mnist(*, flat=True, progress=True):
    """Load 70,000 handwritten digits of 28x28 pixels, as a pair (train, test) of datasets.

    60,000 are for training and 10,000 for the test, as their authors split them. The files (12 MB)
    are found or fetched as `fetch` says.

    Parameters
    ----------
    flat : bool
        Pixels as (N, 784), with ``train.images`` as (N, 28, 28); else as (N, 1, 28, 28), which
        convolutions take. They are float32 from 0 (paper) to 1 (ink); labels are (N,) int64.
    progress : bool
        Whether a download shows a bar.

    Raises
    ------
    DataNotFoundError
        If the files are not here and cannot be fetched; the message says where to put them.

    References
    ----------
    Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits", 1998
    (CC BY-SA 3.0).

    Examples
    --------
    >>> train, test = load_mnist()  # doctest: +SKIP
    >>> train  # doctest: +SKIP
    ArrayDataset(60000 examples: (784,) float32, () int64; 10 classes)
    """
    return _load("mnist", [str(digit) for digit in range(10)], flat, progress)


def load_fashion_mnist(*, flat=True, progress=True):
    """Load 70,000 pictures of clothes, made to take the place of MNIST, which is easier.

    Shapes, splits and parameters are those of `load_mnist`; the files have 31 MB.

    References
    ----------
    H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST", arXiv:1708.07747, 2017 (MIT).

    Examples
    --------
    >>> train, test = load_fashion_mnist()  # doctest: +SKIP
    >>> train.classes[9]  # doctest: +SKIP
    'ankle boot'
    """
    return _load("fashion-mnist", FASHION_CLASSES, flat, progress)


def _load(folder, classes, flat, progress):
    parts = []
    for part in ("train", "t10k"):
        files = [f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz"]
        images, labels = (read_idx(fetch(f"{folder}/{f}", progress=progress)) for f in files)
        shape = (len(images), -1) if flat else (len(images), 1, *images.shape[1:])
        parts.append(
            ArrayDataset(
                images.reshape(shape).astype(np.float32) / np.float32(255),
                labels.astype(np.int64),
                classes=classes,
                image_shape=images.shape[1:] if flat else None,
            )
        )
    return tuple(parts)


def read_idx(path):
    """Read an IDX file, gzipped or not: an array of bytes with its shape written before it.

    Raises
    ------
    ValueError
        If it is another kind of file, or not as long as it says.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "labels.idx"
    >>> _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]))
    >>> read_idx(path)
    array([7, 8, 9], dtype=uint8)
    """
    raw = path.read_bytes()
    data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] != UNSIGNED_BYTE:
        raise ValueError(f"{path} is not an IDX file of bytes: it begins with {data[:4]!r}")
    start = 4 + 4 * data[3]
    shape = struct.unpack(f">{data[3]}I", data[4:start])
    if len(data) - start != np.prod(shape, dtype=np.int64):
        raise ValueError(f"{path} holds {len(data) - start:,} bytes, and speaks of shape {shape}")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)
