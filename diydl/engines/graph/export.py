"""A graph as a JSON file, and back: what is read can name operations, but no code.

The file lists the nodes in their order. Large arrays stand beside it in a safetensors file; small
ones stand in the JSON itself. Reading describes the graph anew, node by node, so that whatever does
not fit is found where it stands.
"""

import hashlib
import json
from pathlib import Path

import numpy as np

from diydl.backend import to_numpy
from diydl.dim import Dim
from diydl.encoding import DTYPES, decoded, encoded
from diydl.engines.graph.build import ComputationalGraph
from diydl.engines.graph.connection import Assignment, Constant, Placeholder, Variable
from diydl.parameter import Buffer, Parameter
from diydl.primitive import PRIMITIVES
from diydl.storage import load_arrays, load_metadata, save_arrays, write_atomically

FORMAT, VERSION = "diydl graph", 1
SMALL = 64  # elements of an array that stands in the JSON
_KINDS = {Placeholder: "placeholder", Constant: "constant", Variable: "read", Assignment: "assign"}
_FAULTS = (
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
    *(MemoryError, RecursionError),
)


def export_graph(graph, path, *, context=None):
    """Write a graph to a JSON file, and its large arrays to a safetensors file beside it.

    Parameters
    ----------
    graph : ComputationalGraph
    path : str or Path
        Such as ``"model.json"``; the arrays go to ``"model.safetensors"``.
    context : SimulationContext, optional
        Whose copies of the parameters are written; the parameters themselves, if left out.

    Raises
    ------
    TypeError
        If an operation has a parameter that JSON cannot carry.
    OSError
        If a file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from diydl import SimulationContext
    >>> graph = ComputationalGraph()
    >>> y = (graph.placeholder((None,), name="x") * Parameter([3.0], name="w")).named("y")
    >>> path = Path(tempfile.mkdtemp()) / "times3.json"
    >>> export_graph(graph, path)
    >>> SimulationContext(import_graph(path)).run("y", {"x": [1, 2]})
    array([3., 6.], dtype=float32)
    """
    path, arrays = Path(path), {}
    if path.suffix == ".safetensors":
        raise ValueError(f"{path} is where the arrays go: give the graph a name such as model.json")
    states = {state: i for i, state in enumerate(graph.states())}
    owners = {effect: node for node in graph for effect in node.effects}
    values = [context.read(x) if context else x.data for x in states]
    described = {
        "format": FORMAT,
        "version": VERSION,
        "states": [
            {
                "kind": "parameter" if isinstance(x, Parameter) else "buffer",
                "name": x.name,
                "trained": x.requires_grad,
                **_array(f"states.{i}", value, arrays),
            }
            for (x, i), value in zip(states.items(), values, strict=True)
        ],
        "nodes": [_node(node, states, owners, arrays) for node in graph],
    }
    described["arrays"] = _digest(arrays)
    rows = json.dumps(described, allow_nan=False, separators=(",", ":")).replace(
        '{"kind"', '\n{"kind"'
    )
    if arrays:
        save_arrays(path.with_suffix(".safetensors"), arrays, {"digest": described["arrays"]})
    write_atomically(path, rows + "\n")


def _node(node, states, owners, arrays):
    kind = _KINDS.get(type(node), "apply")
    row = {"kind": kind, "name": node.name}
    if kind == "placeholder":
        row |= {"shape": encoded(node.shape), "dtype": node.dtype.name}
    elif kind == "constant" and node.open:
        row |= {"kind": "size", "size": encoded(node.data), "dtype": node.dtype.name}
    elif kind == "constant":
        row |= _array(f"constants.{node.number}", node.data, arrays)
    elif kind == "read":
        row |= {"state": states[node.state]}
    elif kind == "assign":
        owner = owners.get(node)
        row |= {"state": states[node.state], "inputs": [node.inputs[0].number]}
        row |= {"belongs_to": None if owner is None else owner.number}
    else:
        row |= {"prim": node.prim.name, "inputs": [x.number for x in node.inputs]}
        row |= {
            "params": {name: encoded(x) for name, x in node.params.items()},
            "shape": encoded(node.shape),
        }
        row |= {"dtype": node.dtype.name}
    return row


def _array(name, array, arrays):
    array = to_numpy(array)
    row = {"dtype": array.dtype.name, "shape": list(array.shape)}
    if array.size <= SMALL:
        return row | {"data": encoded(array.reshape(-1).tolist())}
    arrays[name] = array
    return row | {"array": name}


def _digest(arrays):
    total = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        total.update(f"{name} {array.dtype} {array.shape};".encode())
        total.update(np.ascontiguousarray(array).data)
    return total.hexdigest() if arrays else ""


