"""08/predict-shrink: how a weight that nobody needs goes to 0."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "08/predict-shrink",
    "Steps until a useless weight is gone",
    hints=(
        "What is the slope of 2 * abs(w), wherever w is above 0?",
        "A step is the rate times the slope. Does it get smaller on the way?",
        "1. The slope is 2, at 8 and at 1 alike.\n"
        "2. Each step takes 0.5 times 2 away.\n"
        "3. From 8 to 0.",
    ),
    low=8,
    high=8,
    solution=8,
    explain=(
        "Each step takes 1 away, whatever is left. Under L2 a step takes a share of what is left. "
        "(With these numbers, 0.5 times 2 w, the share happens to be all of it. With the rate 0.05 "
        "it is a tenth, and 0 is reached only in the limit.)"
    ),
    mistakes=[
        Mistake("rate_left_out", "The slope is 2, but a step is 0.5 times that.", (4, 4)),
        Mistake("strength_left_out", "You take 0.5 away in each step. The slope is 2.", (16, 16)),
        Mistake(
            "one_step", "That would be L2: 8 minus 0.5 * 2 * 8 is 0. L1 knows no size.", (1, 1)
        ),
    ],
)
