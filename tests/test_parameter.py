"""Parameters and buffers: leaves that are written in one way."""

import copy

import numpy as np
import pytest

import diydl as dl


def test_a_parameter_copies_its_data():
    given = np.ones(3, np.float32)
    w = dl.Parameter(given)
    dl.assign(w, w * 2)
    assert given.tolist() == [1, 1, 1]
    assert w.tolist() == [2, 2, 2]


def test_assign_writes_in_place_counts_and_converts():
    w = dl.Parameter([1.0, 2.0], name="w")
    array = w.data
    dl.assign(w, np.array([3.0, 4.0]))
    assert w.data is array
    assert (w.tolist(), w.dtype, w.version) == ([3, 4], np.float32, 1)


def test_assign_refuses_other_shapes_and_other_targets():
    w = dl.Parameter([1.0, 2.0], name="w")
    with pytest.raises(ValueError, match=r"cannot assign shape \(3,\) to parameter 'w' of shape"):
        dl.assign(w, np.ones(3))
    with pytest.raises(TypeError, match="assign writes a Parameter or Buffer, got Tensor"):
        dl.assign(dl.ones(2), np.ones(2))


def test_integers_make_a_buffer_but_no_parameter():
    assert dl.Buffer(3).item() == 3
    with pytest.raises(TypeError, match="floating-point numbers, got int64"):
        dl.Parameter([1, 2])


def test_parameters_are_leaves_of_the_tape_and_frozen_ones_get_nothing():
    w, frozen = dl.Parameter([2.0]), dl.Parameter([3.0], requires_grad=False)
    y = (w * frozen).sum()
    y.backward()
    assert w.grad.tolist() == [3]
    assert frozen.grad is None
    assert not (frozen * 2).requires_grad


def test_hash_is_identity_and_comparison_is_elementwise():
    w = dl.Parameter([1.0, 2.0])
    assert {w: "found"}[w] == "found"
    assert (w == w).tolist() == [True, True]


def test_copies_are_apart():
    w = dl.Parameter([1.0], name="w")
    v = copy.deepcopy(w)
    dl.assign(v, v + 1)
    assert (w.tolist(), v.tolist(), v.name) == ([1], [2], "w")


def test_text():
    assert repr(dl.Parameter([1.0])) == "Parameter([1.])"
    assert repr(dl.Parameter([1.0], requires_grad=False)) == "Parameter([1.], requires_grad=False)"
    assert repr(dl.Buffer(np.zeros(1))) == "Buffer([0.], dtype=float64)"
    assert f"{dl.Parameter([1.23456]):.2f}" == "1.23"


@pytest.mark.parametrize("convert", [float, int, bool])
def test_numbers_need_one_element(convert):
    assert convert(dl.Parameter([1.0])) == 1
    with pytest.raises(ValueError, match=r"\(2,\)"):
        convert(dl.Parameter([1.0, 2.0]))


def test_its_own_array_is_no_news():
    w = dl.Parameter([1.0, 2.0])
    dl.assign(w, w.data)
    dl.assign(w, dl.identity(w))
    assert w.version == 0
    dl.assign(w, w.data.copy())
    assert w.version == 1


def test_what_belongs_to_an_array_is_written_now():
    class Recorder:
        def assign(self, state, value, *, belongs_to=None):
            return (state, value, belongs_to)

    w, recorder = dl.Buffer([1.0]), Recorder()
    with dl.engine(recorder):
        assert dl.assign(w, np.ones(1) * 5, belongs_to=np.ones(2)) is None
        assert w.tolist() == [5]
        noted = dl.assign(w, np.ones(1) * 6)
    assert noted[0] is w
    assert w.tolist() == [5]


def test_assign_refuses_two_engines():
    class Other(dl.Tensor):
        __slots__ = ()
        engine = "another engine"

    with pytest.raises(TypeError, match="value of tape engine belongs to a result of 'another eng"):
        dl.assign(dl.Buffer([1.0]), dl.ones(1), belongs_to=Other(np.ones(1)))
