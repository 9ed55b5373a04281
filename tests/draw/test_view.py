import pytest

from diydl.draw.picture import Group, Node, Picture
from diydl.draw.repeats import repeats
from diydl.draw.trace import trace
from diydl.draw.view import CLOSED, ONE, OPEN, standard, title_of, view
from tests.draw.graphs import Residual, ones


@pytest.fixture
def picture():
    """x -> [ a -> [ b ] ] -> y, with a shortcut from x to y."""
    nodes = [
        Node("x", "data", (2,)),
        Node("a", group=0, shape=(3,)),
        Node("b", group=1, shape=(4,)),
        Node("y", "result", (5,)),
    ]
    groups = [Group("outer", note="7 parameters"), Group("inner", 0)]
    return Picture(nodes, [(0, 1), (1, 2), (2, 3), (0, 3)], groups)


def labels(seen):
    return [node.label for node in seen.picture.nodes]


def test_all_is_seen_when_all_is_open(picture):
    seen = view(picture, {})
    assert labels(seen) == ["x", "a", "b", "y"]
    assert seen.inside == [None, 0, 1, None]
    assert [(g, parent, title) for g, parent, title in seen.frames] == [
        (0, None, "outer"),
        (1, 0, "inner"),
    ]
    assert "from a (2), shape (4,), in inner in outer" in seen.text()


def test_a_closed_group_is_one_box_with_the_shape_of_what_comes_out(picture):
    seen = view(picture, {0: CLOSED})
    assert labels(seen) == ["x", "outer", "y"]
    box = seen.picture.nodes[1]
    assert (box.shape, box.notes) == ((4,), ("7 parameters",))
    assert seen.picture.edges == [(0, 1), (1, 2), (0, 2)]
    assert not seen.frames


def test_what_is_closed_inside_an_open_group_stays_closed(picture):
    assert labels(view(picture, {1: CLOSED})) == ["x", "a", "inner", "y"]
    assert labels(view(picture, {0: CLOSED, 1: OPEN})) == ["x", "outer", "y"]


def test_an_edge_that_stands_twice_is_kept_until_it_is_folded():
    square = Picture([Node("x"), Node("mul", group=0)], [(0, 1), (0, 1)], [Group("f")])
    assert view(square, {}).picture.edges == [(0, 1), (0, 1)]
    assert view(square, {0: CLOSED}).picture.edges == [(0, 1)]


def test_a_shape_is_left_out_where_several_come_out():
    nodes = [
        Node("a", group=0, shape=(1,)),
        Node("b", group=0, shape=(2,)),
        Node("c", "result"),
    ]
    two = Picture(nodes, [(0, 2), (1, 2)], [Group("f")])
    assert view(two, {0: CLOSED}).picture.nodes[0].shape is None


def test_twelve_blocks_are_readable_and_unfold():
    picture = repeats(trace(Residual(12), ones(5, 8)))
    twelve = next(g for g, group in enumerate(picture.groups) if group.copies)
    assert title_of(picture.groups[twelve]) == "Block × 12"
    states = standard(picture)
    seen = view(picture, states)
    assert len(seen.picture.nodes) == 8
    assert "add: from Linear stem (2) and Linear b (6), to the next Block" in seen.text(shown=())
    assert "Block × 12, one shown" in [title for _, _, title in seen.frames]
    folded = view(picture, states | {twelve: CLOSED})
    assert "Block × 12" in labels(folded) and len(labels(folded)) == 4
    opened = view(picture, states | {twelve: OPEN})
    titles = [title for _, _, title in opened.frames]
    assert [f"Block {k}" for k in range(12)] == [t for t in titles if t.startswith("Block ")][1:]
    assert len(labels(opened)) == 3 + 12 * 5


def test_of_copies_the_last_ones_result_is_the_one_that_is_shown():
    nodes = [Node("x", "data"), *[Node("tanh")] * 9, Node("tanh", "result")]
    picture = repeats(Picture(nodes, [(k, k + 1) for k in range(10)]))
    seen = view(picture, {0: ONE})
    assert [(node.label, node.kind) for node in seen.picture.nodes] == [
        ("x", "data"),
        ("tanh", "result"),
    ]


def test_modules_close_from_the_inside_until_the_picture_can_be_read():
    picture = repeats(trace(Residual(3), ones(5, 8)))
    assert len(view(picture, standard(picture, most=40)).picture.nodes) > 5
    few = view(picture, standard(picture, most=5))
    assert len(few.picture.nodes) <= 5


@pytest.mark.parametrize(("depth", "count"), [(0, 4), (1, 8), (9, 16)])
def test_depth_says_how_many_levels_of_modules_are_open(depth, count):
    picture = repeats(trace(Residual(12), ones(5, 8)))
    seen = view(picture, standard(picture, depth=depth))
    assert len(seen.picture.nodes) == count


def test_groups_that_stand_in_each_others_way_are_refused():
    nodes = [Node("a", group=0), Node("b", group=1), Node("c", group=0)]
    tangled = Picture(nodes, [(0, 1), (1, 2)], [Group("one"), Group("two")])
    with pytest.raises(ValueError, match="circle"):
        view(tangled, {0: CLOSED, 1: CLOSED})
