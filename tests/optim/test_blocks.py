"""Blocks: every element once, by one thread or by several."""

import threading
import time

import numpy as np
import pytest

from diydl.optim import blocks
from diydl.optim.blocks import Blocks
from diydl.threads import set_num_threads
from tests.optim.cases import BLOCK


@pytest.fixture(autouse=True)
def one_block(monkeypatch):
    """Let a thread work on three arrays of a block's size at a time."""
    monkeypatch.setattr(blocks, "WORKING", 3 * BLOCK)


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
    assert sorted(n for n, _, _ in seen) == [0, 7, 43, 44, 44, *[BLOCK] * 5]
    assert all(a == b and dtype == np.float32 for a, b, dtype in seen)


def test_an_update_with_more_arrays_has_smaller_pieces():
    sizes = []
    arrays = [np.zeros(2 * BLOCK, np.float32) for _ in range(5)]
    Blocks(scratch=1).run([(lambda *pieces: sizes.append([x.size for x in pieces]), arrays)])
    assert sizes == [[BLOCK // 2] * 6] * 4


def test_scratch_is_as_large_as_the_largest_piece():
    """A model of a few weights does not take the memory that one of millions does."""
    made, work = [], Blocks(scratch=1)

    def note(x, scratch):
        made.append((scratch.size, scratch if scratch.base is None else scratch.base))

    for size in (7, BLOCK, 5):
        work.run([(note, (np.zeros(size, np.float32),))])
    assert [size for size, _ in made] == [7, BLOCK, 5]
    assert [array.size for _, array in made] == [7, BLOCK, BLOCK]
    assert made[1][1] is made[2][1]


def test_threads_share_the_work_and_no_scratch():
    """Two pieces meet in the middle of their work, each with an array of its own."""
    set_num_threads(2)
    meeting, scratches = threading.Barrier(2, timeout=20), []

    def meet(x, scratch):
        scratches.append(id(scratch))
        meeting.wait()
        x += 1

    x = np.zeros(3 * BLOCK, np.float32)  # two pieces: it works on two arrays
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
    x = np.zeros(6 * BLOCK, np.float32)
    Blocks(scratch=0).run([(update, (x,))])
    return x


def test_a_helper_that_is_slower_is_waited_for():
    def slow(x):
        time.sleep(0.2)
        x += 1

    assert in_two_threads(slow).sum() == 3 * BLOCK


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
