"""Progress that is seen: a bar in a terminal, live curves in a notebook, silence elsewhere."""

import shutil
import sys
from html import escape
from time import monotonic, perf_counter

from diydl.train.callback import Callback

SHARE = 0.1  # of the time that drawing may take
SOONEST = 0.3  # seconds between two pictures


def progress(wanted=None):
    """Return what shows the progress of a training here.

    Parameters
    ----------
    wanted : bool, optional
        False: nothing. True: something in any case, if only a line for each epoch. If left out,
        nothing where output goes neither to a terminal nor to a notebook.

    Examples
    --------
    >>> type(progress(False)).__name__, type(progress(True)).__name__
    ('Callback', 'Lines')
    """
    if wanted is False:
        return Callback()
    if in_notebook():
        return Curves()
    if sys.stderr is not None and sys.stderr.isatty():
        return Bar()
    return Lines() if wanted else Callback()


def in_notebook():
    """Tell whether the kernel of a notebook runs this.

    Examples
    --------
    >>> in_notebook()
    False
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None


class Lines(Callback):
    """A line for each epoch, on standard output.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> from diydl.train import Trainer
    >>> import numpy as np
    >>> model = nn.Linear(2, 1)
    >>> batch = np.zeros((4, 2), "float32"), np.zeros((4, 1), "float32")
    >>> model.bias.write(np.array([0.5], "float32"))
    >>> optimizer = optim.SGD(model.parameters(), lr=0.0)
    >>> trainer = Trainer(model, nn.mse_loss, optimizer, progress=True)
    >>> history = trainer.fit([batch], epochs=2)  # doctest: +ELLIPSIS
    epoch 1 of 2: loss 0.25, ... seconds
    epoch 2 of 2: loss 0.25, ... seconds
    """

    def on_epoch_end(self, trainer):
        """Write the newest row."""
        sys.stdout.write(f"{line(trainer)}\n")
        sys.stdout.flush()


class Bar(Callback):
    """tqdm's bar, one for each epoch, on standard error.

    Examples
    --------
    >>> Bar().on_fit_end(None)
    """

    def __init__(self):
        self.bar = None

    def on_step_end(self, trainer):
        """Move the bar; an epoch that is taken up in its middle begins there."""
        if self.bar is None:
            from tqdm.std import tqdm

            columns, rows = shutil.get_terminal_size()  # where the size is unknown, as if 80 x 24
            self.bar = tqdm(
                total=trainer.batches,
                initial=max(0, trainer.batch - trainer.accumulate),
                desc=f"epoch {trainer.epoch + 1} of {trainer.until}",
                unit="batch",
                ncols=columns,
                nrows=rows,
                leave=True,
            )
        self.bar.update(trainer.batch - self.bar.n)
        self.bar.set_postfix_str(f"loss {trainer.loss:.4g}", refresh=False)

    def on_epoch_end(self, trainer):
        """Leave a line with what was measured in place of the bar."""
        if self.bar is not None:
            self.bar.leave = False
            self.close()
        sys.stderr.write(f"{line(trainer)}\n")

    def close(self):
        """End the line, also after an error."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None


