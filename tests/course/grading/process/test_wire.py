"""Only plain data cross; a message of another form is refused before it costs anything."""

import io
import json
import struct

import numpy as np
import pytest

import diydl as dl
from diydl.course.grading.process import wire
from diydl.course.grading.process.wire import Held, Opaque, WireError, pack, unpack

TABLE = np.arange(24.0).reshape(4, 6)


def there_and_back(value):
    return unpack(pack(value))


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 0, -7, 10**40, 0.1, float("inf"), -0.0, 2 - 3j, "caf\u00e9", "\ud83d", ...),
        *([], (), {}, [1, (2.5, {"a": [None]})], {1: "x", (2, 3): "y"}, NotImplemented),
    ],
    ids=repr,
)
def test_plain_values_come_out_as_they_went_in(value):
    found = there_and_back(value)
    assert found == value
    assert type(found) is type(value)
    assert repr(found) == repr(value)


def test_nan_and_the_sign_of_zero_are_kept():
    assert np.isnan(there_and_back(float("nan")))
    assert np.signbit(there_and_back(np.array([-0.0])))[0]


@pytest.mark.parametrize(
    "array",
    [
        TABLE,
        TABLE.T,
        TABLE[::-1, ::2],
        TABLE[1:3, 2:4],
        np.asfortranarray(TABLE),
        np.broadcast_to(np.float32(3), (4, 5)),
        np.array(3, "uint8"),
        np.zeros((0, 3), "float16"),
        np.array(["a", "bc"]),
        np.array([True]),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.array(["2026-11-21"], dtype="datetime64[D]"),
        np.arange(3, dtype=">i4"),
    ],
    ids=lambda a: f"{a.dtype} {a.shape} {a.strides}",
)
def test_arrays_keep_their_layout(array):
    found = there_and_back(array)
    assert type(found) is np.ndarray
    assert (found.dtype, found.shape) == (array.dtype, array.shape)
    assert array.size == 0 or found.strides == array.strides
    assert np.array_equal(found, array)


def test_an_array_arrives_writable_and_apart():
    found = there_and_back(np.broadcast_to(np.ones(3), (2, 3)))
    found[0, 0] = 5
    sent = [TABLE, TABLE]
    first, second = there_and_back(sent)
    first[0, 0] = 9
    assert second[0, 0] == TABLE[0, 0] == 0


@pytest.mark.parametrize("value", [np.float32(1.5), np.int64(3), np.bool_(True), np.str_("a")])
def test_scalars_stay_scalars_of_numpy(value):
    assert type(there_and_back(value)) is type(value)
    assert there_and_back(value) == value


class Liar(float):
    """Claims whatever is asked."""

    def __eq__(self, other):
        return True

    def __float__(self):
        return 3.0

    __hash__ = None


class Everything(list):
    def __iter__(self):
        raise AssertionError("asked")

    __len__ = __eq__ = __getitem__ = __iter__
    __hash__ = None


class Wide(np.ndarray):
    def __array__(self, *_, **__):
        raise AssertionError("asked")

    tobytes = view = astype = __array__
    shape = property(lambda self: (1000, 1000))


class Impostor:
    __class__ = np.ndarray


def test_what_lies_is_seen_as_what_it_is():
    assert type(there_and_back(Liar(2.5))) is float
    assert there_and_back(Liar(2.5)) == 2.5
    assert there_and_back(Everything([1, 2])) == [1, 2]
    found = there_and_back(np.ndarray.view(TABLE, Wide))
    assert type(found) is np.ndarray
    assert found.shape == (4, 6)
    assert isinstance(there_and_back(Impostor()), Opaque)


def test_an_opaque_value_refuses_everything():
    found = there_and_back([dl.tensor([1.0])])[0]
    assert type(found).__name__ == "Tensor"
    assert type(found).__module__ == type(dl.tensor([1.0])).__module__
    for ask in (bool, float, int, len, iter, hash, np.asarray, lambda x: x == 1, lambda x: x != 1):
        with pytest.raises(TypeError):
            ask(found)
    with pytest.raises(TypeError):
        assert found
    assert repr(found) == "<a Tensor>"


def test_kinds_are_not_kept_without_end():
    for k in range(2500):
        Opaque.of("m", f"Kind{k}")
    assert len(Opaque._kinds) < 1100


