"""Checkpoints: a training in a file, from which it goes on bit for bit as if nothing had happened.

A file is safetensors: arrays, and notes in JSON; nothing in it is run when it is read. It is
written beside its destination and renamed when all of it is on the disk, so a kill, a crash or a
full disk leaves the last good one. A checksum tells a damaged file from a whole one.
"""

import json
import logging
import re
import warnings
import zlib
from pathlib import Path
from time import monotonic

import numpy as np

from diydl.storage import load_arrays, load_metadata, save_arrays
from diydl.train.callback import Callback
from diydl.train.early import is_best
from diydl.train.state import FORMAT, gather, restore

NAME = re.compile(r"step-(\d{9,})\.safetensors")
LEFT_OVER = re.compile(r"\.(step-\d{9,}|best)\.safetensors\.[0-9a-f]{8}\.tmp")
_log = logging.getLogger(__name__)


class DamagedError(ValueError):
    """A checkpoint that is not whole."""


def save(trainer, path):
    """Write all that the training depends on to a file, atomically.

    Raises
    ------
    OSError
        If it cannot be written; what was there before is unchanged.

    Examples
    --------
    >>> import tempfile
    >>> from diydl import nn, optim
    >>> from diydl.train import Trainer
    >>> model = nn.Linear(2, 1)
    >>> trainer = Trainer(model, nn.mse_loss, optim.SGD(model.parameters(), lr=0.1))
    >>> path = Path(tempfile.mkdtemp()) / "training.safetensors"
    >>> save(trainer, path)
    >>> load(trainer, path)
    """
    arrays, notes = gather(trainer)
    notes["checksum"] = _checksum(arrays)
    save_arrays(path, arrays, {"trainer": json.dumps(notes, allow_nan=False)})


def load(trainer, path):
    """Go on from a file that `save` wrote, with a trainer made as that one was.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, foreign, or of another training; the trainer is then as it was.
    """
    arrays, notes = read(path)
    try:
        restore(trainer, arrays, notes)
    except ValueError as error:
        raise ValueError(f"{path} does not fit this training: {error}") from error
    trainer.resumed = True


def read(path):
    """Return the arrays and the notes of a checkpoint, after comparing its checksum.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such file; if it is damaged, or no checkpoint.

    Examples
    --------
    >>> read("nowhere.safetensors")
    Traceback (most recent call last):
    FileNotFoundError: cannot read nowhere.safetensors: there is no such file
    """
    try:
        arrays, text = load_arrays(path), load_metadata(path).get("trainer")
    except (ValueError, TypeError) as error:
        raise DamagedError(str(error)) from error
    if text is None:
        raise ValueError(
            f"{path} holds arrays but is no checkpoint of a Trainer; weights alone are read by "
            "model.load(path)"
        )
    try:
        notes = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"{path} is damaged: its notes are no JSON ({error})") from error
    if not isinstance(notes, dict) or notes.get("format") != FORMAT:
        raise ValueError(f"{path} was not written by a Trainer of diydl")
    if notes.get("checksum") != _checksum(arrays):
        raise DamagedError(f"{path} is damaged: its numbers do not fit its checksum")
    return arrays, notes


def weights(path):
    """Return the weights of the model in a checkpoint, for its `load_state_dict`.

    Examples
    --------
    >>> import tempfile
    >>> from diydl import nn, optim
    >>> from diydl.train import Trainer
    >>> model = nn.Linear(2, 1)
    >>> path = Path(tempfile.mkdtemp()) / "training.safetensors"
    >>> save(Trainer(model, nn.mse_loss, optim.SGD(model.parameters(), lr=0.1)), path)
    >>> nn.Linear(2, 1).load_state_dict(weights(path))
    ([], [])
    """
    arrays, _ = read(path)
    found = {n.removeprefix("model/"): x for n, x in arrays.items() if n.startswith("model/")}
    if not found:
        raise ValueError(f"{path} holds no weights of a model")
    return found


def resume(trainer, folder):
    """Go on from the newest whole checkpoint of a folder.

    Returns
    -------
    Path or None
        The file, or None where there is none: training then begins as always.

    Raises
    ------
    ValueError
        If a whole checkpoint is of another training. Damaged ones are passed over, with a warning.
    """
    for path in sorted(listed(folder), reverse=True):
        try:
            load(trainer, path)
        except DamagedError as error:
            warnings.warn(f"{error}; an older checkpoint is tried", RuntimeWarning, stacklevel=3)
            continue
        return path
    return None


