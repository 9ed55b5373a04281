"""The layout and the folding in the browser are those of Python."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

import diydl.draw
from diydl.draw.nested import nested
from diydl.draw.payload import payload
from diydl.draw.picture import Group, Node, Picture
from diydl.draw.repeats import repeats
from diydl.draw.svg import size_of
from diydl.draw.view import CLOSED, ONE, OPEN, view

HERE = Path(diydl.draw.__file__).parent
SCRIPTS = ("graph_layout.js", "graph_nested.js", "graph_view.js")
PIXEL = 0.25  # both round to tenths, halves to either side


def node(script, given):
    program = shutil.which("node")
    if not program:
        pytest.skip("not run with Node: no `node` is installed")
    text = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    text += f"\nconst given = {json.dumps(given)};\nconsole.log(JSON.stringify({script}));"
    done = subprocess.run([program, "-"], input=text, capture_output=True, text=True, timeout=60)
    assert not done.stderr
    return json.loads(done.stdout)


def some_graph(seed, count=18):
    rng = random.Random(seed)
    sizes = [(rng.randrange(40, 160), rng.randrange(20, 70)) for _ in range(count)]
    edges = [
        (rng.randrange(b), b) for b in range(2, count) for _ in range(rng.choice([1, 1, 2, 3]))
    ]
    inside = [None if k < 3 else (0 if k < 8 else (1 if k < 12 else None)) for k in range(count)]
    frames = [(None, "layer"), (0 if seed % 2 else None, "inner")]
    return sizes, edges, inside, frames


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("direction", ["LR", "BT"])
def test_nodes_and_edges_stand_where_python_puts_them(seed, direction):
    graph = some_graph(seed)
    mine = nested(*graph, direction)
    found = node("nested(...given)", [*graph, direction])
    for key in ("places", "boxes", "size"):
        assert found[key] == [pytest.approx(p, abs=PIXEL) for p in getattr(mine, key)]
    for (points, of, arrow), (route, edges, head) in zip(found["pieces"], mine.pieces, strict=True):
        assert (of, arrow) == (edges, head)
        assert points == [pytest.approx(point, abs=PIXEL) for point in route]


def blocks(count=5):
    """A chain of residual blocks, each a group with a group inside."""
    nodes, edges, groups = [Node("x", "data", (2,))], [], []
    last = 0
    for block in range(count):
        groups += [Group(f"Block {block}", None, "7 parameters", kind="trainable group")]
        groups += [Group("Linear a", len(groups) - 1, kind="frozen group")]
        at = len(nodes)
        nodes += [
            Node("w", "parameter", (2, 2), ("value 3",), len(groups) - 1),
            Node("matmul", "computed", (2,), ("value [1, 2]", "gradient 4\n5"), len(groups) - 1),
            Node("add", "computed" if block < count - 1 else "result", (2,), (), len(groups) - 2),
        ]
        edges += [(last, at + 1), (at, at + 1), (last, at + 2), (at + 1, at + 2)]
        last = at + 2
    return repeats(Picture(nodes, edges, groups))


def as_given(picture):

    return payload(picture, {}, direction="LR", colours="kinds", shown=("shape", "value"))


@pytest.mark.parametrize(
    "states",
    [
        lambda g, group: OPEN,
        lambda g, group: ONE if group.copies else OPEN,
        lambda g, group: CLOSED,
        lambda g, group: CLOSED if group.label == "Linear a" else OPEN,
    ],
)
def test_what_is_seen_and_said_is_what_python_says(states):
    picture = blocks()
    chosen = {g: states(g, group) for g, group in enumerate(picture.groups)}
    mine = view(picture, chosen)
    script = (
        "(() => { const seen = view(given[0], given[1]), shown = ['shape', 'value'];"
        "return [seen.edges, seen.inside, seen.nodes.map((_, k) => "
        "`${k + 1}. ${sayOf(given[0], seen, k, shown)}`).join('\\n'),"
        "seen.nodes.map((n) => sizeOf(linesOf(given[0], n, shown)))]; })()"
    )
    edges, inside, text, sizes = node(script, [as_given(picture), chosen])
    assert [tuple(edge) for edge in edges] == mine.picture.edges
    assert inside == mine.inside
    assert text == mine.text("kinds", ("shape", "value"))
    assert [tuple(size) for size in sizes] == [
        size_of(n, "kinds", ("shape", "value")) for n in mine.picture.nodes
    ]
