"""What the course promises of its exercises as a whole (COURSE.md 6 of the design)."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from diydl.backend import to_device, to_numpy
from diydl.course.catalog import exercise_ids
from diydl.course.index import load_index
from diydl.course.source import read_source
from diydl.exercise import SLOTS, overlay
from diydl.primitive import PRIMITIVES
from diydl.testing import CASES, assert_close
from tests.structure.solved import solutions

ROOT = Path(__file__).parents[2]
WRITTEN = [
    chapter
    for chapter in load_index()
    if not chapter.planned and exercise_ids(chapter.number)  # a new one may have none yet
]

SOLVED = solutions()  # before any check hides references
ALL = [case for name in sorted(CASES) for case in CASES[name]]


def run(*arguments, **variables):
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def cells_of(folder, chapter):
    notebook = json.loads((ROOT / folder / chapter.notebook).read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def answer_lines(chapter):
    """Lines between the marks: long enough to be somebody's idea, not `return x`."""
    for cell in read_source(ROOT / "solutions" / f"{chapter.id}.py"):
        starter = {bare(line.replace("#", "", 1)) for line in between("STARTER", cell.text)}
        for line in map(bare, between("SOLUTION", cell.text)):
            if len(line) > 20 and line not in starter:
                yield line


def between(mark, text):
    for part in re.findall(rf"### BEGIN {mark}\n(.*?)### END {mark}", text, re.S):
        yield from part.splitlines()


def bare(line):
    """A line without comment and spaces."""
    return re.sub(r"\s", "", line.split("#")[0])


@pytest.mark.parametrize("chapter", WRITTEN, ids=lambda c: c.id)
def test_no_solution_text_in_chapters(chapter):
    shown = cells_of("chapters", chapter)
    assert not [cell for cell in shown if "BEGIN SOLUTION" in cell or "END SOLUTION" in cell]
    text = re.sub(r"\s", "", "\n".join(shown))
    given = {
        bare(line)
        for cell in read_source(ROOT / "solutions" / f"{chapter.id}.py")
        if cell.kind == "code" and not cell.exercise
        for line in cell.text.splitlines()
    }
    lines = list(answer_lines(chapter))
    assert lines
    # A worked example may show, on purpose, a line that an answer needs as well; so may a starter.
    assert not [line for line in lines if line in text and line not in given]


@pytest.mark.parametrize("chapter", WRITTEN, ids=lambda c: c.id)
def test_an_untouched_notebook_scores_nothing(chapter):
    path = ROOT / "chapters" / chapter.notebook
    result = run("diydl", "check", chapter.number, str(path), "--json")
    assert result.returncode == 1, result.stderr
    report = json.loads(result.stdout)
    assert report["points"] == 0
    assert report["max"] > 0
    assert {e["status"] for e in report["exercises"]} == {"not started"}


def test_every_slot_has_a_solution():
    written = {chapter.number for chapter in WRITTEN}
    assert set(SOLVED) == {id for id in SLOTS if id[:2] in written}
    for id, function in SOLVED.items():
        assert function is not SLOTS[id].reference


def both_ways(case, arrays):
    """Value and gradients of a case."""
    prim = PRIMITIVES[case.name]
    out = prim(*arrays, **case.params)
    if not prim.differentiable or out.dtype.kind != "f":
        return [out]
    needed = tuple(x.dtype.kind == "f" for x in arrays)
    g = to_numpy(out) * 0 + np.random.default_rng(1).normal(size=out.shape)
    if type(out) is not np.ndarray:
        g = to_device(g, "cuda")
    return [out, *(gx for gx in prim.pull(needed, g, out, arrays, case.params) if gx is not None)]


@pytest.mark.parametrize("case", ALL, ids=str)
def test_with_all_solutions_in_place_each_primitive_is_the_same(case):
    wanted = both_ways(case, case.inputs())
    with overlay(SOLVED):
        got = both_ways(case, case.inputs())
    for mine, theirs in zip(got, wanted, strict=True):
        assert np.asarray(mine).dtype == np.asarray(theirs).dtype
        assert_close(mine, theirs, what=str(case))


@pytest.mark.gpu
@pytest.mark.parametrize("case", ALL, ids=str)
def test_the_solutions_run_on_a_gpu_too(case):
    if case.name == "move":
        return
    wanted = both_ways(case, case.inputs())
    with overlay(SOLVED):
        got = both_ways(case, [to_device(x, "cuda") for x in case.inputs()])
    for mine, theirs in zip(got, wanted, strict=True):
        assert type(mine).__module__.startswith("cupy")
        assert_close(to_numpy(mine), theirs, scale=10, what=str(case))


NOT_ASKED = (
    "ops/test_primitives.py",  # gone through above
    # To refuse what does not fit, in words, is not asked of an answer,
    "train/test_metrics.py::test_accuracy_refuses_what_does_not_fit",
    "ops/test_layer_norm.py::test_what_does_not_fit_is_refused",
    # nor to take back the rounding of a mean,
    "ops/test_norm.py::test_statistics_are_exact_far_from_zero[(256, 4)--300-0.01]",
    # nor to tell a probe what it does, or to have a form that works in place,
    "train/test_profiler.py::test_a_plan_is_seen_step_by_step_in_phases_and_modules",
    "train/test_profiler.py::test_optimizers_are_a_phase",
    # Programs of their own have no answers in place, and other last bits.
    "train/test_checkpoint.py::test_a_file_that_may_not_grow",
    "train/test_kills.py",
)


@pytest.mark.slow
def test_the_tests_of_the_library_pass_with_all_solutions_in_place():
    """Those of what has slots; the table of primitives has been gone through above."""
    places = ["ops", "engines", "train", "data/test_table.py", "test_reverse.py", "nn"]
    result = run(
        "pytest",
        "-q",
        *("-p", "tests.structure.solved", "-p", "no:cacheprovider"),
        *("-m", "not torch"),
        *(word for test in NOT_ASKED for word in ("--deselect", f"tests/{test}")),
        *(f"tests/{place}" for place in places),
    )
    assert result.returncode == 0, result.stdout[-3000:]
    assert "passed" in result.stdout


def test_the_overlay_holds_every_solution():
    with overlay(SOLVED):
        for id, function in SOLVED.items():
            assert SLOTS[id].current is function
    for id in SOLVED:
        assert SLOTS[id].current is SLOTS[id].reference
