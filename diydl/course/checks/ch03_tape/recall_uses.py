"""03/recall-uses: how often broadcasting uses a number (chapter 01)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "03/recall-uses",
    "How often is a number used?",
    hints=(
        "Which shape does the sum have? And in which of its places is the first number of `row`?",
        "Write (4, 1) and (3,) below each other, aligned at the right: the sum is (4, 3).",
        "1. The sum has 4 rows and 3 columns.\n"
        "2. `row` is repeated for every row of the sum.\n"
        "3. Each of its numbers stands in one column: how many places are that?",
    ),
    low=4,
    high=4,
    solution=4,
    explain=(
        "(4, 1) and (3,) broadcast to (4, 3), so `row` is repeated in 4 rows. Remember the 4 for "
        "the way back."
    ),
    mistakes=[
        Mistake(
            "other_operand",
            "Three times is what happens to the numbers of `column`: each is repeated along its "
            "row, which has 3 places. A number of `row` stands in every row.",
            (3, 3),
        ),
        Mistake(
            "once",
            "Once would be so without broadcasting. The sum has 4 rows, and `row` is repeated in "
            "each of them.",
            (1, 1),
        ),
        Mistake(
            "whole_table",
            "12 is the size of the whole sum. One number of `row` stands in one of its columns.",
            (12, 12),
        ),
        Mistake(
            "no_match",
            "They do fit: an axis of size 1 is stretched to any size, and a missing axis counts as "
            "1.",
            (0, 0),
        ),
    ],
)
