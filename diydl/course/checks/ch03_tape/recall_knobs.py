"""03/recall-knobs: what finite differences cost (chapters 00 and 02)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "03/recall-knobs",
    "How often must the loss be computed?",
    hints=(
        "How often is f computed for the central difference in one variable?",
        "One knob is moved up and then down, with all others held still. And then the next knob.",
        "1. One central difference needs f(x + h) and f(x - h).\n"
        "2. Each of the 3,610 knobs needs one of its own.\n"
        "3. Multiply.",
    ),
    low=7220,
    high=7220,
    solution=7220,
    explain=(
        "Two losses for each of the 3,610 knobs. A sweep back over a tape gives all 3,610 "
        "gradients for about the price of two or three losses: that is what this chapter is for."
    ),
    mistakes=[
        Mistake(
            "one_sided",
            "That would do for one-sided differences. The central difference moves each knob both "
            "ways, up and down.",
            (3610, 3611),
        ),
        Mistake(
            "one_more",
            "The central difference does not use f(x) itself, so the loss in the middle is not "
            "needed.",
            (7221, 7221),
        ),
        Mistake(
            "all_at_once",
            "Moving all knobs at once tells how the loss changes along that one direction. Each "
            "knob has a gradient of its own and needs its own two losses.",
            (1, 3),
        ),
    ],
)
