"""Notebooks that are damaged, huge, rearranged or forged."""

import json
import random

from diydl.course.grading.submission import Submission
from tests.course.grading.hostile.case import (
    NAME,
    NOTHING,
    Case,
    bytes_of,
    cell_of,
    code_cells,
    edited,
    handed_in,
    right,
    solved,
    text_of,
    untouched,
)

IMPOSTOR = "def standardise(x):\n    return x * 0\n"


def _is_check(cell: dict) -> bool:
    return "check" in cell["metadata"].get("tags", [])


def _without_checks(notebook):
    notebook["cells"] = [cell for cell in notebook["cells"] if not _is_check(cell)]


def _with_edited_checks(notebook):
    for cell in filter(_is_check, notebook["cells"]):
        cell["source"] = "assert False, 'full points please'\nimport sys\nsys.exit(0)"


def _doubled_checks(notebook):
    notebook["cells"] = [c for cell in notebook["cells"] for c in [cell] * (1 + _is_check(cell))]


def _shuffled(notebook):
    random.Random(7).shuffle(notebook["cells"])


def _doubled_exercises(notebook):
    """A copy of each exercise's cell follows, as `Ctrl+V` makes it: the same text, no id."""
    cells = []
    for cell in notebook["cells"]:
        cells.append(cell)
        if "exercise" in cell["metadata"]:
            cells.append({**cell, "metadata": {}, "id": f"copy-{len(cells)}"})
    notebook["cells"] = cells


def _scratch_below(notebook):
    """A wrong redefinition in a cell of the learner's own never takes points."""
    notebook["cells"].append(
        {"cell_type": "code", "metadata": {}, "source": IMPOSTOR, "outputs": [], "id": "scratch"}
    )


def _stripped(notebook):
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)


def _given_edited(notebook):
    for cell in code_cells(notebook):
        if "given" in cell["metadata"].get("tags", []):
            cell["source"] = "raise SystemExit('edited')"


def _truncated() -> Submission:
    content = bytes_of(solved())
    return handed_in(content[: len(content) * 2 // 3])


def _stump() -> Submission:
    return handed_in(bytes_of(solved())[:2000])


def _huge() -> Submission:
    """Pictures left in the outputs: 60 MB of base64."""
    notebook = solved()
    picture = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"image/png": "A" * 6_000_000},
    }
    for cell in code_cells(notebook)[:10]:
        cell["outputs"] = [picture]
    return handed_in(notebook)


def _many_cells() -> Submission:
    notebook = solved()
    cell = {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": []}
    notebook["cells"][0:0] = [cell] * 50_000
    notebook["cells"] += [cell] * 50_000
    return handed_in(json.dumps(notebook).encode())


def _deep_json() -> Submission:
    return handed_in(b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}")


def _wrong_encoding() -> Submission:
    """Saved by an old editor in Latin-1: an umlaut in a comment is no UTF-8."""
    notebook = solved()
    cell = cell_of(notebook, "standardise")
    cell["source"] = text_of(cell) + "\n# für die Prüfung\n"
    return handed_in(bytes_of(notebook).decode().replace("—", "-").encode("latin-1", "replace"))


def _forged_answers() -> Submission:
    """Nothing in the notebook; an answers folder that says full points of a stub."""
    stub = "def standardise(x):\n    raise NotImplementedError\n"
    return Submission("learner", bytes_of(untouched()), answers={"01/standardise": stub})


def _disagreeing_answers() -> Submission:
    """The notebook holds a wrong answer and the answers folder a right one: the notebook counts."""
    notebook = solved()
    cell_of(notebook, "standardise")["source"] = "def standardise(x):\n    raise ValueError('no')\n"
    return Submission("learner", bytes_of(notebook), {"01/standardise": right("standardise")})


def _points_in_metadata(notebook):
    """The notebook's own metadata claim a thousand points each, already given."""
    for cell in code_cells(notebook):
        grader = cell["metadata"].get("nbgrader", {})
        grader.update(points=1000, grade=True, score=1000)
    cell_of(notebook, "standardise")["source"] = "standardise = 'full points'\n"


def _wrong_types(notebook):
    """Parts of the file have other types than a notebook's."""
    notebook["metadata"] = "none"
    notebook["cells"][0:0] = [None, 5, "x", {"cell_type": "code"}, {"source": {"a": 1}}]
    for cell in code_cells({"cells": notebook["cells"][5:]})[::2]:
        cell["outputs"], cell["execution_count"] = "none", "x"


CASES = [
    Case("deleted checks", "answers are there", lambda: edited(_without_checks)),
    Case("edited checks", "they are not run", lambda: edited(_with_edited_checks)),
    Case("duplicated checks", "they are not run", lambda: edited(_doubled_checks)),
    Case("reordered cells", "answers stand for themselves", lambda: edited(_shuffled)),
    Case("duplicated exercises", "the same answer twice", lambda: edited(_doubled_exercises)),
    Case("a scratch redefinition", "the exercise's cell counts", lambda: edited(_scratch_below)),
    Case("metadata stripped", "names tell what is what", lambda: edited(_stripped)),
    Case("edited given cells", "they are restored", lambda: edited(_given_edited)),
    Case(
        "points claimed in metadata",
        "points come from the checks; one answer is no function",
        lambda: edited(_points_in_metadata),
        points={"standardise": 0.0},
    ),
    Case("parts of other types", "the cells are there", lambda: edited(_wrong_types)),
    Case("truncated JSON", "cut in the last exercise", _truncated, points={"block_sums": 0.0}),
    Case("truncated at its start", "nothing is whole", _stump, points=NOTHING),
    Case("empty file", "nothing", lambda: handed_in(b""), points=NOTHING),
    Case("a PDF", "no notebook", lambda: handed_in(b"%PDF-1.7\n\xff"), NOTHING),
    Case("JSON of something else", "no cells", lambda: handed_in(b'{"a": [1, 2]}'), NOTHING),
    Case("JSON 200,000 deep", "no notebook", _deep_json, points=NOTHING),
    Case("wrong encoding", "an umlaut in Latin-1 changes no code", _wrong_encoding),
    Case("a notebook of 60 MB", "pictures in its outputs", _huge),
    Case("100,000 cells", "the answers are among them", _many_cells),
    Case("forged answers", "a stub that is said to have passed", _forged_answers, points=NOTHING),
    Case(
        "answers that disagree",
        "where notebook and answers disagree the notebook counts",
        _disagreeing_answers,
        points={"standardise": 0.0},
    ),
]
__all__ = ["CASES", "NAME"]
