"""09/recall-stale: a second backward (chapter 03)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "09/recall-stale",
    "A gradient after two sweeps",
    hints=(
        "Does a second `backward` add to the gradient that is there, or put another in its place?",
        "In chapter 03, section 6, the same was done with w = 2. What was printed?",
        "1. The gradient of w * w at 3 is 6.\n"
        "2. In this library the second one replaces the first.\n"
        "3. A sum has to be asked for: `accumulate=True`.",
    ),
    low=6,
    high=6,
    solution=6,
    explain="`backward` replaces what is there; it adds only when asked, with `accumulate=True`.",
    mistakes=[
        Mistake(
            "added",
            "So it would be in PyTorch, where gradients add up until somebody clears them. Here "
            "the second replaces the first.",
            (12, 12),
        ),
        Mistake("value", "9 is the value of w * w; the gradient is 2 w.", (9, 9)),
        Mistake("no_two", "The slope of w * w is 2 w: w counts twice.", (3, 3)),
    ],
)
