import threading
import xml.etree.ElementTree as ET

import pytest

import diydl as dl
from diydl.course import watch
from diydl.course.catalog import exercise_ids
from diydl.course.ownership import picture, pieces
from diydl.exercise import overlay

X = dl.tensor([[-1.0, 2.0]], requires_grad=True)


def mine(x):
    return dl.maximum(x, 0)


def run():
    dl.sum(dl.relu(X) * X).backward()


def test_it_counts_calls_and_tells_whose_they_were():
    with watch() as ran:
        run()
        with overlay({"00/relu": mine}):
            run()
            run()
    run()
    assert ran.calls["00/relu"] == 3
    assert ran.calls["03/toposort"] == 3
    assert ran.yours == ["00/relu"]
    assert "00/relu" in ran.lent and "03/reverse_sweep" in ran.lent
    assert list(ran.calls) == [id for id in exercise_ids() if id in ran.calls]
    words = str(ran)
    assert "00/relu           relu" in words and "yours, in part  3" in words
    assert "of them to yours: 2" in words


def test_one_call_of_each_kind_in_words():
    with watch() as ran, overlay({"00/relu": mine}):
        dl.relu(X)
    assert str(ran).splitlines() == [
        "Pieces that ran: 1, of them yours: 1. Calls: 1, of them to yours: 1.",
        "  piece    function  whose  calls",
        "  00/relu  relu      yours  1",
    ]


def test_calls_of_other_threads_count():
    with watch() as ran:
        workers = [threading.Thread(target=lambda: [dl.relu(X) for _ in range(200)]) for _ in "ab"]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert ran.calls == {"00/relu": 400}


def test_nothing_that_ran_is_said():
    with watch() as ran:
        pass
    assert "None of the pieces" in str(ran) and "None of the pieces" in ran._repr_html_()


def test_an_error_in_the_block_ends_the_watch():
    with pytest.raises(ValueError, match="mine"), watch() as ran:
        dl.relu(X)
        raise ValueError("mine")
    dl.relu(X)
    assert ran.calls == {"00/relu": 1}


def test_the_page_says_it_in_words_and_signs():
    with watch() as ran, overlay({"00/relu": mine}):
        run()
    page = ran._repr_html_()
    svg = ET.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    texts = [text.text for text in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "\u2713 00/relu \u00d71" in texts
    assert "\u2013 03/toposort \u00d71" in texts
    assert "yours: written by you" in texts and "lent by the library" in texts
    assert "00/relu \u00d71 (yours)" in page and "03/toposort \u00d71 (the library&#x27;s)" in page
    assert "<script" not in page and "of them yours: 1" in page


def test_every_piece_has_a_place_in_the_picture():
    words = repr(picture([], pieces(), title="All"))
    assert "Others" not in words
    assert all(f"{id} (the library's)" in words for id in pieces())