class Curves(Callback):
    """Curves in a notebook that grow while the network learns, and stay when it has learned.

    They are a picture with a text and a table, redrawn in place; at most a tenth of the time goes
    into drawing. Where nobody sits before the kernel, only the last picture is shown.

    Examples
    --------
    >>> Curves().close()
    """

    def __init__(self, show=None):
        from diydl.draw.live import in_session

        self.show, self.handle, self.live = show or _display, None, show is not None or in_session()
        self.at, self.losses, self.drawn, self.cost = [], [], 0.0, 0.0
        self.shown = None  # whose last picture is still to be drawn

    def on_fit_start(self, trainer):
        """Begin to measure the time."""
        self.began = self.drawn = monotonic()

    def on_step_end(self, trainer):
        """Note the loss; draw if there is time for it."""
        total = trainer.batches or max(trainer.batch, 1)
        self.at.append(trainer.epoch + min(1.0, trainer.batch / total))
        self.losses.append(trainer.loss)
        self.shown = trainer
        waited = monotonic() - self.drawn
        if self.live and waited > max(SOONEST, self.cost / SHARE):
            self.draw(trainer, done=False)

    def on_fit_end(self, trainer):
        """Draw what stays."""
        self.shown = trainer
        self.close()

    def close(self):
        """Draw for the last time, also after an error."""
        trainer, self.shown = self.shown, None
        if trainer is not None and self.losses:
            self.draw(trainer, done=True)

    def draw(self, trainer, done):
        """Show the picture of now in place of the last one."""
        start, self.shown = perf_counter(), trainer
        page = Page(self.html(trainer, done), self.text(trainer))
        self.handle = self.show(page, self.handle)
        if done:
            self.shown = None
        self.cost, self.drawn = perf_counter() - start, monotonic()

    def html(self, trainer, done):
        """Return line, bar and curves."""
        from diydl.draw.curve import training_curve

        steps = self.at, self.losses
        curves = training_curve(trainer.history, steps=steps)._repr_html_()
        done = done and not trainer.batch
        bar = "" if done else _bar(trainer)
        return f'<div class="diydl-progress"><p>{escape(self.text(trainer))}</p>{bar}{curves}</div>'

    def text(self, trainer):
        """Say in a line where training is."""
        words = f"Epoch {trainer.epoch} of {trainer.until} is done"
        if trainer.batch:
            of = f" of {trainer.batches}" if trainer.batches else ""
            words = f"Epoch {trainer.epoch + 1} of {trainer.until}, batch {trainer.batch}{of}"
            words += f": loss {trainer.loss:.4g}"
        elif trainer.history:
            words += f": {told(trainer.history)}"
        seconds = round(monotonic() - self.began)
        return f"{words}. {seconds} second{'s' * (seconds != 1)}."


class Page:
    """What a notebook shows, and the text in its place.

    Examples
    --------
    >>> Page("<p>done</p>", "done")
    done
    """

    def __init__(self, html, text):
        self.html, self.text = html, text

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        return self.text


def line(trainer):
    """Return what to say of an epoch that has just been finished.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> line(SimpleNamespace(epoch=1, until=2, history={"loss": [0.25], "seconds": [0.1]}))
    'epoch 1 of 2: loss 0.25, 0.1 seconds'
    """
    seconds = trainer.history["seconds"][-1]
    words = told(trainer.history)
    return f"epoch {trainer.epoch} of {trainer.until}: {words}, {seconds:.1f} seconds"


def told(history):
    """Return the newest row of a history as words.

    Examples
    --------
    >>> told({"epoch": [1], "loss": [0.25], "accuracy": [0.912], "seconds": [3.1]})
    'loss 0.25, accuracy 91.20 %'
    """
    newest = {name: c[-1] for name, c in history.items() if isinstance(c[-1], (int, float))}
    aside = ("epoch", "seconds", "learning rate")
    return ", ".join(
        f"{name} {value:.2%}".replace("%", " %") if "accuracy" in name else f"{name} {value:.4g}"
        for name, value in newest.items()
        if name not in aside and value == value
    )


def _bar(trainer):
    done = trainer.epoch + (trainer.batch / trainer.batches if trainer.batches else 0)
    share = min(1.0, (done - trainer.began) / max(1, trainer.until - trainer.began))
    return (
        f'<progress aria-label="Training" max="1" value="{share:.3f}" style="width:100%">'
        f"{share:.0%}</progress>"
    )


def _display(page, handle):
    """Show a page in a notebook, or in place of what was shown before."""
    from IPython.display import display

    if handle is None:
        return display(page, display_id=True)
    handle.update(page)
    return handle
