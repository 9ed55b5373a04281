"""Every primitive against everything that is promised of all of them."""

import math
import re

import numpy as np
import pytest

from diydl.backend import device, to_device, to_numpy
from diydl.engines.tape import Tensor, enable_grad
from diydl.primitive import PRIMITIVES, Unsaved, primitive
from diydl.rules import broadcast
from diydl.testing import CASES, assert_close, gradient_checker
from tests.ops.references import REFERENCES

OURS = [name for name, p in sorted(PRIMITIVES.items()) if p.forward.__module__.startswith("diydl.")]
ALL = [case for name in sorted(CASES) for case in CASES[name]]
# A tensor of integers or booleans carries no gradient, and a derivative of 0 is none.
SMOOTH = [
    case
    for case in ALL
    if PRIMITIVES[case.name].differentiable and case.params.get("dtype") != "int64"
]
KERNELS = [case for case in ALL if PRIMITIVES[case.name].kernel]

KNOWN_TO_C = ["exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tanh", "erf", "pow"]

every = pytest.mark.parametrize("case", ALL, ids=str)
smooth = pytest.mark.parametrize("case", SMOOTH, ids=str)


def floats(arrays):
    return [i for i, x in enumerate(arrays) if x.dtype.kind == "f"]


def as_dtype(arrays, dtype):
    return [x.astype(dtype) if x.dtype.kind == "f" else x for x in arrays]


def upstream(shape, dtype=float):
    return np.asarray(np.random.default_rng(1).normal(size=shape)).astype(dtype)


def pulled(case, arrays, g):
    """Gradients of all floating-point inputs by the VJP, on arrays."""
    prim = PRIMITIVES[case.name]
    out = prim(*arrays, **case.params)
    needed = tuple(x.dtype.kind == "f" for x in arrays)
    return [
        np.asarray(gx) for gx in prim.pull(needed, g, out, arrays, case.params) if gx is not None
    ]


@pytest.mark.parametrize("name", OURS)
def test_has_a_case_and_a_reference(name):
    assert name in CASES, "add a line to diydl/testing/cases.py"
    assert name in REFERENCES, "add a line to tests/ops/references.py"


@every
def test_forward_is_numpys(case):
    arrays = case.inputs()
    assert_close(
        PRIMITIVES[case.name](*arrays, **case.params),
        np.asarray(REFERENCES[case.name](*arrays, **case.params)),
        what=str(case),
    )


@every
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_rules_foretell_shape_and_dtype(case, dtype):
    prim, arrays = PRIMITIVES[case.name], as_dtype(case.inputs(), dtype)
    out = prim(*arrays, **case.params)
    assert type(out) is np.ndarray
    assert prim.shape(*(x.shape for x in arrays), **case.params) == out.shape
    assert prim.dtype(*(x.dtype for x in arrays), **case.params) == out.dtype
    given_or_random = "dtype" in case.params or case.name.startswith(("random", "one_hot"))
    wider = case.name.endswith("_statistics") and dtype == "float16"  # what divides stays exact
    if out.dtype.kind == "f" and not given_or_random and not wider:
        assert out.dtype == dtype


@every
def test_flops_are_a_count(case):
    shapes = [x.shape for x in case.inputs()]
    prim = PRIMITIVES[case.name]
    count = prim.flops(prim.shape(*shapes, **case.params), *shapes, **case.params)
    assert count == int(count) >= 0
    if prim.kernel and "{0}" != prim.kernel:
        assert count >= math.prod(prim.shape(*shapes, **case.params))


@every
def test_operands_are_not_changed(case):
    arrays = case.inputs()
    for x in arrays:
        x.flags.writeable = False
    out = PRIMITIVES[case.name](*arrays, **case.params)
    if case in SMOOTH:
        out.flags.writeable = False
        g = upstream(out.shape)
        g.flags.writeable = False
        pulled(case, arrays, g)
    for x, fresh in zip(arrays, case.inputs(), strict=True):
        np.testing.assert_array_equal(x, fresh)


