"""Early stopping: when it ends, and on which weights."""

import math

import numpy as np
import pytest

from diydl.train import Callback, EarlyStopping
from diydl.train.early import is_best
from tests.train.tasks import loader, trainer, weights


class Told(Callback):
    """Puts values into the history, and keeps the weights of each epoch."""

    def __init__(self, values):
        self.values, self.weights = values, []

    def on_epoch_end(self, trainer):
        trainer.history["value"] = self.values[: trainer.epoch]
        self.weights.append(weights(trainer.model))


def run(values, column="value", **options):
    told, early = Told(values), EarlyStopping(column, **options)
    ours = trainer(callbacks=[told, early])
    ours.fit(loader(), epochs=len(values))
    return ours, told, early


@pytest.mark.parametrize(
    ("values", "epochs", "best"),
    [
        ([3.0, 2.0, 2.5, 2.1, 1.0], 4, 2),  # patience ends before the best of all
        ([3.0, 2.0, 2.5, 1.0, 2.0, 2.0], 6, 4),
        ([3.0, 3.0, 3.0, 3.0], 3, 1),  # no worse is not better
        ([math.nan, 2.0, math.nan, math.nan, 1.0], 4, 2),
        ([math.nan, math.nan, 1.0, 2.0], 2, 0),
        ([math.inf, 2.0, 3.0], 3, 2),
    ],
)
def test_it_ends_after_patience_and_gives_back_the_best_weights(values, epochs, best):
    ours, told, early = run(values, patience=2)
    assert (ours.epoch, early.best_epoch) == (epochs, best)
    kept = told.weights[best - 1] if best else told.weights[-1]
    assert np.array_equal(weights(ours.model), kept)


def test_more_may_be_better():
    assert run([0.1, 0.2, 0.15, 0.1], patience=1, higher=True)[0].epoch == 3
    assert run([0.1, 0.2, 0.15, 0.1], patience=1)[0].epoch == 2
    ours = trainer(callbacks=[EarlyStopping("accuracy", patience=50)])
    history = ours.fit(loader(), epochs=4)
    assert ours.callbacks[0].best == max(history["accuracy"])


def test_a_small_gain_is_none():
    ours, _, early = run([1.0, 0.99, 0.98, 0.5], patience=2, least=0.05)
    assert (ours.epoch, early.best_epoch) == (3, 1)


def test_the_last_weights_stay_if_asked_for():
    ours, told, _ = run([1.0, 2.0, 3.0], patience=2, restore=False)
    assert np.array_equal(weights(ours.model), told.weights[-1])


def test_another_fit_begins_anew():
    ours, _, early = run([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], patience=2)
    assert ours.epoch == 3
    ours.fit(loader(), epochs=10)
    assert ours.epoch == 6
    assert early.best_epoch == 4


def test_bad_options_are_refused():
    with pytest.raises(ValueError, match="patience is a whole number of at least 1, got 0"):
        EarlyStopping(patience=0)
    with pytest.raises(ValueError, match="no column 'validation loss'.*'loss', 'accuracy'"):
        trainer(callbacks=[EarlyStopping()]).fit(loader())


def test_is_best_passes_over_what_is_no_number():
    assert is_best({"loss": [math.nan, 1.0]}, "loss")
    assert not is_best({"loss": [2.0, math.nan]}, "loss")
    assert is_best({"accuracy": [0.5, 0.6]}, "accuracy")
    assert not is_best({"accuracy": [0.5, 0.5]}, "accuracy")
