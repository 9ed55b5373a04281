import itertools
import random

import pytest

from diydl.draw.across import spread
from diydl.draw.layers import Layers, levels_of
from diydl.draw.layout import layered, turned_point, turned_size
from diydl.draw.nested import nested


def some_graph(seed, count=14):
    rng = random.Random(seed)
    sizes = [(rng.randrange(40, 160), rng.randrange(20, 70)) for _ in range(count)]
    edges = [
        (rng.randrange(b), b) for b in range(2, count) for _ in range(rng.choice([1, 1, 2, 3]))
    ]
    return sizes, edges


def along_curve(route, steps=12):
    for k in range(0, len(route) - 1, 3):
        a, b, c, d = route[k : k + 4]
        for t in (n / steps for n in range(steps + 1)):
            yield tuple(
                (1 - t) ** 3 * p + 3 * t * (1 - t) ** 2 * q + 3 * t * t * (1 - t) * r + t**3 * s
                for p, q, r, s in zip(a, b, c, d, strict=True)
            )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_no_node_covers_another_and_no_edge_runs_through_a_node(seed, direction):
    sizes, edges = some_graph(seed)
    layout = nested(sizes, edges, direction=direction)
    boxes = [
        (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        for (x, y), (w, h) in zip(layout.places, sizes, strict=True)
    ]
    for a, b in itertools.combinations(boxes, 2):
        assert a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]
    for x, y in (point for route, _, _ in layout.pieces for point in along_curve(route)):
        assert not any(b[0] + 1 < x < b[2] - 1 and b[1] + 1 < y < b[3] - 1 for b in boxes)


@pytest.mark.parametrize("seed", range(6))
def test_edges_begin_and_end_at_their_nodes_and_all_is_inside(seed):
    sizes, edges = some_graph(seed)
    layout = layered(sizes, edges)
    for (a, b), route in zip(edges, layout.routes, strict=True):
        assert len(route) % 3 == 1
        for node, (u, v), sign in ((a, route[0], 1), (b, route[-1], -1)):
            (x, y), (w, h) = layout.places[node], sizes[node]
            assert u == pytest.approx(x + sign * w / 2, abs=0.2)
            assert abs(v - y) < h / 2
    width, height = layout.size
    for x, y in [*layout.places, *(point for route in layout.routes for point in route)]:
        assert 0 <= x <= width and 0 <= y <= height


def test_the_same_graph_is_laid_out_the_same_way():
    assert layered(*some_graph(3)) == layered(*some_graph(3))


def test_an_edge_that_appears_twice_is_drawn_twice():
    one, two = layered([(40, 40), (40, 40)], [(0, 1), (0, 1)]).routes
    assert one != two


def test_sweeps_undo_crossings_and_the_best_of_them_stays():
    def crossings(seed, sweeps):
        grid = Layers(*some_graph(seed, count=30))
        grid.order(sweeps)
        return grid.crossings()

    counts = [[crossings(seed, sweeps) for sweeps in range(13)] for seed in range(8)]
    assert all(row == sorted(row, reverse=True) for row in counts)
    assert sum(row[-1] for row in counts) < 0.7 * sum(row[0] for row in counts)


def test_leaves_stand_just_before_their_first_user():
    chain = [(0, 1), (1, 2), (2, 4), (3, 4)]
    assert levels_of(5, chain) == [0, 1, 2, 2, 3]


def test_a_long_edge_is_straight_between_its_ends():
    edges = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)]
    grid = Layers([(40, 20)] * 5, edges)
    grid.order()
    across = spread(grid)
    assert len({across[item] for item in grid.paths[-1][1:-1]}) == 1


@pytest.mark.parametrize(
    ("direction", "places"),
    [
        ("LR", [(20, 10), (108, 10)]),
        ("RL", [(118, 10), (30, 10)]),
        ("TB", [(10, 20), (10, 108)]),
        ("BT", [(10, 118), (10, 30)]),
    ],
)
def test_directions(direction, places):
    layout = layered([(40, 20), (60, 20)], [(0, 1)])
    assert [turned_point(place, direction, layout.size) for place in layout.places] == places
    flat = direction in ("LR", "RL")
    assert turned_size(layout.size, direction) == ((138, 20) if flat else (20, 138))


def test_nothing_at_all():
    assert layered([], []).size == (0.0, 0.0)
