"""Agreement with PyTorch: values, and every gradient for a random upstream one."""

import numpy as np
import pytest

from diydl import ops
from diydl.engines.tape import Tensor
from diydl.primitive import PRIMITIVES
from diydl.testing import CASES, assert_close

pytestmark = pytest.mark.torch

SAME_NAME = (
    "abs add cos div equal erf exp greater greater_equal less less_equal log log1p maximum "
    "minimum mul neg not_equal pow rsqrt sigmoid sign sin sqrt sub tanh"
)


def counterparts():
    """PyTorch's functions by the names of ours, with our parameters."""
    import torch

    renamed = {"equal": "eq", "not_equal": "ne", "less": "lt", "less_equal": "le"}
    renamed |= {"greater": "gt", "greater_equal": "ge"}
    found = {name: getattr(torch, renamed.get(name, name)) for name in SAME_NAME.split()}

    def dim(x, axis):
        return tuple(range(x.ndim)) if axis is None else axis

    def pad(x, pad_width, value=0):
        widths = np.broadcast_to(pad_width, (x.ndim, 2))[::-1].ravel().tolist()
        return torch.nn.functional.pad(x, widths, value=value)

    def take(x, i, axis=0, wrap=True):
        return torch.stack([x.select(axis, k) for k in i.ravel().tolist()], axis).reshape(
            np.take(np.zeros(x.shape), np.zeros(i.shape, int), axis).shape
        )

    def cumsum(x, axis, reverse):
        return x.flip(axis).cumsum(axis).flip(axis) if reverse else x.cumsum(axis)

    def cross_entropy(logits, labels):
        picked = logits.log_softmax(-1).gather(-1, labels[..., None])
        return -picked.squeeze(-1)

    def scatter_add(x, i, updates, axis):
        axis %= x.ndim
        flat = updates.reshape(*x.shape[:axis], -1, *x.shape[axis + 1 :])
        return x.index_add(axis, i.ravel() % x.shape[axis], flat)

    return found | {
        "affine": torch.nn.functional.linear,
        "argmax": lambda x, axis=None, keepdims=False: x.argmax(axis, keepdims),
        "broadcast_to": lambda x, shape: x.broadcast_to(shape),
        "clip": lambda x, min=None, max=None: x.clip(min, max),
        "concat": lambda *xs, axis: torch.concat(xs, axis),
        "cumsum": cumsum,
        "einsum": lambda *xs, subscripts: torch.einsum(subscripts, *xs),
        "getitem": lambda x, index: x[index],
        "matmul": torch.matmul,
        "max": lambda x, axis=None, keepdims=False: x.amax(dim(x, axis), keepdims),
        "mean": lambda x, axis=None, keepdims=False: x.mean(axis, keepdims),
        "min": lambda x, axis=None, keepdims=False: x.amin(dim(x, axis), keepdims),
        "pad": pad,
        "project": torch.nn.functional.linear,
        "reshape": lambda x, shape: x.reshape(shape),
        "scatter_add": scatter_add,
        "softmax_cross_entropy": cross_entropy,
        "squeeze": lambda x, axis=None: x.squeeze() if axis is None else x.squeeze(axis),
        "stack": lambda *xs, axis: torch.stack(xs, axis),
        "sum": lambda x, axis=None, keepdims=False: x.sum(axis, keepdims),
        "sum_to": lambda x, shape: x.sum_to_size(shape),
        "take": take,
        "transpose": lambda x, axes: x.permute(axes or tuple(range(x.ndim))[::-1]),
        "var": lambda x, axis=None, keepdims=False, correction=0: x.var(
            axis, correction=correction, keepdim=keepdims
        ),
        "where": torch.where,
    }


