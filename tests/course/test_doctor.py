import json
import os
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from diydl.cli import main
from diydl.course import doctor, probes, probes_outside
from diydl.course.doctor import Finding, examine
from diydl.course.record import store


@pytest.fixture
def answers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIYDL_ANSWERS", str(tmp_path / "answers"))
    return tmp_path / "answers"


def command(*arguments):
    return CliRunner().invoke(main, ["doctor", *arguments])


def test_this_machine_can_run_the_course(answers):
    done = command("--json")
    data = json.loads(done.output)
    assert (done.exit_code, data["runs"]) == (0, True)
    topics = [finding["topic"] for finding in data["findings"]]
    wanted = "Python,The course,Packages,NumPy,GPU,Graphviz,Jupyter,Answers,Progress,Encoding"
    assert topics == [*wanted.split(","), "Variables"]
    assert {finding["state"] for finding in data["findings"]} <= set(doctor.STATES) - {"unknown"}
    assert list(answers.parent.iterdir()) == []  # it left nothing behind


def test_a_problem_sets_the_exit_status(monkeypatch):
    broken = Finding("Wheel", "problem", "it is square", "It does not roll.", "a round one")
    monkeypatch.setattr(probes, "PROBES", (lambda: broken,))
    done = command()
    assert done.exit_code == 1
    assert "problem  Wheel: it is square\n         It does not roll." in done.output
    assert "To mend it: a round one" in done.output and "Mend first" in done.output


def test_a_probe_that_fails_says_so_and_the_others_run():
    def bad_luck():
        raise RuntimeError("no luck")

    first, second = examine([bad_luck, lambda: Finding("Luck", "ok", "here")])
    assert (first.topic, first.state) == ("bad luck", "unknown")
    assert "RuntimeError: no luck" in first.what
    assert second.state == "ok"


def test_it_speaks_in_any_encoding(monkeypatch):
    monkeypatch.setattr(probes, "PROBES", (lambda: Finding("Name", "ok", "Zo\u00eb \u2713"),))
    done = CliRunner(charset="ascii").invoke(main, ["doctor"])
    assert done.exit_code == 0 and "\\u2713" in done.output


def test_python_too_old(monkeypatch):
    monkeypatch.setattr("platform.python_version", lambda: "3.9.1")
    found = probes.python()
    assert found.state == "problem" and "diydl needs Python >=3.11" in found.follows


def test_versions_against_the_bounds(monkeypatch):
    needs = ["numpy>=99", "nowhere-to-be-found>=2", "click", 'torch; extra == "x"']
    monkeypatch.setattr("importlib.metadata.requires", lambda name: needs)
    found = probes.packages()
    assert found.state == "problem"
    assert "expected >=99" in found.what and "nowhere-to-be-found is not there" in found.what
    assert "torch" not in found.what
    assert found.mend.endswith('pip install "numpy>=99" "nowhere-to-be-found>=2"')


def test_a_chapter_that_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(probes, "chapters_dir", lambda: tmp_path)
    found = probes.course()
    assert found.state == "problem" and "00_first_win.ipynb" in found.follows


def test_numpy_tells_what_holds_its_threads(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    found = probes.numpy()
    assert found.state == "ok" and "OMP_NUM_THREADS=1" in found.follows


def test_answers_that_cannot_be_stored(answers, monkeypatch):
    answers.write_text("")
    assert "is a file" in probes.answers().what
    answers.unlink()
    monkeypatch.setattr("tempfile.NamedTemporaryFile", failing)
    found = probes.answers()
    assert found.state == "problem" and "Read-only file system" in found.follows


def failing(*_, **__):
    raise OSError(30, "Read-only file system")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="not run: root may write everywhere"
)
def test_a_read_only_folder(answers):
    answers.mkdir()
    answers.chmod(0o500)
    assert probes.answers().state == "problem"


def test_a_full_disk(answers, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=10))
    assert "nearly full" in probes.answers().follows


def test_no_course_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("DIYDL_ANSWERS", raising=False)
    monkeypatch.setattr(probes, "default_course_folder", lambda: None)
    monkeypatch.chdir(tmp_path)
    assert probes.answers().state == "absent"
    assert probes.records().state == "ok"


