"""Ending when it gets no better, on the best weights that there were."""

import numpy as np

from diydl.train.callback import Callback

UP = ("accuracy", "R2", "PSNR", "iou", "f1", "precision", "recall", "score")  # more is better


def gain(column, value, best, higher=None):
    """Return by how much a value of a column is better than the best so far.

    Parameters
    ----------
    column : str
        Its name tells whether more is better, as for an accuracy, or less, as for a loss.
    value, best : float
    higher : bool, optional
        Whether more is better, where the name does not tell.

    Examples
    --------
    >>> gain("validation loss", 0.5, 2.0), gain("validation accuracy", 0.5, 2.0)
    (1.5, -1.5)
    """
    higher = any(word in column for word in UP) if higher is None else higher
    return value - best if higher else best - value


def newest(history, column):
    """Return the newest value of a column of the history, or say that there is none.

    Examples
    --------
    >>> newest({"loss": [0.3, 0.2]}, "loss")
    0.2
    """
    if column not in history:
        raise ValueError(
            f"there is no column {column!r} in the history, which has "
            f"{', '.join(map(repr, history))}; a validation loss needs fit(validation=...)"
        )
    return history[column][-1]


def is_best(history, column, higher=None):
    """Tell whether the newest row is better than all before. What is no number never is.

    Examples
    --------
    >>> is_best({"loss": [0.3, 0.2]}, "loss"), is_best({"loss": [0.2, 0.2]}, "loss")
    (True, False)
    """
    value, earlier = newest(history, column), history[column][:-1]
    if value != value:
        return False
    return all(x != x or gain(column, value, x, higher) > 0 for x in earlier)


class EarlyStopping(Callback):
    """End training when a column of the history gets no better, and return to the best weights.

    Parameters
    ----------
    column : str
        What to look at after each epoch.
    patience : int
        How many epochs in a row may pass without a better value.
    least : float
        By how much a value must be better to count.
    higher : bool, optional
        Whether more is better; by the name of the column, if left out.
    restore : bool
        Whether the model gets its best weights back when `fit` ends, however it ends.

    Attributes
    ----------
    best : float
        The best value; nan before there is one.
    best_epoch : int
        The epoch with the best value, counted from 1.

    Examples
    --------
    >>> from diydl import data, nn, optim
    >>> from diydl.train import Trainer
    >>> batches = data.DataLoader(data.load_iris()[0], 32)
    >>> model = nn.Linear(4, 3)
    >>> early = EarlyStopping("loss", patience=2)
    >>> optimizer = optim.SGD(model.parameters(), lr=0.0)
    >>> trainer = Trainer(model, nn.cross_entropy, optimizer, callbacks=[early])
    >>> history = trainer.fit(batches, epochs=50)
    >>> trainer.epoch, early.best_epoch
    (3, 1)
    >>> trainer.stopped
    "'loss' was best in epoch 1"
    """

    def __init__(
        self, column="validation loss", *, patience=5, least=0.0, higher=None, restore=True
    ):
        whole = isinstance(patience, (int, np.integer)) and not isinstance(patience, bool)
        if not whole or patience < 1:
            raise ValueError(f"patience is a whole number of at least 1, got {patience!r}")
        self.column, self.patience, self.least = column, patience, least
        self.higher, self.restore = higher, restore
        self._reset()

    def _reset(self):
        self.best, self.best_epoch, self.waited, self.weights = float("nan"), 0, 0, {}

    def on_fit_start(self, trainer):
        """Begin anew; a resumed training goes on waiting."""
        if not trainer.resumed:
            self._reset()
        self._stop_if_over(trainer)

    def on_epoch_end(self, trainer):
        """Keep the weights if they are the best, else wait."""
        value = newest(trainer.history, self.column)
        better = gain(self.column, value, self.best, self.higher) > self.least
        if better or (self.best != self.best and value == value):
            self.best, self.best_epoch, self.waited = value, trainer.epoch, 0
            self.weights = trainer.model.state_dict() if self.restore else {}
        else:
            self.waited += 1
        self._stop_if_over(trainer)

    def on_fit_end(self, trainer):
        """Return to the best weights."""
        if self.weights:
            trainer.model.load_state_dict(self.weights)

    def _stop_if_over(self, trainer):
        if self.waited >= self.patience:
            trainer.stop(f"{self.column!r} was best in epoch {self.best_epoch}")

    def state_dict(self):
        """Return what was best, the weights with it."""
        counts = {"best_epoch": np.array(self.best_epoch), "waited": np.array(self.waited)}
        kept = {f"weights/{name}": array for name, array in self.weights.items()}
        return {"best": np.array(self.best, np.float64)} | counts | kept

    def load_state_dict(self, arrays):
        """Go on from it."""
        self.best = float(arrays["best"])
        self.best_epoch, self.waited = int(arrays["best_epoch"]), int(arrays["waited"])
        prefix = "weights/"
        self.weights = {n[len(prefix) :]: x for n, x in arrays.items() if n.startswith(prefix)}
