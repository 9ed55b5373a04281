"""03/recall-broadcast: the shape of a sum (chapter 01)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "03/recall-broadcast",
    "How many numbers does the sum have?",
    hints=(
        "From which end are two shapes compared?",
        "Write (4, 1) and (3,) below each other, aligned at the right. A missing axis counts as 1.",
        "1. The last axes are 1 and 3: the 1 is stretched to 3.\n"
        "2. The axis before is 4 and missing: it becomes 4.\n"
        "3. Count the elements of the result.",
    ),
    low=12,
    high=12,
    solution=12,
    explain=(
        "(4, 1) and (3,) broadcast to (4, 3). Each of the four numbers is used three times and "
        "each of the three four times: remember that for the way back."
    ),
    mistakes=[
        Mistake(
            "added_up",
            "The arrays are not put one behind the other. Each element of the one meets each of "
            "the other here.",
            (7, 7),
        ),
        Mistake(
            "larger_one",
            "That is the size of the larger of the two. Both are stretched: (4, 1) along its last "
            "axis, (3,) along a new first one.",
            (4, 4),
        ),
        Mistake(
            "smaller_one",
            "That is the size of (3,) alone. It is repeated for each of the four rows.",
            (3, 3),
        ),
        Mistake(
            "no_match",
            "They do fit: an axis of size 1 is stretched to any size, and a missing axis counts as "
            "1.",
            (0, 0),
        ),
    ],
)
