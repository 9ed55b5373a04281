import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from click.testing import CliRunner

from diydl.cli import main
from diydl.course.folder import MARKER
from diydl.course.index import find_chapter
from diydl.course.lab import lab_arguments

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S+")


@pytest.fixture
def built(clone):
    assert CliRunner().invoke(main, ["build"]).exit_code == 0
    return clone


def run(*arguments):
    return CliRunner().invoke(main, arguments)


def test_lab_makes_copies_in_work(built):
    result = run("lab", "--copy-only")
    assert result.exit_code == 0, result.output
    assert "00_tiny.ipynb: your copy, fresh" in result.output
    assert (built / "work" / MARKER).is_file()
    assert run("lab", "--copy-only").output == f"Your copies are in {built / 'work'}\n"


def test_lab_inside_a_course_folder_stays_there(built, tmp_path, monkeypatch):
    run("start", str(tmp_path / "mine"), "--copy-only")
    monkeypatch.chdir(tmp_path / "mine")
    assert f"{tmp_path / 'mine'}\n" in run("lab", "--copy-only").output
    assert not (built / "work").exists()


def test_a_newer_chapter_is_announced(built):
    run("lab", "--copy-only")
    copy = built / "work" / "00_tiny.ipynb"
    copy.write_text(copy.read_text().replace("raise NotImplementedError", "return 2 * x"))
    source = built / "solutions" / "00_tiny.py"
    source.write_text(source.read_text().replace("# Tiny", "# Small"))
    run("build")
    output = run("lab", "--copy-only").output
    assert "00_tiny.ipynb has your work and stays as it is" in output
    assert "the newer version is in 00_tiny.new.ipynb" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lab", "00_tyni"], "did you mean 00_tiny?"),
        (["lab", "01"], "chapter 01_more is planned, but not written yet"),
        (["start", "{clone}/pyproject.toml"], "pyproject.toml is a file"),
        (["start", "{clone}/pyproject.toml/deeper"], "pyproject.toml/deeper"),
        (["start", "{clone}"], "holds other files"),
        (["lab", "--port", "99999"], "99999 is not in the range"),
    ],
)
def test_bad_input_is_answered_without_a_trace(built, arguments, message):
    result = run(*(text.format(clone=built) for text in arguments))
    assert result.exit_code in (1, 2)
    assert message in result.output
    assert isinstance(result.exception, SystemExit)


@pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="not run as root, who may write anywhere"
)
def test_a_read_only_folder(built, tmp_path):
    folder = tmp_path / "shelf"
    folder.mkdir(mode=0o500)
    result = run("start", str(folder), "--copy-only")
    assert result.exit_code == 1
    assert f"cannot write to {folder}: Permission denied" in result.output


def test_without_a_clone_lab_asks_for_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("diydl.course.index._PACKAGE", tmp_path / "nowhere")
    monkeypatch.chdir(tmp_path)
    result = run("lab")
    assert result.exit_code == 1
    assert "diydl start my-course" in result.output


@pytest.mark.parametrize("root", [True, False])
def test_only_root_needs_leave(monkeypatch, root):
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000, raising=False)
    arguments = lab_arguments(Path("work"), find_chapter("00"), browser=False)
    assert ("--allow-root" in arguments) == root


@pytest.mark.parametrize("set_already", [None, "26"])
def test_kernels_inherit_threads_that_wait_less(tmp_path, monkeypatch, set_already):
    """Unless the user has chosen how long they wait."""
    name, found = "OPENBLAS_THREAD_TIMEOUT", []
    monkeypatch.setenv(name, set_already or "")
    if set_already is None:
        monkeypatch.delenv(name)
    server = MagicMock(local_url="http://localhost:1/lab")
    server.start.side_effect = lambda: found.append(os.environ[name])
    monkeypatch.setattr("jupyterlab.labapp.LabApp.initialize_server", lambda arguments: server)
    run("start", str(tmp_path / "course"), "--no-browser")
    assert found == [set_already or "18"]


def test_the_printed_address_leads_to_the_chapter(tmp_path):
    """Start the real thing on a free port, follow the address, look at the page, stop it."""
    folder = tmp_path / "course"
    command = [sys.executable, "-m", "diydl", "start", str(folder), "--no-browser"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        printed = []
        for line in process.stdout:
            printed.append(line)
            if ADDRESS.search(line):
                break
        found = ADDRESS.search("".join(printed))
        assert found, "".join(printed)
        assert "/lab/tree/00_first_win.ipynb?token=" in found.group()
        direct = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()
        )
        with direct.open(found.group(), timeout=30) as reply:
            page = reply.read().decode()
        assert reply.status == 200
        assert "jupyter-config-data" in page
        assert "apputils-extension:announcements" in page  # among the disabled: no question
        contents = found.group().replace("/lab/tree/", "/api/contents/")
        with direct.open(contents, timeout=30) as reply:
            assert '"type": "notebook"' in reply.read().decode()
        process.terminate()
        process.wait(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert (folder / "00_first_win.ipynb").is_file()
