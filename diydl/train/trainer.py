"""The training loop: epochs of steps, what is measured on the way, and everybody who listens."""

import inspect
from time import perf_counter

import numpy as np

from diydl.engines.tape import no_grad
from diydl.train import checkpoint, progress
from diydl.train.batches import grouped, length, mode, notes_on, passed, size_of
from diydl.train.callback import Callback
from diydl.train.callback import callbacks as listeners
from diydl.train.diagnose import Buffers, Replay, explained
from diydl.train.interrupt import Interrupt
from diydl.train.meter import meters
from diydl.train.metric import Mean
from diydl.train.step import Objective, Step


class Trainer:
    """Train a model on batches.

    Parameters
    ----------
    model : nn.Module
    loss : callable
        ``loss(outputs, *targets)`` returns one number, a mean over the examples of the batch.
    optimizer : Optimizer
        Of the parameters of the model.
    schedule : Schedule, optional
        Changes the learning rate: its `step` is called after every epoch, with the loss (that of
        the validation, if there is one) if it takes an argument.
    schedule_every : {"epoch", "step"}
        When the schedule makes its step.
    metrics : list, or dict of str to what a list may hold
        Names ("accuracy"), functions of ``(outputs, *targets)``, and objects such as
        `TopKAccuracy(5)`; measured in training and in validation.
    callbacks : list
        Objects derived from `Callback`, or functions of the trainer, called after each epoch.
    penalty : callable, optional
        ``penalty(model)`` is added to every loss that is reported, and minimised with it.
    accumulate : int
        How many batches make one update: their gradients are averaged over all examples.
    clip_norm, clip_value : float, optional
        Limits of the gradients: of their norm all together, or of each of their elements.
    plan : bool
        Run steps from plans (see `compute_graph`) instead of operation by operation: faster where
        operations are many and small. May be changed between epochs; the numbers are the same.
    inputs : int, optional
        How many arrays of a batch go to the model; all but the last, if left out.
    progress : bool, optional
        Whether progress is shown: a bar in a terminal, curves that grow in a notebook. If left out,
        nothing where output is neither.

    Attributes
    ----------
    history : dict of str to list
        A column for each thing that was measured, a row for each epoch.
    epoch, batch, step : int
        How many epochs are finished, how many batches of this one, how many updates of all.
    loss : float
        The loss of the last update.
    stopped : str
        Why training was told to end; empty, if it was not.

    Examples
    --------
    >>> from diydl import data, nn, optim
    >>> from diydl.backend import seed
    >>> seed(0)
    >>> train, test = data.load_iris()
    >>> model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
    >>> optimizer = optim.Adam(model.parameters(), lr=0.02)
    >>> trainer = Trainer(model, nn.cross_entropy, optimizer, metrics=["accuracy"])
    >>> history = trainer.fit(data.DataLoader(train, 16, shuffle=True), epochs=20)
    >>> history["loss"][-1] < 0.3 < history["loss"][0]
    True
    >>> trainer.evaluate(data.DataLoader(test, 16))["accuracy"] > 0.9
    True
    """

    def __init__(
        self,
        model,
        loss,
        optimizer,
        *,
        schedule=None,
        schedule_every="epoch",
        metrics=(),
        callbacks=(),
        penalty=None,
        accumulate=1,
        clip_norm=None,
        clip_value=None,
        plan=False,
        inputs=None,
        progress=None,
    ):
        _whole("accumulate", accumulate)
        if schedule_every not in ("epoch", "step"):
            raise ValueError(f'schedule_every is "epoch" or "step", got {schedule_every!r}')
        self.model, self.optimizer, self.schedule = model, optimizer, schedule
        self.schedule_every, self.accumulate = schedule_every, accumulate
        self.metrics, self.callbacks = meters(metrics), listeners(callbacks)
        self.objective = Objective(model, loss, penalty, inputs)
        limits = {"clip_norm": clip_norm, "clip_value": clip_value}
        self.update = Step(self.objective, optimizer, plan=plan, **limits)
        self.history = {}
        self.epoch = self.batch = self.step = self.began = 0
        self.loss, self.stopped, self.seconds = float("nan"), "", 0.0
        self.resumed, self.loader_notes = False, {}
        self.until, self.batches, self.progress = 0, None, progress
        self._shown, self._interrupt = Callback(), Interrupt()
        self.buffers, self.replay = Buffers(model), None
        self.mean = Mean()  # loss of the epoch under way

    @property
    def plan(self):
        """Whether steps are run from plans."""
        return self.update.plan

    @plan.setter
    def plan(self, chosen):
        self.update.plan = bool(chosen)

    def fit(self, loader, *, validation=None, epochs=1):
        """Train for a number of epochs.

        Parameters
        ----------
        loader : DataLoader, or a list of batches
            Each batch is a tuple of arrays. A loader is told the number of the epoch.
        validation : DataLoader or list of batches, optional
            Measured after each epoch.
        epochs : int
            How many more. After `resume` and `load`, as many as were asked for when the `fit` that
            was broken off began: the same script, run again, ends where it would have ended.

        Returns
        -------
        dict of str to list
            `history`.

        Raises
        ------
        NonFiniteError
            If the loss is no finite number. It names the first operation that made one, and the
            parameters are as they were before that step.
        KeyboardInterrupt
            After Ctrl-C, when the step under way is done: `fit` called again goes on from there. A
            second Ctrl-C ends at once.
        """
        _whole("epochs", epochs, least=0)
        self._shown = progress.progress(self.progress)
        try:
            with self._interrupt:
                self._begin(loader, epochs)
                while self.epoch < self.until and not self.stopped:
                    self._train_epoch(loader, validation)
                self._tell("on_fit_end")
                self._end_if_interrupted()
        finally:
            self._shown.close()
        return self.history

    def _begin(self, loader, epochs):
        notes = notes_on(loader)
        if self.resumed and self.batch and self.loader_notes != notes:
            raise ValueError(
                f"the training was saved in the middle of an epoch of another loader: "
                f"{self.loader_notes}, this one has {notes}; make it as it was"
            )
        if not self.resumed:
            self.began = self.epoch
        self.stopped, self.loader_notes = "", notes
        self.until, self.batches = self.began + epochs, length(loader)
        self._tell("on_fit_start")
        self.resumed = False

    def evaluate(self, loader):
        """Return loss and metrics over all batches, as a dict; nothing is changed.

        Examples
        --------
        >>> import numpy as np
        >>> from diydl import nn, optim
        >>> model = nn.Linear(2, 1)
        >>> trainer = Trainer(model, nn.mse_loss, optim.SGD(model.parameters(), lr=0.1))
        >>> batch = np.ones((3, 2), "float32"), np.ones((3, 1), "float32")
        >>> list(trainer.evaluate([batch]))
        ['loss']
        """
        mean, sums = Mean(), [(m, m.sums) for m in self.metrics]
        try:
            self._reset(mean)
            with mode(self.model, training=False):
                for batch in passed(loader, epoch=0):
                    self._measure(mean, batch, *self.update.evaluate(batch))
                    self._end_if_interrupted()
            return self._measured(mean)
        finally:
            for metric, kept in sums:
                metric.sums = kept

    def predict(self, loader):
        """Return the outputs of the model for all batches, joined to one array.

        Parameters
        ----------
        loader : DataLoader, list of batches, or array
            Of batches, the arrays that the model takes are used. An array goes in as it is.

        Examples
        --------
        >>> import numpy as np
        >>> from diydl import nn, optim
        >>> model = nn.Linear(2, 1)
        >>> trainer = Trainer(model, nn.mse_loss, optim.SGD(model.parameters(), lr=0.1))
        >>> trainer.predict(np.ones((3, 2), "float32")).shape
        (3, 1)
        """
        if hasattr(loader, "shape"):
            loader = [(loader,)]
        with mode(self.model, training=False), no_grad():
            found = [
                self.model(*self.objective.split(batch)[0]) for batch in passed(loader, epoch=0)
            ]
        return np.concatenate([x.numpy() for x in found])

    def stop(self, reason="stopped by a callback"):
        """End training after this step; `fit` called again goes on where it was."""
        self.stopped = reason

    def save(self, path):
        """Write all that the training depends on to a file: see `diydl.train.checkpoint`.

        Besides the weights: optimizer, schedule, random keys, position in the data, history, and
        what callbacks keep.
        """
        checkpoint.save(self, path)

    def load(self, path):
        """Go on from a file that `save` wrote; the trainer must be made as that one was.

        Raises
        ------
        FileNotFoundError, ValueError
            If there is no such file; if it is damaged, foreign, or of another training. The
            trainer is then as it was.
        """
        checkpoint.load(self, path)

    def resume(self, folder):
        """Go on from the newest whole checkpoint in a folder, if there is one.

        Returns
        -------
        Path or None
            The file that was read.

        Raises
        ------
        ValueError
            If the newest one is of another training.
        """
        return checkpoint.resume(self, folder)

    def _train_epoch(self, loader, validation):
        start, before = perf_counter(), self.seconds
        self.replay = Replay(self, loader)
        if not self.batch:
            self._reset(self.mean)
            self._tell("on_epoch_start")
        with mode(self.model, training=True):
            for group in grouped(passed(loader, self.epoch, self.batch), self.accumulate):
                self._train_step(group)
                self.seconds = before + perf_counter() - start
                self._tell("on_step_end")
                self._end_if_interrupted()
                if self.stopped:
                    return
        self._finish_epoch(self._measured(self.mean), validation)

    def _train_step(self, group):
        self.buffers.note()
        try:
            with np.errstate(all="ignore"):  # what is not finite is looked for, and told at length
                results = self.update(group)
        except FloatingPointError as error:
            raise explained(self, group, error) from error
        for batch, (loss, outputs) in zip(group, results, strict=True):
            self._measure(self.mean, batch, loss, outputs)
        total = sum(map(size_of, group))
        parts = zip(group, results, strict=True)
        self.loss = sum(loss * size_of(batch) / total for batch, (loss, _) in parts)
        self.batch += len(group)
        self.step += 1
        if self.schedule is not None and self.schedule_every == "step":
            self.schedule.step()

    def _finish_epoch(self, row, validation):
        if validation is not None:
            found = self.evaluate(validation)
            row |= {f"validation {name}": value for name, value in found.items()}
        self.epoch, self.batch = self.epoch + 1, 0
        row = {"epoch": self.epoch, **row, "learning rate": self.optimizer.lr}
        self._note(row | {"seconds": self.seconds})
        self.seconds = 0.0
        if self.schedule is not None and self.schedule_every == "epoch":
            watched = row.get("validation loss", row["loss"])
            self.schedule.step(*([watched] if takes_metric(self.schedule) else []))
        self._tell("on_epoch_end")

    def _note(self, row):
        """Add a row to the history; what is measured only now or no longer is nan elsewhere."""
        length = len(next(iter(self.history.values()), []))
        for name in {**self.history, **row}:
            column = self.history.setdefault(name, [float("nan")] * length)
            column.append(row.get(name, float("nan")))

    def _reset(self, mean):
        mean.reset()
        for metric in self.metrics:
            metric.reset()

    def _measure(self, mean, batch, loss, outputs):
        mean.add(loss, size_of(batch))
        for metric in self.metrics:
            metric.update(outputs, *self.objective.split(batch)[1])

    def _measured(self, mean):
        found = {"loss": mean.value()}
        for metric in self.metrics:
            value = metric.value()
            found[metric.name] = value.tolist() if isinstance(value, np.ndarray) else value
        return found

    def _tell(self, moment):
        for callback in (*self.callbacks, self._shown):
            getattr(callback, moment)(self)

    def _end_if_interrupted(self):
        if self._interrupt.asked:
            self._tell("on_interrupt")
            raise KeyboardInterrupt(f"stopped after step {self.step}; fit goes on from there")

    def __repr__(self):
        return f"Trainer({type(self.model).__name__}, {self.epoch} epochs, {self.step} steps)"


def takes_metric(schedule):
    """Tell whether the step of a schedule takes a number to look at.

    Examples
    --------
    >>> class Plateau:
    ...     def step(self, metric): ...
    >>> takes_metric(Plateau())
    True
    """
    kinds = inspect.signature(schedule.step).parameters.values()
    return any(p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD for p in kinds)


def _whole(name, value, least=1):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} is a whole number of at least {least}, got {value!r}")
