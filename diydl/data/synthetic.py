"""Data made by a formula: moons and spirals to tell apart, and noisy curves to follow."""

import numpy as np

from diydl.data.dataset import ArrayDataset

SPACING = 1.25  # of more than two moons: keeps neighbours, and the next but one, equally far apart


def moons(count=200, classes=2, *, noise=0.1, seed=0):
    """Make `count` points on interleaved half circles of radius 1, one for each class.

    Moon k opens downwards where k is even and upwards where it is odd, half a unit higher, so that
    each reaches into its neighbours and no straight line parts them. Two moons lie where
    scikit-learn's `make_moons` has them; of more, each stands 1.25 to the right of the last.

    Parameters
    ----------
    count : int
        Number of points; classes that get one more than others come first.
    classes : int
        Number of moons, at least 2.
    noise : float
        Standard deviation of what is added to both coordinates. At 0.1 about one point in a
        thousand lies nearer to the wrong one of two moons (of four: five), at 0.2 four in a
        hundred (of four: eight).
    seed : int
        Fixes the noise and the order of the points.

    Returns
    -------
    ArrayDataset
        Points (count, 2) float32, and labels (count,) int64.

    Examples
    --------
    >>> moons(100, classes=4)
    ArrayDataset(100 examples: (2,) float32, () int64; 4 classes)
    """
    _at_least("classes", classes, 2)
    _at_least("count", count, classes)
    _check_noise(noise)
    random = np.random.default_rng(seed)
    labels = np.sort(np.arange(count) % classes)
    angles = np.concatenate([np.linspace(0, np.pi, np.sum(labels == k)) for k in range(classes)])
    side = np.where(labels % 2, -1, 1)
    x = labels * (1 if classes == 2 else SPACING) + side * np.cos(angles)
    y = np.where(labels % 2, 0.5, 0) + side * np.sin(angles)
    points = np.stack([x, y], axis=1) + noise * random.normal(size=(count, 2))  # (count, 2)
    order = random.permutation(count)
    names = [f"moon {k}" for k in range(classes)]
    return ArrayDataset(points[order], labels[order], features=("x", "y"), classes=names)


def spirals(count=300, classes=3, *, turns=0.75, noise=0.05, seed=0):
    """Make `count` points on interleaved spirals from the centre to radius 1, one for each class.

    Arm k winds `turns` times round the centre and begins at k / classes of a full turn. Points are
    spread evenly along the radius, from 0.1 on, so that the arms do not touch.

    Parameters
    ----------
    count : int
        Number of points; classes that get one more than others come first.
    classes : int
        Number of arms, at least 2.
    turns : float
        How often an arm goes round: the more, the harder.
    noise : float
        Standard deviation of what is added to both coordinates.
    seed : int
        Fixes the noise and the order of the points.

    Returns
    -------
    ArrayDataset
        Points (count, 2) float32, and labels (count,) int64.

    Examples
    --------
    >>> spirals(90)
    ArrayDataset(90 examples: (2,) float32, () int64; 3 classes)
    """
    _at_least("classes", classes, 2)
    _at_least("count", count, classes)
    _check_noise(noise)
    random = np.random.default_rng(seed)
    labels = np.sort(np.arange(count) % classes)
    radius = np.concatenate([np.linspace(0.1, 1, np.sum(labels == k)) for k in range(classes)])
    angle = 2 * np.pi * (labels / classes + turns * radius)
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (count, 2)
    points = points + noise * random.normal(size=(count, 2))
    order = random.permutation(count)
    names = [f"arm {k}" for k in range(classes)]
    return ArrayDataset(points[order], labels[order], features=("x", "y"), classes=names)


def wave(x):
    """Sum over the features of ``sin(pi * x)``: what `regression` asks for unless told otherwise.

    Examples
    --------
    >>> wave(np.array([[0.5], [-0.5]]))
    array([ 1., -1.])
    """
    return np.sin(np.pi * x).sum(axis=-1)


def regression(count=200, function=wave, *, features=1, noise=0.1, seed=0):
    """Make `count` noisy values of a function, at points drawn evenly from -1 to 1.

    Parameters
    ----------
    count : int
        Number of examples.
    function : callable
        From points (count, features) to targets (count,) or (count, outputs).
    features : int
        Number of inputs of each example.
    noise : float
        Standard deviation of what is added to the targets: no model has a smaller mean squared
        error on new examples than its square.
    seed : int
        Fixes points and noise.

    Returns
    -------
    ArrayDataset
        Points (count, features) and targets (count, outputs), both float32; `outputs` is 1 where
        the function returned one number for each example.

    Examples
    --------
    >>> regression(100)
    ArrayDataset(100 examples: (1,) float32, (1,) float32)
    >>> x, y = regression(100, lambda x: x @ [2.0, -1.0] + 3, features=2, noise=0.0).arrays
    >>> bool(np.allclose(y, x @ [[2.0], [-1.0]] + 3))
    True
    """
    _at_least("count", count, 1)
    _at_least("features", features, 1)
    _check_noise(noise)
    random = np.random.default_rng(seed)
    x = random.uniform(-1, 1, size=(count, features))
    y = np.asarray(function(x), np.float64)
    if y.shape[:1] != (count,) or y.ndim > 2:
        raise ValueError(
            f"the function returned shape {y.shape} for points of shape {x.shape}, expected "
            f"({count},) or ({count}, outputs)"
        )
    y = y.reshape(count, -1)
    return ArrayDataset(x, y + noise * random.normal(size=y.shape))


def _at_least(name, value, least):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} is a whole number of at least {least}, got {value!r}")


def _check_noise(noise):
    if not noise >= 0:
        raise ValueError(f"noise is a standard deviation, a number from 0, got {noise!r}")
