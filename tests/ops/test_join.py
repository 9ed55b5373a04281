import re

import numpy as np
import pytest

import diydl as dl


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: dl.concat(np.ones((2, 3)), np.ones((2, 4))),
            "concat: operand 1 has shape (2, 4), the first (2, 3): expected equal sizes on all "
            "axes but axis 0",
        ),
        (lambda: dl.concat(np.ones(3), np.ones((2, 3))), "concat: operand 1 has shape (2, 3)"),
        (lambda: dl.concat(np.ones(3), axis=1), "concat: axis 1 is out of range"),
        (lambda: dl.concat(), "concat: nothing to concatenate"),
        (lambda: dl.stack(np.ones(3), np.ones(4)), "stack: operand 1 has shape (4,)"),
        (lambda: dl.stack(), "stack: nothing to stack"),
        (lambda: dl.pad(np.ones(3), pad_width=-1), "pad: pad_width=-1: expected a number >= 0"),
        (lambda: dl.pad(np.ones(3), pad_width=((1, 1), (1, 1))), "for each of the 1 axes"),
        (lambda: dl.pad(np.ones(3), pad_width=0.5), "pad_width=0.5: expected a number"),
    ],
)
def test_errors(call, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        call()


def test_a_list_of_arrays_is_told_how_to_call():
    with pytest.raises(TypeError, match=r"operand 0 is a list.*one by one, concat\(\*arrays\)"):
        dl.concat([np.ones(2), np.ones(2)])


def test_concat_of_a_tensor_with_itself_adds_both_gradients():
    x = dl.tensor([1.0, 2.0], requires_grad=True)
    dl.concat(x, x).backward(np.array([1, 2, 30, 40], "f"))
    assert x.grad.tolist() == [31, 42]


def test_pad_value_has_the_dtype_of_the_operand():
    assert dl.pad(np.ones(2, np.float32), pad_width=1, value=0.5).dtype == np.float32