def import_graph(path):
    """Read a graph that `export_graph` wrote, with parameters and buffers of its own.

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    ValueError
        If the file is damaged, of another format or version, or describes what cannot be: the
        message names the entry.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "graph.json"
    >>> _ = path.write_text('{"format": "diydl graph", "version": 99}')
    >>> import_graph(path)
    Traceback (most recent call last):
    ValueError: ...graph.json is of version 99, this library reads version 1; ...
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"cannot read {path}: there is no such file")
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no JSON file: {error}") from error
    if not isinstance(described, dict) or described.get("format") != FORMAT:
        raise ValueError(f"{path} is no graph of diydl: it does not say 'format': {FORMAT!r}")
    if described.get("version") != VERSION:
        raise ValueError(
            f"{path} is of version {described.get('version')!r:.20}, this library reads version "
            f"{VERSION}; export the graph again, or update diydl"
        )
    where = "the file"
    try:
        _only(described, "format version states nodes arrays")
        arrays = _arrays_beside(path, described["arrays"])
        graph, states = ComputationalGraph(), []
        listed = _listed(described["states"]), _listed(described["nodes"])
        for i, row in enumerate(listed[0]):
            where = f"state {i}"
            states.append(_state(row, arrays))
        for i, row in enumerate(listed[1]):
            where = f"node {i}"
            _READERS[row["kind"]](graph, row, states, arrays)
            if len(graph) != i + 1:
                raise ValueError(f"{row['kind']!r} makes no node of its own here")
            graph.rename(graph.nodes[i], row["name"])
    except _FAULTS as error:
        raise ValueError(f"{path}: {where} cannot be: {_words(error)}") from error
    return graph


def _words(error):
    if isinstance(error, KeyError):
        return f"{error} is missing or unknown"
    return f"{type(error).__name__}: {error}"


def _only(row, keys):
    if row.keys() != set(keys.split()):
        raise ValueError(f"it has {sorted(row)}, expected {keys.split()}")


def _listed(rows):
    if not isinstance(rows, list):
        raise TypeError(f"expected a list, got a {type(rows).__name__}")
    return rows


def _arrays_beside(path, digest):
    if not digest:
        return {}
    beside = path.with_suffix(".safetensors")
    if load_metadata(beside).get("digest") != digest:
        raise ValueError(f"{beside.name} belongs to another export; keep the two files together")
    return load_arrays(beside)


def _state(row, arrays):
    _only(row, f"kind name trained dtype shape {'data' if 'data' in row else 'array'}")
    kind = {"parameter": Parameter, "buffer": Buffer}[row["kind"]]
    if not isinstance(row["name"], str) or not isinstance(row["trained"], bool):
        raise TypeError("its name is text, and 'trained' true or false")
    return kind(_array_of(row, arrays), row["name"], requires_grad=row["trained"])


def _array_of(row, arrays):
    dtype, shape = _dtype(row), tuple(row["shape"])
    if "array" in row:
        found = arrays[row["array"]]
        if found.dtype != dtype or found.shape != shape:
            raise ValueError(
                f"the array is {found.shape} {found.dtype}, described as {shape} {dtype}"
            )
        return found
    data = decoded(_listed(row["data"]))
    if any(type(n) is not int or n < 0 for n in shape):
        raise ValueError(f"{shape} is no shape")
    if len(data) > SMALL or not all(isinstance(n, (bool, int, float)) for n in data):
        raise ValueError(f"expected at most {SMALL} numbers")
    return np.array(data, dtype).reshape(shape)


def _dtype(row):
    if row["dtype"] not in DTYPES:
        raise ValueError(f"unknown dtype {row['dtype']!r:.40}")
    return np.dtype(row["dtype"])


def _placeholder(graph, row, states, arrays):
    _only(row, "kind name shape dtype")
    graph.placeholder(decoded(row["shape"]), _dtype(row))


def _constant(graph, row, states, arrays):
    _only(row, f"kind name dtype shape {'data' if 'data' in row else 'array'}")
    graph.constant(_array_of(row, arrays))


def _size(graph, row, states, arrays):
    _only(row, "kind name size dtype")
    size = decoded(row["size"])
    if type(size) is not Dim:
        raise TypeError("expected a size that depends on the batch")
    graph.lift((size, _dtype(row)))


def _read(graph, row, states, arrays):
    _only(row, "kind name state")
    graph.variable(_at(states, row["state"]))


def _assign(graph, row, states, arrays):
    _only(row, "kind name state inputs belongs_to")
    (value,) = _inputs(graph, row)
    owner = None if row["belongs_to"] is None else _at(graph.nodes, row["belongs_to"])
    graph.assign(_at(states, row["state"]), value, belongs_to=owner)


def _apply(graph, row, states, arrays):
    _only(row, "kind name prim inputs params shape dtype")
    prim, inputs = PRIMITIVES[row["prim"]], _inputs(graph, row)
    if prim.arity not in (None, len(inputs)):
        raise ValueError(f"{prim.name} takes {prim.arity} inputs, got {len(inputs)}")
    node = graph.apply(prim, inputs, decoded({"dict": row["params"]}))
    if node.shape != decoded(row["shape"]) or node.dtype != _dtype(row):
        raise ValueError(f"{prim.name} makes {node.shape} {node.dtype} of these inputs")


def _inputs(graph, row):
    return [_at(graph.nodes, i) for i in _listed(row["inputs"])]


def _at(items, i):
    if type(i) is not int or not 0 <= i < len(items):
        raise IndexError(f"there is no number {i!r:.40} among the {len(items)} before")
    return items[i]


_READERS = {
    "placeholder": _placeholder,
    "constant": _constant,
    "size": _size,
    "read": _read,
    "assign": _assign,
    "apply": _apply,
}
