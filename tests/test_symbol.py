"""Symbols: what can be foretold, and what they refuse."""

import numpy as np
import pytest

import diydl as dl
from diydl.dim import Dim
from diydl.ops import matmul, reshape, sum
from diydl.reverse import toposort
from diydl.symbol import Symbol, infer, seed_for, typed, way_back

F = np.dtype("float32")
B = Dim()


@pytest.fixture
def x():
    return Symbol((B, 4), F, name="x")


@pytest.mark.parametrize(
    "use",
    [bool, float, int, np.asarray, "{:.2f}".format, Symbol.item, Symbol.numpy, Symbol.tolist],
)
def test_a_symbol_has_no_numbers(x, use):
    with pytest.raises(TypeError, match=r"'x' \(B, 4\) float32> has no numbers yet"):
        use(x)


def test_shape_says_what_is_known(x):
    assert (x.ndim, x.size) == (2, 4 * B)
    assert repr(x) == "<Symbol 'x' (B, 4) float32>"
    assert f"{x}" == str(x) == repr(x)
    assert x in {x}


def test_an_open_axis_cannot_be_walked(x):
    with pytest.raises(TypeError, match="the size B is not known"):
        list(x)
    with pytest.raises(TypeError, match="the size B is not known"):
        len(x)


def test_infer(x):
    w = Symbol((4, 3), np.dtype("float64"), name="w")
    assert infer(matmul, [x, w], {}) == ((B, 3), np.float64)
    assert infer(sum, [x], {"axis": 1}) == ((B,), F)
    assert infer(reshape, [x], {"shape": (B * 4,)}) == ((4 * B,), F)


def test_what_does_not_fit_names_the_operands(x):
    w = Symbol((5, 3), F, name="layer.weight")
    with pytest.raises(
        ValueError, match=r"matmul: .*got 'x' \(B, 4\) float32 and 'layer.weight' \(5, 3\) float32"
    ):
        infer(matmul, [x, w], {})
    with pytest.raises(ValueError, match=r"sum: axis 2 .*got 'x' \(3, 4\) float32, axis=2"):
        infer(
            sum,
            [
                Symbol((3, 4), F, name="x"),
            ],
            {"axis": 2},
        )
    with pytest.raises(TypeError, match=r"sum: .*call it as sum\(x, \*, axis=None"):
        infer(sum, [x], {"dim": 1})
    with pytest.raises(TypeError, match=r"reshape: missing a required argument: 'shape'"):
        infer(reshape, [x], {})


def test_the_way_back_passes_smooth_nodes_alone():
    x = dl.ComputationalGraph().placeholder((3,), name="x")
    smooth, flat = x * x, dl.stop_gradient(x * 2) * x
    assert way_back(toposort(smooth), {x}) == [x, smooth]
    names = [node.name for node in way_back(toposort(flat), {x})]
    assert "stop_gradient" not in names
    assert names[-1] == flat.name
    assert way_back(toposort(dl.stop_gradient(x)), {x}) == []


def test_seeds_are_checked(x):
    with pytest.raises(ValueError, match=r"'x' \(B, 4\) float32 needs a seed of that shape"):
        seed_for(x)
    one = Symbol((1,), F)
    assert seed_for(one, [2.0]).dtype == seed_for(one, np.array([2])).dtype == F
    with pytest.raises(ValueError, match=r"seed has shape \(2,\), expected \(1,\)"):
        seed_for(one, [1.0, 2.0])


def test_open_sizes_among_operands_take_the_dtype_of_their_neighbours(x):
    assert typed([x, B]) == [x, (B, F)]
    assert typed([Symbol((), np.dtype("int32")), B])[1] == (B, np.int32)
    assert typed([Symbol((), np.dtype("int32")), B / 2])[1] == (B / 2, F)
    assert typed([B])[0] == (B, np.int64)
