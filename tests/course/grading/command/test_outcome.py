import pytest

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.command.outcome import changes, status_of


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        (["graded", "no submission"], 0),
        (["graded", "unreadable"], 1),
        (["unreadable", "grader error"], 2),
        ([], 0),
    ],
)
def test_the_worst_that_happened_is_the_exit_status(kinds, status):
    assert status_of(Batch("00", [Entry(kind, kind) for kind in kinds])) == status


def test_old_and_new_points_are_listed_and_many_that_stayed_are_counted():
    def again(id, before, raw):
        return Entry(id, "graded", raw=raw, max=6.0, before=before)

    new = Entry("eve", "graded", raw=2.0, max=6.0)
    assert changes([again("ada", 3.0, 5.0), again("bob", 4.5, 4.5), new]) == [
        "ada: 3 -> 5 of 6",
        "as before: bob (4.5 of 6)",
    ]
    assert changes([again(str(k), 1.0, 1.0) for k in range(6)]) == ["as before: 6 of them"]
    assert changes([new]) == []
