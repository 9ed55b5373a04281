"""The metrics that a `Trainer` knows: accuracy, confusion, PSNR, distances."""

import numpy as np

from diydl.train import metrics
from diydl.train.confusion import confusion_matrix
from diydl.train.metric import Mean, Metric


class Accuracy(Metric):
    """Share of the examples whose highest score is that of the label.

    Scores have the shape (..., K), labels (...).

    Examples
    --------
    >>> import numpy as np
    >>> accuracy = Accuracy()
    >>> accuracy.update(np.array([[0.1, 0.9], [0.8, 0.2]]), np.array([1, 1]))
    >>> accuracy.update(np.array([[0.1, 0.9]]), np.array([1]))
    >>> round(accuracy.value(), 3)
    0.667
    """

    name = "accuracy"

    def measure(self, scores, labels):
        """Count right answers."""
        scores, labels = metrics.rows("Accuracy", scores, labels)
        return {"right": (scores.argmax(axis=1) == labels).sum(), "seen": len(labels)}

    def result(self, sums):
        """Divide."""
        return float(sums["right"] / sums["seen"])


class BinaryAccuracy(Accuracy):
    """Share of the examples whose one score lies on the side of the label, 0 or 1.

    Parameters
    ----------
    threshold : float
        Scores above it are taken for 1: 0 for scores before a sigmoid, 0.5 for probabilities.

    Examples
    --------
    >>> import numpy as np
    >>> accuracy = BinaryAccuracy()
    >>> accuracy.update(np.array([2.0, -1.0, 0.5]), np.array([1, 0, 0]))
    >>> round(accuracy.value(), 3)
    0.667
    """

    def __init__(self, threshold=0.0, name=None, *, pick=None):
        super().__init__(name, pick=pick)
        self.threshold = threshold

    def measure(self, scores, labels):
        """Count right answers."""
        if scores.shape != labels.shape:
            raise ValueError(
                f"BinaryAccuracy: scores and labels have one shape, got {scores.shape} and "
                f"{labels.shape}; squeeze an axis of length 1 away"
            )
        right = (scores > self.threshold) == (labels > 0.5)
        return {"right": right.sum(), "seen": labels.size}


class TopKAccuracy(Accuracy):
    """Share of the examples whose label is among the `k` highest scores.

    Examples
    --------
    >>> import numpy as np
    >>> metric = TopKAccuracy(2)
    >>> metric.update(np.array([[0.1, 0.5, 0.4], [0.7, 0.2, 0.1]]), np.array([2, 2]))
    >>> metric.name, metric.value()
    ('top-2 accuracy', 0.5)
    """

    def __init__(self, k=5, name=None, *, pick=None):
        super().__init__(name or f"top-{k} accuracy", pick=pick)
        self.k = k

    def measure(self, scores, labels):
        """Count labels among the first."""
        scores, labels = metrics.rows("TopKAccuracy", scores, labels)
        if not 1 <= self.k <= scores.shape[1]:
            raise ValueError(f"TopKAccuracy: k lies between 1 and {scores.shape[1]}, got {self.k}")
        return {"right": (metrics.ranks(scores, labels) < self.k).sum(), "seen": len(labels)}


class ConfusionMatrix(Metric):
    """How many examples of each class were taken for which: see `confusion_matrix`.

    Parameters
    ----------
    classes : int
        Number of classes.
    reduce : callable, optional
        What to make of the matrix, such as `f1_score`; it stays whole, if left out.

    Examples
    --------
    >>> import numpy as np
    >>> from diydl.train import f1_score
    >>> f1 = ConfusionMatrix(2, f1_score)
    >>> f1.update(np.array([0, 1, 1, 1]), np.array([0, 1, 1, 0]))
    >>> f1.name, round(f1.value(), 3)
    ('f1_score', 0.733)
    """

    name = "confusion matrix"

    def __init__(self, classes, reduce=None, name=None, *, pick=None):
        super().__init__(name or getattr(reduce, "__name__", None), pick=pick)
        self.classes, self.reduce = classes, reduce

    def measure(self, scores, labels):
        """Count pairs."""
        return {"counts": confusion_matrix(scores, labels, self.classes)}

    def result(self, sums):
        """Return the matrix, or what `reduce` makes of it."""
        return sums["counts"] if self.reduce is None else self.reduce(sums["counts"])


