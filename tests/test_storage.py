"""What is saved comes back, bit for bit; what cannot be saved leaves everything as it was."""

import os
import pickle
import struct
import sys
import tracemalloc

import numpy as np
import pytest

from diydl import nn, storage
from diydl.storage import load_arrays, load_metadata, save_arrays, write_atomically

DTYPES = sorted(storage.STORABLE)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


def write_raw(path, dtype, shape, data):
    """Write a safetensors file by hand: the length of the header, the header, the bytes."""
    header = f'{{"w":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[0,{len(data)}]}}}}'
    path.write_bytes(struct.pack("<Q", len(header)) + header.encode() + data)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(3, 4), (), (0,), (2, 0, 3), (1, 1)])
def test_arrays_come_back_as_they_were(path, dtype, shape):
    array = np.random.default_rng(0).integers(0, 100, shape).astype(dtype)
    save_arrays(path, {"w": array})
    back = load_arrays(path)["w"]
    assert back.dtype == array.dtype
    assert back.shape == shape
    np.testing.assert_array_equal(back, array)


def test_special_values_keep_their_bits(path):
    array = np.array([np.nan, -np.inf, -0.0, 1e-45], np.float32)
    save_arrays(path, {"w": array})
    assert load_arrays(path)["w"].tobytes() == array.tobytes()


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(12)[::-2],
        np.broadcast_to(np.float32(2), (3, 2)),
        np.arange(4, dtype=">f4"),
        np.float32(3),
    ],
    ids=["transposed", "strided", "broadcast", "big-endian", "scalar"],
)
def test_any_memory_layout(path, array):
    save_arrays(path, {"w": array})
    np.testing.assert_array_equal(load_arrays(path)["w"], array)


def test_loaded_arrays_can_be_written_to(path):
    save_arrays(path, {"w": np.zeros(3)})
    arrays = load_arrays(path)
    arrays["w"] += 1
    assert load_arrays(path)["w"].sum() == 0


def test_no_arrays_and_metadata(path):
    save_arrays(path, {}, metadata={"note": "naïve 数"})
    assert load_arrays(path) == {}
    assert load_metadata(path) == {"note": "naïve 数"}


def test_no_metadata(path):
    save_arrays(path, {"w": np.ones(2)})
    assert load_metadata(path) == {}


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"w": np.array(["a"])}, "'w' has dtype <U1, which cannot be stored"),
        ({"w": np.ones(2, complex)}, "dtype complex128"),
        ({"w": np.array([None])}, "dtype object"),
        ({"w": [1.0, 2.0]}, "'w' is a list, expected an array"),
        ({3: np.ones(2)}, "text, got 3"),
    ],
)
def test_what_cannot_be_stored(path, arrays, message):
    with pytest.raises(TypeError, match=message):
        save_arrays(path, arrays)
    assert not path.exists()


def test_metadata_is_text(path):
    with pytest.raises(TypeError, match="text, got 3"):
        save_arrays(path, {}, metadata={"epoch": 3})


def test_missing_file(path):
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        load_arrays(path)
    with pytest.raises(FileNotFoundError, match="it is a folder"):
        load_arrays(path.parent)


@pytest.mark.parametrize("kept", [0, 5, 40, -1])
def test_truncated_file(path, kept):
    save_arrays(path, {"w": np.ones(100)})
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ValueError, match="not a whole safetensors file"):
        load_arrays(path)
    with pytest.raises(ValueError, match="save it again"):
        load_metadata(path)


class Trap:
    """Would make a folder if it were unpickled."""

    def __reduce__(self):
        return os.mkdir, ("trapped",)


def test_a_pickle_is_not_loaded(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ValueError, match="another format"):
        load_arrays(path)
    assert not (path.parent / "trapped").exists()


def header(text, data=b"", *, length=None):
    """Return the bytes of a file with this header, whose length may be told wrongly."""
    raw = text.encode() if isinstance(text, str) else text
    return struct.pack("<Q", len(raw) if length is None else length) + raw + data