@every
def test_only_declared_views_share_memory(case):
    arrays = case.inputs()
    out = PRIMITIVES[case.name](*arrays, **case.params)
    if any(np.shares_memory(out, x) for x in arrays):
        assert PRIMITIVES[case.name].view


@every
def test_layout_in_memory_does_not_matter(case):
    arrays = case.inputs()
    strided = []
    for x in arrays:
        room = np.zeros([2 * n for n in x.shape], x.dtype)
        every_second = room[(..., *(slice(None, None, 2),) * x.ndim)]
        every_second[...] = x
        strided.append(np.asarray(every_second))
    expected = PRIMITIVES[case.name](*arrays, **case.params)
    assert_close(PRIMITIVES[case.name](*strided, **case.params), expected)
    fortran = [np.asfortranarray(x) if x.ndim else x for x in arrays]
    assert_close(PRIMITIVES[case.name](*fortran, **case.params), expected)
    if case in SMOOTH:
        g = upstream(expected.shape)
        for got, wanted in zip(pulled(case, strided, g), pulled(case, arrays, g), strict=True):
            assert_close(got, wanted)


@smooth
def test_vjp_by_random_projection(case):
    """One random direction: (f(x + h d) - f(x - h d)) / 2h against the VJP."""
    prim, arrays = PRIMITIVES[case.name], case.inputs()
    g = upstream(prim(*arrays, **case.params).shape)
    random, h = np.random.default_rng(2), 1e-5
    directions = {i: np.asarray(random.normal(size=arrays[i].shape)) for i in floats(arrays)}

    def along(step):
        moved = [x + step * directions[i] if i in directions else x for i, x in enumerate(arrays)]
        return (g * prim(*moved, **case.params)).sum()

    slopes = [
        (gx * d).sum() for gx, d in zip(pulled(case, arrays, g), directions.values(), strict=True)
    ]
    expected = (along(h) - along(-h)) / (2 * h)
    np.testing.assert_allclose(sum(slopes), expected, rtol=2e-7, atol=2e-7)


@smooth
def test_vjp_element_by_element(case):
    arrays = case.inputs()
    report = gradient_checker(lambda *xs: PRIMITIVES[case.name](*xs, **case.params), *arrays)
    assert report, report


@smooth
def test_second_derivative(case):
    """The gradient of a weighted gradient, element by element."""
    prim, arrays = PRIMITIVES[case.name], case.inputs()
    g = upstream(prim(*arrays, **case.params).shape)
    where = floats(arrays)

    @enable_grad()  # also where the checker only asks for the value
    def weighted_gradient(g, *xs):
        out = prim(*xs, **case.params)
        grads = out.engine.gradients(out, g, [xs[i] for i in where], graph=True)
        return sum((gx * upstream(gx.shape)).sum() for gx in grads if gx is not None)

    report = gradient_checker(weighted_gradient, g, *arrays, eps=1e-5, rtol=1e-5, atol=1e-6)
    assert report, report


@smooth
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_gradients_stay_in_single_precision(case, dtype):
    if case.name == "cast":
        return
    arrays = as_dtype(case.inputs(), dtype)
    g = upstream(PRIMITIVES[case.name](*arrays, **case.params).shape, dtype)
    grads = pulled(case, arrays, g)
    assert grads
    for gx in grads:
        assert gx.dtype == dtype
    exact = pulled(case, case.inputs(), g.astype(float))
    for gx, wanted in zip(grads, exact, strict=True):
        assert_close(gx, wanted, scale=10, what=str(case))


