import pytest

import diydl.draw as draw
from diydl.course.alt import figures_without_text

WIDGET = "application/vnd.jupyter.widget-view+json"


def html(text):
    return [{"output_type": "display_data", "data": {"text/html": text}}]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<p>before</p><img src='a.png'>", "<img> without alt"),
        ("<img src='a.png' alt=' '/>", "<img> without alt"),
        ("<svg><rect/></svg>", "<svg> without aria-label or title"),
        ("<svg><g><title>One bar</title></g></svg>", "<svg> without aria-label or title"),
        ("<div><canvas></canvas></div>", "<canvas> without aria-label or title"),
        ("<div aria-label='Check'><svg></svg></div>", "<svg> without aria-label or title"),
        ("<div role='img' aria-label='A'></div><svg></svg>", "<svg> without aria-label or title"),
    ],
)
def test_pictures_without_words(text, fault):
    assert figures_without_text(html(text)) == [fault]
    assert figures_without_text(html([text])) == [fault]  # in files, texts come in lines


@pytest.mark.parametrize(
    "text",
    [
        "<p>no picture</p>",
        "<img src='a.png' alt='A cat.'>",
        "<svg aria-label='A cat.'><svg></svg></svg>",
        "<svg><title>A cat.</title><rect/></svg>",
        "<div role='img' aria-label='A cat.'><p>so</p><svg></svg></div>",
        "<span aria-hidden='true'><svg/></span>",
    ],
)
def test_pictures_with_words(text):
    assert figures_without_text(html(text)) == []


def test_bare_pictures_are_faults():
    (fault,) = figures_without_text([{"data": {"image/png": "iVBO", "text/plain": "<Figure>"}}])
    assert fault.startswith("a bare image/png")


@pytest.mark.parametrize(
    "text", ["interactive(children=())", "<Widget object at 0x1>", "", "Box()"]
)
def test_widgets_that_only_show_their_repr_are_faults(text):
    assert figures_without_text([{"data": {WIDGET: {}, "text/plain": text}}])


def test_widgets_that_speak_are_none():
    data = {WIDGET: {}, "text/plain": "Canvas to draw on. It needs (as yet) a running notebook."}
    assert not figures_without_text([{"data": data}])


def test_figures_of_the_library_have_words():
    picture = draw.library_picture(new=["diydl.ops"])
    assert not figures_without_text(html(picture._repr_html_()))


def test_other_outputs_are_passed_over():
    assert not figures_without_text([{"output_type": "stream", "text": "<img>"}])
