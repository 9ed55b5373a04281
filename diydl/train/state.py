"""All that a training depends on, as arrays and plain notes, and back: what a checkpoint holds."""

import numpy as np

from diydl import backend
from diydl.train.metric import Metric

FORMAT, VERSION = "diydl.train.Trainer", 1
COUNTERS = ("epoch", "batch", "step", "began")
SPECIAL = {"nan": float("nan"), "inf": float("inf"), "-inf": -float("inf")}  # JSON has no words


def gather(trainer):
    """Return (arrays, notes): a dict of arrays, and what can be written as JSON.

    Examples
    --------
    >>> import numpy as np
    >>> from diydl import nn, optim
    >>> from diydl.train import Trainer
    >>> model = nn.Linear(2, 1)
    >>> arrays, notes = gather(Trainer(model, nn.mse_loss, optim.SGD(model.parameters(), lr=0.1)))
    >>> [name for name in arrays if name.startswith("model/")], notes["step"]
    (['model/weight', 'model/bias'], 0)
    """
    arrays = {}
    for part, holder in _parts(trainer).items():
        state = holder.sums if isinstance(holder, Metric) else holder.state_dict()
        arrays |= {f"{part}/{name}": np.array(backend.to_numpy(x)) for name, x in state.items()}
    notes = {
        "format": FORMAT,
        "version": VERSION,
        **{name: getattr(trainer, name) for name in COUNTERS},
        "seconds": trainer.seconds,
        "loss": _told(trainer.loss),
        "history": {name: _told(column) for name, column in trainer.history.items()},
        "random": [int(x) for x in backend.random_state()],
        "frozen": [n for n, p in trainer.model.named_parameters() if not p.requires_grad],
        "loader": trainer.loader_notes,
    }
    return arrays, notes


def restore(trainer, arrays, notes):
    """Bring a trainer to the state that `gather` returned; all of it, or nothing.

    Raises
    ------
    ValueError
        If something is missing, unknown, or does not fit; then the trainer is as it was.
    """
    before = gather(trainer)
    try:
        _apply(trainer, arrays, notes)
    except Exception as error:
        _apply(trainer, *before)
        if isinstance(error, (ValueError, TypeError, KeyError, RecursionError, OverflowError)):
            raise ValueError(_words(error)) from error
        raise


def _apply(trainer, arrays, notes):
    parts, found = _parts(trainer), _sorted(arrays)
    told = _checked(notes)
    _known(trainer, parts, found)
    _same_dtypes(trainer.model.state_dict(), found.get("model", {}))
    for part, holder in parts.items():
        if isinstance(holder, Metric):
            holder.sums = found.get(part, {})
        elif part in found or holder.state_dict():
            holder.load_state_dict(found.get(part, {}))
    for name, parameter in trainer.model.named_parameters():
        parameter.requires_grad = name not in told["frozen"]
        parameter.grad = None
    for name in (*COUNTERS, "seconds", "loss", "history"):
        setattr(trainer, name, told[name])
    trainer.loader_notes = told["loader"]
    backend.set_random_state(told["random"])


def _parts(trainer):
    """Return everything that has a state, by the name of its part."""
    parts = {"model": trainer.model, "optimizer": trainer.optimizer, "mean": trainer.mean}
    if trainer.schedule is not None:
        parts["schedule"] = trainer.schedule
        if not hasattr(trainer.schedule, "state_dict"):
            raise TypeError(
                f"{type(trainer.schedule).__name__} cannot be kept: a schedule needs state_dict() "
                "and load_state_dict(arrays), as those of diydl.optim have"
            )
    parts |= {f"metric {metric.name}": metric for metric in trainer.metrics}
    kinds = {}
    for callback in trainer.callbacks:
        kind = type(callback).__name__
        kinds[kind] = kinds.get(kind, 0) + 1
        parts[f"callback {kind} {kinds[kind]}"] = callback
    return parts


def _sorted(arrays):
    found = {}
    for name, array in arrays.items():
        part, slash, inner = name.partition("/")
        if not slash:
            raise ValueError(f"array {name!r} belongs to no part of a training")
        found.setdefault(part, {})[inner] = array
    return found


def _known(trainer, parts, found):
    for part in found:
        if part not in parts:
            raise ValueError(
                f"it holds the state of {part!r}, and this Trainer has no such part (it has "
                f"{', '.join(map(repr, parts))}); make the Trainer as it was made for the training "
                "that was saved"
            )
    lost = [part for part in ("model", "optimizer") if part not in found]
    if lost:
        raise ValueError(f"it holds no state of {' and '.join(lost)}")


def _same_dtypes(own, given):
    for name, array in given.items():
        if name in own and own[name].dtype != array.dtype:
            raise ValueError(
                f"{name} is {array.dtype} there and {own[name].dtype} here: call "
                f"diydl.set_default_dtype({array.dtype.name!r}) before the model is made"
            )


def _checked(notes):
    """Return notes with the types that they must have, whoever wrote them."""
    if not isinstance(notes, dict) or notes.get("format") != FORMAT:
        raise ValueError("it was not written by a Trainer of diydl")
    if notes.get("version") != VERSION:
        raise ValueError(
            f"it has version {notes.get('version')!r} of the format, this diydl reads {VERSION}"
        )
    told = {name: _count(name, notes.get(name)) for name in COUNTERS}
    told |= {name: _number(name, notes.get(name)) for name in ("seconds", "loss")}
    history, frozen, loader = (notes.get(name) for name in ("history", "frozen", "loader"))
    if not isinstance(history, dict) or not all(isinstance(c, list) for c in history.values()):
        raise ValueError("its history is no dict of columns")
    if len({len(column) for column in history.values()}) > 1:
        raise ValueError("the columns of its history differ in length")
    told["history"] = {n: [_entry(n, x) for x in column] for n, column in history.items()}
    if not isinstance(frozen, list) or not all(isinstance(name, str) for name in frozen):
        raise ValueError("its list of frozen parameters is damaged")
    if not isinstance(loader, dict):
        raise ValueError("its notes on the loader are damaged")
    return told | {"frozen": frozen, "loader": loader, "random": notes.get("random")}


def _count(name, value):
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
        raise ValueError(f"{name} is a whole number from 0, got {value!r:.60}")
    return value


def _number(name, value):
    value = SPECIAL.get(value, value) if isinstance(value, str) else value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{name} is a number, got {value!r:.60}")
    return value


def _entry(name, value):
    return [_entry(name, x) for x in value] if isinstance(value, list) else _number(name, value)


def _told(value):
    """Return numbers as JSON can hold them: it has none for nan and infinity."""
    if isinstance(value, list):
        return [_told(x) for x in value]
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value


def _words(error):
    if isinstance(error, RecursionError):
        return "its notes are nested too deeply"
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
