"""What else happens while a network is trained: callbacks."""


class Callback:
    """Base class: something that the `Trainer` calls at fixed points. Define what you need.

    A plain function ``f(trainer)`` may stand for a callback that only has `on_epoch_end`.

    Attributes
    ----------
    last : bool
        Whether it is called after the others, as what writes a checkpoint is.

    Examples
    --------
    >>> class Patience(Callback):
    ...     def on_epoch_end(self, trainer):
    ...         if trainer.history["loss"][-1] < 0.1:
    ...             trainer.stop("the loss is small enough")
    """

    last = False

    def on_fit_start(self, trainer):
        """Before the first epoch."""

    def on_epoch_start(self, trainer):
        """Before the first batch of an epoch (not where a resumed run takes it up)."""

    def on_step_end(self, trainer):
        """After each update; `trainer.loss` is the loss of its batch."""

    def on_epoch_end(self, trainer):
        """After an epoch and its validation; `trainer.history` has its row."""

    def on_fit_end(self, trainer):
        """After the last epoch, if training was not broken off by an error."""

    def on_interrupt(self, trainer):
        """After the step during which somebody pressed Ctrl-C, or the notebook's stop button."""

    def close(self):
        """Give back what is held, also after an error; of what shows progress."""

    def state_dict(self):
        """Return what must outlive a restart, as a dict of arrays."""
        return {}

    def load_state_dict(self, arrays):
        """Go on from what `state_dict` returned."""


class AtEpochEnd(Callback):
    """A function as a callback.

    Examples
    --------
    >>> AtEpochEnd(print).on_epoch_end("trained")
    trained
    """

    def __init__(self, function):
        self.function = function

    def on_epoch_end(self, trainer):
        """Call it."""
        self.function(trainer)


def callbacks(given):
    """Return a list of callbacks, those that are to be called last at its end.

    Examples
    --------
    >>> [type(c).__name__ for c in callbacks([print, Callback()])]
    ['AtEpochEnd', 'Callback']
    """
    given = [given] if isinstance(given, Callback) or callable(given) else list(given)
    for x in given:
        if not isinstance(x, Callback) and (isinstance(x, type) or not callable(x)):
            what = x.__name__ if isinstance(x, type) else type(x).__name__
            advice = f"make one: {what}(...)" if isinstance(x, type) else "derive from Callback"
            raise TypeError(f"a callback is a Callback or a function, got {what}; {advice}")
    found = [x if isinstance(x, Callback) else AtEpochEnd(x) for x in given]
    return sorted(found, key=lambda x: x.last)
