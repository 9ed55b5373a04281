"""A flame picture: bars as wide as their part of the whole, in words and numbers too."""

import re

import pytest

from diydl.draw.flame import Bar, flame

DAY = Bar("day", 24.0, (Bar("sleep", 8.0), Bar("work", 12.0, (Bar("talk", 3.0), Bar("code", 9.0)))))


def bars(figure):
    found = re.findall(
        r'<g><title>([^:]*):[^<]*</title><rect x="([\d.]+)" y="(\d+)" width="([\d.]+)"',
        figure.picture,
    )
    return {name: (float(x), int(y), float(width)) for name, x, y, width in found}


def test_bars_are_as_wide_as_their_part():
    found = bars(flame(DAY, title="A day"))
    whole = found["day"][2]
    for name, share in (("sleep", 8 / 24), ("work", 12 / 24), ("work / code", 9 / 24)):
        assert found[name][2] == pytest.approx(whole * share, abs=1.5)


def test_parts_lie_below_what_holds_them_and_beside_each_other():
    found = bars(flame(DAY, title="A day"))
    x, y, width = found["work"]
    assert found["work / talk"][0] == pytest.approx(x, abs=0.1)
    assert found["work / talk"][1] > y
    assert found["work / code"][0] == pytest.approx(x + width / 4, abs=1.5)
    assert found["sleep"][1] == y


def test_what_is_too_narrow_to_see_is_in_the_table_alone():
    figure = flame(Bar("all", 1.0, (Bar("dust", 1e-4),)), title="Dust")
    assert "dust" not in bars(figure)
    assert figure.data["part"] == ["all", "all / dust"]


def test_the_table_has_every_part_with_its_share():
    data = flame(DAY, title="A day").data
    assert data["part"][-1] == "day / work / code"
    assert data["percent"] == ["100.0%", "33.3%", "50.0%", "12.5%", "37.5%"]
    assert data["without parts inside"] == ["4", "8", "0", "3", "9"]


def test_the_words_name_the_largest():
    assert repr(flame(DAY, title="A day")) == (
        "A day, 24 in all: work 12 (50%), sleep 8 (33%). Innermost, the largest is code 9 (38%)."
    )


def test_labels_are_escaped_and_cut_to_their_bar():
    figure = flame(Bar("<all>", 1.0, (Bar("a" * 300, 0.5),)), title="<Cut>")
    assert "&lt;all&gt;" in figure.picture
    assert "<all>" not in figure.picture
    assert f"{'a' * 40}…</text>" in re.sub("a{40,}", "a" * 40, figure.picture)


def test_nothing_has_no_picture():
    with pytest.raises(ValueError, match="above 0"):
        flame(Bar("all", 0.0), title="Nothing")
