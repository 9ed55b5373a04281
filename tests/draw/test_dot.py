import stat

import pytest

import diydl as dl
from diydl import draw
from diydl.draw import dot
from diydl.draw.picture import Group

PLAIN = """graph 1 2 1
node 0 0.5 0.5 1 0.5 "" solid box black grey
node 1 1.5 0.5 1 0.5 "" solid box black grey
edge 0 1 4 1 0.5 1.1 \\
0.5 1.2 0.5 1.3 0.5 solid black
stop
"""


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Put a program `dot` of one's own in front of all others."""

    def make(script):
        program = tmp_path / "dot"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    return make


@pytest.fixture
def without(monkeypatch):
    monkeypatch.setattr(dot, "found", lambda: None)


@pytest.fixture
def out():
    return dl.exp(dl.Parameter([1.0], name="w"))


def test_the_plain_format_is_read_with_lines_that_go_on():
    layout = dot.read_plain(PLAIN, 2, [(0, 1)])
    assert layout.places == [(36.0, 36.0), (108.0, 36.0)]
    assert layout.pieces == [([(72.0, 36.0), (79.2, 36.0), (86.4, 36.0), (93.6, 36.0)], [0], True)]
    assert layout.size == (144.0, 72.0)


def test_dot_places_the_nodes(fake, out):
    fake(f"cat > /dev/null; cat <<'END'\n{PLAIN}END")
    figure = draw.graph(out)
    assert figure.layout.places == [(36.0, 36.0), (108.0, 36.0)]
    assert not figure.note


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'no such plugin' >&2; exit 3", "dot ended with code 3: no such plugin"),
        ("cat > /dev/null; echo stop", "expected 2 nodes, it placed 0"),
        ("cat > /dev/null; echo 'node a b'", "could not convert string to float"),
    ],
)
def test_where_dot_fails_our_own_layout_is_drawn_with_a_note(fake, out, script, reason):
    fake(script)
    figure = draw.graph(out)
    assert reason in figure.note and "the layout is our own" in figure.note
    assert figure.layout == draw.graph(out, layout="own").layout
    assert figure.note in repr(figure)
    assert "the layout is our own" in figure._repr_html_()


def test_without_graphviz_nothing_is_said(without, out):
    assert not draw.graph(out).note
    with pytest.raises(RuntimeError, match="needs Graphviz: install its program `dot`"):
        draw.graph(out, layout="dot")


def test_the_real_one_where_it_is(out):
    if not dot.found():
        pytest.skip("not run with Graphviz: neither dot nor pygraphviz is installed")
    layout = dot.by_dot([(54, 44)] * 3, [(0, 2), (1, 2), (1, 2)], direction="TB")
    assert layout.places[0][1] < layout.places[2][1]
    assert all(len(route) % 3 == 1 for route, _, _ in layout.pieces)


def test_frames_are_clusters_and_get_boxes_around_what_is_in_them(fake):
    fake(f"cat > {{out}}; cat <<'END'\n{PLAIN}END".replace("{out}", "/dev/null"))
    picture = draw.Picture(
        [draw.Node("x", "data"), draw.Node("exp", "result", group=0)],
        [(0, 1)],
        [Group('layer {} " \\', kind="part")],
    )
    figure = draw.graph(picture)
    (left, top, width, height) = figure.layout.boxes[0]
    assert left < 108 < left + width and top < 36 < top + height
    source = dot.dot_source([(54, 44)] * 2, [(0, 1)], "LR", [None, 0], [(None, 'layer " {')])
    assert 'subgraph cluster_0 { margin=12; fontsize=12; label="mmmmmmmmm";' in source
    assert "layer" not in source  # whatever a title holds, Graphviz does not read it


def test_the_first_picture_of_graphviz_is_kept_in_the_page(fake, out):
    fake(f"cat > /dev/null; cat <<'END'\n{PLAIN}END")
    assert draw.graph(out).data()["layout"]["places"] == [(36.0, 36.0), (108.0, 36.0)]
    assert draw.graph(out, layout="own").data()["layout"] is None
