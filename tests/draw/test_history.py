import gc

import numpy as np
import pytest

import diydl as dl
from diydl.draw.history import history


@pytest.fixture
def w():
    return dl.Parameter([2.0, 3.0], name="w")


def labelled(picture):
    return {node.label: node for node in picture.nodes}


def test_kinds_of_leaves(w):
    frozen = dl.Parameter([1.0, 1.0], name="frozen", requires_grad=False)
    x = dl.tensor([1.0, 2.0], requires_grad=True)
    nodes = labelled(history((w * x * frozen * 3).sum(), names={"x": x}))
    kinds = {name: nodes[name].kind for name in ("w", "x", "frozen", "3", "sum")}
    assert kinds == {
        "w": "parameter",
        "x": "data",
        "frozen": "frozen",
        "3": "constant",
        "sum": "result",
    }


def test_a_named_operand_without_gradient_is_data(w):
    x = dl.tensor([5.0, 6.0])
    named = labelled(history(w * x, names={"x": x}, values=True))["x"]
    assert (named.kind, named.notes) == ("data", ("value [5, 6]",))
    assert labelled(history(w * x))["constant"].kind == "constant"


def test_an_operand_that_was_not_saved_says_so(w):
    node = labelled(history(w + np.ones(2, np.float32), values=True))["constant"]
    assert node.shape == (2,) and node.notes == ("value not kept",)


def test_inputs_are_in_their_order(w):
    x = dl.tensor([1.0, 1.0], requires_grad=True)
    text = history(x - w, names={"x": x}).text()
    assert "sub: from x (1) and w (2)" in text


def test_values_of_what_lives_and_not_of_what_is_gone(w):
    square = w * w
    out = (square + 1).sum()
    gc.collect()
    text = history(out, values=True).text()
    assert "mul: from w (1) and w (1), shape (2,), value [4, 9]" in text  # `square` is alive
    assert "shape (2,), value not kept" in text  # the sum before the last is not
    assert "shape (), value 15" in text


def test_names_of_results_and_none_of_ipython(w):
    square = w * w
    picture = history(square.sum(), names={"_": w, "square": square, "many": 3, "a": np.ones(2)})
    assert [node.label for node in picture.nodes] == ["w", "square = mul", "sum"]


def test_gradients_that_backward_left(w):
    inner = (w * w).retain_grad()
    out = inner.sum()
    assert "gradient none yet" in labelled(history(out, gradients=True))["w"].notes
    out.backward()
    nodes = labelled(history(out, gradients=True))
    assert nodes["w"].notes == ("gradient [4, 6]",)
    assert nodes["mul"].notes == ("gradient [1, 1]",)
    assert nodes["sum"].notes == ("gradient not kept",)


def test_gradients_computed_for_every_node_without_a_trace(w):
    out = (w * w * w).sum()
    nodes = history(out, gradients="compute").nodes
    assert [node.notes for node in nodes] == [
        ("gradient [12, 27]",),
        ("gradient [2, 3]",),
        ("gradient [1, 1]",),
        ("gradient 1",),
    ]
    assert w.grad is None
    out.backward()  # the tape was not used up
    with pytest.raises(RuntimeError, match="used up"):
        history(out, gradients="compute")


def test_gradients_of_many_numbers_are_refused(w):
    with pytest.raises(ValueError, match=r"gradients of 2 numbers \(shape \(2,\)\)"):
        history(w * w, gradients="compute")


def test_a_used_tape_is_drawn_still(w):
    out = (w * dl.ones(2)).sum()
    out.backward()
    assert "constant: value not kept" in history(out).text()


def test_keyword_arguments_that_say_something_are_shown(w):
    text = history(dl.sum(w, axis=0, keepdims=True)).text()
    assert "sum(axis=0, keepdims=True)" in text
    assert "keepdims" not in history(dl.sum(w, axis=0)).text()


def test_a_leaf_alone_and_what_has_no_history(w):
    assert history(w).text() == "1. w: parameter, shape (2,)"
    with pytest.raises(TypeError, match="got ndarray; compute the result from tensors"):
        history(np.ones(2))


def test_a_deep_history_does_not_recurse():
    x = dl.tensor([0.5], requires_grad=True)
    y = x
    for _ in range(20_000):
        y = dl.tanh(y)
    assert len(history(y).nodes) == 20_001
