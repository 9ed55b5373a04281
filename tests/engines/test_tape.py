"""The tape: values, gradients, what it keeps, and its errors."""

import gc
import threading
import weakref

import numpy as np
import pytest

import diydl as dl


@pytest.fixture
def x():
    return dl.tensor([1.0, 2.0, 3.0], requires_grad=True)


def test_gradient_of_a_small_expression(x):
    y = (x * x * 2 + x / 2).sum()
    y.backward()
    np.testing.assert_allclose(x.grad.numpy(), 4 * np.array([1, 2, 3]) + 0.5)


def test_backward_replaces_and_accumulates_only_when_asked(x):
    x.sum().backward()
    x.sum().backward()
    assert x.grad.tolist() == [1, 1, 1]
    (2 * x).sum().backward(accumulate=True)
    assert x.grad.tolist() == [3, 3, 3]


def test_gradient_argument_is_the_upstream_gradient(x):
    (x * x).backward([1.0, 10.0, 100.0])
    assert x.grad.tolist() == [2, 40, 600]


def test_no_two_gradients_share_memory(x):
    y = dl.tensor([0.0, 0.0, 0.0], requires_grad=True)
    seed = np.ones(3, np.float32)
    (x + y).backward(seed)
    assert not np.shares_memory(x.grad.data, y.grad.data)
    assert not np.shares_memory(x.grad.data, seed)
    x.sum().backward()
    x.grad.data[0] = 5  # a broadcast view would be read-only
    assert x.grad.data.flags.c_contiguous


def test_any_order(x):
    y = (x**4).sum()
    y.backward(create_graph=True)
    first = x.grad
    first.sum().backward(create_graph=True)
    second = x.grad
    second.sum().backward()
    np.testing.assert_allclose(first.numpy(), [4, 32, 108])
    np.testing.assert_allclose(second.numpy(), [12, 48, 108])
    np.testing.assert_allclose(x.grad.numpy(), [24, 48, 72])


def test_a_second_backward_says_what_to_do(x):
    y = x.exp().sum()
    y.backward()
    with pytest.raises(RuntimeError, match="used up by an earlier backward.*retain_graph=True"):
        y.backward()
    z = x.exp().sum()
    z.backward(retain_graph=True)
    z.backward()
    np.testing.assert_allclose(x.grad.numpy(), np.exp([1, 2, 3]), rtol=1e-6)


def test_backward_needs_something_to_differentiate():
    with pytest.raises(RuntimeError, match="no input of this result requires a gradient"):
        dl.ones(1).sum().backward()


def test_a_vector_needs_a_gradient(x):
    with pytest.raises(ValueError, match=r"backward from 3 elements \(shape \(3,\)\)"):
        (x * 2).backward()
    with pytest.raises(ValueError, match=r"gradient has shape \(2,\), expected .* \(3,\)"):
        (x * 2).backward([1.0, 1.0])


def test_a_parameter_written_between_forward_and_backward():
    w = dl.Parameter([2.0], name="w")
    loss = (w * w).sum()
    dl.assign(w, w + 1)
    with pytest.raises(
        RuntimeError, match=r"parameter 'w' was written between forward and backward"
    ):
        loss.backward()


def test_a_parameter_written_where_nobody_reads_it_is_fine():
    w, b = dl.Parameter([2.0]), dl.Parameter([1.0])
    loss = (w * 3 + b).sum()
    dl.assign(b, b + 1)
    dl.assign(w, w + 1)  # neither an addition nor a multiplication by 3 reads them again
    loss.backward()
    assert (w.grad.tolist(), b.grad.tolist()) == ([3], [1])


def test_values_are_not_changed_in_place(x):
    with pytest.raises(TypeError, match=r"Tensor is not changed in place.*where\(mask, value, x\)"):
        x[0] = 1.0
    y = x
    y += 1  # makes a new tensor
    assert x.tolist() == [1, 2, 3]
    assert y.tolist() == [2, 3, 4]


def test_no_grad_and_enable_grad(x):
    with dl.no_grad():
        assert not (x * 2).requires_grad
        with dl.enable_grad():
            assert (x * 2).requires_grad
        assert not (x * 2).requires_grad
    assert (x * 2).requires_grad

    @dl.no_grad()
    def double(t):
        return t * 2

    assert not double(x).requires_grad


