"""What is saved comes back, bit for bit; what cannot be saved leaves everything as it was."""

import os
import pickle
import struct
import sys

import numpy as np
import pytest

from diydl import storage
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
