"""Writing into an array gives the numbers of the primitive itself."""

import numpy as np
import pytest

from diydl.compile.into import ELEMENTWISE, INTO, fits_in_place, writer
from diydl.exercise import Slot
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


def test_no_learner_is_passed_over():
    """A forward that can be swapped for a learner's is called, never written into."""
    for name in INTO:
        assert not isinstance(PRIMITIVES[name].forward, Slot), name
    assert isinstance(PRIMITIVES["sum_to"].forward, Slot)
