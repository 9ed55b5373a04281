import pytest

from diydl.draw.picture import Group, Node, Picture, notes_of, topological


def test_the_text_names_all_inputs_in_their_order():
    nodes = [Node("a", "data", (2,)), Node("b", "constant"), Node("sub", "result", (2,), ("v\n1",))]
    text = Picture(nodes, [(1, 2), (0, 2)]).text()
    assert text.splitlines()[2] == "3. sub: from b (2) and a (1), shape (2,), v 1"


def test_values_and_gradients_can_be_left_out_of_the_text():
    node = Node("w", "parameter", (2,), ("value [1, 2]", "gradient 3", "my own note"))
    picture = Picture([node])
    assert picture.text(shown=()) == "1. w: parameter, my own note"
    assert picture.text(shown=("shape", "gradient")).endswith("shape (2,), gradient 3, my own note")
    assert notes_of(node, ("value",)) == ["value [1, 2]", "my own note"]


def test_the_groups_around_a_group():
    picture = Picture([], groups=[Group("inner", 2), Group("alone"), Group("outer")])
    assert picture.around(0) == [2, 0]
    assert picture.around(None) == []


def test_an_order_with_inputs_first_and_circles_refused():
    assert topological(4, [(3, 1), (1, 0), (2, 0)]) == [3, 1, 2, 0]
    with pytest.raises(ValueError, match="must not run in a circle"):
        topological(3, [(0, 1), (1, 2), (2, 0)])


def test_a_deep_graph_does_not_recurse():
    count = 30_000
    assert topological(count, [(k + 1, k) for k in range(count - 1)])[0] == count - 1
