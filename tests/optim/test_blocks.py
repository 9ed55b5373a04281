"""Blocks: every element once, by one thread or by several."""

import threading
import time

import numpy as np
import pytest

from diydl.optim.blocks import Blocks
from diydl.threads import set_num_threads
from tests.optim.cases import BLOCK


@pytest.fixture(params=[1, 2, 3])
def threads(request):
    set_num_threads(request.param)
    yield request.param
    set_num_threads(None)


def test_every_element_is_updated_once(threads):
    sizes = [2 * BLOCK + 3, 7, 0, 5 * BLOCK]
    xs = [np.zeros(n, np.float32) for n in sizes]
    seen = []

    def add(a, b, scratch):
        seen.append((a.size, scratch.size, scratch.dtype))
        a += np.multiply(b, 2, out=scratch)

    Blocks(scratch=1).run([(add, (x, np.ones_like(x))) for x in xs])
    assert all((x == 2).all() for x in xs)
    assert sorted(n for n, _, _ in seen) == sorted([BLOCK] * 7 + [3, 7, 0])
    assert all(a == b and dtype == np.float32 for a, b, dtype in seen)


def test_threads_share_the_work_and_no_scratch():
    """Two pieces meet in the middle of their work, each with an array of its own."""
    set_num_threads(2)
    meeting, scratches = threading.Barrier(2, timeout=20), []

    def meet(x, scratch):
        scratches.append(id(scratch))
        meeting.wait()
        x += 1

    x = np.zeros(2 * BLOCK, np.float32)
    try:
        Blocks(scratch=1).run([(meet, (x,))])
    finally:
        set_num_threads(None)
    assert (x == 1).all()
    assert len(set(scratches)) == 2


def in_two_threads(helper):
    """Run two pieces in two threads; `helper` is what the other thread does with its piece."""
    here, meeting = threading.get_ident(), threading.Barrier(2, timeout=20)

    def update(x):
        meeting.wait()  # so that neither takes both pieces
        if threading.get_ident() != here:
            helper(x)

    set_num_threads(2)
    x = np.zeros(2 * BLOCK, np.float32)
    Blocks(scratch=0).run([(update, (x,))])
    return x


def test_a_helper_that_is_slower_is_waited_for():
    def slow(x):
        time.sleep(0.2)
        x += 1

    assert in_two_threads(slow).sum() == BLOCK


def test_an_error_of_a_helper_comes_out():
    def fail(x):
        raise ZeroDivisionError("in a piece")

    with pytest.raises(ZeroDivisionError, match="in a piece"):
        in_two_threads(fail)


def test_what_numpy_was_told_of_errors_holds_for_helpers_too():
    seen = []
    with np.errstate(invalid="ignore", over="raise"):
        in_two_threads(lambda x: seen.append(np.geterr()))
    assert (seen[0]["invalid"], seen[0]["over"]) == ("ignore", "raise")
