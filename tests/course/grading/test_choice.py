"""Which cells may answer an exercise, in which order, and what others they lean on."""

import pytest

from diydl.course.catalog import find_exercise
from diydl.course.grading.choice import candidates, elsewhere_of, leans_on, names_in, released
from diydl.course.notebook import CodeCell

RELU = find_exercise("00/relu")
HANDED_OUT = released("00")
ANSWER = "def relu(x):\n    return bend(x)"
STUB = next(cell for cell in HANDED_OUT.cells if "00-relu" in cell.names).text


def cell(text, *tags, name=""):
    return CodeCell(text, frozenset(filter(None, [name])), frozenset(tags))


def own(text):
    return cell(text, "exercise", name="00-relu")


def chosen(*cells):
    return [cells[k].text for k in candidates(cells, RELU, HANDED_OUT)]


def others(*cells, place):
    return leans_on(cells, place, cells[place].text, HANDED_OUT)


def test_its_own_cell_comes_before_later_ones():
    later = cell("def relu(x):\n    return 3")
    assert chosen(own(ANSWER), later) == [ANSWER, later.text]


def test_stubs_come_last_and_doubles_once():
    assert chosen(own(STUB), cell(ANSWER), cell(ANSWER)) == [ANSWER, STUB]


def test_its_own_cell_counts_also_where_the_name_is_gone():
    assert chosen(own("def relo(x): return x")) == ["def relo(x): return x"]


@pytest.mark.parametrize(
    "text", ["relu = 3", "from diydl import relu", "x = relu(3)", "# def relu"]
)
def test_what_only_mentions_the_name_is_no_answer(text):
    assert chosen(cell(text)) == []


def test_definitions_inside_others_do_not_count():
    assert chosen(cell("if True:\n    def relu(x):\n        return x")) == []
    assert chosen(cell("class A:\n    def relu(x):\n        return x")) == []


@pytest.mark.parametrize("tag", ["given", "check", "skip-grade"])
def test_machinery_is_known_by_its_tags(tag):
    assert chosen(cell(ANSWER, tag)) == []


def test_given_cells_are_known_by_id_and_text_where_tags_are_gone():
    given = HANDED_OUT.given[0]
    assert HANDED_OUT.is_machinery(CodeCell("changed", given.names, frozenset()))
    assert HANDED_OUT.is_machinery(cell("\n" + given.text.replace("\n", "\n\n") + "  "))
    assert not HANDED_OUT.is_machinery(cell("changed"))


def test_no_more_than_a_few_are_tried():
    many = [cell(f"def relu(x):\n    return {k}") for k in range(500)]
    assert len(chosen(*many)) == 4
    assert chosen(*many)[0].endswith("499")


def test_what_it_leans_on_comes_in_order_with_what_that_leans_on():
    cells = [cell("c = 1"), cell("def bend(x):\n    return x + c"), own(ANSWER), cell("d = c")]
    assert others(*cells, place=2) == ["c = 1", cells[1].text]


def test_the_last_one_above_counts_else_the_last():
    bend = "def bend(x):\n    return {}"
    cells = [cell(bend.format(k)) for k in range(4)]
    assert others(*cells[:2], own(ANSWER), *cells[2:], place=2) == [bend.format(1)]
    assert others(own(ANSWER), *cells, place=0) == [bend.format(3)]


def test_circles_end():
    cells = [own("def relu(x):\n    return a"), cell("a = b"), cell("b = a")]
    assert others(*cells, place=0) == ["a = b", "b = a"]


def test_given_cells_help_as_they_were_handed_out():
    found = others(own("def relu(x):\n    return make_network()(x)"), place=0)
    assert any("def make_network" in text for text in found)


def test_names_of_its_own_and_of_python_need_nobody():
    text = "import math\nk = 2\ndef relu(x, n=k):\n    t = len(x)\n    return [t * n for y in x]"
    assert names_in(text) == set()
    assert others(own(text), cell("t = 3"), cell("len = 4"), place=0) == []


def test_names_elsewhere():
    assert elsewhere_of(["a = 1", "b = (", "c = 3"], {"a", "b", "d"}) == ["a"]
    assert elsewhere_of(["a = 1"], set()) == []
