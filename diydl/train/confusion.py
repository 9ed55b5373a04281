"""Which classes are taken for which, and the shares that follow: precision, recall, F1, IoU."""

import numpy as np

from diydl.train.metrics import plain, rows


def confusion_matrix(scores, labels, classes=None):
    """Count for each pair: entry [i, j] is how many examples of class i were taken for class j.

    Parameters
    ----------
    scores : array or Tensor
        Of shape (..., K); or, of the shape of `labels` and whole numbers, the classes themselves.
    labels : array or Tensor of shape (...)
    classes : int, optional
        K. Needed only where `scores` holds classes: else one more than the largest that occurs.

    Returns
    -------
    array of int64, shape (K, K)

    Examples
    --------
    >>> import numpy as np
    >>> confusion_matrix(np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0]))
    array([[1, 1],
           [0, 2]])
    """
    taken, labels, found = taken_for("confusion_matrix", scores, labels)
    classes = found if classes is None else classes
    for name, numbers in (("labels", labels), ("predictions", taken)):
        if numbers.size and (numbers.min() < 0 or numbers.max() >= classes):
            raise ValueError(
                f"confusion_matrix: {name} lie between 0 and {classes - 1} for {classes} classes, "
                f"got {numbers.min()} to {numbers.max()}"
            )
    counts = np.bincount(labels * classes + taken, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64)  # (K, K)


def precision(confusion, *, average="macro"):
    """Of what was taken for a class, the share that is of that class.

    Parameters
    ----------
    confusion : array of shape (K, K)
        As `confusion_matrix` returns it: rows are the true classes.
    average : {"macro", "micro", "none"}
        The plain mean over the classes that occur among labels or predictions, the share over all
        examples together, or an array with one number for each class. A class that was never
        predicted counts as 0.

    Examples
    --------
    >>> import numpy as np
    >>> precision(np.array([[1, 1], [0, 2]]), average="none").round(3)
    array([1.   , 0.667])
    """
    counts = _square("precision", confusion)
    return _averaged(np.diag(counts), counts.sum(axis=0), counts, average)


def recall(confusion, *, average="macro"):
    """Of what is of a class, the share that was taken for it.

    Parameters and result are those of `precision`.

    Examples
    --------
    >>> import numpy as np
    >>> recall(np.array([[1, 1], [0, 2]]))
    0.75
    """
    counts = _square("recall", confusion)
    return _averaged(np.diag(counts), counts.sum(axis=1), counts, average)


def f1_score(confusion, *, average="macro"):
    """Harmonic mean of `precision` and `recall`: high only where both are.

    Parameters and result are those of `precision`.

    Examples
    --------
    >>> import numpy as np
    >>> f1_score(np.array([[1, 1], [0, 2]]), average="none").round(3)
    array([0.667, 0.8  ])
    """
    counts = _square("f1_score", confusion)
    either = counts.sum(axis=0) + counts.sum(axis=1)
    return _averaged(2 * np.diag(counts), either, counts, average)


def iou(confusion, *, average="macro"):
    """Intersection over union: of all places that are or were taken for a class, those that both.

    The measure of segmentation, where each pixel is an example (the Jaccard index).

    Parameters and result are those of `precision`.

    Examples
    --------
    >>> import numpy as np
    >>> iou(np.array([[1, 1], [0, 2]]), average="none").round(3)
    array([0.5  , 0.667])
    """
    counts = _square("iou", confusion)
    both = np.diag(counts)
    return _averaged(both, counts.sum(axis=0) + counts.sum(axis=1) - both, counts, average)


def taken_for(called, scores, labels):
    """Return predicted classes and labels, flat, and the number of classes.

    Examples
    --------
    >>> import numpy as np
    >>> taken_for("iou", np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    (array([1, 0]), array([1, 1]), 2)
    """
    scores, labels = plain(scores), plain(labels)
    if scores.shape == labels.shape and scores.dtype.kind in "iu" and labels.dtype.kind in "iu":
        taken, labels = scores.reshape(-1), labels.reshape(-1)
        return taken, labels, int(max(taken.max(initial=-1), labels.max(initial=-1))) + 1
    scores, labels = rows(called, scores, labels)
    return scores.argmax(axis=1), labels, scores.shape[1]


def _square(called, confusion):
    counts = plain(confusion)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ValueError(
            f"{called}: expected a confusion matrix of shape (K, K), got {counts.shape}; "
            "confusion_matrix(scores, labels) makes one"
        )
    return counts


def _averaged(right, out_of, counts, average):
    """Return ``right / out_of`` for each class, or its mean; 0 where there is nothing to share."""
    if average == "micro":
        return float(right.sum() / out_of.sum()) if out_of.sum() else 0.0
    share = np.divide(right, out_of, out=np.zeros(len(right)), where=out_of > 0)
    if average == "none":
        return share
    if average != "macro":
        raise ValueError(f'average is "macro", "micro" or "none", got {average!r}')
    occurs = (counts.sum(axis=0) + counts.sum(axis=1)) > 0
    return float(share[occurs].mean()) if occurs.any() else 0.0
