"""Batches of a dataset, in an order that a seed fixes."""

import numpy as np

from diydl.backend import to_device
from diydl.data.dataset import stack
from diydl.data.prefetch import prefetch
from diydl.exercise import exercise


@exercise("10/epoch_order")
def epoch_order(count, seed, epoch):
    """Return the numbers from 0 to ``count - 1`` in the random order of one epoch.

    The order depends on `seed` and `epoch` alone, not on what was drawn before: whoever resumes in
    epoch 7 needs no random generator's past.

    Parameters
    ----------
    count : int
        Number of examples.
    seed, epoch : int
        From 0.

    Returns
    -------
    array of int, shape (count,)

    Examples
    --------
    >>> epoch_order(5, seed=0, epoch=1)
    array([1, 4, 3, 0, 2])
    """
    return np.random.default_rng([seed, epoch]).permutation(count)


@exercise("10/cut_batches")
def cut_batches(order, batch_size, drop_last=False):
    """Cut an order of examples into batches: a list of arrays of at most `batch_size` numbers.

    Parameters
    ----------
    order : array of int, shape (N,)
        Each number stands in one batch, in this order.
    batch_size : int
        At least 1.
    drop_last : bool
        Leave out a last batch that is not full.

    Examples
    --------
    >>> cut_batches(np.array([3, 1, 0, 4, 2]), 2)
    [array([3, 1]), array([0, 4]), array([2])]
    """
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    if drop_last and batches and len(batches[-1]) < batch_size:
        batches.pop()
    return batches


class DataLoader:
    """Go through a dataset in batches; each pass is an epoch with an order of its own.

    Batches are tuples of plain arrays, which every engine takes: floating-point inputs in the
    library's default dtype, labels as integers. The order of epoch e depends on (seed, e) alone,
    and what `transform` draws on (seed, e, number of the example), so that a run that resumes with
    `set_epoch` sees the batches that it would have seen, with any number of workers.

    Parameters
    ----------
    dataset : Dataset
        Or anything with `len` that returns an example, a tuple, for a number.
    batch_size : int
        Examples per batch; the last batch of an epoch may be smaller.
    shuffle : bool
        Whether each epoch draws a new order.
    seed : int
        Fixes the orders of all epochs, and what `transform` and `transform_batch` draw.
    drop_last : bool
        Leave out a last batch that is not full.
    device : str or Device
        Where the batches go: "cpu", "cuda:0".
    workers : int
        Threads that prepare the next batches while this one is in use; 0 prepares each when its
        turn comes. The batches are the same. Threads pay where NumPy or the disk does the work,
        which lets other threads run; pure Python runs in one thread at a time.
    transform : callable, optional
        ``transform(example, rng)`` returns the tuple that takes the example's place, anew in each
        epoch; `rng` is a NumPy generator of this example and epoch. See `Augment`.
    collate : callable, optional
        Joins a list of examples to a tuple of arrays; by default they are stacked.
    transform_batch : callable, optional
        ``transform_batch(batch, rng)`` returns what takes the batch's place, such as `Mixup`.

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
        self,
        dataset,
        batch_size,
        *,
        shuffle=False,
        seed=0,
        drop_last=False,
        device="cpu",
        workers=0,
        transform=None,
        collate=None,
        transform_batch=None,
    ):
        _whole("batch_size", batch_size, 1)
        _whole("workers", workers, 0)
        if len(dataset) == 0:
            raise ValueError("the dataset is empty: there is nothing to load")
        if drop_last and len(dataset) < batch_size:
            raise ValueError(
                f"{len(dataset)} examples never fill a batch of {batch_size}: "
                "with drop_last=True there would be no batch at all"
            )
        self.dataset, self.batch_size = dataset, int(batch_size)
        self.shuffle, self.seed, self.drop_last = shuffle, seed, drop_last
        self.device, self.workers, self.epoch = device, workers, 0
        self.transform, self.collate = transform, collate
        self.transform_batch = transform_batch

    def __len__(self):
        """Number of batches per epoch."""
        full, rest = divmod(len(self.dataset), self.batch_size)
        return full + (rest > 0 and not self.drop_last)

    def __repr__(self):
        order = f"shuffled by seed {self.seed}" if self.shuffle else "in order"
        return f"DataLoader({len(self)} batches of {self.batch_size}, {order}; {self.dataset!r})"

    def __iter__(self):
        epoch, self.epoch = self.epoch, self.epoch + 1
        return self.batches(epoch)

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
        """Return the numbers of the examples in the order of epoch number `epoch`.

        Examples
        --------
        >>> from diydl.data import ArrayDataset
        >>> DataLoader(ArrayDataset([1.0, 2.0, 3.0]), batch_size=2).order(0)
        array([0, 1, 2])
        """
        if not self.shuffle:
            return np.arange(len(self.dataset))
        return epoch_order(len(self.dataset), self.seed, epoch)

    def batches(self, epoch, start=0):
        """Go through epoch number `epoch` from batch number `start` on; the count of epochs stays.

        So a run that was stopped in the middle of an epoch takes up where it was.

        Examples
        --------
        >>> from diydl.data import ArrayDataset
        >>> loader = DataLoader(ArrayDataset([1.0, 2.0, 3.0]), batch_size=2)
        >>> [x.tolist() for (x,) in loader.batches(epoch=4, start=1)]
        [[3.0]]
        """
        cut = cut_batches(self.order(epoch), self.batch_size, self.drop_last)
        tasks = [(epoch, number, rows) for number, rows in enumerate(cut)][start:]
        for batch in prefetch(self._load, tasks, self.workers):
            yield tuple(to_device(x, self.device) for x in batch)

    def _load(self, task):
        epoch, number, rows = task
        try:
            batch = self._rows(epoch, rows)
            if self.transform_batch is None:
                return batch
            rng = np.random.default_rng([self.seed, epoch, 0, number + 1])
            return self.transform_batch(batch, rng)
        except Exception as error:
            error.add_note(f"while loading batch {number} of epoch {epoch}: examples {rows}")
            raise

    def _rows(self, epoch, rows):
        whole = getattr(self.dataset, "batch", None)
        if whole and self.transform is None and self.collate is None:
            return whole(rows)
        examples = [self._example(epoch, int(row)) for row in rows]
        return (self.collate or stack)(examples)

    def _example(self, epoch, row):
        try:
            example = self.dataset[row]
            if self.transform is None:
                return example
            return self.transform(example, np.random.default_rng([self.seed, epoch, row + 1]))
        except Exception as error:
            error.add_note(f"while loading example {row} in epoch {epoch}")
            raise


def _whole(name, value, least):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} is a whole number, got {value!r}")
    if value < least:
        raise ValueError(f"{name} is at least {least}, got {value}")
