import itertools
import random

import pytest

from diydl import draw, nn
from diydl.draw.layers import Layers
from diydl.draw.nested import nested
from diydl.draw.svg import SMALL
from tests.draw.graphs import Recurrent, Residual, drawn_crossings, ones, points_of

NETS = {
    "residual": (Residual(), ones(5, 8)),
    "recurrence": (Recurrent(), ones(20, 2, 3)),
    "perceptron": (nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 2)), ones(3, 8)),
}
DIRECTIONS = ["LR", "RL", "TB", "BT"]


def boxes_of(figure):
    return [
        (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        for (x, y), (w, h) in zip(
            figure.layout.places,
            [draw.svg.size_of(n, figure.colours, figure.shown) for n in figure.picture.nodes],
            strict=True,
        )
    ]


def frames_of(figure):
    return [(x, y, x + w, y + h) for x, y, w, h in figure.layout.boxes]


def within(inner, outer):
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[2] <= outer[2]
        and inner[3] <= outer[3]
    )


def apart(a, b):
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.fixture(params=itertools.product(NETS, DIRECTIONS, [None, 9]), ids=str, scope="module")
def figure(request):
    name, direction, depth = request.param
    model, x = NETS[name]
    return draw.graph(model, x, direction=direction, depth=depth, layout="own")


def test_known_networks_are_drawn_without_a_crossing(figure):
    assert drawn_crossings(figure.layout) == 0


def test_frames_hold_what_is_in_them_and_nothing_else(figure):
    seen, frames = figure.view, frames_of(figure)
    for box, inside in zip(boxes_of(figure), seen.inside, strict=True):
        around = set()
        while inside is not None:
            around.add(inside)
            inside = seen.frames[inside][1]
        for f, frame in enumerate(frames):
            assert within(box, frame) if f in around else apart(box, frame)
    for f, (_, parent, _) in enumerate(seen.frames):
        assert parent is None or within(frames[f], frames[parent])


def test_nothing_stands_on_a_title_and_no_edge_runs_through_one(figure):
    titles = []
    for (_, _, title), (x, y, *_) in zip(figure.view.frames, figure.layout.boxes, strict=True):
        titles.append((x + 12, y + 5, x + 12 + 0.61 * SMALL * len(title), y + 20))
    for title in titles:
        assert all(apart(title, box) for box in boxes_of(figure))
        for route, _, _ in figure.layout.pieces:
            for x, y in points_of(route):
                assert not (title[0] < x < title[2] and title[1] < y < title[3])


def test_no_edge_runs_through_a_box(figure):
    for x, y in (p for route, _, _ in figure.layout.pieces for p in points_of(route)):
        assert not any(
            b[0] + 1 < x < b[2] - 1 and b[1] + 1 < y < b[3] - 1 for b in boxes_of(figure)
        )


def test_every_edge_is_drawn_from_its_source_to_its_target(figure):
    reached = {}
    for route, of, arrow in figure.layout.pieces:
        for k in of:
            reached.setdefault(k, []).append((route, arrow))
    assert sorted(reached) == list(range(len(figure.picture.edges)))
    boxes = boxes_of(figure)
    for k, (a, b) in enumerate(figure.picture.edges):
        assert sum(arrow for _, arrow in reached[k]) == 1
        ends = [end for route, _ in reached[k] for end in (route[0], route[-1])]
        assert sum(on_border(end, boxes[a]) for end in ends) >= 1
        assert sum(on_border(end, boxes[b]) for end in ends) >= 1
        loose = [
            end for end in ends if not on_border(end, boxes[a]) and not on_border(end, boxes[b])
        ]
        assert all(sum(near(end, other) for other in loose) >= 2 for end in loose)  # they meet


def on_border(point, box):
    x, y = point
    wide = box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1
    return wide and not deep_in(point, box)


def deep_in(point, box):
    x, y = point
    return box[0] + 1 < x < box[2] - 1 and box[1] + 1 < y < box[3] - 1


def near(p, q):
    return abs(p[0] - q[0]) < 0.3 and abs(p[1] - q[1]) < 0.3


@pytest.mark.parametrize("seed", range(10))
def test_a_further_pass_of_barycentres_finds_nothing_to_improve(seed):
    rng = random.Random(seed)
    count = 24
    edges = [(rng.randrange(b), b) for b in range(1, count) for _ in range(rng.choice([1, 2]))]
    grid = Layers([(40, 20)] * count, edges)
    before = grid.crossings()
    grid.order()
    after = grid.crossings()
    grid.order(sweeps=12)
    assert grid.crossings() == after <= before


@pytest.mark.parametrize(
    ("name", "count", "edges"),
    [
        ("two crossed wires", 4, [(0, 3), (1, 2)]),
        ("a ladder upside down", 8, [(0, 5), (1, 4), (2, 7), (3, 6), (4, 6), (5, 7)]),
        ("a tree", 7, [(0, 4), (3, 5), (1, 4), (2, 5), (4, 6), (5, 6)]),
        ("a shortcut", 4, [(0, 1), (1, 2), (0, 3), (2, 3)]),
    ],
)
def test_crossings_that_can_be_undone_are(name, count, edges):
    layout = nested([(40, 20)] * count, edges)
    assert drawn_crossings(layout) == 0


def test_a_frame_is_as_wide_as_its_title():
    long = "a title that is much longer than what is in the frame"
    for direction in DIRECTIONS:
        layout = nested([(40, 20)], [], [0], [(None, long)], direction)
        assert layout.boxes[0][2] > 0.61 * SMALL * len(long)


def test_the_same_graph_is_laid_out_the_same_way():
    graph = [(40, 20)] * 5, [(0, 2), (1, 2), (2, 3), (1, 4)], [None, 0, 0, 1, None]
    frames = [(None, "outer"), (0, "inner")]
    assert nested(*graph, frames) == nested(*graph, frames)
