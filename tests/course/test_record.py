import json
import os

import pytest

from diydl.course.record import (
    Record,
    RecordError,
    count_hint,
    folder_in_use,
    read_all,
    read_record,
    store,
)

PASS = {"status": "passed", "points": 1, "max": 1, "cell": "def f(): pass\n"}


def test_where_there_is_none_the_record_is_empty(tmp_path):
    assert read_record("97/f", tmp_path / "none") == Record("97/f")


def test_history_is_kept_within_bounds(tmp_path):
    for k in range(60):
        store("97/f", {**PASS, "cell": f"# {k}\n"}, tmp_path)
    record = read_record("97/f", tmp_path)
    assert record.attempts == 60
    assert [entry["cell"] for entry in record.history] == [f"# {k}\n" for k in range(9, 59)]


def test_unknown_keys_of_a_later_version_do_no_harm(tmp_path):
    (tmp_path / "97-f.json").write_text(json.dumps({"id": "97/f", "hints": 2, "later": 1}))
    assert read_record("97/f", tmp_path).hints == 2


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"id": "97/g"}', "\x00", '{"history": 3}'])
def test_damage_is_named_and_left_as_it_is(tmp_path, text):
    path = tmp_path / "97-f.json"
    path.write_text(text)
    with pytest.raises(RecordError, match=r"97-f.json is damaged or half written"):
        read_record("97/f", tmp_path)
    assert path.read_text() == text


def test_storing_over_damage_puts_it_aside(tmp_path):
    (tmp_path / "97-f.json").write_text("{")
    (note,) = store("97/f", PASS, tmp_path)
    assert "put aside as 97-f.damaged-" in note
    assert read_record("97/f", tmp_path).attempts == 1


def test_a_failure_to_write_leaves_no_half_file(tmp_path, monkeypatch):
    store("97/f", PASS, tmp_path)
    before = sorted((p.name, p.read_bytes()) for p in tmp_path.iterdir())

    def fail(self, target):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(RecordError, match="could not be stored in .*Input/output error"):
        store("97/f", PASS, tmp_path)
    assert sorted((p.name, p.read_bytes()) for p in tmp_path.iterdir()) == before


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="not run: root may write everywhere"
)
def test_a_read_only_folder_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(RecordError, match="could not be stored"):
        store("97/f", PASS, tmp_path)


def test_hints_count_to_three(tmp_path):
    assert [count_hint("97/f", tmp_path) for _ in range(5)] == [1, 2, 3, 3, 3]


def test_all_records_are_read_and_damage_is_listed(tmp_path):
    store("97/f", PASS, tmp_path)
    store("98/a-b", {**PASS, "cell": None, "value": 3}, tmp_path)
    (tmp_path / "97-f.json").write_text("{")
    records, problems = read_all(tmp_path)
    assert [record.id for record in records] == ["97/f", "98/a-b"]
    assert records[0].passed["cell"] == PASS["cell"]
    assert len(problems) == 1


def test_nbgrader_never_records(monkeypatch, tmp_path):
    monkeypatch.setenv("DIYDL_ANSWERS", str(tmp_path))
    assert folder_in_use() == tmp_path
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert folder_in_use() is None
