"""Ctrl-C: the step under way is finished, and nothing is lost."""

import signal
import threading

import numpy as np
import pytest

from diydl.train import Callback, Checkpoints
from diydl.train.interrupt import Interrupt
from tests.train.tasks import loader, trainer, weights


class Press(Callback):
    """Presses Ctrl-C in the middle of a step: while a metric is measured."""

    def __init__(self, step):
        self.step = step

    def on_step_end(self, trainer):
        if trainer.step == self.step:
            signal.raise_signal(signal.SIGINT)


def test_fit_goes_on_after_ctrl_c_as_if_nothing_had_happened(tmp_path):
    whole, parts = trainer(), trainer(callbacks=[Press(7), Checkpoints(tmp_path)])
    whole.fit(loader(), epochs=3)
    with pytest.raises(KeyboardInterrupt, match="stopped after step 7; fit goes on"):
        parts.fit(loader(), epochs=3)
    assert (parts.epoch, parts.batch) == (1, 2)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    resumed = trainer()
    assert resumed.resume(tmp_path).name == "step-000000007.safetensors"
    for ours, epochs in ((parts, 2), (resumed, 3)):
        ours.fit(loader(), epochs=epochs)
        assert np.array_equal(weights(ours.model), weights(whole.model))
        assert ours.history["loss"] == whole.history["loss"]


def test_ctrl_c_during_the_validation():
    def validation():
        yield from loader()
        signal.raise_signal(signal.SIGINT)
        yield from loader()

    whole, parts = trainer(), trainer()
    whole.fit(loader(), validation=loader(), epochs=1)
    with pytest.raises(KeyboardInterrupt):
        parts.fit(loader(), validation=validation(), epochs=1)
    assert (parts.epoch, parts.batch, parts.history) == (0, 5, {})
    parts.fit(loader(), validation=loader(), epochs=1)
    assert parts.history["validation loss"] == whole.history["validation loss"]
    assert parts.history["loss"] == whole.history["loss"]


def test_ctrl_c_when_all_is_done_is_not_lost():
    class Late(Callback):
        def on_fit_end(self, trainer):
            signal.raise_signal(signal.SIGINT)

    ours = trainer(callbacks=[Late()])
    with pytest.raises(KeyboardInterrupt):
        ours.fit(loader(), epochs=1)
    assert ours.epoch == 1


def test_the_second_ctrl_c_ends_at_once():
    with pytest.raises(KeyboardInterrupt), Interrupt() as interrupt:
        signal.raise_signal(signal.SIGINT)
        assert interrupt.asked
        signal.raise_signal(signal.SIGINT)
        pytest.fail("still running")


def test_a_handler_of_ones_own_stays():
    def mine(number, frame):
        seen.append(number)

    seen, before = [], signal.signal(signal.SIGINT, mine)
    try:
        with Interrupt() as interrupt:
            signal.raise_signal(signal.SIGINT)
            assert not interrupt.asked
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [signal.SIGINT]


def test_training_in_another_thread():
    ours, seen = trainer(), []
    thread = threading.Thread(target=lambda: seen.append(ours.fit(loader(), epochs=1)))
    thread.start()
    thread.join()
    assert len(seen[0]["loss"]) == 1
