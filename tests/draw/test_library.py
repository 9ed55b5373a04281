import pkgutil
import re
import xml.etree.ElementTree as ET

import pytest

import diydl
from diydl import draw
from diydl.draw.library import LAYERS, STATES

SVG = "{http://www.w3.org/2000/svg}"
GROWN = {
    "new": ["diydl.engines.lazy"],
    "extended": ["diydl.ops.elementwise"],
    "earlier": ["diydl.backend", "diydl.ops"],
    "borrowed": ["diydl.nn"],
    "planned": ["diydl.models.gpt"],
}


def svg_of(figure):
    return ET.fromstring(re.search(r"<svg.*</svg>", figure._repr_html_())[0])


def test_the_text_names_each_module_with_its_state():
    words = repr(draw.library_picture(**GROWN))
    for state, modules in GROWN.items():
        for module in modules:
            assert f"{module.removeprefix('diydl.')} ({STATES[state].word})" in words


def test_the_svg_is_valid_and_says_it_all():
    figure = draw.library_picture(**GROWN, title="Chapter 06: a & b")
    svg = svg_of(figure)
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == repr(figure) == svg.find(f"{SVG}desc").text
    assert svg.find(f"{SVG}title").text == "Chapter 06: a & b"


def test_states_are_told_by_sign_and_legend_not_by_colour_alone():
    texts = [text.text for text in svg_of(draw.library_picture(**GROWN)).iter(f"{SVG}text")]
    assert "+ engines.lazy" in texts
    assert "~ ops.elementwise" in texts
    assert all(state.legend in texts for state in STATES.values())
    assert len({state.sign for state in STATES.values()}) == len(STATES)


def test_the_legend_explains_only_what_is_drawn():
    texts = [t.text for t in svg_of(draw.library_picture(new=["diydl.ops"])).iter(f"{SVG}text")]
    assert texts == ["The library so far", "Operations", "+ ops", "+", "new in this chapter"]


def test_foundation_stands_at_the_bottom():
    svg = svg_of(draw.library_picture(earlier=["diydl.backend"], new=["diydl.nn"]))
    heights = {text.text: float(text.get("y")) for text in svg.iter(f"{SVG}text")}
    assert heights["= backend"] > heights["+ nn"]


def test_nothing_is_drawn_outside_the_picture():
    many = {"planned": [f"diydl.models.family_{k}" for k in range(30)]}
    svg = svg_of(draw.library_picture(**many, title="A title that is far longer than " * 3))
    _, _, width, height = map(float, svg.get("viewBox").split())
    for box in svg.iter(f"{SVG}rect"):
        x, y, w, h = (float(box.get(name)) for name in ("x", "y", "width", "height"))
        assert 0 <= x and x + w <= width and 0 <= y and y + h <= height


def test_colours_follow_the_theme():
    svg = svg_of(draw.library_picture(**GROWN))
    assert {text.get("fill") for text in svg.iter(f"{SVG}text")} == {"currentColor"}
    assert {box.get("stroke") for box in svg.iter(f"{SVG}rect")} == {"currentColor"}


def test_a_module_of_no_known_layer_is_drawn_too():
    assert "Others: time_travel (new)." in repr(draw.library_picture(new=["diydl.time_travel"]))


def test_an_extended_module_is_not_drawn_twice():
    words = repr(draw.library_picture(extended=["diydl.ops"], earlier=["diydl.ops"]))
    assert words.count("ops") == 1 and "extended" in words


def test_no_module_at_all_is_an_error():
    with pytest.raises(ValueError, match="at least one module"):
        draw.library_picture()


def test_pieces_stand_in_their_layers_with_their_owner():
    labels = {"diydl.reverse.toposort": "03/toposort x2"}
    drawn = draw.ownership_picture(
        ["diydl.reverse.toposort"], ["diydl.ops.functional.relu"], labels=labels, title="Mine"
    )
    words = {text.text for text in svg_of(drawn).iter(f"{SVG}text")}
    assert {"\u2713 03/toposort x2", "\u2013 relu", "Operations", "Engines and gradients"} <= words
    assert "03/toposort x2 (yours)" in repr(drawn) and "relu (the library's)" in repr(drawn)
    fills = [box.get("stroke-dasharray") for box in svg_of(drawn).iter(f"{SVG}rect")]
    assert "5 3" in fills  # told apart without colour


def test_a_picture_of_no_pieces_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        draw.ownership_picture()


def test_every_module_of_the_library_has_a_layer():
    named = {name for _, names in LAYERS for name in names}
    there = {module.name for module in pkgutil.iter_modules(diydl.__path__)}
    assert there - {"__main__", "cli", "course"} <= named