class PSNR(Metric):
    """Peak signal-to-noise ratio in decibels, averaged over the images: see `metrics.psnr`.

    Examples
    --------
    >>> import numpy as np
    >>> metric = PSNR()
    >>> metric.update(np.full((2, 4, 4), 0.6), np.full((2, 4, 4), 0.5))
    >>> round(metric.value(), 6)
    20.0
    """

    name = "PSNR"

    def __init__(self, peak=1.0, name=None, *, pick=None):
        super().__init__(name, pick=pick)
        self.peak = peak

    def measure(self, images, targets):
        """Add up decibels."""
        each = metrics.psnr_of_each(images, targets, self.peak)
        return {"sum": each.sum(), "seen": len(each)}

    def result(self, sums):
        """Divide."""
        return float(sums["sum"] / sums["seen"])


class MeanAbsoluteError(Metric):
    """The mean distance between prediction and target, in the target's own units.

    Examples
    --------
    >>> import numpy as np
    >>> metric = MeanAbsoluteError()
    >>> metric.update(np.array([1.0, 4.0]), np.array([2.0, 2.0]))
    >>> metric.value()
    1.5
    """

    name = "mean absolute error"

    def measure(self, prediction, target):
        """Add up distances."""
        _same("MeanAbsoluteError", prediction, target)
        return {"sum": np.abs(prediction.astype(np.float64) - target).sum(), "seen": target.size}

    def result(self, sums):
        """Divide."""
        return float(sums["sum"] / sums["seen"])


class R2(Metric):
    """Share of the target's variance that is explained: 1 is perfect, 0 is as good as the mean.

    Of several outputs, the mean of their shares.

    Examples
    --------
    >>> import numpy as np
    >>> metric = R2()
    >>> metric.update(np.array([1.0, 2.0]), np.array([1.0, 3.0]))
    >>> metric.value()
    0.5
    """

    name = "R2"

    def measure(self, prediction, target):
        """Add up what errors and variance follow from."""
        _same("R2", prediction, target)
        y = target.reshape(len(target), -1).astype(np.float64)  # (B, D)
        misses = ((prediction.reshape(y.shape) - y) ** 2).sum(axis=0)
        return {"misses": misses, "sum": y.sum(axis=0), "squares": (y * y).sum(axis=0), "n": len(y)}

    def result(self, sums):
        """Compare the errors with the variance."""
        spread = sums["squares"] - sums["sum"] ** 2 / sums["n"]
        known = spread > 0
        share = np.where(known, 1 - sums["misses"] / np.where(known, spread, 1), 0.0)
        return float(np.where(~known & (sums["misses"] == 0), 1.0, share).mean())


NAMED = {
    "accuracy": Accuracy,
    "binary accuracy": BinaryAccuracy,
    "top-5 accuracy": TopKAccuracy,
    "PSNR": PSNR,
    "mean absolute error": MeanAbsoluteError,
    "R2": R2,
}


def meters(given):
    """Return metrics as a list of `Metric`, from names, functions and metrics.

    Parameters
    ----------
    given : list, or dict of str to what a list may hold
        Names of `NAMED`, functions ``f(outputs, *targets)`` that return a mean over the batch
        (see `Mean`), and metrics.

    Examples
    --------
    >>> [m.name for m in meters(["accuracy", TopKAccuracy(3)])]
    ['accuracy', 'top-3 accuracy']
    >>> [m.name for m in meters({"share": Accuracy()})]
    ['share']
    """
    if isinstance(given, (str, Metric)) or not hasattr(given, "__iter__"):
        given = [given]
    pairs = given.items() if isinstance(given, dict) else [(None, x) for x in given]
    found = [_meter(name, x) for name, x in pairs]
    names = [m.name for m in found]
    twice = sorted({name for name in names if names.count(name) > 1 or name == "loss"})
    if twice:
        raise ValueError(f"metrics need names of their own, got twice (or reserved): {twice}")
    return found


def _meter(name, x):
    if isinstance(x, Metric):
        x.name = x.name if name is None else name
        return x
    if isinstance(x, type) and issubclass(x, Metric):
        return x(name=name)
    if isinstance(x, str):
        if x not in NAMED:
            raise ValueError(f"there is no metric {x!r}: known are {', '.join(NAMED)}")
        return NAMED[x](name=name)
    if callable(x):
        return Mean(x, name)
    raise TypeError(f"a metric is a name, a function or a Metric, got {type(x).__name__}")


def _same(called, prediction, target):
    if prediction.shape != target.shape or not target.size:
        raise ValueError(
            f"{called}: prediction and target have one shape and are not empty, got "
            f"{prediction.shape} and {target.shape}"
        )
