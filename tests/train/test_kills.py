"""A short form of `python -m tests.train.kills`."""

import pytest

from tests.train.kills import trainings


@pytest.mark.slow
def test_a_training_that_is_killed_ends_as_if_it_had_not_been():
    rows = list(trainings(3, seed=1, longest=0.6))
    assert sum(row.kills for row in rows) == 3
    assert all(row.equal for row in rows), [row.line() for row in rows]
