"""The state of a module as a dict of arrays: what fits, what does not, and writing it."""

import difflib

import numpy as np

from diydl.backend import as_array, device_of, to_device
from diydl.exercise import exercise
from diydl.value import Value


@exercise("07/misfits")
def misfits(own, given):
    """Compare what a model has with what is offered; return three lists of complaints.

    Parameters
    ----------
    own, given : dict of str to (shape, dtype)
        What the model has, and what it is to be loaded with.

    Returns
    -------
    (faults, missing, unexpected) : three lists of str
        Of names on both sides whose shapes differ, or whose kinds of numbers do (whole numbers
        become floating-point ones, but not the other way round), in the order of `given`; of names
        that are not given, in the order of `own`; and of names that the model has not. The last
        two ask after a name from the other list that looks alike.

    Examples
    --------
    >>> number = np.dtype("float32")
    >>> own = {"weight": ((2, 4), number), "bias": ((2,), number)}
    >>> misfits(own, {"wieght": ((2, 4), number), "bias": ((4,), number)})
    (['shape: bias is (2,), got (4,)'], ['missing: weight (is it wieght?)'], ['unexpected: ...'])
    """
    faults = []
    for name, (shape, dtype) in given.items():
        if name not in own:
            continue
        if shape != own[name][0]:
            faults.append(f"shape: {name} is {own[name][0]}, got {shape}")
        elif not np.can_cast(dtype, own[name][1], "same_kind"):
            faults.append(f"dtype: {name} is {own[name][1]}, got {dtype}")
    absent = [name for name in own if name not in given]
    extra = [name for name in given if name not in own]
    missing = [f"missing: {name}{_nearest(name, extra)}" for name in absent]
    unexpected = [f"unexpected: {name}{_nearest(name, absent)}" for name in extra]
    return faults, missing, unexpected


def _nearest(name, candidates):
    close = difflib.get_close_matches(name, candidates, n=1)
    return f" (is it {close[0]}?)" if close else ""


def arrays_of(values):
    """Return a dict with an array in place of each tensor, array or list of numbers.

    Examples
    --------
    >>> arrays_of({"bias": [0.5]})
    {'bias': array([0.5], dtype=float32)}
    """
    return {name: x.data if isinstance(x, Value) else as_array(x) for name, x in values.items()}


def write_states(states, arrays):
    """Write into each state the array of its name, if there is one, on the state's device.

    Examples
    --------
    >>> from diydl import nn
    >>> b = nn.Parameter([0.0])
    >>> write_states({"bias": b}, {"bias": np.ones(1), "more": np.ones(2)})
    >>> b
    Parameter([1.])
    """
    for name, state in states.items():
        if name in arrays:
            state.write(to_device(arrays[name], device_of(state.data)))
