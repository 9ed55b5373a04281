"""Where arrays live: NumPy or CuPy by the array's type, devices as values, default dtype, seeds.

CuPy is never imported to find out whether an array belongs to it: an array of it proves that
it is loaded.
"""

import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

_MODULE_OF = {np.ndarray: np}


def array_module(*arrays):
    """Return the library, numpy or cupy, that holds `arrays`.

    NumPy scalars go with either, so ``cupy_array * np.float32(2)`` stays on its GPU.

    Raises
    ------
    TypeError
        For anything that is neither an array nor a NumPy scalar.

    Examples
    --------
    >>> array_module(np.ones(3)).__name__
    'numpy'
    """
    found = np
    for x in arrays:
        module = _MODULE_OF.get(type(x)) or _module_of(type(x))
        if module is not np:
            found = module
    return found


def _module_of(kind):
    if issubclass(kind, (np.ndarray, np.generic)):
        module = np
    else:
        module = sys.modules.get("cupy")
        if module is None or not issubclass(kind, module.ndarray):
            raise TypeError(
                f"expected a NumPy or CuPy array, got {kind.__name__}; "
                "turn lists and numbers into arrays with diydl.tensor(...) or numpy.asarray(...)"
            )
    _MODULE_OF[kind] = module
    return module


def is_array(x):
    """Tell whether `x` is a NumPy array, a NumPy scalar or a CuPy array.

    Examples
    --------
    >>> is_array(np.ones(3)), is_array([1.0])
    (True, False)
    """
    try:
        array_module(x)
    except TypeError:
        return False
    return True


@dataclass(frozen=True)
class Device:
    """A place where arrays live: ``cpu``, or a CUDA GPU with its number."""

    kind: str
    index: int = 0

    def __str__(self):
        return self.kind if self.kind == "cpu" else f"{self.kind}:{self.index}"

    __repr__ = __str__


CPU = Device("cpu")


def device(name):
    """Return the device that `name` stands for.

    Parameters
    ----------
    name : str or Device
        ``"cpu"``, ``"cuda"`` (the first GPU) or ``"cuda:N"``.

    Raises
    ------
    ValueError
        For any other name.

    Examples
    --------
    >>> device("cuda:1"), device("cpu") == device("cpu")
    (cuda:1, True)
    """
    if isinstance(name, Device):
        return name
    kind, _, index = str(name).partition(":")
    if name == "cpu":
        return CPU
    if name == "cuda" or (kind == "cuda" and index.isdigit()):
        return Device("cuda", int(index or 0))
    raise ValueError(f'unknown device {name!r}: expected "cpu", "cuda" or "cuda:N"')


def device_of(array):
    """Return the device on which `array` lives.

    Examples
    --------
    >>> device_of(np.ones(3))
    cpu
    """
    return CPU if array_module(array) is np else Device("cuda", array.device.id)


def to_device(array, where):
    """Return `array` on the device `where`; the array itself if it is there already.

    Raises
    ------
    RuntimeError
        If `where` is a GPU and CuPy or the GPU is missing.

    Examples
    --------
    >>> x = np.ones(3)
    >>> to_device(x, "cpu") is x
    True
    """
    where = device(where)
    if device_of(array) == where:
        return array
    if where == CPU:
        return to_numpy(array)
    cupy = _cupy(where)
    with cupy.cuda.Device(where.index):
        return cupy.asarray(array)


def _cupy(where):
    advice = "stay on device('cpu'), or install an extra: pip install 'diydl[gpu-cuda13]'"
    try:
        import cupy
    except ImportError as error:
        raise RuntimeError(
            f"device {where} needs CuPy, which is not installed; {advice}"
        ) from error
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        raise RuntimeError(
            f"device {where}: CuPy finds no working GPU ({error}); {advice}"
        ) from error
    if where.index >= count:
        raise RuntimeError(f"there is no device {where}: CuPy sees {count} GPU(s), numbered from 0")
    return cupy


def synchronize(where=CPU):
    """Wait until `where` has done all that it was asked: before a clock is read.

    Examples
    --------
    >>> synchronize("cpu")
    """
    where = device(where)
    if where != CPU:
        cupy = _cupy(where)
        with cupy.cuda.Device(where.index):
            cupy.cuda.runtime.deviceSynchronize()


def to_numpy(array):
    """Return `array` as a NumPy array, copied from the GPU if it is there.

    Examples
    --------
    >>> to_numpy(np.float32(2.0))
    array(2., dtype=float32)
    """
    module = array_module(array)
    return np.asarray(array) if module is np else module.asnumpy(array)


