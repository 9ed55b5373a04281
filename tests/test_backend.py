"""Arrays by their type, devices as values, dtypes and seeds."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from diydl import backend
from diydl.backend import Device, array_module, as_array, device, to_device, to_numpy


def test_array_module_goes_by_type_and_refuses_lists():
    assert array_module(np.ones(2), np.float32(1)) is np
    with pytest.raises(TypeError, match=r"expected a NumPy or CuPy array, got list"):
        array_module([1.0])


def test_importing_the_library_is_light():
    code = (
        "import sys, diydl; heavy = {'cupy', 'torch', 'matplotlib', 'sklearn', 'IPython', "
        "'pytest', 'anywidget', 'scipy'} & set(sys.modules); sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cpu", Device("cpu")),
        ("cuda", Device("cuda", 0)),
        ("cuda:3", Device("cuda", 3)),
        (Device("cuda", 1), Device("cuda", 1)),
    ],
)
def test_device_names(name, expected):
    assert device(name) == expected
    assert device(str(expected)) == expected


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "cpu:0", "", None, 0])
def test_unknown_devices_say_what_is_known(name):
    with pytest.raises(ValueError, match=r'expected "cpu", "cuda" or "cuda:N"'):
        device(name)


def test_a_missing_gpu_is_a_clear_error():
    if _gpu_there():
        pytest.skip("a GPU is there")
    with pytest.raises(RuntimeError, match=r"device cuda:0.*(not installed|no working GPU)"):
        to_device(np.ones(2), "cuda")


def _gpu_there():
    try:
        import cupy

        return cupy.cuda.runtime.getDeviceCount() > 0
    except Exception:
        return False


@pytest.mark.gpu
def test_arrays_travel_to_the_gpu_and_back():
    there = to_device(np.arange(3.0), "cuda:0")
    assert array_module(there).__name__ == "cupy"
    assert backend.device_of(there) == Device("cuda", 0)
    np.testing.assert_array_equal(to_numpy(to_device(there, "cpu")), np.arange(3.0))


def test_as_array_gives_python_floats_the_default_dtype_and_keeps_arrays():
    assert as_array([[1.0, 2], [3, 4]]).dtype == np.float32
    assert as_array(1.5).dtype == np.float32
    assert as_array([1, 2]).dtype == np.int64
    assert as_array([True]).dtype == bool
    given = np.ones(2)
    assert as_array(given) is given
    assert as_array([np.ones(2), np.ones(2)]).dtype == np.float64
    assert as_array(np.float64(2)).dtype == np.float64


@pytest.mark.parametrize("bad", ["text", [[1, 2], [3]], [None], {"a": 1}, [object()]])
def test_as_array_refuses_what_is_not_numbers(bad):
    with pytest.raises(TypeError, match="expected"):
        as_array(bad)


def test_default_dtype_can_be_changed_and_only_to_floats():
    try:
        backend.set_default_dtype("float64")
        assert as_array([1.0]).dtype == np.float64
    finally:
        backend.set_default_dtype("float32")
    with pytest.raises(TypeError, match="float16, float32 or float64"):
        backend.set_default_dtype("int32")


def test_seed_restarts_the_keys_and_each_key_is_new():
    backend.seed(5)
    first = [tuple(backend.next_key()) for _ in range(3)]
    backend.seed(5)
    assert [tuple(backend.next_key()) for _ in range(3)] == first
    assert len(set(first)) == 3


@pytest.mark.parametrize("bad", [-1, 2**64, 1.5, "0", None])
def test_bad_seeds(bad):
    with pytest.raises(ValueError, match="a seed is an integer from 0"):
        backend.seed(bad)


def test_synchronize_knows_its_devices():
    """On a CPU there is nothing to wait for; a device that is not there is named."""
    assert backend.synchronize() is None
    assert backend.synchronize(backend.CPU) is None
    with pytest.raises(ValueError, match="tpu"):
        backend.synchronize("tpu")


@pytest.mark.gpu
def test_synchronize_waits_for_a_gpu():
    import cupy

    with cupy.cuda.Device(0):
        done = cupy.cuda.Event()
        x = cupy.ones((2000, 2000))
        for _ in range(20):
            x = x @ x * 1e-4
        done.record()
    backend.synchronize("cuda")
    assert done.done


def test_drawing_goes_on_where_it_was():
    backend.seed(5)
    backend.next_key()
    state = backend.random_state()
    wanted = [backend.next_key().tolist() for _ in range(3)]
    backend.seed(9)
    backend.set_random_state(state)
    assert [backend.next_key().tolist() for _ in range(3)] == wanted


def test_threads_draw_each_key_once():
    backend.seed(0)
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda _: int(backend.next_key()[1]), range(4000)))
    assert sorted(drawn) == list(range(4000))


@pytest.mark.parametrize("bad", [3, (1,), (1, -1), (1, 2**64), ("a", 0), (True, 0), None])
def test_bad_random_states(bad):
    before = backend.random_state()
    with pytest.raises(ValueError, match="a random state is a pair of integers"):
        backend.set_random_state(bad)
    assert backend.random_state() == before
