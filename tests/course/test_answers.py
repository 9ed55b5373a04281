import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from diydl.cli import main
from diydl.course.answers import AnswersError, export, joined, merge
from diydl.course.parcel import pack
from diydl.course.record import Record, count_hint, files_of, read_record, store


def result(cell="a", when="2026-01-01", status="passed", points=5, most=5):
    return {"when": when, "status": status, "points": points, "max": most, "cell": cell}


@pytest.fixture
def here(tmp_path):
    folder = tmp_path / "here"
    store("00/relu", result("old"), folder)
    store("00/relu", result("new", "2026-02-01"), folder)
    store("00/accuracy", result("x", status="failed", points=1, most=4), folder)
    count_hint("00/bug-hunt", folder)
    return folder


def state(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def zipped(path, *records):
    path.write_bytes(pack({k: v for record in records for k, v in files_of(record).items()}))
    return path


def test_there_and_back(here, tmp_path):
    made = export(tmp_path / "a.zip", folder=here)
    assert made.count == 3 and str(made) == f"3 answers in {tmp_path / 'a.zip'}"
    merged = merge(made.path, folder=tmp_path / "there")
    assert merged.new == ["00/accuracy", "00/bug-hunt", "00/relu"]
    assert state(tmp_path / "there") == state(here)
    before = state(here)
    assert merge(made.path, folder=here).same == merged.new
    assert state(here) == before


def test_an_older_pass_goes_into_the_history(here, tmp_path):
    other = Record("00/relu", attempts=9, hints=3, passed=result("other", "2026-01-15"))
    assert merge(zipped(tmp_path / "a.zip", other), folder=here).updated == ["00/relu"]
    record = read_record("00/relu", here)
    assert (record.attempts, record.hints, record.passed["cell"]) == (9, 3, "new")
    assert [entry["cell"] for entry in record.history] == ["old", "other"]
    assert (here / "00-relu.py").read_text() == "new"


def test_a_newer_pass_stands(here, tmp_path):
    other = Record("00/relu", attempts=1, passed=result("other", "2026-03-01"))
    merge(zipped(tmp_path / "a.zip", other), folder=here)
    record = read_record("00/relu", here)
    assert record.passed["cell"] == "other"
    assert [entry["cell"] for entry in record.history] == ["old", "new"]
    assert (here / "00-relu.py").read_text() == "other"


@pytest.mark.parametrize(
    "worse",
    [
        Record("00/relu", attempts=7, last=result("z", "2026-09-01", "failed", 0)),
        Record("00/relu", passed=result("z", "2026-09-01", points=1)),
        Record("00/relu", passed=result("z", "2026-09-01", points=None, most=None)),
    ],
    ids=["failed", "fewer points", "rescued"],
)
def test_a_pass_is_never_replaced_by_less(here, tmp_path, worse):
    merge(zipped(tmp_path / "a.zip", worse), folder=here)
    assert read_record("00/relu", here).passed["cell"] == "new"


def test_a_pass_beats_an_attempt_here(here, tmp_path):
    merge(zipped(tmp_path / "a.zip", Record("00/accuracy", passed=result("y"))), folder=here)
    record = read_record("00/accuracy", here)
    assert record.passed["cell"] == "y" and record.attempts == 1


@pytest.mark.parametrize("values", [(1, 2), (None, [3])])
def test_answers_to_questions_join_too(values):
    a, b = ({**result(None, f"2026-0{k}-01"), "value": v} for k, v in enumerate(values, 1))
    record = joined(Record("00/x", passed=a), Record("00/x", passed=b))
    assert record.passed == b and record.history == [a]
    assert joined(Record("00/x", passed=b), Record("00/x", passed=a)) == record
    assert joined(record, Record("00/x", passed=a)) == record


def test_history_stays_within_bounds():
    a = Record("00/x", history=[result(f"{k}", f"2026-01-{k:02}") for k in range(50)])
    b = Record("00/x", history=[result(f"b{k}", f"2026-02-{k:02}") for k in range(30)])
    assert len(joined(a, b).history) == 50


def test_several_zips_at_once_and_all_or_none(here, tmp_path):
    one = zipped(tmp_path / "1.zip", Record("01/standardise", passed=result("s")))
    two = zipped(tmp_path / "2.zip", Record("01/standardise", passed=result("t", "2026-05-01")))
    bad = tmp_path / "3.zip"
    bad.write_text("no")
    before = state(here)
    with pytest.raises(AnswersError, match="3.zip is no zip file"):
        merge(one, two, bad, folder=here)
    assert state(here) == before
    merge(one, two, folder=here)
    assert read_record("01/standardise", here).passed["cell"] == "t"


def test_a_disk_that_fails_midway_leaves_everything_as_it_was(here, tmp_path, monkeypatch):
    records = [Record(f"01/a{k}", passed=result("s")) for k in range(3)]
    records.append(Record("00/accuracy", attempts=5, passed=result("y")))
    parcel = zipped(tmp_path / "a.zip", *records)
    before, replace, moves = state(here), Path.replace, []

    def failing(self, target):
        if Path(target).parent == here and self.parent != here:
            moves.append(target)
            if len(moves) == 5:
                raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(AnswersError, match="could not be stored .*No space left.* as it was"):
        merge(parcel, folder=here)
    assert len(moves) == 5
    assert state(here) == before


def test_damage_here_is_put_aside_and_mended(here, tmp_path):
    made = export(tmp_path / "a.zip", folder=here)
    (here / "00-relu.json").write_text("{")
    merged = merge(made.path, folder=here)
    assert merged.updated == ["00/relu"] and "put aside as 00-relu.damaged-" in merged.notes[0]
    assert read_record("00/relu", here).passed["cell"] == "new"
    assert read_record("00/relu", here).attempts == 2
    assert any(name.startswith("00-relu.damaged-") for name in state(here))


def test_damage_is_exported_as_far_as_it_goes(here, tmp_path):
    (here / "00-relu.json").write_text("{")
    made = export(tmp_path / "a.zip", folder=here)
    assert "what could be saved of it" in str(made)
    merge(made.path, folder=tmp_path / "there")
    assert read_record("00/relu", tmp_path / "there").passed["cell"] == "new"


def test_a_record_of_a_newer_version_or_of_another_exercise(here, tmp_path):
    path = zipped(tmp_path / "a.zip", Record("00/relu", format=2))
    with pytest.raises(AnswersError, match=r"written by a newer diydl \(format 2"):
        merge(path, folder=here)
    path.write_bytes(pack({"00-relu.json": b'{"id": "00/accuracy"}'}))
    with pytest.raises(AnswersError, match="belongs to another exercise"):
        merge(path, folder=here)
    path.write_bytes(pack({"00-relu.json": b"\xff\xfe{"}))
    with pytest.raises(AnswersError, match="no record of an answer"):
        merge(path, folder=here)


def test_an_exercise_that_is_not_known_here_is_kept(here, tmp_path):
    merged = merge(zipped(tmp_path / "a.zip", Record("98/new", attempts=1)), folder=here)
    assert merged.new == ["98/new"] and "no exercise of this version" in str(merged)
    assert read_record("98/new", here).attempts == 1


def test_export_spares_files_of_other_kinds(here, tmp_path):
    path = tmp_path / "thesis.zip"
    path.write_text("years of work")
    with pytest.raises(AnswersError, match="holds no answers; choose another name"):
        export(path, folder=here)
    assert path.read_text() == "years of work"
    path.unlink()
    export(path, folder=here)
    export(path, folder=here)  # its own kind may be replaced
    assert zipfile.is_zipfile(path)


def test_there_is_nothing_to_export_or_nowhere_to_go(tmp_path, monkeypatch, here):
    with pytest.raises(AnswersError, match="no answers in"):
        export(folder=tmp_path / "empty")
    with pytest.raises(AnswersError, match="no folder"):
        export(tmp_path / "none" / "a.zip", folder=here)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIYDL_ANSWERS", raising=False)
    with pytest.raises(AnswersError, match="no answers folder here"):
        export()


def test_into_a_folder_and_by_its_own_name(here, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = export(folder=here)
    assert made.path.parent == tmp_path and made.path.name.startswith("diydl-answers-20")
    assert f"href='{made.path.name}' download" in made._repr_html_()
    (tmp_path / "sub").mkdir()
    assert export(tmp_path / "sub", folder=here).path.parent == tmp_path / "sub"


def test_the_commands(here, tmp_path, monkeypatch):
    monkeypatch.setenv("DIYDL_ANSWERS", str(here))
    run = CliRunner().invoke
    done = run(main, ["answers", "export", str(tmp_path / "a.zip")])
    assert (done.exit_code, done.output) == (0, f"3 answers in {tmp_path / 'a.zip'}\n")
    monkeypatch.setenv("DIYDL_ANSWERS", str(tmp_path / "there"))
    done = run(main, ["answers", "import", str(tmp_path / "a.zip")])
    assert (done.exit_code, done.output) == (0, "3 new: 00/accuracy, 00/bug-hunt, 00/relu\n")
    done = run(main, ["answers", "import", str(tmp_path / "missing.zip")])
    assert done.exit_code == 1 and "No such file" in done.output
    assert run(main, ["answers", "import"]).exit_code == 2
