"""Layers and losses do what PyTorch's do: results, all gradients, and what they keep."""

import pytest

from diydl import nn
from tests.nn.pairs import PAIRS, Pair, largest, normal

ALLOWED = {"float32": 2e-6, "float64": 1e-13}


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ALLOWED)
@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_same_as_pytorch(pair, dtype):
    assert largest(pair, dtype) < ALLOWED[dtype]


@pytest.mark.torch
def test_a_difference_is_seen():
    class Off(nn.Linear):
        def forward(self, x):
            return super().forward(x) + 1e-3 * x.sum()

    pair = Pair("off", lambda: Off(6, 4), lambda torch: torch.nn.Linear(6, 4), normal(6))
    assert largest(pair, "float32") > 1e-4
