"""02/predict-ones: what a check with g = 1 does not see."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "02/predict-ones",
    "How many wrong VJPs pass with g = 1?",
    hints=(
        "Put 1 in the place of g in each of the four lines. Which of them then give `out`?",
        "The right answer for g = 1 is 1 times out. Times 1, divided by 1 and 1 left out all look "
        "the same.",
        "1. `(out,)` needs no g at all.\n"
        "2. In `(g * g * out,)` two ones are multiplied.\n"
        "3. In `(g + out,)` a one is added.\n"
        "4. In `(out / g,)` a one divides. Count those that give out.",
    ),
    low=3,
    high=3,
    solution=3,
    explain=(
        "With g = 1 only the sum `g + out` differs from `out`. The other three pass, and would "
        "spoil every network in which they are not the last step."
    ),
    mistakes=[
        Mistake(
            "none",
            "A check with g = 1 compares with 1 times out, and several of these give just that. "
            "Put 1 in the place of g and see.",
            (0, 0),
        ),
        Mistake(
            "only_forgotten",
            "`(out,)` passes, but it is not the only one. What are 1 times 1 and a division by 1?",
            (1, 1),
        ),
        Mistake(
            "two",
            "Two of them you have found. The four are out, g times g times out, g plus out, and "
            "out divided by g: only one of them notices that g is 1.",
            (2, 2),
        ),
        Mistake(
            "all",
            "Not all: 1 + out is not out, so the sum is caught even with g = 1.",
            (4, 4),
        ),
    ],
)
