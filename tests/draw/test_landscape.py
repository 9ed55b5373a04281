"""Ways over a landscape: what is drawn where, what is said, what is refused."""

import re
import time

import numpy as np
import pytest

from diydl import draw
from diydl.draw.landscape import contours


def bowl(x, y):
    return x * x + 4 * y * y


TRACKS = {
    "one": np.stack([np.linspace(2, 0, 11), np.linspace(1, 0, 11)], axis=1),
    "two": np.stack([np.linspace(2, 50, 11), np.zeros(11)], axis=1),
}
LIMITS = (-2, 2, -1, 1)


def test_the_text_names_all_walkers():
    drawn = draw.landscape(bowl, LIMITS, TRACKS, goals=[(0, 0)], caption="A bowl.")
    assert repr(drawn) == (
        "A map with the tracks of 2 walkers after 10 steps: one is 0, two is 2.5e+03 above the "
        "lowest point."
    )
    assert drawn.data["height after the last step"] == [0.0, 2500.0]
    assert "A bowl." in drawn._repr_html_()


def test_who_is_lost_is_said_to_be():
    tracks = {"one": [[0, 0], [1e6, np.nan]], "two": [[0, 0], [1e6, 0]]}
    words = repr(draw.landscape(bowl, LIMITS, tracks, goals=[(0, 0)]))
    assert words.endswith("one is lost, two is lost.")


def test_heights_are_counted_from_the_lowest_goal():
    drawn = draw.landscape(
        lambda x, y: bowl(x, y) - 3, LIMITS, {"a": [[1, 0]]}, goals=[(0, 0), (1, 1)]
    )
    assert drawn.data["height after the last step"] == [1.0]


def test_the_map_shows_places_to_scale():
    """From the left upper corner to the middle, where the star stands."""
    svg = draw.landscape(bowl, LIMITS, {"a": [[-2, 1], [0, 0]]}, goals=[(0, 0)]).picture
    assert 'd="M0.0 0.0L220.0 140.0"' in svg
    assert 'd="M220.0 131.0L' in svg  # the upper tip of the star
    assert svg.count("<svg") == 2
    assert not re.search(r"nan|inf", svg)


def test_contours_lie_where_the_height_is():
    for line in contours(bowl, (-2.0, 2.0, -1.0, 1.0), count=5):
        heights = bowl(*line.T)
        assert np.ptp(heights) < 0.02
    levels = {round(float(bowl(*line[0])), 2) for line in contours(bowl, (-2.0, 2.0, -1.0, 1.0))}
    assert len(levels) == 11


def test_many_frames_are_drawn_fast_and_share_their_contours():
    start = time.process_time()
    live = draw.live(
        lambda steps: draw.landscape(bowl, LIMITS, {"one": TRACKS["one"][: steps + 1]}),
        steps=list(range(1, 10)),
    )
    page = live._repr_html_()
    assert time.process_time() - start < 3  # matplotlib takes longer than that
    assert len(page) < 60_000


@pytest.mark.parametrize(
    ("tracks", "message"),
    [
        ({}, "one to 6 tracks, got 0"),
        ({str(k): [[0, 0]] for k in range(7)}, "one to 6 tracks, got 7"),
        ({"a": [0, 0]}, r"shape \(steps \+ 1, 2\), got"),
        ({"a": [[0, 0, 0]]}, r"shape \(steps \+ 1, 2\), got"),
    ],
)
def test_what_is_refused(tracks, message):
    with pytest.raises(ValueError, match=message):
        draw.landscape(bowl, LIMITS, tracks)
