"""Batches of a dataset, in an order that a seed fixes."""

import numpy as np

from diydl.backend import to_device


class DataLoader:
    """Go through a dataset in batches; each pass is an epoch with an order of its own.

    Batches are plain arrays, which every engine takes: floating-point inputs in the library's
    default dtype, labels as integers. The order of epoch e depends on (seed, e) alone, so that a
    run that resumes with `set_epoch` sees the batches that it would have seen.

    Parameters
    ----------
    dataset : ArrayDataset
        Or anything with `len` that returns a tuple of arrays for an array of indices.
    batch_size : int
        Examples per batch; the last batch of an epoch may be smaller.
    shuffle : bool
        Whether each epoch draws a new order.
    seed : int
        Fixes the orders of all epochs.
    drop_last : bool
        Leave out a last batch that is not full.
    device : str or Device
        Where the batches go: "cpu", "cuda:0".

    Examples
    --------
    >>> from diydl.data import ArrayDataset
    >>> loader = DataLoader(ArrayDataset([1.0, 2.0, 3.0], [0, 1, 1]), batch_size=2)
    >>> len(loader)
    2
    >>> for x, y in loader:
    ...     x, y
    (array([1., 2.], dtype=float32), array([0, 1]))
    (array([3.], dtype=float32), array([1]))
    """

    def __init__(
        self, dataset, batch_size, *, shuffle=False, seed=0, drop_last=False, device="cpu"
    ):
        if isinstance(batch_size, bool) or not isinstance(batch_size, (int, np.integer)):
            raise TypeError(f"batch_size is a whole number, got {batch_size!r}")
        if batch_size < 1:
            raise ValueError(f"batch_size is at least 1, got {batch_size}")
        if len(dataset) == 0:
            raise ValueError("the dataset is empty: there is nothing to load")
        if drop_last and len(dataset) < batch_size:
            raise ValueError(
                f"{len(dataset)} examples never fill a batch of {batch_size}: "
                "with drop_last=True there would be no batch at all"
            )
        self.dataset, self.batch_size = dataset, int(batch_size)
        self.shuffle, self.seed, self.drop_last = shuffle, seed, drop_last
        self.device, self.epoch = device, 0

    def __len__(self):
        """Number of batches per epoch."""
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __repr__(self):
        order = f"shuffled by seed {self.seed}" if self.shuffle else "in order"
        return f"DataLoader({len(self)} batches of {self.batch_size}, {order}; {self.dataset!r})"

    def __iter__(self):
        order = self.order(self.epoch)
        self.epoch += 1
        return self._batches(order)

    def set_epoch(self, epoch):
        """Let the next pass be epoch number `epoch`, counted from 0.

        Examples
        --------
        >>> from diydl.data import ArrayDataset
        >>> loader = DataLoader(ArrayDataset([1.0, 2.0, 3.0]), batch_size=3, shuffle=True)
        >>> first, second = [x for epoch in range(2) for (x,) in loader]
        >>> loader.set_epoch(1)
        >>> bool((next(iter(loader))[0] == second).all())
        True
        """
        if epoch < 0:
            raise ValueError(f"epochs are counted from 0, got {epoch}")
        self.epoch = int(epoch)

    def order(self, epoch):
        """Return the indices of the examples in the order of epoch number `epoch`.

        Examples
        --------
        >>> from diydl.data import ArrayDataset
        >>> DataLoader(ArrayDataset([1.0, 2.0, 3.0]), batch_size=2).order(0)
        array([0, 1, 2])
        """
        if not self.shuffle:
            return np.arange(len(self.dataset))
        return np.random.default_rng([self.seed, epoch]).permutation(len(self.dataset))

    def _batches(self, order):
        for number in range(len(self)):
            rows = order[number * self.batch_size : (number + 1) * self.batch_size]
            yield tuple(to_device(x, self.device) for x in self.dataset[rows])
