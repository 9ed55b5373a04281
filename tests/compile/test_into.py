"""Writing into an array gives the numbers of the primitive itself."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, ops
from diydl.compile.fuse import fuse
from diydl.compile.into import ELEMENTWISE, INTO, fits_in_place, writer
from diydl.compile.passes import PASSES
from diydl.compile.rows import ROWS, join
from diydl.compile.split import split
from diydl.compile.trace import Tracing, trace
from diydl.exercise import Slot, find_slot
from diydl.primitive import PRIMITIVES
from diydl.testing import CASES

KNOWN = [case for name in sorted(INTO) for case in CASES[name]]
DTYPES = ("float16", "float32", "float64")


def prepared(case, dtype):
    prim = PRIMITIVES[case.name]
    arrays = [x.astype(dtype) if x.dtype.kind == "f" else x for x in case.inputs()]
    wanted = prim.compute(*arrays, **case.params)
    return prim, arrays, wanted, writer(prim, case.params, [x.dtype for x in arrays], wanted.dtype)


def test_every_writer_is_of_a_primitive():
    assert set(INTO) <= set(PRIMITIVES)
    for name in ELEMENTWISE:
        assert PRIMITIVES[name].kernel or name == "cast"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", KNOWN, ids=str)
def test_the_numbers_are_those_of_the_forward(case, dtype):
    prim, arrays, wanted, write = prepared(case, dtype)
    if write is None:
        assert dtype == "float16" or len({x.dtype for x in arrays}) > 1
        return
    before = [x.copy() for x in arrays]
    out = np.full_like(wanted, 7)
    write(*arrays, out)
    np.testing.assert_array_equal(out, wanted)
    for x, y in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("case", [c for c in KNOWN if c.name in ELEMENTWISE], ids=str)
def test_what_fits_in_place_may_be_written_over_any_operand(case):
    prim, arrays, wanted, write = prepared(case, "float64")
    if not fits_in_place(prim, [x.dtype for x in arrays], wanted.dtype):
        assert case.name == "where" or wanted.dtype != np.float64 or case.params
        return
    for i, x in enumerate(arrays):
        if x.shape == wanted.shape:
            copies = [y.copy() for y in arrays]
            write(*copies, copies[i])
            np.testing.assert_array_equal(copies[i], wanted)


def test_large_rows_beside_a_number():
    x = np.random.default_rng(0).normal(size=(3, 300)).astype("f4")
    zero, single, out = np.float32(0), np.dtype("f4"), np.empty((3, 300), "f4")
    x[0, 0] = np.nan
    writer(PRIMITIVES["maximum"], {}, [single, single], single)(x, zero, out)
    np.testing.assert_array_equal(out, PRIMITIVES["maximum"](x, zero))


SWAPPED = [name for name, prim in PRIMITIVES.items() if isinstance(prim.forward, Slot)]
DONE_OTHERWISE = {"affine", "dropout", "layer_norm", "sum_to"}  # by a writer or a pass


def test_what_is_done_otherwise_is_known():
    """A new slot of a primitive that plans do not call as it is belongs into the test below."""
    assert set(SWAPPED) & {*INTO, *ROWS} <= DONE_OTHERWISE


@pytest.mark.parametrize("name", ["affine", "dropout", "layer_norm", "sum_to"])
def test_no_learner_is_passed_over(name):
    """A piece that can be swapped for a learner's is called by a plan, whatever its passes do."""
    x = np.random.default_rng(0).normal(size=(64, 64)).astype("float32")
    w, b = dl.Parameter(x / 8), dl.Parameter(x[0])
    key = np.array([0, 0, 1], np.uint64)
    functions = {
        "affine": lambda x: dl.tanh(ops.affine(x, w, b)),
        "dropout": lambda x: ops.dropout(x * 2, dl.Buffer(key), p=0.5, training=True) + 1,
        "layer_norm": lambda x: nn.LayerNorm(64)(x) * 2,
        "sum_to": lambda x: ops.sum_to(x * x, shape=(64,)) * ops.sum_to(x * 3, shape=(64, 1)),
    }
    ids = {"dropout": "11/drop", "layer_norm": "11/row_statistics"}
    slot = find_slot(ids[name]) if name in ids else PRIMITIVES[name].forward
    called = []

    def mine(*args, **named):
        called.append(slot.id)
        return reference(*args, **named)

    reference, passes = slot.reference, [*PASSES]
    passes[passes.index(split)] = lambda plan: split(plan, least=1)
    passes[passes.index(fuse)] = lambda plan: fuse(plan, least=1)
    passes[passes.index(join)] = lambda plan: join(plan, least=1)
    mine.__signature__ = slot.__signature__
    with dl.overlay({slot.id: mine}):
        step = dl.compute_graph(functions[name], training=True)
        graph = Tracing("f", expand=1)
        plan, _ = trace(functions[name], ((x,), {}), graph, training=True)
        for each in passes:
            plan = each(plan)
        called.clear()
        found = plan.run(x)[0]
    assert called
    np.testing.assert_allclose(found, step(x).numpy(), rtol=1e-5, atol=1e-6)
