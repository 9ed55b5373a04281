"""Metrics over many batches: sums that are added up, and what follows from them at the end.

The mean of the accuracies of batches is not the accuracy of all examples where the last batch is
smaller. So a metric adds up what can be added (right answers, examples seen) and divides once.
Sums are plain arrays: they go into checkpoints, and could be added over several processes.
"""

import numpy as np

from diydl.train.metrics import plain


class Metric:
    """Base class: a number that is gathered batch by batch.

    A subclass defines `measure`, which returns what to add, and `result`.

    Parameters
    ----------
    name : str, optional
        What it is called in the history; a name of its class, if left out. Curves show names that
        contain "accuracy" in percent.
    pick : callable, optional
        ``pick(outputs, *targets)`` returns the arrays to measure, for models with several outputs.

    Examples
    --------
    >>> class Largest(Metric):
    ...     name = "share above 1"
    ...
    ...     def measure(self, outputs, target):
    ...         return {"above": (outputs > 1).sum(), "seen": outputs.size}
    ...
    ...     def result(self, sums):
    ...         return float(sums["above"] / sums["seen"])
    >>> metric = Largest()
    >>> for batch in ([0.0, 2.0, 3.0], [0.0]):
    ...     metric.update(batch, [0, 0, 0])
    >>> metric.value()
    0.5
    """

    name = "metric"

    def __init__(self, name=None, *, pick=None):
        self.name = type(self).name if name is None else name
        self.pick, self.sums = pick, {}

    def measure(self, outputs, *targets):
        """Return a dict of what to add for this batch, from NumPy arrays."""
        raise NotImplementedError(f"{type(self).__name__} has no measure(self, outputs, *targets)")

    def result(self, sums):
        """Return the metric of everything that was added up."""
        raise NotImplementedError(f"{type(self).__name__} has no result(self, sums)")

    def reset(self):
        """Begin anew."""
        self.sums = {}

    def update(self, outputs, *targets):
        """Add a batch."""
        given = (outputs, *targets) if self.pick is None else self.pick(outputs, *targets)
        for key, amount in self.measure(*map(_arrays, given)).items():
            self.sums[key] = self.sums.get(key, 0) + np.asarray(amount)

    def value(self):
        """Return the metric of all batches since the last reset; nan if there was none."""
        return self.result(self.sums) if self.sums else float("nan")


class Mean(Metric):
    """The mean of a function of each batch, weighted by the sizes of the batches.

    Right for functions that are themselves a mean over the examples. Without a function, numbers
    are added by `add`.

    Examples
    --------
    >>> import numpy as np
    >>> distance = Mean(lambda y, t: np.abs(y - t).mean(), "distance")
    >>> distance.update(np.array([1.0, 2.0]), np.array([0.0, 0.0]))
    >>> distance.update(np.array([9.0]), np.array([0.0]))
    >>> distance.value()
    4.0
    """

    def __init__(self, function=None, name=None, *, pick=None):
        super().__init__(name or getattr(function, "__name__", "mean"), pick=pick)
        self.function = function

    def add(self, mean, size):
        """Add the mean of a batch of this size."""
        self.sums = {
            "sum": self.sums.get("sum", 0.0) + np.float64(size * mean),
            "seen": self.sums.get("seen", 0) + np.int64(size),
        }

    def measure(self, outputs, *targets):
        """Return the function's value times the number of examples."""
        size, function = len(_first(targets if targets else outputs)), self.function
        if function is None:
            raise TypeError("this Mean has no function; add(mean, size) takes numbers")
        return {"sum": size * float(function(outputs, *targets)), "seen": size}

    def result(self, sums):
        """Divide."""
        return float(sums["sum"] / sums["seen"])


def _arrays(x):
    return tuple(map(_arrays, x)) if isinstance(x, tuple) else plain(x)


def _first(x):
    return _first(x[0]) if isinstance(x, tuple) else x
