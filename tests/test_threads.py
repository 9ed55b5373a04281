"""Shares of work are done once each, by any number of threads, also when one of them fails."""

import os
import threading
import time
from concurrent.futures import Future

import numpy as np
import pytest

from diydl import threads
from diydl.threads import num_threads, set_num_threads, share_out


@pytest.fixture(autouse=True)
def _as_before():
    yield
    set_num_threads(None)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_each_share_is_done_once(count):
    done = []
    share_out(lambda share, place: done.append(share), range(100), list(range(count)))
    assert sorted(done) == list(range(100))


def test_threads_work_at_the_same_time_in_places_of_their_own():
    set_num_threads(3)
    meeting = threading.Barrier(3, timeout=20)
    places = set()

    def work(share, place):
        meeting.wait()  # passed only if all three are here
        places.add(place)

    share_out(work, range(3), ["a", "b", "c"])
    assert places == {"a", "b", "c"}


@pytest.mark.parametrize("where", ["here", "there"])
def test_an_error_stops_all_and_is_raised(where):
    set_num_threads(2)
    mine, done = threading.get_ident(), []
    both = threading.Barrier(2, timeout=20)

    def work(share, place):
        if share < 2:
            both.wait()
            if (threading.get_ident() == mine) == (where == "here"):
                raise ZeroDivisionError("division of share")
        time.sleep(0.001)
        done.append(share)

    with pytest.raises(ZeroDivisionError, match="share"):
        share_out(work, range(2000), ["a", "b"])
    assert len(done) < 1000


def test_numpys_way_with_errors_holds_in_all_threads():
    set_num_threads(2)
    both = threading.Barrier(2, timeout=20)

    def work(share, place):
        both.wait()
        np.divide(np.ones(1), np.zeros(1))

    with np.errstate(divide="ignore"):
        share_out(work, range(2), ["a", "b"])
    with pytest.raises(FloatingPointError), np.errstate(divide="raise"):
        share_out(work, range(2), ["a", "b"])


def test_how_many(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert num_threads() == 7
    for none in ("", "many", "0"):
        monkeypatch.setenv("OMP_NUM_THREADS", none)
        monkeypatch.setattr(threads, "cores", lambda: 64)
        assert num_threads() == 4
        monkeypatch.setattr(threads, "cores", lambda: 2)
        assert num_threads() == 2
    set_num_threads(3)
    assert num_threads() == 3
    for wrong in (0, 1.5, "2", True):
        with pytest.raises(ValueError, match="a whole number from 1, or None"):
            set_num_threads(wrong)
    set_num_threads(None)
    assert num_threads() == 2


def test_busy_or_lost_helpers_are_not_waited_for(monkeypatch):
    """As after a fork, which copies a pool without its threads."""

    class Lost:
        def submit(self, *_):
            return Future()  # nobody will ever run it

    monkeypatch.setattr(threads, "_pool", lambda helpers: Lost())
    done = []
    share_out(lambda share, place: done.append(share), range(4), ["a", "b"])
    assert done == [0, 1, 2, 3]


def test_where_no_thread_can_be_started_the_caller_does_all(monkeypatch):
    def refuse(thread):
        raise RuntimeError("can't start new thread")

    set_num_threads(3)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    done = []
    share_out(lambda share, place: done.append((share, place)), range(5), ["a", "b", "c"])
    assert done == [(k, "a") for k in range(5)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_has_threads_of_its_own():
    set_num_threads(2)
    share_out(lambda share, place: None, range(4), ["a", "b"])
    assert threads._pools
    child = os.fork()
    if not child:  # pragma: no cover, another process
        done = []
        share_out(lambda share, place: done.append(share), range(4), ["a", "b"])
        os._exit(0 if sorted(done) == [0, 1, 2, 3] else 1)
    assert os.waitpid(child, 0)[1] == 0
