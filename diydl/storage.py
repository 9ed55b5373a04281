"""Arrays in files: safetensors, which cannot carry code, and writes that never leave half a file.

A file is written beside its destination and renamed only when all of it has reached the disk. A
full disk, a crash or a lost power cord leaves the old file as it was.
"""

import os
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError, safe_open

from diydl.backend import is_array, to_numpy

STORABLE = frozenset(
    "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64".split()
)
READABLE = frozenset(
    "BOOL I8 I16 I32 I64 U8 U16 U32 U64 F16 F32 F64".split()
)  # in the file's words


def save_arrays(path, arrays, metadata=None):
    """Write a dict of arrays to a safetensors file, atomically.

    Parameters
    ----------
    path : str or Path
        In a folder that exists. A file that is already there is replaced.
    arrays : dict of str to array
        Booleans, integers, float16, float32 or float64 of any shape, on any device.
    metadata : dict of str to str, optional
        Notes that travel with the arrays.

    Raises
    ------
    TypeError
        For a name that is not text, or values that the format does not know.
    OSError
        If the file cannot be written; what was there before is unchanged.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "weights.safetensors"
    >>> save_arrays(path, {"w": np.ones((2, 3)), "step": np.array(7)})
    >>> load_arrays(path)["step"]
    array(7)
    """
    plain = {_text(name): _storable(name, array) for name, array in arrays.items()}
    notes = {_text(key): _text(value) for key, value in (metadata or {}).items()}
    with atomic_path(path) as temporary:
        safetensors.numpy.save_file(plain, temporary, metadata=notes or None)


def load_arrays(path):
    """Read the arrays of a safetensors file as a dict of NumPy arrays; no code is run.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is damaged, cut short, or not a safetensors file.
    TypeError
        If it holds a dtype that NumPy does not have (bfloat16, 8-bit floats).

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "weights.safetensors"
    >>> save_arrays(path, {"b": np.zeros(2), "a": np.array([True, False])})
    >>> load_arrays(path)
    {'a': array([ True, False]), 'b': array([0., 0.])}
    """
    with _opened(path) as file:
        arrays = {}
        for name in sorted(file.keys()):
            kind = file.get_slice(name).get_dtype()
            if kind not in READABLE:
                raise TypeError(
                    f"{path}: array {name!r} is stored as {kind}, which NumPy does not have; "
                    "convert it to float32 where the file was written"
                )
            arrays[name] = file.get_tensor(name)
        return arrays


def load_metadata(path):
    """Read only the notes of a safetensors file: a dict of str to str, empty if it has none.

    Raises
    ------
    FileNotFoundError, ValueError
        As `load_arrays` does.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "weights.safetensors"
    >>> save_arrays(path, {"w": np.ones(2)}, metadata={"chapter": "00"})
    >>> load_metadata(path)
    {'chapter': '00'}
    """
    with _opened(path) as file:
        return file.metadata() or {}


def write_atomically(path, content):
    """Write `content` (bytes, or text as UTF-8) to `path`: all of it, or nothing.

    Raises
    ------
    OSError
        If the file cannot be written; what was there before is unchanged.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "note.txt"
    >>> write_atomically(path, "first")
    >>> write_atomically(path, b"second")
    >>> path.read_text()
    'second'
    """
    data = content.encode() if isinstance(content, str) else content
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


@contextmanager
def atomic_path(path):
    """Give a temporary path to write to; when the block ends well, it takes the place of `path`.

    Raises
    ------
    OSError
        With the reason in words. The temporary file is gone and `path` is as it was.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "note.txt"
    >>> with atomic_path(path) as temporary:
    ...     _ = temporary.write_text("all of it")
    >>> path.read_text()
    'all of it'
    """
    target = Path(path).resolve()  # through a symbolic link to the file itself
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        if target.is_dir():
            raise IsADirectoryError(f"{target} is a folder; give the name of a file in it")
        if not target.parent.is_dir():
            raise FileNotFoundError(f"there is no folder {target.parent}; make it first")
        yield temporary
        _sync(temporary)
        if target.exists():
            shutil.copymode(target, temporary)
        temporary.replace(target)
        _sync(target.parent)
    except (OSError, SafetensorError) as error:
        raise _unwritten(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _sync(path):
    """Wait until the disk has `path`; folders cannot be opened for this on Windows."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritten(target, error):
    """Return the OSError of the same kind that says what became of `target`."""
    state = "the old file is unchanged" if target.is_file() else "nothing was written"
    reason = getattr(error, "strerror", None) or str(error)
    kind = type(error) if isinstance(error, OSError) else OSError
    explained = kind(f"could not write {target}: {reason}; {state}")
    explained.errno = getattr(error, "errno", None)
    return explained


@contextmanager
def _opened(path):
    path = Path(path)
    if not path.is_file():
        what = "it is a folder" if path.is_dir() else "there is no such file"
        raise FileNotFoundError(f"cannot read {path}: {what}")
    try:
        file = safe_open(path, framework="np")
    except SafetensorError as error:
        raise ValueError(
            f"{path} is not a whole safetensors file ({error}): it is damaged, cut short or of "
            "another format; fetch or save it again"
        ) from error
    with file as opened:
        yield opened


def _text(value):
    if not isinstance(value, str):
        raise TypeError(f"names and metadata in a file are text, got {value!r:.60}")
    return value


def _storable(name, array):
    """Return `array` as the format wants it: NumPy, contiguous, native byte order."""
    if not is_array(array):
        raise TypeError(
            f"{name!r} is a {type(array).__name__}, expected an array; "
            "store numbers as arrays and words as metadata"
        )
    array = to_numpy(array)
    if array.dtype.name not in STORABLE:
        raise TypeError(
            f"{name!r} has dtype {array.dtype}, which cannot be stored; expected bool, integers, "
            "float16, float32 or float64"
        )
    return np.asarray(array, dtype=array.dtype.newbyteorder("="), order="C")
