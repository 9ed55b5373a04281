"""Batches of a loader, one epoch at a time, and the mode that a model is in meanwhile."""

import itertools
from contextlib import contextmanager

import numpy as np


def passed(loader, epoch, start=0):
    """Go through one epoch of a loader, from batch number `start` on; each batch is a tuple.

    Examples
    --------
    >>> list(passed([(1, 2), (3, 4), 5], epoch=0, start=1))
    [(3, 4), (5,)]
    """
    if hasattr(loader, "batches"):
        batches = loader.batches(epoch, start=start)
    else:
        if hasattr(loader, "set_epoch"):
            loader.set_epoch(epoch)
        batches = itertools.islice(loader, start, None)
    for batch in batches:
        yield tuple(batch) if isinstance(batch, (tuple, list)) else (batch,)


def size_of(batch):
    """Return the number of examples in a batch.

    Examples
    --------
    >>> import numpy as np
    >>> size_of((np.zeros((5, 3)), np.zeros(5)))
    5
    """
    return int(batch[0].shape[0])


def grouped(batches, count):
    """Yield lists of `count` batches; the last may be shorter.

    Examples
    --------
    >>> list(grouped(range(5), 2))
    [[0, 1], [2, 3], [4]]
    """
    group = []
    for batch in batches:
        group.append(batch)
        if len(group) == count:
            yield group
            group = []
    if group:
        yield group


def notes_on(loader):
    """Return what the batches of a loader depend on, as far as it tells.

    Examples
    --------
    >>> from diydl import data
    >>> notes_on(data.DataLoader(data.load_iris()[0], 32, seed=3))["batch_size"]
    32
    """
    known = {name: getattr(loader, name, None) for name in ("batch_size", "seed", "drop_last")}
    known |= {"shuffle": getattr(loader, "shuffle", None)}
    known |= {"examples": length(getattr(loader, "dataset", ())), "batches": length(loader)}
    return {name: int(x) for name, x in known.items() if isinstance(x, (int, np.integer))}


def length(x):
    """Return how long something is, or None where it does not tell.

    Examples
    --------
    >>> length([1, 2]), length(iter([1, 2]))
    (2, None)
    """
    return len(x) if hasattr(x, "__len__") else None


@contextmanager
def mode(model, *, training):
    """Let a model train, or not, inside the block; then all its modules are as they were.

    Examples
    --------
    >>> from diydl import nn
    >>> model = nn.Dropout(0.5)
    >>> with mode(model, training=False):
    ...     model.training
    False
    >>> model.training
    True
    """
    before = [(module, module.training) for module in model.modules()]
    model.train(training)
    try:
        yield model
    finally:
        for module, trained in before:
            module.training = trained
