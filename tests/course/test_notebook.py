import json

import pytest

from diydl.course.catalog import find_exercise
from diydl.course.notebook import NotebookError, find_cell, find_value, names_in, read_notebook
from diydl.course.rebuild import AnswerError

RELU, PREDICT = find_exercise("00/relu"), find_exercise("00/predict-untrained")


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook of code cells, each a text or (text, metadata, id), and read it."""

    def write(*cells, **more):
        made = []
        for cell in cells:
            text, metadata, id = cell if isinstance(cell, tuple) else (cell, {}, "")
            made.append({"cell_type": "code", "source": text, "metadata": metadata, "id": id})
        path = tmp_path / "my.ipynb"
        path.write_text(json.dumps({"cells": made, **more}))
        return read_notebook(path)

    return write


OWN = "def relu(x): return 'own'"
SCRATCH = "def relu(x): return 'scratch'"


@pytest.mark.parametrize(
    "mark",
    [
        ({"exercise": "00/relu"}, ""),
        ({"nbgrader": {"grade_id": "00-relu"}}, ""),
        ({}, "00-relu"),
    ],
)
def test_the_own_cell_counts_however_it_is_marked(notebook, mark):
    assert find_cell(notebook((OWN, *mark), SCRATCH), RELU) == OWN


def test_without_marks_the_last_learner_cell_counts(notebook):
    given = ("def relu(x): return 'given'", {"tags": ["given"]}, "")
    assert find_cell(notebook(OWN, SCRATCH, given, "x = 1"), RELU) == SCRATCH


def test_an_own_cell_without_the_definition_is_shown_as_it_is(notebook):
    assert find_cell(notebook(("x = 1", {"exercise": "00/relu"}, "")), RELU) == "x = 1"
    assert find_cell(notebook("x = 1"), RELU) is None


@pytest.mark.parametrize(
    "cells",
    [
        (("guess = 12", {"exercise": "00/predict-untrained"}, ""),),
        ("guess = 12", 'check("00/predict-untrained", guess)'),
        ('check("00/predict-untrained", 12)',),
        ('course.check("00/predict-untrained", 12)',),
        ("guess = 3", "guess = 12", 'check("00/predict-untrained", guess)'),
    ],
)
def test_the_answer_to_a_question_is_read(notebook, cells):
    assert find_value(notebook(*cells), PREDICT) == 12


def test_an_untouched_or_missing_answer_is_the_placeholder(notebook):
    assert find_value(notebook("x = 1"), PREDICT) is ...
    assert find_value(notebook("g = ...", 'check("00/predict-untrained", g)'), PREDICT) is ...


def test_an_answer_that_is_computed_is_refused(notebook):
    cells = notebook("g = int('12')", 'check("00/predict-untrained", g)')
    with pytest.raises(AnswerError, match="is not written out; write a whole number"):
        find_value(cells, PREDICT)


def test_names_of_all_cells(notebook):
    assert names_in(notebook("import numpy as np\nx = 1", "def f(): y = 2", "(", "%magic")) == {
        "np",
        "x",
        "f",
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not a notebook: expected JSON"),
        (b"print(1)", "is not a notebook: expected JSON"),
        (b'{"cells": [', "is not a notebook: expected JSON"),
        (b"\xff\xfe\xff", "is not a notebook"),
        (b"\x80abc", "is not a notebook"),
        (b"[]", "it has no list of cells"),
        (b"{}", "it has no list of cells"),
        (b'{"cells": 3}', "it has no list of cells"),
        (b"[" * 100_000, "is not a notebook"),
    ],
)
def test_what_is_no_notebook_is_said(tmp_path, content, words):
    path = tmp_path / "bad.ipynb"
    path.write_bytes(content)
    with pytest.raises(NotebookError, match=words):
        read_notebook(path)


def test_a_folder_is_no_notebook(tmp_path):
    with pytest.raises(NotebookError, match="cannot be read"):
        read_notebook(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path, encoding):
    path = tmp_path / "n.ipynb"
    text = json.dumps({"cells": [{"cell_type": "code", "source": ["x = 'é'"]}]}, ensure_ascii=False)
    path.write_bytes(text.encode(encoding))
    assert read_notebook(path)[0].text == "x = 'é'"


def test_old_and_odd_notebooks_are_read(tmp_path):
    path = tmp_path / "n.ipynb"
    path.write_text(
        json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1"]}]}]})
    )
    assert read_notebook(path)[0].text == "x = 1"
    odd = [3, None, {"cell_type": "code"}, {"cell_type": "code", "metadata": [], "source": 5}]
    path.write_text(json.dumps({"cells": odd}))
    assert [cell.text for cell in read_notebook(path)] == ["", "5"]
