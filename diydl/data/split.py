"""Parts of a dataset: some to learn from, some to choose by, some to be judged by."""

import numpy as np

from diydl.exercise import exercise


@exercise("10/spread_classes")
def spread_classes(labels):
    """Return an order of the examples in which each class is spread evenly from first to last.

    Wherever that order is cut, every class has about the same share on both sides.

    Parameters
    ----------
    labels : array of int, shape (N,)
        The classes. Within one class the order stays as it was.

    Returns
    -------
    array of int, shape (N,)
        The number of the example that stands first, second, ...

    Examples
    --------
    >>> labels = np.array([0, 0, 0, 0, 1, 1])
    >>> labels[spread_classes(labels)]
    array([0, 1, 0, 0, 1, 0])
    """
    place = np.empty(len(labels))
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return np.argsort(place, kind="stable")


def random_split(dataset, fractions, seed=0, *, labels=None):
    """Cut a dataset into random parts of the given fractions: a tuple of datasets.

    Every example is in one part, and within a part they stand in the old order.

    Parameters
    ----------
    dataset : Dataset
        Anything with `len` and `subset`.
    fractions : sequence of float
        Shares of the parts, which add up to 1. No part is left empty.
    seed : int
        The same seed gives the same parts.
    labels : array of int, shape (len(dataset),), optional
        Give each class the same share in every part ("stratified"), as near as whole examples can.

    Examples
    --------
    >>> from diydl.data import ArrayDataset
    >>> data = ArrayDataset(np.arange(10.0))
    >>> [len(part) for part in random_split(data, [0.6, 0.2, 0.2])]
    [6, 2, 2]
    """
    if any(not share > 0 for share in fractions) or not np.isclose(sum(fractions), 1):
        raise ValueError(f"fractions are positive and add up to 1, got {list(fractions)}")
    cuts = [round(share * len(dataset)) for share in np.cumsum(fractions)]
    cuts[-1] = len(dataset)
    if any(a == b for a, b in zip([0, *cuts], cuts, strict=False)):
        raise ValueError(
            f"a split of {len(dataset)} examples at {list(fractions)} leaves one part empty"
        )
    order = np.random.default_rng(seed).permutation(len(dataset))
    if labels is not None:
        order = order[spread_classes(_checked(labels, dataset)[order])]
    return tuple(dataset.subset(np.sort(part)) for part in np.split(order, cuts[:-1]))


def folds(dataset, count=5, seed=0, *, labels=None):
    """Yield `count` pairs (train, validation) of datasets: each example is in one validation part.

    Cross-validation: train `count` times and average, where one validation part would be too small
    to be trusted. scikit-learn's `KFold` does the work, or `StratifiedKFold` where `labels` are
    given.

    Parameters
    ----------
    dataset : Dataset
        Anything with `len` and `subset`.
    count : int
        At least 2, at most the number of examples (with `labels`: of the smallest class).
    seed : int
        The same seed gives the same folds.
    labels : array of int, shape (len(dataset),), optional
        Give each class the same share in every fold, as near as whole examples can.

    Examples
    --------
    >>> from diydl.data import ArrayDataset
    >>> data = ArrayDataset(np.arange(10.0), np.arange(10) % 2)
    >>> for train, validation in folds(data, 5, labels=data.arrays[1]):
    ...     print(len(train), np.bincount(validation.arrays[1]))
    8 [1 1]
    8 [1 1]
    8 [1 1]
    8 [1 1]
    8 [1 1]
    """
    from sklearn.model_selection import KFold, StratifiedKFold

    if labels is None:
        if not 2 <= count <= len(dataset):
            raise ValueError(f"{len(dataset)} examples make 2 to {len(dataset)} folds, not {count}")
        cut = KFold(count, shuffle=True, random_state=seed).split(np.empty(len(dataset)))
    else:
        labels = _checked(labels, dataset)
        least = np.unique(labels, return_counts=True)[1].min()
        if not 2 <= count <= least:
            raise ValueError(
                f"the smallest class has {least} examples: folds with all classes are 2 to {least},"
                f" not {count}; take fewer folds, or leave out labels"
            )
        splitter = StratifiedKFold(count, shuffle=True, random_state=seed)
        cut = splitter.split(np.empty(len(dataset)), labels)
    return ((dataset.subset(train), dataset.subset(kept)) for train, kept in cut)


def _checked(labels, dataset):
    labels = np.asarray(labels)
    if labels.shape != (len(dataset),):
        raise ValueError(f"{len(dataset)} examples have labels of shape {labels.shape}")
    return labels
