import numpy as np
import pytest

from diydl.draw.noted import summary


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (np.float32(2.5), "2.5"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2]\n [3, 4]]"),
        (np.array([True, False]), "[True, False]"),
        (np.zeros((0, 3)), "empty"),
        (np.full(20, 7.0), "mean 7 ± 0\n7 to 7"),
        (np.array([1.0] * 10 + [np.nan, np.inf]), "mean 1 ± 0\n1 to 1\n2 not finite"),
        (np.full(20, np.nan), "20 not finite"),
    ],
)
def test_summaries(array, text):
    assert summary(array) == text
