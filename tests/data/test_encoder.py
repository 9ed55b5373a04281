"""Tables become numbers by what the training part alone has shown."""

import numpy as np
import pytest

from diydl.data.encoder import TableEncoder, take_rows

TABLE = {
    "age": np.array([20.0, np.nan, 40.0, 90.0]),
    "fare": np.array([1, 2, 3, 4]),
    "port": np.array(["C", "S", "", "S"]),
    "class": np.array([3, 1, 3, 1]),
}


@pytest.fixture
def encoder():
    return TableEncoder(numbers=["age", "fare"], categories=["port", "class"]).fit(TABLE)


def test_columns_of_a_table(encoder):
    assert encoder.features == (
        *("age", "age missing", "fare"),
        *("port C", "port S", "class 1", "class 3"),
    )
    out = encoder.transform(TABLE)
    assert out.dtype == np.float32
    np.testing.assert_allclose(out[:, [0, 2]].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(out[:, [0, 2]].std(axis=0), 1, rtol=1e-6)
    filled = np.array([20, 40, 40, 90.0])  # by the median
    np.testing.assert_allclose(out[:, 0], (filled - filled.mean()) / filled.std(), rtol=1e-6)
    assert out[:, 1].tolist() == [0, 1, 0, 0]
    assert out[:, 3:].tolist() == [[1, 0, 0, 1], [0, 1, 1, 0], [0, 0, 0, 1], [0, 1, 1, 0]]
    np.testing.assert_array_equal(encoder.numeric(TABLE), out[:, :3])


def test_codes_for_an_embedding(encoder):
    assert encoder.sizes == (3, 3)
    assert encoder.codes(TABLE).tolist() == [[1, 2], [2, 1], [0, 2], [2, 1]]


def test_what_was_not_seen_is_nothing_and_rules_stay(encoder):
    new = {
        "age": np.array([np.nan]),
        "fare": np.array([np.nan]),
        "port": np.array(["Atlantis"]),
        "class": np.array([7]),
    }
    before = encoder.transform(TABLE)
    out = encoder.transform(new)
    np.testing.assert_allclose(out[0, 0], before[1, 0])  # the training part's median
    assert np.isfinite(out).all()
    assert out[0, 3:].tolist() == [0, 0, 0, 0]
    assert encoder.codes(new).tolist() == [[0, 0]]
    np.testing.assert_array_equal(encoder.transform(TABLE), before)


def test_a_constant_column_does_not_divide_by_zero():
    table = {"a": np.ones(3)}
    assert TableEncoder(numbers=["a"]).fit(table).transform(table).tolist() == [[0], [0], [0]]


def test_what_is_not_there_is_named(encoder):
    with pytest.raises(
        ValueError, match=r"no column \['fare', 'port', 'class'\]; it has \['age'\]"
    ):
        encoder.transform({"age": np.ones(2)})
    with pytest.raises(ValueError, match="'a' holds no number at all"):
        TableEncoder(numbers=["a"]).fit({"a": np.array([np.nan])})


def test_rows():
    part = take_rows(TABLE, np.array([True, False, True, False]))
    assert part["port"].tolist() == ["C", ""]
    assert list(part) == list(TABLE)
