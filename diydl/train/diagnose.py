"""When a loss is no number: the step is done again under a watch, and the error tells its cause."""

import numpy as np

from diydl.train.batches import grouped, mode, passed
from diydl.train.state import gather, restore
from diydl.train.watch import Finding, amount, bad_inputs, finite, watching

MOST = 2**28  # bytes of a training that is kept in memory to be done again


class NonFiniteError(FloatingPointError):
    """A training met numbers that are not finite.

    Attributes
    ----------
    finding : Finding or None
        The first tensor that was not finite: see `diydl.train.watch`.
    step : int
        The update that made it, counted from 1.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> from diydl.train import Trainer
    >>> model = nn.Linear(1, 1)
    >>> trainer = Trainer(model, nn.mse_loss, optim.SGD(model.parameters(), lr=0.1))
    >>> x = np.array([[1.0], [np.nan]], np.float32)
    >>> try:
    ...     trainer.fit([(x, x)])
    ... except NonFiniteError as error:
    ...     print(error.finding.what, error.finding.where)
    array 0 of the batch the data, first in its row 1
    """

    def __init__(self, message, finding=None, step=0):
        super().__init__(message)
        self.finding, self.step = finding, step


class Buffers:
    """The buffers of a model as they were before a step: random keys, running statistics.

    What was not written since the last step is not copied again.

    Examples
    --------
    >>> from diydl import nn, ones
    >>> layer = nn.Dropout(0.5)
    >>> buffers = Buffers(layer)
    >>> buffers.note()
    >>> _ = layer(ones(3)), buffers.restore()
    >>> int(layer.key.numpy()[2])
    0
    """

    def __init__(self, model):
        self.model, self.kept = model, {}

    def note(self):
        """Keep what there is now."""
        for buffer in self.model.buffers():
            kept = self.kept.get(buffer)
            if kept is None or kept[0] != buffer.version:
                self.kept[buffer] = (buffer.version, buffer.data.copy())

    def restore(self):
        """Bring back what was there."""
        for buffer, (version, array) in self.kept.items():
            if buffer.version != version:
                buffer.write(array)
                self.kept[buffer] = (buffer.version, array)


class Replay:
    """The beginning of an epoch, from which it can be done again to find a step that went wrong.

    Parameters
    ----------
    trainer : Trainer
        Its state is copied, if it takes at most `MOST` bytes.
    loader : DataLoader or list of batches
    """

    def __init__(self, trainer, loader):
        self.loader, self.start = loader, None
        size = sum(p.data.nbytes for p in trainer.model.parameters())
        if 3 * size <= MOST:
            self.start = gather(trainer)

    def find(self, trainer):
        """Return (finding, step) of the first update that made parameters bad; (None, 0) if none.

        Steps are eager and watched one by one. The trainer then stands where the epoch began.
        """
        if self.start is None:
            return None, 0
        restore(trainer, *self.start)
        try:
            with mode(trainer.model, training=True), np.errstate(all="ignore"):
                return self._walk(trainer)
        finally:
            restore(trainer, *self.start)

    def _walk(self, trainer):
        batches = passed(self.loader, trainer.epoch, trainer.batch)
        for group in grouped(batches, trainer.accumulate):
            finding = _step_watched(trainer, group)
            if finding is not None:
                return finding, trainer.step + 1
            trainer.batch += len(group)
            trainer.step += 1
            if trainer.schedule is not None and trainer.schedule_every == "step":
                trainer.schedule.step()
        return None, 0


def explained(trainer, group, error):
    """Return the error for a step that met what is not finite, with its cause.

    The buffers of the model are then as they were before the step.
    """
    trainer.buffers.restore()
    step, place = trainer.step + 1, f"epoch {trainer.epoch + 1}, batch {trainer.batch + 1}"
    finding, made = _looked_at(trainer, group), step
    as_it_was = "The parameters are as they were before this step."
    if finding is not None and finding.what.startswith("parameter"):
        cause, made = trainer.replay.find(trainer)
        as_it_was = "The training is as it was when the epoch began."
        if cause is None:
            made, as_it_was = step - 1, "Begin anew, or from a checkpoint, with watching(model)."
            cause = finding
        finding = cause
    lines = [f"{error}, at step {step} ({place})."]
    if finding is None:
        lines.append("Done again under a watch, no operation gave what is not finite.")
    else:
        lines += [f"First: {finding.what}, {finding.where}, at step {made}: {finding.amount}."]
        lines += [f"Try: {finding.advice}."]
    rate = f"The learning rate was {trainer.optimizer.lr:.3g}."
    return NonFiniteError("\n".join([*lines, f"{rate} {as_it_was}"]), finding, made)


def _looked_at(trainer, group):
    """Return the first thing that is not finite in a step, done again; the model is not changed."""
    for batch in group:
        found = bad_inputs(trainer.model, batch)
        if found is not None:
            return found
    with watching(trainer.model) as watch:
        try:
            for batch in group:
                loss, _ = trainer.objective(batch)
                loss.backward()
        except (ArithmeticError, ValueError):  # what goes on with a nan may fail
            pass
    trainer.optimizer.zero_grad()
    trainer.buffers.restore()
    return watch.cause


def _step_watched(trainer, group):
    """Make an update at once; if something becomes bad, return what it was."""
    update, plan = trainer.update, trainer.update.plan
    update.plan = False
    trainer.buffers.note()
    try:
        update.gradients(group)
        params = dict(trainer.model.named_parameters())
        if all(p.grad is None or finite(p.grad.data) for p in params.values()):
            update.apply()
            return _written(trainer, params)
    except FloatingPointError:
        pass
    finally:
        update.plan = plan
    trainer.buffers.restore()
    return _looked_at(trainer, group)


def _written(trainer, params):
    for name, parameter in params.items():
        if not finite(parameter.data):
            kind = type(trainer.optimizer).__name__
            return Finding(
                f"parameter {name}",
                f"written by {kind} from a finite gradient",
                amount(parameter.data),
                "a smaller learning rate, or clip_norm=1.0",
            )
    return None
