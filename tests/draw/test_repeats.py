import pytest

import diydl as dl
from diydl.draw.history import history
from diydl.draw.picture import Group, Node, Picture
from diydl.draw.repeats import repeats
from diydl.draw.row import Row, in_order, plain
from diydl.draw.trace import trace
from diydl.draw.view import standard, view
from tests.draw.graphs import Recurrent, Residual, chain, ones


def copies_of(picture):
    return [(group.label, group.times) for group in picture.groups if group.copies]


def recurrence(steps):
    """A recurrence written out with operations alone, as the tape sees it."""
    x = dl.tensor(ones(steps, 2, 3), requires_grad=True)
    w, u = dl.Parameter(ones(3, 4), name="w"), dl.Parameter(ones(4, 4), name="u")
    h = dl.zeros((2, 4))
    for t in range(steps):
        h = dl.tanh(x[t] @ w + h @ u)
    return h.sum()


def test_a_part_of_several_operations_is_found():
    picture = repeats(chain(24, ("exp", "mul", "tanh")))
    assert copies_of(picture) == [("part", 8)]
    assert picture.groups[0].note == "exp, mul, tanh"
    assert len(picture.groups[0].copies) == 8


def test_the_smallest_period_is_the_one_that_counts():
    assert copies_of(repeats(chain(30, ("exp", "exp", "exp")))) == [("exp", 30)]


@pytest.mark.parametrize("picture", [chain(2), chain(12, tuple("abcdefghijkl")), Picture([])])
def test_what_is_not_repeated_stays_as_it_is(picture):
    assert repeats(picture) == picture


def test_few_nodes_are_not_worth_a_group():
    assert not repeats(chain(6)).groups


def test_the_numbers_in_a_label_do_not_count():
    nodes = [Node("x", "data"), *(Node(f"getitem(index={k})") for k in range(12))]
    assert copies_of(repeats(Picture(nodes, chain(12).edges))) == [("getitem", 12)]
    assert plain("h3 = getitem(index=17)") == "h# = getitem(index=#)"


def test_other_shapes_are_other_operations():
    nodes = [Node("x", "data"), *(Node("tanh", shape=(k % 3,)) for k in range(15))]
    assert copies_of(repeats(Picture(nodes, chain(15).edges))) == [("part", 5)]


def test_the_same_operations_wired_in_another_way_are_no_copies():
    nodes = [Node("x", "data"), *[Node("add")] * 12]
    near = [(k, k + 1) for k in range(12) for _ in range(2)]
    assert copies_of(repeats(Picture(nodes, near))) == [("add", 12)]
    fibonacci = [e for k in range(1, 13) for e in ((k - 1, k), (max(0, k - 2), k))]
    assert copies_of(repeats(Picture(nodes, fibonacci))) == [("part", 6)]
    back = [e for k in range(1, 13) for e in ((k - 1, k), (k // 2, k))]
    assert copies_of(repeats(Picture(nodes, back))) == []


@pytest.mark.parametrize("steps", [4, 12, 300])
def test_every_step_of_a_recurrence_is_in_the_group_the_first_one_too(steps):
    whole = history(recurrence(steps))
    picture = repeats(whole)
    assert copies_of(picture) == [("step", steps)]
    seen = view(picture, standard(picture))
    labels = [node.label.partition("(")[0] for node in seen.picture.nodes]
    expected = ["data", "getitem", "w", "matmul", "u", "constant", "matmul", "add", "tanh", "sum"]
    assert sorted(labels) == sorted(expected)
    outside = {"data", "w", "u", "constant", "sum"}
    notes = {node.label: node.notes for node in seen.picture.nodes if node.notes}
    assert notes == {"tanh": ("to the next step",)}
    for node, frame in zip(seen.picture.nodes, seen.inside, strict=True):
        assert (frame is None) == (node.label in outside)


def test_a_long_run_keeps_one_copy_and_says_how_many_there_were():
    picture = repeats(chain(10_000, ("exp", "mul")))
    assert copies_of(picture) == [("part", 5_000)]
    assert len(picture.nodes) == 3 and len(picture.groups[0].copies) == 1


def test_equal_modules_are_copies_each_with_its_own_parameters():
    picture = repeats(trace(Residual(12), ones(5, 8)))
    assert copies_of(picture) == [("Block", 12)]
    group = next(group for group in picture.groups if group.copies)
    labels = [[picture.nodes[k].label for k in copy] for copy in group.copies]
    assert all(row == labels[0] for row in labels)
    assert sorted(labels[0]) == sorted(
        ["affine", "maximum", "affine", "add", "0", "weight", "bias", "weight", "bias"]
    )
    names = {picture.groups[g].label for copy in group.copies for g in parents(picture, copy)}
    assert names == {f"Block {k}" for k in range(12)} | {"Linear a", "Linear b"}


def parents(picture, nodes):
    return {picture.nodes[k].group for k in nodes}


def test_a_module_that_is_called_at_every_step_makes_steps_with_what_is_beside_it():
    picture = repeats(trace(Recurrent(), ones(20, 2, 3)))
    assert copies_of(picture) == [("step", 20)]
    seen = view(picture, standard(picture))
    assert [title for _, _, title in seen.frames] == ["step × 20, one shown", "Cell cell"]


def test_loops_in_loops_are_groups_in_groups():
    row = ["exp", "exp", "exp", "exp", "tanh", "mul"] * 4
    picture = repeats(chain(24, tuple(row)))
    assert ("part", 4) in copies_of(picture)


def test_the_first_copy_is_cut_off_where_it_is_wired_differently():
    picture = chain(20)
    extra = [*picture.edges, (0, 2)]  # the second reads the data too
    found = copies_of(repeats(Picture(picture.nodes, extra)))
    assert found == [("tanh", 18)]


def test_a_row_puts_the_longest_history_first():
    y = recurrence(3)
    picture = history(y)
    labels = [picture.nodes[k].label.partition("(")[0] for k in in_order(picture)]
    ops = [label for label in labels if label not in ("data", "w", "u", "constant")]
    step = ["matmul", "getitem", "matmul", "add", "tanh"]
    assert ops == ["getitem", "matmul", "matmul", "add", "tanh", *step, *step, "sum"]


def test_a_row_of_groups_looks_into_them():
    nodes = [Node("exp", group=0), Node("tanh", group=0), Node("exp", group=1), Node("tanh")]
    row = Row(Picture(nodes, [(0, 1), (1, 2), (2, 3)], [Group("one 1"), Group("one 2")]), None)
    assert row.items == [[0, 1], [2], [3]]
    assert row.groups == [0, 1, None]
    assert len(set(row.codes.tolist())) == 3
