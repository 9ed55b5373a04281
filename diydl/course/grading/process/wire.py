"""What crosses between the grader and a submission: JSON, and arrays as ``.npy``. Never pickle.

A message is a length, a JSON text, and blobs of which each is a file in NumPy's own format. Plain
data come out as they went in. Whatever else an answer returns crosses as the name of its type and
arrives as `Opaque`. Both sides use this module, and the grader believes nothing that it reads: a
message of another form raises `WireError`.
"""

import io
import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib import format as npy

LARGEST = 64 * 2**20  # bytes of one message
_LONGEST = 8 * 2**20  # bytes of its JSON: a decoder takes thirty times as much memory
_DEEPEST, _MOST = 24, 200_000  # levels of lists in lists; values in one message
_OPAQUE = 20  # so many values' worth is one that becomes a type of its own
_KEYS, _WIDE = 10_000, 1000  # keys of a dict, integers of more than 61 bits: their hashes can agree
_encoded = json.JSONEncoder(ensure_ascii=True, check_circular=False).encode
_decoded = json.JSONDecoder().decode


class WireError(ValueError):
    """A message has a form that it may not have, or is too large."""


class Opaque:
    """Something that stays in the other process: it equals nothing and is neither true nor false.

    >>> Opaque.of("diydl.engines.tape", "Tensor") == 3
    Traceback (most recent call last):
    TypeError: expected a number, text or an array, found a Tensor
    """

    __slots__ = ()
    _kinds: dict[tuple[str, str], type] = {}

    @classmethod
    def of(cls, module: str, name: str) -> "Opaque":
        """Return one that carries the name of a type, and nothing else of it."""
        key = (module, name)
        if len(cls._kinds) > 1000:
            cls._kinds.clear()
        if key not in cls._kinds:
            if len(cls._kinds) > 10_000:  # somebody makes them up
                cls._kinds.clear()
            body = {"__module__": module, "__slots__": (), "__hash__": None}
            cls._kinds[key] = type(name, (Opaque,), body)
        return cls._kinds[key]()

    def _refuse(self, *_):
        raise TypeError(f"expected a number, text or an array, found a {type(self).__name__}")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __bool__ = __float__ = __int__ = __index__ = __complex__ = __array__ = _refuse
    __len__ = __iter__ = __getitem__ = __contains__ = __call__ = _refuse
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<a {type(self).__name__}>"


class Held:
    """An array that lives in the submission's process and may be changed there; see `put`."""

    def __init__(self, number: int):
        self.number = number


def pack(value: Any) -> bytes:
    """Write a message.

    >>> unpack(pack({"x": (1, 2.5, None), "y": np.arange(3)}))
    {'x': (1, 2.5, None), 'y': array([0, 1, 2])}
    """
    blobs: list[bytes] = []
    left = [_MOST]
    head = _encoded(_plain(value, blobs, 0, left)).encode("ascii")
    sizes = [len(head), *map(len, blobs)]
    if len(head) > _LONGEST:
        raise WireError(f"{len(head) >> 20} MB of values are too much")
    if sum(sizes) > LARGEST:
        raise WireError(f"{sum(sizes) >> 20} MB are too much: at most {LARGEST >> 20} MB cross")
    return struct.pack(f"<I{len(sizes)}Q", len(sizes), *sizes) + head + b"".join(blobs)


def _none_held(number: int) -> Any:
    raise WireError("a held array where none can be")


def unpack(message: bytes, held: Callable[[int], Any] = _none_held) -> Any:
    """Read a message; ``held`` gives the array that a number stands for."""
    try:
        (count,) = struct.unpack_from("<I", message)
        sizes = struct.unpack_from(f"<{min(count, _MOST)}Q", message, 4)
        start, parts = 4 + 8 * len(sizes), []
        for size in sizes:
            parts.append(message[start : start + size])
            start += size
        if start != len(message) or not parts or sizes[0] > _LONGEST:
            raise WireError("the parts do not add up")
        plain = _decoded(parts[0].decode("ascii"))
        return _value(plain, parts[1:], held, 0, _Left(_MOST, _WIDE))
    except WireError:
        raise
    except Exception as error:  # NumPy's reader of headers raises what its parsers raise
        raise WireError(f"a message of another form: {type(error).__name__}") from error


@dataclass
class _Left:
    """What one message may still hold."""

    values: int
    wide: int


def _plain(value: Any, blobs: list[bytes], depth: int, left: list[int]) -> Any:
    """Turn a value into JSON. Its own methods are never asked: they may lie, or never end."""
    left[0] -= 1
    if left[0] < 0:
        raise WireError(f"it consists of more than {_MOST:,} values")
    kind = type(value)
    if value is None or kind is bool:
        return value
    if issubclass(kind, np.ndarray | np.generic):
        return _array(value, kind, blobs)
    if issubclass(kind, int):
        return {"int": hex(int.__index__(value))} if kind is not bool else value
    if issubclass(kind, float):
        return {"float": float.hex(value)}
    if issubclass(kind, complex):
        return {"complex": [float.hex(value.real), float.hex(value.imag)]}
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, Held):
        return {"held": value.number}
    if value is ... or value is NotImplemented:
        return {"constant": "..." if value is ... else "NotImplemented"}
    if depth < _DEEPEST and issubclass(kind, list | tuple):
        items = list.__iter__(value) if issubclass(kind, list) else tuple.__iter__(value)
        name = "list" if issubclass(kind, list) else "tuple"
        return {name: [_plain(item, blobs, depth + 1, left) for item in items]}
    if depth < _DEEPEST and issubclass(kind, dict):
        pairs = [
            [_plain(k, blobs, depth + 1, left), _plain(v, blobs, depth + 1, left)]
            for k, v in dict.items(value)
        ]
        return {"dict": pairs}
    left[0] -= _OPAQUE
    return {"opaque": [_name_of(kind, "__module__"), _name_of(kind, "__name__")]}


