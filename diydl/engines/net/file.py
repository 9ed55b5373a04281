"""A net in a file: arrays as safetensors, and what is computed from them as JSON beside them.

Reading runs no code. Operations are named, and only those of the library are known; each one is
added to the new net as it was to the old, with the same checks.
"""

import json

import numpy as np

from diydl.dim import Dim
from diydl.encoding import decoded, encoded
from diydl.engines.net.data import Data
from diydl.engines.net.module import Effect, Module
from diydl.parameter import Buffer, Parameter
from diydl.primitive import PRIMITIVES
from diydl.storage import load_arrays, load_metadata, save_arrays
from diydl.symbol import infer

FORMAT = 1
MODES = {"train": True, "test": False}


def save(net, path):
    """Write `net` to `path`, atomically; see `Net.save`."""
    arrays = {}
    for leaf in net.leaves:
        if leaf.state is not None or not (leaf.input and any(type(n) is Dim for n in leaf.shape)):
            if leaf.value is not None and leaf.number is None:
                arrays[f"value/{leaf.id}"] = leaf.value
        if leaf.optimizer is not None:
            for name, array in leaf.optimizer.state_dict().items():
                arrays[f"optimizer/{leaf.id}/{name}"] = array
    notes = {
        "format": FORMAT,
        "mode": "train" if net.training else "test",
        "leaves": [_leaf(leaf) for leaf in net.leaves],
        "steps": [_step(step) for step in net.steps],
        "losses": [[loss.id, encoded(float(weight))] for loss, weight in net.losses.items()],
    }
    save_arrays(path, arrays, {"diydl.net": json.dumps(notes, allow_nan=False)})


def _leaf(leaf):
    state = leaf.state
    kind = "input" if leaf.input else "constant"
    if state is not None and not leaf.input:
        kind = "parameter" if isinstance(state, Parameter) else "buffer"
    return {
        "id": leaf.id,
        "kind": kind,
        "shape": encoded(leaf.shape),
        "dtype": encoded(leaf.dtype),
        "number": encoded(leaf.number),
        "trained": leaf.trained,
        "name": state.name if state is not None else "",
        "optimizer": type(leaf.optimizer).__name__ if leaf.optimizer is not None else None,
    }


def _step(step):
    inputs = [None if data is None else data.id for data in step.inputs]
    if isinstance(step, Effect):
        return {"writes": step.target.id, "inputs": inputs, "with": step.owner.id}
    out = step.output
    return {
        "id": step.id,
        "prim": step.prim.name,
        "inputs": inputs,
        "params": encoded(step.params),
        "output": out.id,
        "shape": encoded(out.shape),
        "dtype": encoded(out.dtype),
        "cut": out.cut,
    }


def restore(net, path):
    """Fill the empty `net` from the file at `path`; see `Net.load`."""
    arrays, notes = load_arrays(path), load_metadata(path).get("diydl.net")
    if notes is None:
        raise ValueError(f"{path} holds arrays, but no net: it was not written by Net.save")
    try:
        _rebuild(net, json.loads(notes), arrays)
    except KeyError as error:
        raise ValueError(f"{path} holds no net that can be read: {error} is missing") from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError(f"{path} holds no net that can be read: {error}") from error
    return net


def _rebuild(net, notes, arrays):
    if notes["format"] != FORMAT:
        raise ValueError(f"its format is {notes['format']!r}, expected {FORMAT}")
    net.training = MODES[notes["mode"]]
    for described in notes["leaves"]:
        _add_leaf(net, described, arrays)
    for described in notes["steps"]:
        (_add_effect if "writes" in described else _add_module)(net, described)
    for id, weight in notes["losses"]:
        net.add_loss(_data(net, id), float(decoded(weight)))


def _add_leaf(net, described, arrays):
    id, kind = described["id"], described["kind"]
    number, value = decoded(described["number"]), arrays.get(f"value/{id}")
    dtype = _dtype(described)
    data = Data(net, _shape(described), dtype, input=kind == "input")
    if number is not None and type(number) is not Dim:
        raise ValueError(f"the open size {id!r} is {number!r}")
    data.number = number
    if kind in ("parameter", "buffer") or described["trained"]:
        make = Buffer if kind == "buffer" else Parameter
        data.state = make(data.accepted(value), str(described["name"]))
        data.state.requires_grad = kind != "buffer" and described["trained"] is True
    elif value is not None:
        data.put(data.accepted(value)[()])  # numbers as scalars, which go with any device
    elif kind != "input" and number is None:
        raise ValueError(f"the array of {id!r} is missing")
    net.add_leaf(data, id)
    kept = f"optimizer/{id}/"
    saved = {name[len(kept) :]: x for name, x in arrays.items() if name.startswith(kept)}
    data.resume = (described["optimizer"], saved) if saved else None


def _add_module(net, described):
    prim, params = PRIMITIVES.get(described["prim"]), decoded(described["params"])
    if prim is None:
        raise ValueError(f"there is no operation {described['prim']!r}")
    inputs = [None if id is None else _data(net, id) for id in described["inputs"]]
    if prim.arity not in (None, len(inputs)):
        raise ValueError(f"{prim.name} takes {prim.arity} inputs, not {len(inputs)}")
    if any(data is None for data in inputs):  # an edge was taken away
        shape, dtype = _shape(described), _dtype(described)
    else:
        shape, dtype = infer(prim, inputs, params)
    module = Module(net, prim, inputs, params, shape, dtype)
    module.output.cut = described["cut"] is True
    net.add_module(module, described["id"], described["output"])


def _add_effect(net, described):
    state, owner = _data(net, described["writes"]), _data(net, described["with"])
    (value,) = described["inputs"]
    net.assign(state.state, _data(net, value), belongs_to=owner)


def _shape(described):
    shape = decoded(described["shape"])
    if not isinstance(shape, tuple) or not all(type(n) in (int, Dim) for n in shape):
        raise ValueError(f"the shape of {described['id']!r} is {shape!r}")
    return shape


def _dtype(described):
    dtype = decoded(described["dtype"])
    if not isinstance(dtype, np.dtype):
        raise ValueError(f"the dtype of {described['id']!r} is {dtype!r}")
    return dtype


def _data(net, id):
    data = net.get_node(id)
    if not isinstance(data, Data):
        raise ValueError(f"{id!r} is no Data")
    return data
