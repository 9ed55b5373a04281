import pytest

from diydl.course.grading.batch.store import Kept, Store, key_of
from diydl.course.grading.result import Graded, Line, Scored
from diydl.course.grading.submission import Submission

LINES = [Line("test_a", "A title", 2.0, "failed", "expected 1 \ud800", "a hint", True)]
GRADED = Graded(
    "ä/da", "00", exercises=[Scored("00/relu", "Bend", 1.0, 2.0, "partial", lines=LINES)]
)


def test_a_result_comes_back_as_it_was(tmp_path):
    store = Store(tmp_path, "00_first_win")
    store.keep(Kept("ä/da", "key", GRADED, 1.25))
    assert store.find("ä/da") == Kept("ä/da", "key", GRADED, 1.25)
    assert store.find("a-da") is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 1}', b"[" * 100_000, b"\xff"])
def test_a_damaged_result_counts_as_none(tmp_path, damage):
    store = Store(tmp_path, "00_first_win")
    store.keep(Kept("ada", "key", GRADED, 1.0))
    (path,) = store.folder.iterdir()
    path.write_bytes(damage)
    assert store.find("ada") is None


def test_ids_alike_do_not_meet(tmp_path):
    store = Store(tmp_path, "00_first_win")
    for id in ("ada", "Ada", "a/da", "a:da", "x" * 300, "x" * 301):
        store.keep(Kept(id, id, GRADED, 1.0))
    for id in ("ada", "Ada", "a/da", "a:da", "x" * 300, "x" * 301):
        assert store.find(id).key == id


def test_the_key_depends_on_what_is_graded_and_how():
    base = Submission("ada", b"nb", {"00/relu": "x"})
    keys = {
        key_of(base, "s"),
        key_of(base, "t"),
        key_of(Submission("ada", b"nB", {"00/relu": "x"}), "s"),
        key_of(Submission("ada", b"nb", {"00/relu": "y"}), "s"),
        key_of(Submission("ada", None, {"00/relu": "x"}), "s"),
        key_of(Submission("ada", b"", {"00/relu": "x"}), "s"),
        key_of(Submission("ada", b"nb", {"00/relu": "x"}, problems=["p"]), "s"),
    }
    assert len(keys) == 7
    assert key_of(Submission("bob", b"nb", {"00/relu": "x"}, name="B", attempt=2), "s") in keys