def test_damaged_records_are_noted(answers):
    store("00/relu", {"status": "passed", "cell": "x"}, answers)
    assert probes.records().state == "ok"
    (answers / "00-relu.json").write_text("{")
    found = probes.records()
    assert found.state == "note" and "damaged" in found.follows


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DIYDL_ANSWER", "x", "DIYDL_ANSWER is no variable"),
        ("DIYDL_DATA", "/no/such/folder", "which is no folder"),
        ("DIYDL_MINE", "yes", "expected 1 or 0"),
    ],
)
def test_variables_that_do_not_fit(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)
    found = probes.variables()
    assert found.state == "note" and words in found.follows


def test_an_encoding_that_loses_signs(monkeypatch):
    monkeypatch.setattr("locale.getpreferredencoding", lambda _: "cp1252")
    assert probes.encoding().state == "note"


def test_graphviz_is_optional(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert probes.graphviz().state == "absent"
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    assert (probes.graphviz().state, probes.graphviz().what) == ("ok", "/bin/dot")


def fake_kernel(monkeypatch, *argv):
    spec = SimpleNamespace(argv=list(argv), resource_dir="here")
    monkeypatch.setattr(
        "jupyter_client.kernelspec.KernelSpecManager.get_kernel_spec", lambda self, name: spec
    )


def test_the_kernel_starts_this_python(monkeypatch):
    fake_kernel(monkeypatch, "python3")
    found = probes_outside.kernel()
    assert found.state == "ok" and sys.executable in found.what


def test_a_kernel_of_another_place(monkeypatch, tmp_path):
    fake_kernel(monkeypatch, str(tmp_path / "gone"))
    assert "cannot be started" in probes_outside.kernel().follows
    fake_kernel(monkeypatch, sys.executable)
    monkeypatch.setattr(probes_outside, "_HERE", "import no_such_module")
    found = probes_outside.kernel()
    assert found.state == "problem" and "No module named 'no_such_module'" in found.follows
    monkeypatch.setattr(probes_outside, "_HERE", 'print(\'["/other", "/x/diydl"]\')')
    assert "another Python than this one" in probes_outside.kernel().follows


def test_no_kernel_at_all(monkeypatch):
    from jupyter_client.kernelspec import NoSuchKernel

    def none(self, name):
        raise NoSuchKernel(name)

    monkeypatch.setattr("jupyter_client.kernelspec.KernelSpecManager.get_kernel_spec", none)
    assert probes_outside.kernel().state == "problem"


GOOD = '{"version": "14.2", "right": true, "names": ["H200"]}'


@pytest.mark.parametrize(
    ("cards", "cupy", "code", "state", "words"),
    [
        (("", 0), False, "", "absent", "runs on the CPU"),
        (("H200", 13), False, "", "absent", "CuPy, which is not there"),
        (("H200", 12), True, f"print('''{GOOD}''')", "ok", ""),
        (("H200", 12), True, "raise OSError('libcublas')", "note", "libcublas"),
        (("H200", 12), True, f"print('''{GOOD.replace('true', 'false')}''')", "note", "wrong"),
    ],
)
def test_gpus(monkeypatch, cards, cupy, code, state, words):
    monkeypatch.setattr(probes_outside, "_cards", lambda: cards)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if cupy else None)
    monkeypatch.setattr(probes_outside, "_CUPY", code)
    found = probes_outside.gpu()
    assert found.state == state and words in found.follows
    if cards[1] == 13:
        assert "gpu-cuda13" in found.mend


def test_nvidia_smi_is_read(monkeypatch, tmp_path):
    program = tmp_path / "nvidia-smi"
    program.write_text(
        "#!/bin/sh\n[ $# = 0 ] && echo '| CUDA Version: 13.1 |' && exit\necho 'H200, 141 MiB'\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda name: str(program))
    assert probes_outside._cards() == ("H200, 141 MiB", 13)
    program.write_text("#!/bin/sh\nexit 9\n")
    assert probes_outside._cards() == ("", 0)
