"""04/recall-column: the shape of what broadcasting makes (chapter 01)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "04/recall-column",
    "Rows of a broadcast difference",
    hints=(
        "Write the two shapes below each other, aligned at the right.",
        "An axis of size 1 is stretched to the size of its neighbour.",
        "1. `scores` is (150, 3).\n"
        "2. `own` is (150, 1).\n"
        "3. Axis by axis: 150 and 150; 3 and 1. How many numbers are in the difference?",
    ),
    low=450,
    high=450,
    solution=450,
    explain=(
        "(150, 3) and (150, 1) broadcast to (150, 3): 450 numbers. From each score the number of "
        "its own row is taken away."
    ),
    mistakes=[
        Mistake(
            "rows",
            "150 is the number of rows. `own` is stretched along its axis of size 1, so each row "
            "keeps its 3 columns.",
            (150, 150),
        ),
        Mistake(
            "all_pairs",
            "That would be so for the shapes (150, 1, 3) and (150, 1). Here both have two axes, "
            "which are matched one by one.",
            (67500, 67500),
        ),
        Mistake(
            "error",
            "They do fit: an axis of size 1 is stretched to any size.",
            (0, 0),
        ),
    ],
)
