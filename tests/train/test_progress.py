"""What is seen while a network learns, and what is not."""

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import diydl.draw as draw
from diydl.course.alt import figures_without_text
from diydl.train import Callback, progress
from tests.train.tasks import loader, trainer

ROOT = Path(__file__).parents[2]
SCRIPT = "from tests.train.tasks import *; trainer({}).fit(loader(), validation=loader(), epochs=2)"


def run(code, **options):
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, **options)


def test_silence_where_output_is_no_terminal():
    done = run(SCRIPT.format(""), capture_output=True, text=True)
    assert done.stdout == done.stderr == ""


def test_lines_where_they_are_asked_for():
    done = run(SCRIPT.format("progress=True"), capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert re.match(
        r"epoch 1 of 2: loss [\d.]+, accuracy [\d.]+ %, validation loss [\d.]+, "
        r"validation accuracy [\d.]+ %, [\d.]+ seconds$",
        lines[0],
    )
    assert done.stderr == ""


def in_terminal(code):
    """Run it with a terminal as standard error; return what it showed there."""
    ours, theirs = pty.openpty()
    done = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=theirs)
    os.close(theirs)
    seen = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other side has gone
            break
        if not piece:
            break
        seen += piece
    assert done.wait() == 0
    return seen.decode()


def test_a_bar_in_a_terminal():
    seen = in_terminal(SCRIPT.format(""))
    for epoch in (1, 2):
        assert re.search(rf"epoch {epoch} of 2: +\d+%\|.*\| \d/5 ", seen)
        end = rf"epoch {epoch} of 2: loss [\d.]+, accuracy .* validation accuracy .* seconds\r\n"
        assert re.search(end, seen)
    assert in_terminal(SCRIPT.format("progress=False")) == ""


def test_the_bar_begins_where_a_resumed_epoch_does(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    ours = trainer(callbacks=[lambda t: None, Stop(2)])
    ours.fit(loader(), epochs=1)
    ours.callbacks.clear()
    sys.stderr.truncate(0)
    ours.fit(loader(), epochs=1)
    assert "| 2/5" in sys.stderr.getvalue()
    assert "epoch 1 of 1: loss" in sys.stderr.getvalue()


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


class Stop(Callback):
    def __init__(self, step):
        self.step = step

    def on_step_end(self, trainer):
        if trainer.step == self.step:
            trainer.stop()


def test_an_error_ends_the_line_of_the_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())

    class Break(Callback):
        def on_step_end(self, trainer):
            if trainer.step == 3:
                raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        trainer(callbacks=[Break()]).fit(loader(), epochs=1)
    assert sys.stderr.getvalue().endswith("\n")


class Notebook:
    """Stands for a notebook: keeps what is shown, and what takes its place."""

    def __init__(self):
        self.pages = []

    def __call__(self, page, handle):
        self.pages.append((page, handle))
        return "the place"


def shown(monkeypatch, epochs=3, waiting=0.0, **options):
    notebook = Notebook()
    monkeypatch.setattr(progress, "progress", lambda wanted: progress.Curves(notebook))
    monkeypatch.setattr(progress, "SOONEST", waiting)
    monkeypatch.setattr(progress, "SHARE", 1e9)
    ours = trainer(**options)
    ours.fit(loader(), validation=loader(), epochs=epochs)
    return ours, notebook.pages


def test_curves_grow_in_one_place(monkeypatch):
    ours, pages = shown(monkeypatch)
    assert len(pages) >= 5
    assert [handle for _, handle in pages] == [None, *["the place"] * (len(pages) - 1)]
    assert "<progress" in pages[0][0].html
    assert "<progress" not in pages[-1][0].html
    assert repr(pages[-1][0]).startswith("Epoch 3 of 3 is done: loss ")


def test_every_picture_has_a_text_and_a_table(monkeypatch):
    _, pages = shown(monkeypatch, epochs=2)
    outputs = [
        {"output_type": "display_data", "data": {"text/html": page.html}} for page, _ in pages
    ]
    assert figures_without_text(outputs) == []
    last = pages[-1][0].html
    assert 'alt="Training curves over epochs 1 to 2: loss from' in last
    assert '<th scope="col">validation accuracy</th>' in last
    assert 'alt="Training curve of' in pages[0][0].html  # before the first epoch is done


def test_drawing_takes_a_share_of_the_time(monkeypatch):
    _, pages = shown(monkeypatch, waiting=1e9)
    assert len(pages) == 1  # the one that stays


@pytest.mark.parametrize("waiting", [0.0, 1e9])
def test_what_was_reached_is_shown_after_an_error(monkeypatch, waiting):
    notebook = Notebook()
    monkeypatch.setattr(progress, "progress", lambda wanted: progress.Curves(notebook))
    monkeypatch.setattr(progress, "SOONEST", waiting)
    monkeypatch.setattr(progress, "SHARE", 1e9)

    class Break(Callback):
        def on_step_end(self, trainer):
            if trainer.step == 7:
                raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        trainer(callbacks=[Break()]).fit(loader(), epochs=3)
    assert "batch 2 of 5" in repr(notebook.pages[-1][0])


def test_an_error_before_the_first_step_shows_nothing_and_stays_the_error(monkeypatch):
    notebook = Notebook()
    monkeypatch.setattr(progress, "progress", lambda wanted: progress.Curves(notebook))

    def broken():
        raise KeyError("no batch")
        yield

    with pytest.raises(KeyError, match="no batch"):
        trainer().fit(broken(), epochs=1)
    assert not notebook.pages


@pytest.mark.slow
def test_a_notebook_run_without_anybody_holds_the_last_picture_and_no_stderr():
    cell = "from tests.train.tasks import *\nours = trainer()\n"
    cell += "ours.fit(loader(), validation=loader(), epochs=2);"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}}).execute()
    outputs = notebook.cells[0].outputs
    assert [output.output_type for output in outputs] == ["display_data"]
    assert "Epoch 2 of 2 is done" in outputs[0].data["text/plain"]
    assert figures_without_text(outputs) == []


def test_curves_of_a_history_leave_aside_what_is_no_curve():
    history = {
        "epoch": [1, 2],
        "loss": [1.0, 0.5],
        "validation loss": [float("nan"), 0.6],
        "PSNR": [20.0, 22.0],
        "confusion matrix": [[[1, 0], [0, 1]]] * 2,
        "learning rate": [0.1, 0.1],
        "seconds": [1.0, 1.0],
    }
    figure = draw.training_curve(history)
    assert repr(figure) == (
        "Training curves over epochs 1 to 2: loss from 1 to 0.5; validation loss from 0.6 to 0.6; "
        "PSNR from 20 to 22."
    )
    assert "learning rate" in figure._repr_html_()
