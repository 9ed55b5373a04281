import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import diydl as dl
from diydl import draw, nn
from diydl.draw.svg import BIG, LETTER, SMALL

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def loss():
    dl.seed(0)
    model = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    return nn.cross_entropy(model(np.ones((5, 4), np.float32)), np.zeros(5, int))


def own(value, **options):
    return draw.graph(value, layout="own", **options)


def svg_of(figure):
    return ET.fromstring(re.search(r"<svg.*</svg>", figure.still(), re.DOTALL)[0])


def test_the_text_lists_every_node_and_its_inputs(loss):
    figure = own(loss)
    lines = repr(figure).splitlines()
    assert len(lines) == 1 + len(figure.picture.nodes)
    for k, node in enumerate(figure.picture.nodes):
        assert lines[k + 1].startswith(f"{k + 1}. {node.label}")
    for a, b in figure.picture.edges:
        assert f"{figure.picture.nodes[a].label} ({a + 1})" in lines[b + 1]


def test_the_picture_has_a_name_and_a_description(loss):
    figure = own(loss, title="The loss & more")
    svg = svg_of(figure)
    assert svg.get("role") == "img"
    title = svg.find(f"{SVG}title").text
    assert svg.get("aria-label") == title
    assert title.startswith("The loss & more: 12 nodes, from left to right")
    assert svg.find(f"{SVG}desc").text == figure.alt


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_all_is_inside_the_picture(loss, direction):
    svg = svg_of(own(loss, direction=direction, values=True))
    left, top, width, height = map(float, svg.get("viewBox").split())
    for box in svg.iter(f"{SVG}rect"):
        x, y, w, h = (float(box.get(name)) for name in ("x", "y", "width", "height"))
        assert left < x and x + w < left + width and top < y and y + h < top + height


def test_words_fit_into_their_boxes_and_are_not_tiny(loss):
    for group in svg_of(own(loss, values=True, gradients=True)).iter(f"{SVG}g"):
        box = group.find(f"{SVG}rect")
        if box is None:
            continue
        for text in group.iter(f"{SVG}text"):
            size = float(text.get("font-size"))
            assert size in (BIG, SMALL) and size >= 12
            assert LETTER * size * len(text.text) <= float(box.get("width"))


def test_the_page_needs_no_network_and_the_picture_no_script(loss):
    figure = own(loss)
    assert "<script" not in figure.still()
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", figure._repr_html_())


def test_the_page_carries_the_whole_graph_and_what_draws_it(loss):
    html = own(loss)._repr_html_()
    data = json.loads(re.search(r'class="graph">([^<]*)<', html)[1])
    assert [node["label"] for node in data["nodes"]] == [n.label for n in own(loss).picture.nodes]
    assert "startGraphs();" in html
    code = html[html.index("<script>") :]
    assert "</script" not in code[: code.index("startGraphs();")]


def test_colours_follow_the_theme(loss):
    texts = list(svg_of(own(loss)).iter(f"{SVG}text"))
    assert {text.get("fill") for text in texts} == {"currentColor"}


def test_each_node_lights_up_its_inputs_under_mouse_and_focus(loss):
    figure = own(loss)
    html = figure.still()
    classes = [set(group.get("class").split()) for group in svg_of(figure).iter(f"{SVG}g")]
    for a, b in figure.picture.edges:
        assert any({f"n{a}", f"i{b}"} <= names for names in classes)
        assert {f"e{b}"} in classes
        assert f".i{b} .frame" in html and f".e{b}{{" in html
    items = re.findall(r'<li class="n(\d+)" tabindex="0" data-lm-suppress-shortcuts="true">', html)
    assert list(map(int, items)) == list(range(len(figure.picture.nodes)))
    assert "(:hover,:focus)" in html


def test_a_large_picture_scrolls_by_keys_and_has_sizes_to_choose(loss):
    html = own(loss).still()
    assert html.count('type="radio"') == 3 and html.count(" checked>") == 1
    assert 'class="room" tabindex="0"' in html and "scroll with the arrow keys" in html
    small = own(dl.Parameter([1.0], name="w")).still()
    assert "radio" not in small and 'class="room">' in small


def test_the_same_graph_gives_the_same_page(loss):
    assert own(loss)._repr_html_() == own(loss)._repr_html_()


def test_a_big_graph_is_folded():
    y = x = dl.tensor([0.5], requires_grad=True)
    for _ in range(10_000):
        y = dl.tanh(y)
    figure = own(y, names={"x": x}, colours="ends")
    assert repr(figure).startswith("Graph: 10,001 nodes, 2 of them drawn")
    last = repr(figure).splitlines()[-1]
    assert last.startswith("2. tanh: output, from x (1), shape (1,), to the next tanh, in tanh ×")
    assert len(figure.still()) < 20_000
    assert len(json.dumps(figure.data())) < 2_000


def test_a_picture_of_ones_own():
    picture = draw.Picture([draw.Node("<a>"), draw.Node("b", "result")], [(0, 1)])
    figure = own(picture, colours="ends", caption="x < y")
    assert "2. b: output, from <a> (1)" in repr(figure)
    assert "&lt;a&gt;" in figure._repr_html_() and "x &lt; y" in figure._repr_html_()


@pytest.mark.parametrize("option", ["direction", "colours", "layout"])
def test_unknown_options_name_the_known_ones(loss, option):
    with pytest.raises(ValueError, match=rf"{option} is one of '.*', got 'up'"):
        draw.graph(loss, **{option: "up"})


def test_training_colours_tell_trainable_from_frozen():
    w = dl.Parameter([1.0], name="w")
    b = dl.Parameter([1.0], name="b", requires_grad=False)
    words = repr(own((w * b).sum(), colours="training"))
    assert "w: trainable" in words and "b: frozen" in words
