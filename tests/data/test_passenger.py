"""The invented passengers follow the documented formula."""

import numpy as np
import pytest

from diydl.data.passenger import PORTS, chance_to_survive, passengers


@pytest.fixture(scope="module")
def whole():
    return passengers(60_000, missing=False, seed=3)


def test_columns_and_their_shares(whole):
    kinds = {name: column.dtype.kind for name, column in whole.items()}
    assert kinds == {
        "class": "i", "sex": "U", "age": "f", "siblings": "i",
        "parents": "i", "fare": "f", "port": "U", "survived": "i",
    }  # fmt: skip
    np.testing.assert_allclose(
        np.bincount(whole["class"])[1:] / 60_000, [0.24, 0.21, 0.55], atol=0.01
    )
    for level, female, age, fare in [(1, 0.44, 38, 60), (2, 0.41, 30, 15), (3, 0.29, 25, 8)]:
        rows = whole["class"] == level
        assert (whole["sex"][rows] == "female").mean() == pytest.approx(female, abs=0.015)
        assert whole["age"][rows].mean() == pytest.approx(age, rel=0.02)
        alone = rows & (whole["siblings"] + whole["parents"] == 0)
        assert np.median(whole["fare"][alone]) == pytest.approx(fare, rel=0.03)
    assert set(whole["port"]) == set(PORTS)
    assert set(whole["survived"]) == {0, 1}
    assert (whole["siblings"][whole["age"] < 15] >= 1).all()


def test_survivors_follow_the_rule(whole):
    family = 1 + whole["siblings"] + whole["parents"]
    chance = chance_to_survive(
        whole["class"], whole["sex"] == "female", whole["age"], family, whole["port"] == "Cherbourg"
    )
    for low in np.arange(0, 1, 0.1):
        rows = (chance >= low) & (chance < low + 0.1)
        if rows.sum() > 500:
            assert whole["survived"][rows].mean() == pytest.approx(chance[rows].mean(), abs=0.04)


@pytest.mark.parametrize(
    ("person", "score"),
    [
        ((2, False, 30, 1, False), -1.0),
        ((3, True, 30, 1, False), -1.0 + 2.6 - 0.9 - 1.1),
        ((1, True, 40, 1, True), -1.0 + 2.6 + 0.7 - 0.2 + 0.4),
        ((2, False, 10, 6, False), -1.0 + 1.9 + 0.4 - 1.0),
        ((3, False, 10, 4, False), -1.0 - 0.9 + 0.4),
    ],
)
def test_the_rule_as_its_text_says_it(person, score):
    assert chance_to_survive(*person) == pytest.approx(1 / (1 + np.exp(-score)))


def test_gaps_are_where_they_are_said_to_be(whole):
    gaps = passengers(60_000, seed=3)
    missing = np.isnan(gaps["age"])
    for level, share in [(1, 0.12), (2, 0.12), (3, 0.25)]:
        assert missing[gaps["class"] == level].mean() == pytest.approx(share, abs=0.015)
    assert (gaps["port"] == "").mean() == pytest.approx(0.005, abs=0.0015)
    for name in ("class", "sex", "fare", "survived"):
        np.testing.assert_array_equal(gaps[name], whole[name])
    np.testing.assert_array_equal(gaps["age"][~missing], whole["age"][~missing])


def test_the_seed_fixes_the_table():
    a, b, c = (passengers(50, seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a[n], b[n], equal_nan=a[n].dtype.kind == "f") for n in a)
    assert (a["fare"] != c["fare"]).any()
    with pytest.raises(ValueError, match="count is at least 1"):
        passengers(0)
