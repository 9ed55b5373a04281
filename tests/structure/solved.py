"""The library on the functions of `solutions/`: a pytest plugin, `-p tests.structure.solved`.

With it, every test of a run meets a learner who has solved all exercises.
"""

from pathlib import Path

from diydl.course.catalog import exercise_ids, find_exercise
from diydl.course.index import find_chapter
from diydl.course.notebook import find_cell, read_notebook
from diydl.course.rebuild import rebuild
from diydl.exercise import SLOTS, overlay

ROOT = Path(__file__).parents[2]


def solutions():
    """Map the id of each slot to the function in the solved notebook of its chapter."""
    found = {}
    for id in exercise_ids():
        exercise = find_exercise(id)
        if id in SLOTS:
            cells = read_notebook(ROOT / "solutions" / find_chapter(id[:2]).notebook)
            found[id] = rebuild(find_cell(cells, exercise), id, exercise.name)
    return found


def pytest_configure(config):
    config.solved = overlay(solutions())
    config.solved.__enter__()


def pytest_unconfigure(config):
    config.solved.__exit__(None, None, None)


def pytest_report_header():
    return "overlaid: all solutions"
