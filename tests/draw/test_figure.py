import base64
import re
import xml.etree.ElementTree as ET

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest

from diydl import draw

ALT = "The loss falls from 2.3 to 0.1 in ten epochs."
SQUARE = '<svg viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'


@pytest.fixture(autouse=True)
def no_windows():
    matplotlib.use("Agg")
    yield
    plt.close("all")


def html_of(figure):
    return figure._repr_html_()


@pytest.mark.parametrize("alt", [None, "", "loss", " " * 40, 7])
def test_alt_text_that_says_nothing_is_refused_with_an_example(alt):
    with pytest.raises(ValueError, match=r"(?s)at least 20 characters.*such as"):
        draw.figure(SQUARE, alt=alt)


def test_alt_text_is_required():
    with pytest.raises(TypeError, match="alt"):
        draw.figure(SQUARE)


def test_a_matplotlib_figure_becomes_a_png_in_the_page_and_is_closed():
    fig, ax = plt.subplots(figsize=(2, 1))
    ax.plot([1, 2])
    html = html_of(draw.figure(fig, alt=ALT))
    assert not plt.get_fignums()
    png = base64.b64decode(re.search(r"data:image/png;base64,([^\"]+)", html)[1])
    assert png.startswith(b"\x89PNG")
    assert f'alt="{ALT}"' in html
    assert 'width="200" height="100"' in html


def test_the_page_needs_no_script_and_no_network():
    fig, _ = plt.subplots()
    for html in (html_of(draw.figure(fig, alt=ALT)), html_of(draw.figure(SQUARE, alt=ALT))):
        assert not re.search("https?:", html)
        assert "<script" not in html


def test_repr_is_the_alt_text():
    assert repr(draw.figure(SQUARE, alt="  " + ALT + "\n")) == ALT


def test_an_svg_is_an_image_with_a_name():
    html = html_of(
        draw.figure('<?xml version="1.0"?>\n' + SQUARE, alt='Says "no" & <stop> at last')
    )
    svg = ET.fromstring(re.search(r"<svg.*</svg>", html)[0])
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == 'Says "no" & <stop> at last'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<image href="https://example.org/a.png"/>',
        '<rect onclick="alert(1)"/>',
        "<style>@import 'a.css'</style>",
        '<rect fill="url(http://example.org)"/>',
        "<foreignObject/>",
    ],
)
def test_an_svg_with_scripts_or_addresses_is_refused(inside):
    with pytest.raises(ValueError, match="must stand by itself"):
        draw.figure(f"<svg>{inside}</svg>", alt=ALT)


def test_references_inside_an_svg_are_kept():
    html = html_of(draw.figure('<svg><use href="#a"/><rect fill="url(#b)"/></svg>', alt=ALT))
    assert 'href="#a"' in html and "url(#b)" in html


@pytest.mark.parametrize("picture", ["hello", "", None, np.zeros((8, 8))])
def test_what_is_no_picture_is_refused(picture):
    with pytest.raises((TypeError, ValueError), match="SVG"):
        draw.figure(picture, alt=ALT)


def test_data_are_a_table_on_request():
    html = html_of(draw.figure(SQUARE, alt=ALT, data={"epoch": [1, 2], "loss": [2.302585, 0.1]}))
    assert "<details><summary>" in html
    assert '<th scope="col">loss</th>' in html
    assert "<td>2.303</td>" in html


def test_data_may_be_an_array():
    html = html_of(draw.figure(SQUARE, alt=ALT, data=np.array([[1.5, 2.5], [3.5, 4.5], [5, 6]])))
    assert html.count("<tr>") == 4
    assert "<td>2</td><td>5</td><td>6</td>" in html  # row 2


def test_columns_must_be_equally_long():
    with pytest.raises(ValueError, match=r"equally long.*'a': 1.*'b': 2"):
        draw.figure(SQUARE, alt=ALT, data={"a": [1], "b": [1, 2]})


def test_a_long_table_is_cut_and_says_so():
    html = html_of(draw.figure(SQUARE, alt=ALT, data=np.arange(1000)))
    assert html.count("<tr>") == 201
    assert "800 more rows" in html


def test_words_are_escaped():
    html = html_of(draw.figure(SQUARE, alt=ALT, caption="a < b", data={"<b>": ["<i>"]}))
    assert "a &lt; b" in html and "&lt;b&gt;" in html and "&lt;i&gt;" in html


def test_style_tells_lines_apart_without_colour_and_is_undone():
    before = matplotlib.rcParams["axes.prop_cycle"]
    with draw.style():
        looks = list(matplotlib.rcParams["axes.prop_cycle"])
    assert len({str(look["linestyle"]) for look in looks}) == len(looks)
    assert len({look["color"] for look in looks}) == len(looks)
    assert matplotlib.rcParams["axes.prop_cycle"] == before