def listed(folder):
    """Return the checkpoints in a folder, the oldest first; of none, if there is no such folder.

    Examples
    --------
    >>> listed("no such folder")
    []
    """
    folder = Path(folder)
    found = folder.iterdir() if folder.is_dir() else ()
    paths = [path for path in found if NAME.fullmatch(path.name)]
    return sorted(paths, key=lambda path: int(NAME.fullmatch(path.name)[1]))


class Checkpoints(Callback):
    """Save the training again and again, and keep the newest files and the best one.

    What cannot be written (the disk is full) is a warning, and training goes on: the older files
    are still there. One folder belongs to one training.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there.
    every_steps : int, optional
        Save after so many updates, besides after each epoch.
    every_seconds : float, optional
        Save when so much time has passed since the last one.
    keep : int
        How many of the newest to keep.
    best : str, optional
        The column of the history, such as "validation loss", whose best epoch is kept as
        ``best.safetensors``.
    higher : bool, optional
        Whether more is better; by the name of the column, if left out.

    Examples
    --------
    >>> import tempfile
    >>> from diydl import data, nn, optim
    >>> from diydl.train import Trainer
    >>> folder, loader = tempfile.mkdtemp(), data.DataLoader(data.load_iris()[0], 32)
    >>> def trained(epochs):
    ...     model = nn.Linear(4, 3)
    ...     optimizer = optim.SGD(model.parameters(), lr=0.1)
    ...     trainer = Trainer(model, nn.cross_entropy, optimizer, callbacks=[Checkpoints(folder)])
    ...     trainer.resume(folder)
    ...     trainer.fit(loader, epochs=epochs)
    ...     return trainer
    >>> trained(epochs=2)
    Trainer(Linear, 2 epochs, 8 steps)
    >>> trained(epochs=3).step
    12
    """

    last = True

    def __init__(
        self, folder, *, every_steps=None, every_seconds=None, keep=3, best=None, higher=None
    ):
        for name, value in (("keep", keep), ("every_steps", every_steps)):
            whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
            if value is not None and (not whole or value < 1) or (name == "keep" and value is None):
                raise ValueError(f"{name} is a whole number of at least 1, got {value!r}")
        self.folder, self.keep = Path(folder), keep
        self.every_steps, self.every_seconds = every_steps, every_seconds
        self.best, self.higher = best, higher
        self._written = monotonic()

    def on_fit_start(self, trainer):
        """Make the folder; take away what a kill has left half written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self.folder.iterdir():
            if LEFT_OVER.fullmatch(path.name):
                path.unlink(missing_ok=True)
        self._written = monotonic()

    def on_step_end(self, trainer):
        """Save if it is time."""
        most = float("inf") if self.every_seconds is None else self.every_seconds
        late = monotonic() - self._written >= most
        if late or (self.every_steps is not None and trainer.step % self.every_steps == 0):
            self.write(trainer)

    def on_epoch_end(self, trainer):
        """Save, and once more if this is the best epoch so far."""
        self.write(trainer)
        if self.best is not None and is_best(trainer.history, self.best, self.higher):
            self._try(trainer, self.folder / "best.safetensors")

    def on_interrupt(self, trainer):
        """Save what has been reached."""
        self.write(trainer)

    def write(self, trainer):
        """Save now, and take away the oldest beyond `keep`."""
        if self._try(trainer, self.folder / f"step-{trainer.step:09d}.safetensors"):
            for path in listed(self.folder)[: -self.keep]:
                path.unlink(missing_ok=True)

    def _try(self, trainer, path):
        self._written = monotonic()
        try:
            save(trainer, path)
        except OSError as error:
            warnings.warn(
                f"no checkpoint at step {trainer.step}: {error}; training goes on",
                RuntimeWarning,
                stacklevel=2,
            )
            return False
        _log.info("saved %s", path)
        return True


def _checksum(arrays):
    """Return a number that follows from names, kinds and contents of all arrays."""
    total = 0
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total = zlib.crc32(f"{name} {array.shape} {array.dtype.str}".encode(), total)
        total = zlib.crc32(memoryview(array.reshape(-1).view(np.uint8)), total)
    return total
