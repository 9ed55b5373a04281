import re

import numpy as np
import pytest

import diydl as dl


@pytest.mark.parametrize(
    ("subscripts", "shapes", "words"),
    [
        ("ij,jk->ik", [(2, 3)], "name 2 operands, got 1"),
        (
            "ij,jk->ik",
            [(2, 3), (4, 5)],
            "'j' has size 4 in operand 1, whose shape is (4, 5), and 3",
        ),
        ("ijk->i", [(2, 3)], "'ijk' does not name the 2 axes of its operand"),
        ("i->i", [(2, 3)], "'i' does not name the 2 axes of its operand"),
        ("ij->ik", [(2, 3)], "expected each letter of the result once, and in an operand"),
        ("ij->ii", [(2, 3)], "expected each letter of the result once, and in an operand"),
    ],
)
def test_errors(subscripts, shapes, words):
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        dl.einsum(*map(np.ones, shapes), subscripts=subscripts)
    assert str(caught.value).startswith("einsum: subscripts ")


def test_subscripts_in_numpys_place_are_told_where_to_go():
    with pytest.raises(TypeError, match=r"operand 0 is a str.* einsum\(\*xs, subscripts\)"):
        dl.einsum("ij->ji", np.ones((2, 3)))


def test_ellipsis_of_different_length_broadcasts():
    a, b = np.ones((5, 1, 2, 3)), np.ones((4, 3))
    out = dl.einsum(a, b, subscripts="...ij,...j->...i")
    assert out.shape == dl.einsum.shape(a.shape, b.shape, subscripts="...ij,...j->...i")
    np.testing.assert_array_equal(out, np.einsum("...ij,...j->...i", a, b))