_default_dtype = np.dtype(np.float32)


def default_dtype():
    """Return the dtype that Python floats and fresh parameters get: float32 unless changed.

    Examples
    --------
    >>> default_dtype()
    dtype('float32')
    """
    return _default_dtype


def set_default_dtype(dtype):
    """Change the dtype of Python floats and fresh parameters, for the whole process.

    Raises
    ------
    TypeError
        If `dtype` is not float16, float32 or float64.

    Examples
    --------
    >>> set_default_dtype("float32")
    """
    global _default_dtype
    dtype = np.dtype(dtype)
    if dtype.kind != "f" or dtype.itemsize > 8:
        raise TypeError(f"expected float16, float32 or float64 as default dtype, got {dtype}")
    _default_dtype = dtype


def as_array(data, dtype=None):
    """Return `data` (array, number, or nested lists of numbers) as an array.

    Arrays keep their dtype and are not copied; Python floats get the default dtype.

    Raises
    ------
    TypeError
        For text, objects, or lists whose rows differ in length.

    Examples
    --------
    >>> as_array([1.0, 2.0]), as_array([1, 2]).dtype.kind
    (array([1., 2.], dtype=float32), 'i')
    """
    if not is_array(data):
        try:
            array = np.asarray(data)
        except ValueError as error:
            raise TypeError(f"expected numbers in rows of equal length: {error}") from error
        if array.dtype.kind not in "bifu":
            raise TypeError(f"expected an array or (nested lists of) numbers, got {data!r:.60}")
        if dtype is None and array.dtype.kind == "f" and not _holds_arrays(data):
            array = array.astype(_default_dtype)
        data = array
    if dtype is not None:
        data = data.astype(dtype, copy=False)
    return np.asarray(data) if isinstance(data, np.generic) else data


def _holds_arrays(data):
    while isinstance(data, (list, tuple)) and data:
        data = data[0]
    return is_array(data)


_seed, _drawn = 0, 0
_drawing = threading.Lock()


def seed(number):
    """Start all random draws of the library afresh from `number`.

    Raises
    ------
    ValueError
        If `number` is not an integer from 0 to 2**64 - 1.

    Examples
    --------
    >>> seed(0)
    """
    if not _is_key(number):
        raise ValueError(f"a seed is an integer from 0 to 2**64 - 1, got {number!r}")
    set_random_state((number, 0))


def random_state():
    """Return (seed, number of keys drawn since): all that later draws depend on.

    Examples
    --------
    >>> seed(7)
    >>> _ = next_key()
    >>> random_state()
    (7, 1)
    """
    return _seed, _drawn


def set_random_state(state):
    """Go on drawing where `random_state` was asked for.

    Raises
    ------
    ValueError
        If `state` is not a pair of integers from 0 to 2**64 - 1.

    Examples
    --------
    >>> set_random_state((7, 1))
    >>> next_key()
    array([7, 1, 0], dtype=uint64)
    """
    global _seed, _drawn
    if not isinstance(state, (tuple, list)) or len(state) != 2 or not all(map(_is_key, state)):
        raise ValueError(f"a random state is a pair of integers from 0, got {state!r:.80}")
    with _drawing:
        _seed, _drawn = map(int, state)


def _is_key(number):
    whole = isinstance(number, (int, np.integer)) and not isinstance(number, bool)
    return whole and 0 <= number < 2**64


def next_key():
    """Return the key of the next random draw: (seed, number of the draw, 0) as uint64.

    Random primitives take such a key as their operand, so that the same key gives the same
    numbers under every engine.

    Examples
    --------
    >>> seed(7)
    >>> next_key(), next_key()
    (array([7, 0, 0], dtype=uint64), array([7, 1, 0], dtype=uint64))
    """
    global _drawn
    with _drawing:  # threads of a loader draw too
        number, _drawn = _drawn, _drawn + 1
    return np.array([_seed, number, 0], dtype=np.uint64)


@contextmanager
def seeded(number):
    """Draw afresh from `number` inside the block, then go on as if nothing had been drawn.

    Examples
    --------
    >>> seed(7)
    >>> with seeded(0):
    ...     inside = next_key()
    >>> inside, next_key()
    (array([0, 0, 0], dtype=uint64), array([7, 0, 0], dtype=uint64))
    """
    kept = random_state()
    seed(number)
    try:
        yield
    finally:
        set_random_state(kept)
