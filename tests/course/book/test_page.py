import json

import pytest

from diydl.course.book.page import chapter_page, link_chapters
from diydl.course.build import derive
from diydl.course.index import Chapter

SOURCE = '''# %% [markdown]
# # Tiny
#
# *About 5 minutes. You need chapter 00.*
#
# At the end you can count.

# %% tags=["given"]
start = 1

# %% [markdown]
# **Predict.** How many?

# %% tags=["exercise"] exercise="01/count"
### BEGIN SOLUTION
count_of_all = 1234567
### END SOLUTION

# %% tags=["check"]
check("01/count", count_of_all)

# %% tags=["exercise"] exercise="01/twice"
def twice(x):
    """Return two times `x`."""
    ### BEGIN SOLUTION
    return x + x + 0 * x
    ### END SOLUTION

# %% tags=["check"]
check("01/twice", twice)
'''
TINY = Chapter("01_tiny", "Tiny")
OTHERS = [Chapter("00_first", "First"), TINY, Chapter("02_next", "Next")]


@pytest.fixture
def notebooks(tmp_path):
    source = tmp_path / "01_tiny.py"
    source.write_text(SOURCE)
    return derive(source, points=lambda id: 2.0)


def cells(notebooks, **options):
    page = json.loads(chapter_page(TINY, *notebooks, others=OTHERS, **options))
    return page["cells"]


def test_an_exercise_is_its_stub_then_the_solution_folded_then_the_check_folded(notebooks):
    stub, solution, check = cells(notebooks)[-3:]
    assert stub["source"].endswith("raise NotImplementedError  # your code here")
    assert "skip-execution" in stub["metadata"]["tags"]
    assert solution["source"].endswith('"""Return two times `x`."""\n    return x + x + 0 * x')
    assert "hide-input" in solution["metadata"]["tags"]
    assert solution["metadata"]["mystnb"]["code_prompt_show"] == "Show a solution"
    assert check["source"] == 'check("01/twice", twice)'
    assert "hide-output" in check["metadata"]["tags"]


def test_the_solution_keeps_the_id_by_which_the_check_finds_it(notebooks):
    ids = [cell["id"] for cell in cells(notebooks)]
    assert "01-twice" in ids
    assert "01-twice-stub" in ids
    assert len(set(ids)) == len(ids)


def test_without_solutions_none_is_left(notebooks):
    found = cells(notebooks, solutions=False)
    text = json.dumps(found)
    assert "1234567" not in text
    assert "x + x" not in text
    assert "solved/" not in text
    assert "count_of_all = ...  # your answer" in [cell["source"] for cell in found]


def test_marks_of_the_source_and_of_nbgrader_stay_behind(notebooks):
    text = json.dumps(cells(notebooks))
    assert "### BEGIN" not in text
    assert "nbgrader" not in text
    assert "editable" not in text


def test_downloads_stand_below_title_and_minutes(notebooks):
    title, minutes, links, rest = cells(notebooks)[0]["source"].split("\n\n", 3)
    assert title == "# Tiny"
    assert minutes.startswith("*About 5 minutes.")
    assert "../notebooks/01_tiny.ipynb" in links
    assert "../notebooks/solved/01_tiny.ipynb" in links
    assert rest == "At the end you can count."


def test_minutes_link_to_the_chapters_that_are_needed(notebooks):
    assert "[chapter 00](00_first.ipynb)" in cells(notebooks)[0]["source"]


@pytest.mark.parametrize(
    "text",
    [
        "`chapter 02` in code",
        "```\nchapter 02\n```",
        "## Beyond chapter 02",
        "chapter 01 is this one",
        "chapter 09 is not written",
    ],
)
def test_what_is_no_prose_and_what_is_not_there_gets_no_link(text):
    assert link_chapters(text, TINY, OTHERS) == text


def test_a_name_broken_by_a_line_is_linked():
    assert link_chapters("see chapter\n02.", TINY, OTHERS) == "see [chapter\n02](02_next.ipynb)."
