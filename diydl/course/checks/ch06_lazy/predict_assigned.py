"""06/predict-assigned: what was read before, and what was written."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "06/predict-assigned",
    "Before and after an assignment",
    hints=(
        "Nothing is computed before the last line. Which value of w did each line mean when it "
        "was written?",
        "`before` was described above the assignment, `after` below it.",
        "1. w is 1 above the assignment: `before` is 10.\n"
        "2. Below it w is 5: `after` is 50.\n"
        "3. Add.",
    ),
    low=60,
    high=60,
    solution=60,
    explain=(
        "10 + 50. What is read of a parameter is what it was at the line where it was written; "
        "the assignment waits its turn."
    ),
    mistakes=[
        Mistake(
            "both_new",
            "100 would be so if reading had waited for the end. `before` was described above the "
            "assignment, and means the old value.",
            (100, 100),
        ),
        Mistake(
            "both_old",
            "The assignment was described as well: who reads below it reads what it writes.",
            (20, 20),
        ),
        Mistake("after_alone", "That is `after` alone; `before` is added.", (50, 50)),
    ],
)
