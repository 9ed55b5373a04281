"""Small blocks, so that small parameters have several, and two threads take part."""

import pytest

from diydl.optim import blocks
from diydl.threads import set_num_threads
from tests.optim.cases import BLOCK


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK", BLOCK)
    monkeypatch.setattr(blocks, "_FEW", 2 * BLOCK)
    set_num_threads(2)
    yield
    set_num_threads(None)
