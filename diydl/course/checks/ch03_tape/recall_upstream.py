"""03/recall-upstream: a VJP multiplies what comes in (chapter 02)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "03/recall-upstream",
    "What does the VJP of x * x return?",
    hints=(
        "What does a VJP do with `g`, the gradient that comes in from above?",
        "Find the slope of `x * x` at 3, and then use `g`.",
        "1. The derivative of `x * x` is `2 * x`.\n"
        "2. At x = 3 that is 6.\n"
        "3. What comes in is g = 10: multiply.",
    ),
    low=60,
    high=60,
    solution=60,
    explain=(
        "The slope of x * x at 3 is 6. The final result changes by 10 for each unit of out, and "
        "out by 6 for each unit of x."
    ),
    mistakes=[
        Mistake(
            "upstream_is_one",
            "6 is the slope of `x * x`. You take the upstream gradient for one: multiply by g = "
            "10.",
            (6, 6),
        ),
        Mistake(
            "passed_on",
            "10 is what came in. The VJP multiplies it by the slope of `x * x` at 3.",
            (10, 10),
        ),
        Mistake(
            "one_factor",
            "That is the slope 3 of one of the two factors. `x` is both factors: 2 * x is 6.",
            (30, 30),
        ),
        Mistake(
            "the_value",
            "You multiplied g by the value of x * x. What counts is its slope, 2 * x.",
            (90, 90),
        ),
        Mistake(
            "added",
            "Slope and incoming gradient are multiplied, not added: that is the chain rule.",
            (16, 16),
        ),
    ],
)
