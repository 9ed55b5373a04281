"""State of an optimizer or a schedule as a dict of arrays, and back.

Names are PyTorch's, with dots: "param_groups.0.lr", "state.3.exp_avg". Everything is checked before
anything is changed.
"""

import numpy as np

from diydl.backend import as_array, device_of, to_device, to_numpy
from diydl.parameter import Buffer


def kind_as_array(thing):
    """Return the name of an object's class as an array, since a file of arrays holds no text.

    Examples
    --------
    >>> bytes(kind_as_array(3)).decode()
    'int'
    """
    return np.frombuffer(type(thing).__name__.encode(), np.uint8)


def refuse_other_kind(thing, arrays):
    """Raise a ValueError where `arrays` are the state of another class of object.

    Examples
    --------
    >>> refuse_other_kind(3, {"kind": kind_as_array(2.0)})
    Traceback (most recent call last):
    ValueError: this is the state of float, and cannot be loaded into int
    """
    if "kind" not in arrays:
        raise ValueError(
            f"this is no state of {type(thing).__name__}: it has no entry 'kind'; load what "
            "state_dict() returned"
        )
    kind = bytes(np.asarray(arrays["kind"], np.uint8)).decode(errors="replace")
    if kind != type(thing).__name__:
        raise ValueError(
            f"this is the state of {kind}, and cannot be loaded into {type(thing).__name__}"
        )


def stored(optimizer):
    """Return the state of an optimizer as a dict of arrays.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> sorted(stored(optim.SGD([nn.Parameter([1.0])], lr=0.1)))[:3]
    ['kind', 'param_groups.0.lr', 'param_groups.0.maximize']
    """
    arrays, at = {"kind": kind_as_array(optimizer)}, 0
    for k, group in enumerate(optimizer.param_groups):
        start, at = at, at + len(group["params"])
        arrays[f"param_groups.{k}.params"] = np.arange(start, at)
        if group.initial_lr is not None:
            arrays[f"param_groups.{k}.initial_lr"] = np.asarray(group.initial_lr)
        for name, value in group.options().items():
            arrays[f"param_groups.{k}.{name}"] = np.asarray(value)
    for i, (step, state) in enumerate(zip(optimizer.steps, optimizer.state, strict=True)):
        arrays[f"state.{i}.step"] = np.asarray(step)
        for name, buffer in (state or {}).items():
            arrays[f"state.{i}.{name}"] = to_numpy(buffer.data).copy()
    return arrays


def restore(optimizer, arrays):
    """Write `arrays`, as `stored` returned them, into an optimizer; all of them or none.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> one, other = (optim.SGD([nn.Parameter([1.0])], lr=rate) for rate in (0.1, 0.2))
    >>> restore(one, stored(other))
    >>> one.lr
    0.2
    """
    refuse_other_kind(optimizer, arrays)
    _refuse_other_names(optimizer, arrays)
    options = [_options_from(k, group, arrays) for k, group in enumerate(optimizer.param_groups)]
    state = [_state_from(optimizer, i, arrays) for i in range(len(optimizer.params))]
    for k, (group, values) in enumerate(zip(optimizer.param_groups, options, strict=True)):
        group.update_all(values)
        initial = arrays.get(f"param_groups.{k}.initial_lr")
        group.initial_lr = None if initial is None else float(initial)
    for (group, i, parameter), found in zip(optimizer.members(), state, strict=True):
        count = optimizer.counts[i]
        count.write(to_device(as_array(arrays[f"state.{i}.step"]), count.device))
        if optimizer.state[i] is None:
            made = {name: Buffer(array, f"{i}.{name}") for name, array in found.items()}
            optimizer.state[i] = made or None
            continue
        for name, buffer in optimizer.state[i].items():  # a graph may hold them: write into them
            fresh = optimizer.start(group, name, parameter.data)
            buffer.write(found.get(name, fresh))


def _refuse_other_names(optimizer, arrays):
    groups, count = optimizer.param_groups, len(optimizer.params)
    needed = {"kind", *(f"state.{i}.step" for i in range(count))}
    for k, group in enumerate(groups):
        needed |= {f"param_groups.{k}.{name}" for name in group}
    known = {f"state.{i}.{name}" for i in range(count) for name in optimizer.buffers}
    known |= {f"param_groups.{k}.initial_lr" for k in range(len(groups))}
    missing, unexpected = sorted(needed - arrays.keys()), sorted(arrays.keys() - known - needed)
    if missing or unexpected:
        raise ValueError(
            f"this is not the state of {type(optimizer).__name__} with {count} parameters in "
            f"{len(groups)} groups: missing {missing}, unexpected {unexpected}"
        )


def _options_from(k, group, arrays):
    size = len(arrays[f"param_groups.{k}.params"])
    if size != len(group["params"]):
        raise ValueError(
            f"group {k} has {len(group['params'])} parameters, and {size} in this state: it "
            "belongs to another model"
        )
    values = {}
    for name in group.options():
        value = np.asarray(arrays[f"param_groups.{k}.{name}"]).tolist()
        values[name] = tuple(value) if isinstance(value, list) else value
    return group.fitting(values)


def _state_from(optimizer, i, arrays):
    found, parameter = {}, optimizer.params[i]
    for name in optimizer.buffers:
        if f"state.{i}.{name}" not in arrays:
            continue
        array = as_array(arrays[f"state.{i}.{name}"])
        if array.shape != parameter.shape:
            raise ValueError(
                f"state.{i}.{name} has shape {array.shape}, but parameter {i} {parameter.shape}: "
                "this state belongs to another model"
            )
        moved = to_device(array, device_of(parameter.data))
        found[name] = moved.astype(parameter.dtype, copy=True)
    return found
