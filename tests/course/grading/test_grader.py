"""What counts as an answer, what it is graded with, and what the result says."""

import json

import pytest

from diydl.course.grading import grader
from diydl.course.grading.grader import grade
from diydl.course.grading.process.streams import HostError
from diydl.course.grading.result import Graded
from diydl.course.grading.settings import Settings
from diydl.course.grading.submission import Submission
from diydl.course.index import chapters_dir

RIGHT = "def relu(x):\n    return dl.maximum(x, 0)"
STUB = "def relu(x):\n    raise NotImplementedError"
CHAPTER = Settings("00")


def notebook(*cells):
    """Return a notebook of code cells: texts, or (text, metadata) or (text, metadata, id)."""
    made = []
    for cell in cells:
        text, metadata, id = (*((cell,) if isinstance(cell, str) else cell), {}, None)[:3]
        made.append({"cell_type": "code", "source": text, "metadata": metadata, "outputs": []})
        if id:
            made[-1]["id"] = id
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def own(text):
    return (text, {"exercise": "00/relu", "tags": ["exercise"]}, "00-relu")


def relu(*cells, answers=None, settings=CHAPTER, **more):
    """Grade a notebook of these cells; return what came of 00/relu."""
    handed_in = notebook(*cells) if cells else None
    return grade(Submission("ada", handed_in, answers or {}, **more), settings)[0].exercises[0]


@pytest.fixture(scope="module")
def solved():
    path = chapters_dir().parent / "solutions" / "00_first_win.ipynb"
    return grade(Submission("ada", path.read_bytes()), CHAPTER)[0]


def test_a_solved_notebook_has_every_point(solved):
    assert solved.status == "graded"
    assert (solved.points, solved.max) == (9, 9)
    assert [scored.status for scored in solved.exercises] == ["passed", "passed"]
    assert [line.test for line in solved.exercises[0].lines][0] == "test_values"
    assert solved.exercises[0].source == "notebook"
    assert "dl.maximum(x, 0)" in solved.exercises[0].cell
    assert solved.sandbox.startswith("Submissions ran ")


def test_the_same_submission_gives_the_same_bytes(solved):
    path = chapters_dir().parent / "solutions" / "00_first_win.ipynb"
    again = grade(Submission("ada", path.read_bytes()), CHAPTER)[0]
    assert again.to_json() == solved.to_json()
    assert Graded.from_json(solved.to_json()) == solved


def test_a_failing_answer_is_the_same_twice_and_holds_no_address():
    cell = "class Odd: pass\ndef relu(x):\n    raise ValueError(f'{Odd()} of {id(x) // 2**60}')"
    first, second = relu(own(cell)), relu(own(cell))
    assert first == second
    assert "0x..." in first.lines[0].message
    assert "line 3 of your cell" in first.lines[0].message


def test_another_seed_grades_the_same():
    assert relu(own(RIGHT), settings=Settings("00", seed=5)).points == 5


class TestWhichObject:
    """The exercise's own cell, else the last of the learner's that defines it with def."""

    def test_a_scratch_redefinition_elsewhere_costs_nothing(self):
        assert relu(own(RIGHT), "def relu(x):\n    return x * 0").points == 5

    def test_without_metadata_the_last_definition_counts(self):
        assert relu("def relu(x):\n    return x", RIGHT).points == 5
        assert relu(RIGHT, "def relu(x):\n    return x").points < 5

    @pytest.mark.parametrize("metadata", [{}, {"tags": ["given"]}], ids=["untagged", "given"])
    def test_an_import_or_an_assignment_is_no_answer(self, metadata):
        for text in ("from diydl import relu", "relu = dl.relu", "import diydl\nrelu = diydl.relu"):
            assert relu((text, metadata), own(STUB)).points == 0
            assert relu((text, metadata), own(RIGHT)).points == 5
            assert relu(own(RIGHT), (text, metadata)).points == 5

    def test_given_and_check_cells_never_answer(self):
        for tag in ("given", "check", "skip-grade"):
            scored = relu((RIGHT, {"tags": [tag]}), own(STUB))
            assert (scored.points, scored.status) == (0, "not attempted")

    def test_a_stub_beside_an_answer_costs_nothing(self):
        assert relu(own(RIGHT), own(STUB)).points == 5
        assert relu(own(STUB), RIGHT).points == 5
        assert relu(RIGHT, own(STUB)).points == 5

    def test_the_last_of_two_own_cells_counts(self):
        assert relu(own("def relu(x):\n    return x"), own(RIGHT)).points == 5
        assert relu(own(RIGHT), own("def relu(x):\n    return x")).points < 5

    def test_nothing_at_all(self):
        scored = relu("x = 1")
        assert (scored.status, scored.points, scored.max) == ("not attempted", 0, 5)
        assert [line.outcome for line in scored.lines] == ["not run"] * 5

    def test_a_cell_that_is_no_python_is_unreadable(self):
        scored = relu(own("def relu(x:\n    return 3"))
        assert scored.status == "unreadable"
        assert "not valid Python" in scored.summary

    def test_another_header_is_said(self):
        scored = relu(own("def relu(z):\n    return z"))
        assert scored.status == "unreadable"
        assert "rename the parameter z to x" in scored.summary

    @pytest.mark.parametrize("text", ["class relu:\n    pass", "async def relu(x):\n    return x"])
    def test_another_kind_is_said(self, text):
        assert "write `def relu" in relu(own(text)).summary

    def test_a_known_mistake_is_named(self):
        scored = relu(own("def relu(x):\n    return dl.abs(x)"))
        assert (scored.status, scored.mistake) == ("partial", "absolute")
        assert "drops the sign" in scored.mistake_message


