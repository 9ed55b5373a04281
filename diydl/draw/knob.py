"""The knobs of a live figure: which values each may take, and how they are written."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Knob:
    """A named choice among a few values; made by `knob`."""

    values: tuple
    label: str = ""
    unit: str = ""
    start: int = 0
    texts: tuple = ()

    @property
    def numeric(self):
        """Whether the values are numbers, for a slider; else they are words, for a list."""
        return all(isinstance(v, int | float) and not isinstance(v, bool) for v in self.values)


def knob(values, *, label="", unit="", start=None, form=None):
    """Declare a knob of a live figure.

    Parameters
    ----------
    values
        A tuple (start, stop, count) for that many evenly spaced numbers, or a list of numbers or
        words.
    label, unit : str
        Shown beside the knob; the label is the parameter's name unless given.
    start
        The value at the beginning: one of the values. Default: the first.
    form : str
        How numbers are written, such as ".2f".

    Examples
    --------
    >>> knob((0, 1, 5), label="rate").texts
    ('0', '0.25', '0.5', '0.75', '1')
    >>> knob(["SGD", "Adam"], start="Adam").start
    1
    """
    if isinstance(values, Knob):
        return values
    values = _spread(values) if isinstance(values, tuple) else _listed(values)
    if start is not None and start not in values:
        raise ValueError(f"start must be one of {list(values)}, got {start!r}")
    at = 0 if start is None else values.index(start)
    return Knob(values, label, unit, at, _texts(values, form))


def _spread(values):
    words = "a range is a tuple (start, stop, count) such as (0.1, 1.1, 12)"
    if len(values) != 3 or not all(isinstance(v, int | float) for v in values):
        raise ValueError(f"{words}, got {values}; a choice of values is a list")
    start, stop, count = values
    if not isinstance(count, int) or count < 2:
        raise ValueError(f"{words} with a whole count of at least 2, got {count}")
    spread = [round(float(v), 12) for v in np.linspace(start, stop, count)]
    whole = isinstance(start, int) and all(v == int(v) for v in spread)
    return tuple(int(v) for v in spread) if whole else tuple(spread)


def _listed(values):
    values = tuple(v.item() if isinstance(v, np.generic) else v for v in values)
    if len(values) < 2:
        raise ValueError(f"a knob needs at least two values, got {list(values)}")
    if len(set(map(str, values))) < len(values):
        raise ValueError(f"the values of a knob must differ, got {list(values)}")
    return values


def _texts(values, form):
    if form:
        return tuple(format(v, form) for v in values)
    for digits in range(3, 13):
        texts = tuple(f"{v:.{digits}g}" if isinstance(v, float) else str(v) for v in values)
        if len(set(texts)) == len(texts):
            break
    return texts
