"""Real data sets that come with scikit-learn: no network is needed."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from diydl.data.dataset import ArrayDataset


def load_digits(*, seed=0):
    """Load 1,797 handwritten digits of 8x8 pixels, as a pair (train, test) of datasets.

    Each holds the pixels, (N, 64) float32 from 0 (paper) to 1 (ink), and the labels, (N,) int64;
    ``train.images`` shows the pixels as (N, 8, 8). 1,500 examples are for training and 297 for the
    test, drawn at random with an equal share of every digit.

    Why at random: the digits stand in the order of the people who wrote them, so the last 297
    come from hands that the first 1,500 do not show. A small network that reads 97 % of the test
    digits here reads 91 % of those.

    Parameters
    ----------
    seed : int
        Another seed draws another test set.

    References
    ----------
    E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
    Repository, 1998 (CC BY 4.0): its test part, as scikit-learn carries it.

    Examples
    --------
    >>> train, test = load_digits()
    >>> train
    ArrayDataset(1500 examples: (64,) float32, () int64; 10 classes)
    >>> images, labels = test.images, test.arrays[1]
    >>> images.shape, labels.shape
    ((297, 8, 8), (297,))
    """
    pixels, labels = _digits()
    digits = ArrayDataset(
        (pixels / 16).astype(np.float32),
        labels.astype(np.int64),
        classes=[str(digit) for digit in range(10)],
        image_shape=(8, 8),
    )
    return digits.split(1500 / len(digits), seed, stratify=True)


def load_iris(*, features=None, seed=0):
    """Load 150 irises, four lengths and the species of each, as a pair (train, test) of datasets.

    Each holds the lengths in cm, (N, 4) float32, and the species, (N,) int64 from 0 to 2. 120
    flowers are for training and 30 for the test, 10 of every species.

    Parameters
    ----------
    features : sequence of str, optional
        Names of the lengths to keep, in this order; all four, if left out. Two can be drawn.
    seed : int
        Another seed draws another test set.

    References
    ----------
    R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936 (UCI Machine
    Learning Repository, CC BY 4.0), as scikit-learn carries it.

    Examples
    --------
    >>> train, test = load_iris()
    >>> train
    ArrayDataset(120 examples: (4,) float32, () int64; 3 classes)
    >>> train.classes, train.features[0]
    (('setosa', 'versicolor', 'virginica'), 'sepal length')
    >>> load_iris(features=["petal length", "petal width"])[0]
    ArrayDataset(120 examples: (2,) float32, () int64; 3 classes)
    """
    from sklearn.datasets import load_iris as load

    table = load()
    names = [name.removesuffix(" (cm)") for name in table.feature_names]
    kept = names if features is None else list(features)
    unknown = [name for name in kept if name not in names]
    if unknown or not kept:
        raise ValueError(f"load_iris: features are some of {names}, got {features!r}")
    irises = ArrayDataset(
        table.data[:, [names.index(name) for name in kept]].astype(np.float32),
        table.target.astype(np.int64),
        features=kept,
        classes=[str(name) for name in table.target_names],
    )
    return irises.split(0.8, seed, stratify=True)


def load_wine(*, seed=0):
    """Load 178 wines, 13 measurements and the grape variety of each, as a pair (train, test).

    Each holds the measurements, (N, 13) float32 in units that differ a thousandfold (standardise
    them), and the varieties, (N,) int64 from 0 to 2. 142 wines are for training and 36 for the
    test, with about equal shares of the varieties.

    Parameters
    ----------
    seed : int
        Another seed draws another test set.

    References
    ----------
    S. Aeberhard and M. Forina, "Wine", UCI Machine Learning Repository, 1992 (CC BY 4.0), as
    scikit-learn carries it.

    Examples
    --------
    >>> train, test = load_wine()
    >>> train
    ArrayDataset(142 examples: (13,) float32, () int64; 3 classes)
    >>> train.features[0]
    'alcohol'
    """
    from sklearn.datasets import load_wine as load

    table = load()
    wines = ArrayDataset(
        table.data.astype(np.float32),
        table.target.astype(np.int64),
        features=[name.replace("_", " ") for name in table.feature_names],
        classes=[str(name).replace("_", " ") for name in table.target_names],
    )
    return wines.split(0.8, seed, stratify=True)


def _digits():
    """Return pixels and labels, without importing scikit-learn, which takes a second."""
    package = find_spec("sklearn")
    file = Path(package.origin).parent / "datasets/data/digits.csv.gz" if package else None
    if file and file.exists():
        rows = np.loadtxt(file, delimiter=",")
        return rows[:, :-1], rows[:, -1]
    from sklearn.datasets import load_digits as load

    return load(return_X_y=True)
