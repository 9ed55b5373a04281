import numpy as np
import pytest

from diydl.primitive import PRIMITIVES
from diydl.testing import CASES

ALL = [case for cases in CASES.values() for case in cases]


def test_names_tell_cases_apart():
    names = [str(case) for case in ALL]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", sorted(CASES))
def test_cases_belong_to_primitives(name):
    assert name in PRIMITIVES


def test_inputs_are_fresh_and_repeatable():
    for case in ALL:
        first, again, other = case.inputs(), case.inputs(), case.inputs(seed=1)
        for x, y, z in zip(first, again, other, strict=True):
            assert isinstance(x, np.ndarray)
            assert x is not y
            np.testing.assert_array_equal(x, y)
            assert x.shape == z.shape


def test_other_seeds_give_other_numbers():
    case = CASES["exp"][0]
    assert (case.inputs(0)[0] != case.inputs(1)[0]).all()