def test_no_grad_ends_with_its_block_also_after_an_exception_and_only_in_its_thread(x):
    with pytest.raises(KeyError), dl.no_grad():
        raise KeyError
    assert (x * 2).requires_grad
    seen = []
    with dl.no_grad():
        worker = threading.Thread(target=lambda: seen.append((x * 2).requires_grad))
        worker.start()
        worker.join()
    assert seen == [True]


def test_detach_cuts_history(x):
    y = (x * x.detach()).sum()
    y.backward()
    assert x.grad.tolist() == [1, 2, 3]
    assert np.shares_memory(x.detach().numpy(), x.numpy())


def test_intermediate_gradients_on_request(x):
    h = (x * 3).retain_grad()
    (h * h).sum().backward()
    assert h.grad.tolist() == [6, 12, 18]
    other = x * 3
    other.sum().backward()
    assert other.grad is None


def test_dropped_tensors_are_freed_unless_saved():
    w = dl.Parameter(np.ones(1000))
    plain = w + 1
    kept = plain.exp()
    freed, saved = weakref.ref(plain), weakref.ref(kept.data)
    loss = kept.sum()
    del plain, kept
    gc.collect()
    assert freed() is None  # an addition's result is read by nobody
    assert saved() is not None  # the VJP of exp reads its output
    loss.backward()
    assert saved() is None  # used, so freed


def test_dead_history_is_released():
    w = dl.Parameter(np.ones(10))
    loss = (w * 2).exp().sum()
    node = weakref.ref(loss)
    del loss
    gc.collect()
    assert node() is None


def test_ten_thousand_steps_do_not_recurse():
    w = dl.Parameter([1.0])
    y = w
    for _ in range(10_000):
        y = y * 1.0001
    y.backward()
    np.testing.assert_allclose(w.grad.numpy(), 1.0001**10_000, rtol=1e-2)
    del y


def test_arrays_meet_tensors_from_both_sides(x):
    for y in (np.ones(3, np.float32) + x, x + np.ones(3, np.float32), np.float32(1) + x, 1 + x):
        assert isinstance(y, dl.Tensor)
        assert y.dtype == np.float32
        assert y.tolist() == [2, 3, 4]
    assert isinstance(np.ones((2, 3), np.float32) @ x, dl.Tensor)


def test_numpy_functions_on_recorded_tensors_say_what_to_use(x):
    with pytest.raises(TypeError, match="diydl's own functions"):
        np.asarray(x)
    np.testing.assert_array_equal(np.asarray(x.detach()), [1, 2, 3])


def test_a_gradient_only_for_floats():
    with pytest.raises(TypeError, match="only floating-point tensors"):
        dl.tensor([1, 2], requires_grad=True)


def test_integer_results_are_not_recorded(x):
    assert not x.argmax().requires_grad
    assert not (x > 1).requires_grad


def test_wrong_operands_name_the_primitive_and_the_shapes(x):
    with pytest.raises(ValueError, match=r"add: .*\(3,\) and \(2,\).*got \(3,\) float32"):
        x + dl.ones(2)
    with pytest.raises(TypeError, match="add: operand 1 is a list.*diydl.tensor"):
        dl.add(x, [1.0, 2.0, 3.0])
    with pytest.raises(TypeError, match=r"sum takes 1 array\(s\), got 2.*by keyword"):
        dl.sum(x, 0)


def test_to_changes_dtype_and_records(x):
    y = x.to("float64")
    assert y.dtype == np.float64
    y.sum().backward()
    assert x.grad.dtype == np.float32
    assert x.to("cpu") is x
    with pytest.raises(ValueError, match=r"a device .* or a dtype, got 'gpu'"):
        x.to("gpu")


@pytest.mark.gpu
def test_gradients_travel_between_devices(x):
    y = (x.to("cuda:0") * 2).sum()
    assert str(y.device) == "cuda:0"
    y.backward()
    assert str(x.grad.device) == "cpu"
    with pytest.raises(ValueError, match="add: operands on different devices"):
        x + x.to("cuda:0")


def test_text(x):
    assert repr(x) == "tensor([1., 2., 3.], requires_grad=True)"
    assert repr(x * 2) == "tensor([2., 4., 6.], grad_fn=<mul>)"
    assert repr(dl.tensor(np.zeros(1))) == "tensor([0.], dtype=float64)"


def test_recording_is_the_default_after_an_error_in_a_vjp(x):
    y = x.sum()
    y.node.saved = None
    with pytest.raises(RuntimeError):
        y.backward()
    assert x.grad is None
    assert (x * 2).requires_grad