def _array(value: Any, kind: type, blobs: list[bytes]) -> Any:
    scalar = issubclass(kind, np.generic)
    array = np.ndarray.view(value, np.ndarray) if not scalar else np.array(value)
    if array.dtype.hasobject:
        return {"opaque": ["numpy", "ndarray of objects"]}
    if array.nbytes > LARGEST:
        raise WireError(f"an array of {array.nbytes >> 20} MB: at most {LARGEST >> 20} MB cross")
    layout: dict[str, Any] = {"scalar": scalar}
    base = _base_of(array)
    if base is not None:
        offset = array.__array_interface__["data"][0] - base.__array_interface__["data"][0]
        layout |= {"shape": array.shape, "strides": array.strides, "offset": offset}
        array = base.reshape(-1, order="A")
    file = io.BytesIO()
    npy.write_array(file, array, allow_pickle=False)
    blobs.append(file.getvalue())
    return {"array": len(blobs) - 1, **layout}


def _base_of(array: np.ndarray) -> np.ndarray | None:
    """Return the memory that an array with gaps or turned axes looks into, if it is one block."""
    if array.flags.forc or array.base is None:
        return None
    base = array
    while isinstance(base.base, np.ndarray):
        base = base.base
    same = base.dtype == array.dtype and type(base) is np.ndarray and base.flags.forc
    return base if same and base.nbytes <= 4 * array.nbytes + 2**16 else None


def _value(plain: Any, blobs: list[bytes], held: Callable, depth: int, left: _Left) -> Any:
    left.values -= 1 + _OPAQUE * (isinstance(plain, dict) and "opaque" in plain)
    if left.values < 0 or depth > _DEEPEST + 1:
        raise WireError("more values than may cross")
    if plain is None or isinstance(plain, bool | str):
        return plain
    if not isinstance(plain, dict):
        raise WireError("a bare number or list")
    if "array" in plain:
        return _loaded(plain, blobs)
    ((tag, what),) = plain.items()
    if tag in ("list", "tuple"):
        items = [_value(item, blobs, held, depth + 1, left) for item in what]
        return items if tag == "list" else tuple(items)
    if tag == "dict":
        if len(what) > _KEYS:
            raise WireError(f"a dict of more than {_KEYS:,} keys")
        pairs = [[_value(part, blobs, held, depth + 1, left) for part in pair] for pair in what]
        return dict(pairs)
    if tag == "int":
        number = int(what, 16)
        left.wide -= number.bit_length() > 61
        if left.wide < 0:
            raise WireError(f"more than {_WIDE:,} integers of more than 61 bits")
        return number
    return _TAGS[tag](what) if tag in _TAGS else _rest(tag, what, held)


_TAGS: dict[str, Callable] = {
    "float": float.fromhex,
    "complex": lambda pair: complex(float.fromhex(pair[0]), float.fromhex(pair[1])),
    "constant": {"...": ..., "NotImplemented": NotImplemented}.__getitem__,
}


def _rest(tag: str, what: Any, held: Callable[[int], Any]) -> Any:
    if tag == "held":
        return held(int(what))
    if tag == "opaque":
        return Opaque.of(*map(_identifier, what))
    raise WireError(f"a value tagged {tag!r:.40}")


def _loaded(plain: dict, blobs: list[bytes]) -> Any:
    """Read an array whose header promises neither more nor less than what is there."""
    file = io.BytesIO(blobs[plain["array"]])
    version = npy.read_magic(file)
    read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    shape, fortran, dtype = read_header[version](file)
    data = file.read()
    promised = len(data) == math.prod(shape) * dtype.itemsize and dtype.itemsize > 0
    if dtype.hasobject or not promised:
        raise WireError("an array that is not what it says")
    flat = np.frombuffer(bytearray(data), dtype) if data else np.zeros(math.prod(shape), dtype)
    array = flat.reshape(shape, order="F" if fortran else "C")
    if "strides" in plain:
        if math.prod(plain["shape"]) * dtype.itemsize > LARGEST:  # strides of 0 make much of little
            raise WireError("an array that is larger than it may be")
        array = np.ndarray(
            tuple(plain["shape"]), dtype, flat, plain["offset"], tuple(plain["strides"])
        )
    return array[()] if plain["scalar"] else array


def _name_of(kind: type, what: str) -> str:
    text = type.__dict__[what].__get__(kind) if what == "__name__" else kind.__dict__.get(what)
    return text if type(text) is str else ""


def _identifier(text: Any) -> str:
    text = "".join(c for c in str(text)[:80] if c.isalnum() or c in "._ ")
    return text or "object"
