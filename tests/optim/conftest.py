"""Small blocks, so that small parameters have several, and two threads take part."""

import pytest

from diydl import blas
from diydl.optim import blocks
from diydl.threads import set_num_threads
from tests.optim.cases import BLOCK


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "WORKING", 4 * BLOCK)
    monkeypatch.setattr(blocks, "_ALONE", 2 * BLOCK)
    set_num_threads(2)
    yield
    set_num_threads(None)


@pytest.fixture(params=["numpy", "blas"])
def arithmetic(request, monkeypatch):
    """Updates by NumPy alone, as for small arrays, and by BLAS where it can, as for large ones."""
    if request.param == "blas":
        if {kind for kind, _ in blas.ROUTINES} != {"axpy", "axpby"}:
            pytest.skip("NumPy's BLAS has no axpby here")
        monkeypatch.setattr(blas, "FEW", 0)
    else:
        monkeypatch.setattr(blas, "ROUTINES", {})
    return request.param
