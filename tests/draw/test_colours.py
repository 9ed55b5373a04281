import itertools

import numpy as np
import pytest

from diydl.draw.colours import ALIASES, SCHEMES, look_of, scheme, word_of
from diydl.draw.picture import Node

LIGHT, DARK = ("#ffffff", "#1a1a1a"), ("#121212", "#eeeeee")  # (page, text)
# How colours look to those without red or green cones: Vienot, Brettel and Mollon (1999).
BLINDNESS = {
    "protanopia": [[0.1124, 0.8876, 0.0], [0.1124, 0.8876, 0.0], [0.0040, -0.0040, 1.0]],
    "deuteranopia": [[0.2928, 0.7072, 0.0], [0.2928, 0.7072, 0.0], [-0.0223, 0.0223, 1.0]],
}


@pytest.mark.parametrize("colours", ["kinds", "training"])
def test_no_kind_of_leaf_is_told_by_colour_alone(colours):
    kinds = ("parameter", "frozen", "data", "constant")
    looks = [(SCHEMES[colours][k][0], SCHEMES[colours][k][2]) for k in kinds]
    assert len(set(looks)) == len(kinds)
    assert all(word_of(Node("x", k), colours) for k in kinds)


def test_inputs_and_outputs_are_told_by_words():
    words = {kind: word for kind, (word, _, _) in SCHEMES["ends"].items()}
    assert words["result"] == "output" and words["computed"] == ""
    assert {words[kind] for kind in ("parameter", "frozen", "data", "constant")} == {"input"}


def test_the_projects_that_had_them_name_three_schemes():
    assert {scheme(name)["parameter"] for name in ALIASES} == {
        SCHEMES[name]["parameter"] for name in ("training", "roles", "ends")
    }
    with pytest.raises(ValueError, match="colours is one of 'kinds', .*, got 'pastel'"):
        scheme("pastel")


def test_modules_are_told_trained_from_frozen_in_the_training_scheme_alone():
    kinds = ("trainable group", "frozen group", "group", "part")
    words = [word_of(Node("x", kind), "training") for kind in kinds]
    assert words == ["trainable", "frozen", "", ""]
    assert {word_of(Node("x", kind), "kinds") for kind in kinds} == {""}
    assert {look_of(Node("x", kind), "kinds")[2] for kind in kinds} == {"stack"}


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize(("page", "text"), [LIGHT, DARK])
def test_outlines_stand_out_from_the_page_in_light_and_dark(name, page, text):
    for _, colour, _ in SCHEMES[name].values():
        outline = 0.78 * rgb(colour) + 0.22 * rgb(text)  # color-mix, as svg.py says
        assert contrast(outline, rgb(page)) >= 2.5, colour


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_our_own_colours_stay_apart_for_the_colour_blind(blindness):
    seen = {
        kind: np.array(BLINDNESS[blindness]) @ linear(rgb(colour))
        for kind, (_, colour, _) in SCHEMES["kinds"].items()
        if kind in ("parameter", "data", "constant", "computed")
    }
    for a, b in itertools.combinations(seen, 2):
        assert np.abs(seen[a] - seen[b]).max() > 0.08, (a, b)


def rgb(colour):
    return np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])


def linear(colour):
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    light = [float(linear(c) @ [0.2126, 0.7152, 0.0722]) + 0.05 for c in (a, b)]
    return max(light) / min(light)
