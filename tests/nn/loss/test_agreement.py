"""Losses and their gradients are PyTorch's: over shapes, reductions, dtypes and extreme scores."""

import pytest

from tests.nn.loss.agreement import DTYPES, apart, cases, compared

pytestmark = pytest.mark.torch

# Relative to the largest number. Halves are reckoned in float32 by both, and rounded at the end.
ALLOWED = {"float16": 2.5e-3, "float32": 1e-6, "float64": 1e-12}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", cases(), ids=str)
def test_values_and_gradients(case, dtype):
    if dtype not in case.dtypes:
        dtype = "float32"  # what PyTorch cannot do in halves is compared twice
    for reduction in case.reductions:
        found = compared(case, dtype, reduction)
        assert set(found.dtypes) == {dtype}
        assert apart(found) <= max(ALLOWED[dtype], case.tolerance), reduction
