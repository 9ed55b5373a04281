"""Every layer against PyTorch's: outputs, every gradient, running statistics; in both modes."""

import pytest

from diydl.testing import assert_close
from tests.nn.twins import TWINS, compared

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("twin", TWINS, ids=str)
def test_layer_equals_pytorchs(twin):
    """Made once; batches of 8, 5 and 1, in training and in use by turns."""
    for what, ours, theirs in compared(twin):
        assert ours.shape == theirs.shape
        assert_close(ours, theirs, scale=50, what=what)