class TestOtherCells:
    """An answer is one cell; a right one that leans on others loses nothing."""

    def test_a_helper_of_another_cell_is_used_and_said(self):
        text = "def relu(x):\n    return larger(x)"
        scored = relu("def larger(x):\n    return dl.maximum(x, 0)", own(text))
        assert scored.points == 5
        assert "`larger`" in scored.notes[0]

    def test_helpers_lean_on_each_other_and_on_given_cells(self):
        scored = relu(
            "def bend(x):\n    return dl.maximum(x, zero)",
            own("def relu(x):\n    return bend(x)"),
            "zero = int(len(train) * 0)",
        )
        assert scored.points == 5

    def test_imports_that_the_learner_renamed(self):
        given = ("import diydl as lib\nimport numpy as n", {"tags": ["given"]})
        assert relu(given, own("def relu(x):\n    return lib.maximum(x, 0)")).points == 5
        star = "from diydl import *"
        assert relu(star, own("def relu(x):\n    return maximum(x, 0)")).points == 5

    def test_another_cell_that_hangs_or_dies_is_not_run(self):
        assert (
            relu("while True: pass", "import ctypes; ctypes.string_at(0)", own(RIGHT)).points == 5
        )

    def test_what_is_missing_is_named(self):
        scored = relu(own("def relu(x):\n    return nowhere(x)"))
        assert scored.points == 0
        assert "`nowhere`" in scored.lines[0].message

    def test_a_helper_that_brings_no_more_points_changes_nothing(self):
        scored = relu("zero = 7", own("def relu(x):\n    return dl.maximum(x, zero)"))
        assert scored.notes == [] or scored.points > 0


class TestStoredAnswers:
    """An answers folder counts where the notebook has none; where both have one the notebook."""

    def test_alone(self):
        scored = relu(answers={"00/relu": RIGHT})
        assert (scored.points, scored.source, scored.notes) == (5, "answers", [])

    def test_the_notebook_counts_and_the_difference_is_said(self):
        scored = relu(own("def relu(x):\n    return x"), answers={"00/relu": RIGHT})
        assert scored.source == "notebook"
        assert scored.points < 5
        assert "the notebook counted" in scored.notes[0]

    def test_the_same_in_both_needs_no_note(self):
        assert relu(own(RIGHT), answers={"00/relu": RIGHT + "\n"}).notes == []

    def test_where_the_notebook_has_none_it_counts_and_is_said(self):
        for cells in (["x = 1"], [own(STUB)]):
            scored = relu(*cells, answers={"00/relu": RIGHT})
            assert (scored.points, scored.source) == (5, "answers")
            assert "no answer" in scored.notes[0]

    def test_where_the_notebooks_cannot_be_used_it_counts_and_is_said(self):
        scored = relu(own("def relu(x)\n    return x"), answers={"00/relu": RIGHT})
        assert (scored.points, scored.source) == (5, "answers")
        assert "cannot be used" in scored.notes[0]
        assert "In the notebook: " in scored.notes[1] and ":" in scored.notes[1][17:]

    def test_a_notebook_that_cannot_be_read_leaves_the_stored_answers(self):
        graded = grade(Submission("ada", b"%PDF-1.7", {"00/relu": RIGHT}), CHAPTER)[0]
        assert (graded.status, graded.points) == ("graded", 5)
        assert "cannot be read" in graded.notes[0]


