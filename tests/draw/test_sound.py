import itertools
import random

import pytest

import diydl as dl
from diydl import draw
from diydl.draw.picture import Group, Node, Picture
from diydl.draw.sound import sound
from diydl.draw.view import CLOSED, OPEN, view


def some_picture(seed):
    """A graph whose groups were drawn by lot: most of them cannot be closed."""
    rng = random.Random(seed)
    groups = [Group("a"), Group("b"), Group("c", 0), Group("d", 1)]
    nodes = [Node(str(k), group=rng.choice([None, 0, 1, 2, 3])) for k in range(10)]
    edges = [(rng.randrange(b), b) for b in range(1, 10) for _ in range(rng.choice([1, 2]))]
    return Picture(nodes, edges, groups)


@pytest.mark.parametrize("seed", range(25))
def test_whatever_is_closed_afterwards_no_edge_runs_in_a_circle(seed):
    picture = sound(some_picture(seed))
    assert len(picture.nodes) == 10
    for states in itertools.product([CLOSED, OPEN], repeat=len(picture.groups)):
        view(picture, dict(enumerate(states)))  # raises where there is a circle


def test_groups_that_can_be_closed_are_left_alone():
    nodes = [Node("a"), Node("b", group=1), Node("c", group=0), Node("d")]
    picture = Picture(nodes, [(0, 1), (1, 2), (2, 3), (0, 3)], [Group("one"), Group("two", 0)])
    assert sound(picture) == picture


def test_what_was_in_a_dissolved_group_belongs_to_the_one_around_it():
    nodes = [Node("a", group=1), Node("b", group=0), Node("c", group=1), Node("d", group=2)]
    groups = [Group("outer"), Group("torn", 0), Group("in it", 1)]
    found = sound(Picture(nodes, [(0, 1), (1, 2), (2, 3)], groups))
    assert [group.label for group in found.groups] == ["outer", "in it"]
    assert [node.group for node in found.nodes] == [0, 0, 0, 1]
    assert found.groups[1].parent == 0


def test_a_scope_that_is_entered_twice_is_drawn():
    net = dl.Net()
    with net.scope("eye"):
        x = net.data((None, 2), id="x").exp()
    y = x.tanh()
    with net.scope("eye"):
        y = y.exp()
    assert "eye" not in repr(draw.graph(net))
    assert "3. tanh: from exp (2)" in repr(draw.graph(net))
