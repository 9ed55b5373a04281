"""06/recall-last: the last use of a value (chapter 04)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "06/recall-last",
    "Needed no more",
    hints=(
        "Who uses `a`?",
        "Walk from the last row to the first. Where do you meet `a` for the first time?",
        "1. Row 4 uses d and c.\n2. Row 3 uses b and a.\n3. So that is where `a` is met.",
    ),
    low=3,
    high=3,
    solution=3,
    explain="Row 3 is the last that uses `a`. After it the array of `a` can be given back.",
    mistakes=[
        Mistake(
            "first_use",
            "Row 1 is the first to use `a`, and a later one uses it again. The last use counts.",
            (1, 1),
        ),
        Mistake("through_b", "Row 2 uses `b`, not `a`.", (2, 2)),
        Mistake(
            "the_end",
            "Row 4 uses what was made of `a`, but no longer `a` itself.",
            (4, 4),
        ),
    ],
)