class TestWhatGoesWrong:
    """Whatever an answer does ends in a score; what is our own fault is raised."""

    def test_a_call_that_hangs_closes_its_exercise_alone(self):
        slow = (
            "import time\ndef relu(x):\n    if x.ndim == 2:\n        time.sleep(60)\n    return x"
        )
        right = (
            "def accuracy(scores, labels):\n    return float((scores.argmax(1) == labels).mean())"
        )
        cells = notebook(own(slow), right)
        graded = grade(Submission("ada", cells), Settings("00", call_s=0.5))[0]
        assert [scored.status for scored in graded.exercises] == ["stopped", "passed"]
        assert graded.timed_out
        assert "still running" in graded.exercises[0].lines[0].message
        assert graded.exercises[0].lines[1].outcome == "not run"

    def test_a_cell_that_hangs(self):
        scored = relu(own(f"{RIGHT}\nwhile True: pass"), settings=Settings("00", cell_s=0.5))
        assert scored.status == "stopped"
        assert "The cell was still running" in scored.summary

    def test_the_time_for_all_is_kept(self):
        text = "def relu(x):\n    import time\n    time.sleep(0.3)\n    return dl.maximum(x, 0)"
        scored = relu(own(text), settings=Settings("00", total_s=1))
        assert scored.status == "stopped"
        assert scored.lines[-1].outcome == "not run" or "time" in scored.lines[-1].message

    def test_a_process_that_ends_is_started_again(self):
        text = (
            "import ctypes\ndef relu(x):\n    if x.dtype == 'float16':\n"
            "        ctypes.string_at(0)\n    return dl.maximum(x, 0)"
        )
        scored = relu(own(text))
        assert (scored.status, scored.points) == ("partial", 4)
        assert "the process ended" in scored.lines[2].message

    def test_and_again_but_not_for_ever(self):
        text = "import ctypes\ndef relu(x):\n    ctypes.string_at(0)"
        scored = relu(own(text))
        assert (scored.status, scored.points) == ("stopped", 0)
        assert any("again and again" in line.message for line in scored.lines)

    def test_one_that_ends_the_program_politely_is_told_so(self):
        scored = relu(own("import sys\ndef relu(x):\n    sys.exit()"))
        assert "ends the program" in scored.lines[0].message
        assert scored.status == "failed"

    def test_forwarding_is_refused(self):
        for body in ("dl.relu(x)", "dl.relu.reference(x)", "dl.nn.ReLU()(x)"):
            scored = relu(own(f"def relu(x):\n    return {body}"))
            assert (scored.status, scored.points) == ("refused", 0), body
            assert "library" in scored.summary

    def test_a_huge_result_is_said_to_be_too_much(self):
        scored = relu(own("def relu(x):\n    return np.zeros((8000, 8000))"))
        assert "too much to look at" in scored.lines[0].message
        assert scored.points == 0 or scored.status == "partial"

    def test_a_notebook_that_is_none(self):
        graded = grade(Submission("ada", b"%PDF-1.7 ..."), CHAPTER)[0]
        assert (graded.status, graded.points, graded.max) == ("unreadable", 0, 9)
        assert "not a notebook" in graded.message

    def test_nothing_handed_in(self):
        graded = grade(Submission("ada", problems=["essay.pdf is no notebook"]), CHAPTER)[0]
        assert (graded.status, graded.message) == ("unreadable", "essay.pdf is no notebook")

    def test_a_fault_of_the_grader_is_raised_and_never_a_score(self, monkeypatch):
        monkeypatch.setattr(grader, "given_statements", lambda chapter: {"dl": "import (diydl"})
        with pytest.raises(HostError, match="cannot be prepared"):
            relu(own(RIGHT))


def test_the_command_sandbox_and_none_grade_the_same(solved):
    path = chapters_dir().parent / "solutions" / "00_first_win.ipynb"
    for sandbox in ("none", "env DIYDL=1"):
        graded = grade(Submission("ada", path.read_bytes()), Settings("00", sandbox=sandbox))[0]
        assert graded.exercises == solved.exercises
        assert graded.sandbox != solved.sandbox or "NOT" in graded.sandbox