@smooth
def test_saves_name_what_the_vjp_reads(case):
    """With stand-ins for all that is not saved each VJP gives the same; and each saving is used."""
    prim, arrays = PRIMITIVES[case.name], case.inputs()
    out = prim(*arrays, **case.params)
    g = upstream(out.shape)
    for i in floats(arrays):
        needed = tuple(j == i for j in range(len(arrays)))
        wanted = prim.pull(needed, g, out, arrays, case.params)[i]
        keep_out, keep = prim.keeps(needed)
        kept_out = out if keep_out else Unsaved(out.shape, out.dtype)
        kept = [x if k else Unsaved(x.shape, x.dtype) for x, k in zip(arrays, keep, strict=True)]
        assert_close(prim.pull(needed, g, kept_out, kept, case.params)[i], wanted)


@pytest.mark.parametrize("name", sorted({case.name for case in SMOOTH}))
def test_saves_are_needed(name):
    """Without any one of the arrays that are saved, some case of the primitive fails."""
    prim, missed = PRIMITIVES[name], set()
    claimed = set()
    for case in CASES[name]:
        arrays = case.inputs()
        out = prim(*arrays, **case.params)
        for i in floats(arrays):
            needed = tuple(j == i for j in range(len(arrays)))
            keep_out, keep = prim.keeps(needed)
            for place, k in enumerate((keep_out, *keep)):
                if not k:
                    continue
                claimed.add((i, place))
                given = [out, *arrays]
                given[place] = Unsaved(given[place].shape, given[place].dtype)
                try:
                    prim.pull(needed, upstream(out.shape), given[0], given[1:], case.params)
                except (AttributeError, TypeError):
                    missed.add((i, place))
    assert missed == claimed


@pytest.mark.parametrize("case", KERNELS, ids=str)
def test_kernel_is_the_forward(case):
    """The line of C, translated to Python, gives what the forward gives."""
    prim, arrays = PRIMITIVES[case.name], case.inputs()
    expected = prim(*arrays, **case.params)
    expression = python_of(prim.kernel)
    names = {name: getattr(math, name) for name in KNOWN_TO_C}
    names["rsqrt"] = lambda x: 1 / math.sqrt(x)
    spread = np.broadcast_arrays(*arrays)
    got = np.empty(expected.shape)
    for place in np.ndindex(expected.shape):
        operands = [x[place].item() for x in spread]
        values = {f"_{i}": v for i, v in enumerate(operands)}
        got[place] = eval(expression, names, values)
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14)


def python_of(kernel):
    """Translate a C expression: operands, ``a ? b : c`` and ``||``."""
    text = re.sub(r"\{(\d+)\}", r"_\1", kernel).replace("||", " or ")
    if "?" not in text:
        return text
    condition, rest = text.split("?", 1)
    yes, no = rest.rsplit(":", 1)
    return f"({yes}) if ({condition}) else ({no})"


@pytest.mark.gpu
@every
def test_cupy_agrees(case):
    arrays = case.inputs()
    prim = PRIMITIVES[case.name]
    expected = prim(*arrays, **case.params)
    there = [to_device(x, "cuda") for x in arrays]
    params = case.params
    if case.name == "move":
        params = dict.fromkeys(params, device("cuda"))
    out = prim(*there, **params)
    assert type(out).__module__.startswith("cupy")
    assert_close(to_numpy(out), expected, scale=10)
    if case in SMOOTH:
        g = upstream(expected.shape)
        needed = tuple(x.dtype.kind == "f" for x in arrays)
        grads = prim.pull(needed, to_device(g, "cuda"), out, there, params)
        grads = [to_numpy(gx) for gx in grads if gx is not None]
        for got, wanted in zip(grads, pulled(case, arrays, g), strict=True):
            assert_close(got, wanted, scale=10)


@every
def test_tensors_give_tensors(case):
    out = PRIMITIVES[case.name](*map(Tensor, case.inputs()), **case.params)
    assert isinstance(out, Tensor)
    assert_close(out, PRIMITIVES[case.name](*case.inputs(), **case.params))


def test_a_modal_primitive_takes_training():
    with pytest.raises(TypeError, match="always_same is modal, so its forward takes `training`"):

        @primitive(shape=broadcast, modal=True)
        def always_same(xp, x):
            return x

    assert "always_same" not in PRIMITIVES