WITHOUT = [
    ("getitem", "None,None,-1"),  # no negative steps
    ("scatter_add", "-(2,5)-"),  # index_add takes one axis of indices
    ("einsum", "iji"),  # a letter may not occur in an operand twice, or only twice
    ("einsum", "iii"),
    ("take", "-(0,)-"),  # we write it with torch.stack, which wants something to stack
    ("var", "var-()"),  # warns, as we do not
    ("var", "(1,3)"),
    ("var", "(0,3)"),
]


def has_counterpart(case):
    return not any(case.name == name and part in str(case) for name, part in WITHOUT)


NAMES = (
    SAME_NAME + " affine argmax broadcast_to clip concat cumsum einsum getitem matmul max mean min "
    "pad project reshape scatter_add softmax_cross_entropy squeeze stack sum sum_to take transpose "
    "var where"
)
COMPARED = [
    case
    for name in NAMES.split()
    for case in CASES.get(name, [])  # an export of an early chapter has fewer
    if has_counterpart(case)
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", COMPARED, ids=str)
def test_values_and_gradients(case, dtype):
    import torch

    arrays = [x.astype(dtype) if x.dtype.kind == "f" else x for x in case.inputs()]
    ours = [Tensor(x, requires_grad=x.dtype.kind == "f") for x in arrays]
    theirs = [torch.tensor(x, requires_grad=x.dtype.kind == "f") for x in arrays]
    out = PRIMITIVES[case.name](*ours, **case.params)
    expected = counterparts()[case.name](*theirs, **case.params)
    assert_close(out, expected, what=str(case))
    if not out.requires_grad:
        return
    g = np.asarray(np.random.default_rng(1).normal(size=out.shape)).astype(dtype)
    out.backward(g)
    expected.backward(torch.tensor(g))
    for i, (x, y) in enumerate(zip(ours, theirs, strict=True)):
        if x.requires_grad:
            assert x.grad.dtype == dtype
            assert_close(x.grad, y.grad, scale=5, what=f"gradient {i} of {case}")


COMPOSITES = ["relu", "softmax", "log_softmax", "logsumexp"]


@pytest.mark.parametrize("shift", [0, 1000, -1000])
@pytest.mark.parametrize("name", COMPOSITES)
def test_composites(name, shift):
    import torch

    x = (np.random.default_rng(0).normal(size=(3, 4)) + shift).astype("float32")
    x[0, 0] = 0  # a kink of relu; far from the rest, so a probability of 0 or 1
    ours, theirs = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out = getattr(ops, name)(ours)
    expected = getattr(torch, name)(theirs, *([] if name == "relu" else [-1]))
    assert_close(out, expected, scale=5)
    g = np.random.default_rng(1).normal(size=out.shape).astype("float32")
    out.backward(g)
    expected.backward(torch.tensor(g))
    assert_close(ours.grad, theirs.grad, scale=5)


@pytest.mark.parametrize("name", ["max", "min"])
def test_ties_share_the_gradient_as_amax_does(name):
    import torch

    x = np.array([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]]) * (1 if name == "max" else -1)
    ours, theirs = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    getattr(ops, name)(ours, axis=1).backward(np.array([1.0, -2.0]))
    getattr(torch, f"a{name}")(theirs, dim=1).backward(torch.tensor([1.0, -2.0]).double())
    assert_close(ours.grad, theirs.grad)


def test_clip_at_its_limits():
    import torch

    x = np.array([-1.0, 0.0, 0.5, 1.0, 2.0])
    ours, theirs = Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    ops.clip(ours, min=0, max=1).sum().backward()
    theirs.clip(0, 1).sum().backward()
    assert_close(ours.grad, theirs.grad)


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (0.0, 2.0), (0.0, 1.0), (2.0, 0.0), (-2.0, 3.0)])
def test_pow_at_its_corners(x, y):
    import torch

    ours, theirs = Tensor([x], requires_grad=True), torch.tensor([x], requires_grad=True)
    (ours**y).backward()
    (theirs**y).backward()
    assert_close(ours.grad, theirs.grad)