def test_objects_in_arrays_do_not_cross():
    assert isinstance(there_and_back(np.array([object()])), Opaque)


def test_too_much_is_refused_before_it_is_sent():
    with pytest.raises(WireError, match="76 MB"):
        pack(np.zeros(10_000_000))
    with pytest.raises(WireError, match="76 MB"):
        pack(np.broadcast_to(1.0, (10_000_000,)))
    with pytest.raises(WireError, match="values"):
        pack([0] * 300_000)
    deep: list = []
    for _ in range(50):
        deep = [deep]
    assert "Opaque" not in repr(there_and_back([1]))
    inner = there_and_back(deep)
    while isinstance(inner, list):
        inner = inner[0]
    assert isinstance(inner, Opaque)
    deep.append(deep)
    with pytest.raises(WireError):
        pack([deep] * 2**15)


def test_held_arrays_cross_as_numbers_and_one_way_only():
    message = pack([Held(3)])
    assert unpack(message, held=lambda number: f"array {number}") == ["array 3"]
    with pytest.raises(WireError):
        unpack(message)


def message(head, *blobs):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    sizes = [len(text), *map(len, blobs)]
    return struct.pack(f"<I{len(sizes)}Q", len(sizes), *sizes) + text + b"".join(blobs)


def npy(header: str, data: bytes = b"") -> bytes:
    text = header.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def of_shape(shape, kind="<f8"):
    return f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"


FORGED = {
    "nothing": b"",
    "half a head": b"\x01\x00",
    "parts that do not add up": message(None)[:-1],
    "more parts than bytes": struct.pack("<IQ", 2**31, 5),
    "no JSON": message(b"[1, "),
    "not ASCII": message(b'"\xff"'),
    "a bare list": message([1]),
    "a bare number": message(3),
    "an unknown tag": message({"eval": "1"}),
    "two tags": message({"list": [], "tuple": []}),
    "no tag": message({}),
    "a list of no list": message({"list": 3}),
    "keys that cannot be": message({"dict": [[{"list": []}, None]]}),
    "pairs that are none": message({"dict": [[None]]}),
    "an unknown constant": message({"constant": "exit"}),
    "no hexadecimal": message({"int": "zz"}),
    "a held array": message({"held": 0}),
    "an array that is not there": message({"array": 0, "scalar": False}),
    "a blob that is no array": message({"array": 0, "scalar": False}, b"GIF89a"),
    "a pickle": message({"array": 0, "scalar": False}, b"\x80\x04K\x01."),
    "objects": message({"array": 0, "scalar": False}, npy(of_shape("(1,)", "|O"), b"\x80\x04N.")),
    "more than is there": message({"array": 0, "scalar": False}, npy(of_shape("(10**3,)"))),
    "far more": message({"array": 0, "scalar": False}, npy(of_shape("(99999999999,)"))),
    "without a size": message({"array": 0, "scalar": False}, npy(of_shape("(99999999,)", "|V0"))),
    "code in a header": message({"array": 0, "scalar": False}, npy("__import__('os').getpid()")),
    "a header without end": message({"array": 0, "scalar": False}, npy("(" * 100)),
    "strides beyond": message(
        {"array": 0, "scalar": False, "shape": [9], "strides": [8], "offset": 0},
        npy(of_shape("(2,)"), bytes(16)),
    ),
    "strides before": message(
        {"array": 0, "scalar": False, "shape": [2], "strides": [8], "offset": -8},
        npy(of_shape("(2,)"), bytes(16)),
    ),
    "gigabytes of one number": message(
        {"array": 0, "scalar": False, "shape": [10**9], "strides": [0], "offset": 0},
        npy(of_shape("(1,)"), bytes(8)),
    ),
    "deep": message(b'{"list":[' * 5000 + b"]}" * 5000),
    "deep JSON": message(b"[" * 100_000),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_message_is_refused(forged):
    with pytest.raises(WireError):
        unpack(forged)


def test_no_code_of_pickle_is_in_the_way():
    """Arrays are written and read with NumPy's format and nothing else."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.array([object], dtype=object), allow_pickle=True)
    with pytest.raises(WireError):
        unpack(message({"array": 0, "scalar": False}, file.getvalue()))
    assert "pickle" not in vars(wire)