ONE = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
HOSTILE = {
    "header of 8 exabytes": header(ONE, bytes(4), length=2**63 - 1),
    "header of 2**64 - 1 bytes": header(ONE, bytes(4), length=2**64 - 1),
    "header longer than the file": header(ONE, bytes(4), length=200),
    "header of no bytes": header(""),
    "header that is no JSON": header("w: float32", bytes(4)),
    "header that is a list": header("[1, 2]"),
    "header that is not text": header(b"\xff\xfe{}"),
    "header nested 100,000 deep": header('{"w":' * 100_000 + "1" + "}" * 100_000),
    "dtype that is not there": header(ONE.replace("F32", "PYOBJECT"), bytes(4)),
    "shape of a billion billions": header(ONE.replace("[1]", "[1000000000,1000000000]"), bytes(4)),
    "shape that overflows": header(ONE.replace("[1]", "[4294967296,4294967296,16]"), bytes(4)),
    "negative shape": header(ONE.replace("[1]", "[-1]"), bytes(4)),
    "shape of fractions": header(ONE.replace("[1]", "[0.5]"), bytes(4)),
    "offsets behind the end": header(ONE.replace("[0,4]", "[4,8]"), bytes(4)),
    "offsets turned round": header(ONE.replace("[0,4]", "[4,0]"), bytes(4)),
    "negative offsets": header(ONE.replace("[0,4]", "[-4,0]"), bytes(4)),
    "shape and offsets differ": header(ONE.replace("[1]", "[2]"), bytes(4)),
    "two arrays in one place": header(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
        '"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        bytes(4),
    ),
    "something behind the last array": header(ONE, bytes(40)),
    "metadata that is no text": header('{"__metadata__":{"a":[1]},' + ONE[1:], bytes(4)),
    "a zip archive, as of PyTorch": b"PK\x03\x04" + bytes(100),
    "an .npy of objects": b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False}"
    + bytes(90),
    "an HDF5 file, as of Keras": b"\x89HDF\r\n\x1a\n" + bytes(100),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_in_words(path, kind):
    """At once, with nothing allocated for what the header claims, and by `Module.load` too."""
    path.write_bytes(HOSTILE[kind])
    layer = nn.Linear(1, 1)
    before = layer.state_dict()
    tracemalloc.start()
    try:
        for load in (load_arrays, load_metadata, layer.load):
            with pytest.raises(ValueError, match="not a whole safetensors file.*another format"):
                load(path)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    for name, array in layer.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_a_name_is_never_a_place_on_the_disk(path, monkeypatch):
    """Names such as ../../x stay keys; nothing is written or read by them."""
    monkeypatch.chdir(path.parent)
    save_arrays(path, {"../../etc/passwd": np.ones(1), "__class__": np.ones(1)})
    assert list(load_arrays(path)) == ["../../etc/passwd", "__class__"]
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    layer = nn.Linear(1, 1)
    with pytest.raises(ValueError, match="unexpected: __class__"):
        layer.load(path)
    assert type(layer) is nn.Linear


def test_unsupported_dtype_in_a_file(path):
    write_raw(path, "BF16", "[2]", b"\x80\x3f\x00\x40")
    with pytest.raises(TypeError, match="'w' is stored as BF16.*float32"):
        load_arrays(path)


def test_text_and_bytes(tmp_path):
    note = tmp_path / "note.txt"
    write_atomically(note, "naïve\n")
    assert note.read_bytes() == "naïve\n".encode()
    write_atomically(note, b"\x00")
    assert note.read_bytes() == b"\x00"
    assert [p.name for p in tmp_path.iterdir()] == ["note.txt"]


def test_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    note = tmp_path / "note.txt"
    write_atomically(note, "old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(
        OSError, match="No space left on device; the old file is unchanged"
    ) as raised:
        write_atomically(note, "new")
    assert raised.value.errno == 28
    assert note.read_text() == "old"
    assert list(tmp_path.iterdir()) == [note]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on file sizes")
@pytest.mark.parametrize("write", ["bytes", "arrays"])
def test_full_disk_leaves_the_old_file(path, write):
    """The operating system refuses in the middle of a write, as a full disk does."""
    import resource

    save_arrays(path, {"w": np.ones(3)})
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limit[1]))
    try:
        with pytest.raises(OSError, match="the old file is unchanged"):
            if write == "bytes":
                write_atomically(path, bytes(50_000))
            else:
                save_arrays(path, {"w": np.ones(50_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert load_arrays(path)["w"].tolist() == [1, 1, 1]
    assert list(path.parent.iterdir()) == [path]


def test_interruption_leaves_the_old_file(tmp_path):
    note = tmp_path / "note.txt"
    write_atomically(note, "old")
    with pytest.raises(KeyboardInterrupt), storage.atomic_path(note) as temporary:
        temporary.write_text("half")
        raise KeyboardInterrupt
    assert note.read_text() == "old"
    assert list(tmp_path.iterdir()) == [note]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_read_only_folder(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match="nothing was written"):
            write_atomically(tmp_path / "note.txt", "new")
    finally:
        tmp_path.chmod(0o700)


def test_no_permission(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(storage.Path, "write_bytes", refuse)
    with pytest.raises(PermissionError, match="Permission denied; nothing was written"):
        write_atomically(tmp_path / "note.txt", "new")


def test_no_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder .*missing; make it first"):
        write_atomically(tmp_path / "missing" / "note.txt", "new")
    with pytest.raises(IsADirectoryError, match="is a folder; give the name of a file"):
        write_atomically(tmp_path, "new")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_links_and_modes_stay(tmp_path):
    note, link = tmp_path / "note.txt", tmp_path / "link.txt"
    note.write_text("old")
    note.chmod(0o640)
    link.symlink_to(note)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert note.read_text() == "new"
    assert note.stat().st_mode & 0o777 == 0o640
