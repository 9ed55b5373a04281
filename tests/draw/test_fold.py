import pytest

from diydl.draw.fold import fold
from diydl.draw.picture import Node, Picture


def chain(count, shared=False):
    nodes = [Node("x", "data"), *([Node("w", "parameter")] * shared), *[Node("tanh")] * count]
    first = 1 + shared
    edges = [(k - 1 if k > first else 0, k) for k in range(first, first + count)]
    edges += [(1, k) for k in range(first, first + count)] if shared else []
    return Picture(nodes, sorted(edges, key=lambda edge: edge[1]))


def inputs_first(picture):
    return all(a < b for a, b in picture.edges)


def test_a_small_picture_stays_as_it_is():
    assert fold(chain(20), 100) == chain(20)


@pytest.mark.parametrize("shared", [False, True])
def test_a_deep_chain_is_folded_and_counted(shared):
    picture = fold(chain(10_000, shared), 100)
    folded = [node for node in picture.nodes if node.kind == "folded"]
    assert [node.label for node in folded] == ["... 9,992 more steps"]
    assert len(picture.nodes) == 10 + shared
    assert inputs_first(picture)
    if shared:  # the parameter of all steps is drawn once, with one edge to what is folded
        w = next(k for k, node in enumerate(picture.nodes) if node.label == "w")
        fan = [b for a, b in picture.edges if a == w]
        assert len(fan) == 9


def test_what_is_no_chain_is_cut_in_the_middle():
    nodes = [Node("x", "data")] + [Node(f"f{k}") for k in range(1000)]
    edges = [e for k in range(1, 1001) for e in ((k - 1, k), (max(0, k - 2), k))]
    picture = fold(Picture(nodes, edges), 50)
    labels = [node.label for node in picture.nodes]
    assert len(labels) <= 50
    assert inputs_first(picture)
    assert {"x", "f0", "f999"} <= set(labels)
    steps = sum(label.startswith("f") for label in labels)
    assert f"... {1000 - steps} more steps" in labels


def test_leaves_of_folded_steps_are_folded_too():
    nodes, edges = [Node("x", "data")], []
    last = 0
    for k in range(300):
        nodes += [Node(f"w{k}", "parameter"), Node("mul")]
        edges += [(last, len(nodes) - 1), (len(nodes) - 2, len(nodes) - 1)]
        last = len(nodes) - 1
    picture = fold(Picture(nodes, edges), 60)
    folded = next(node for node in picture.nodes if node.kind == "folded")
    assert folded.label == "... 292 more steps"
    assert folded.notes == ("and 292 leaves of theirs",)


def test_too_little_room_is_an_error():
    with pytest.raises(ValueError, match="at least 12 nodes, got most=3"):
        fold(chain(20), 3)
