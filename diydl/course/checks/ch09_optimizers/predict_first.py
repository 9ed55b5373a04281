"""09/predict-first: the first step of RMSprop."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "09/predict-first",
    "The first step of RMSprop",
    hints=(
        "How large is the mean of squares after the first gradient g, if it began with 0?",
        "It is a hundredth of the square. What is its root, in units of g?",
        "1. s = 0.99 * 0 + 0.01 * g * g.\n"
        "2. Its root is 0.1 times the size of g.\n"
        "3. g divided by that.",
    ),
    low=10,
    high=10,
    solution=10,
    explain=(
        "The mean began with 0 and is filled by a hundredth: its root is a tenth of g, and g "
        "divided by it is 10. The first step is ten times too long; the next ones, 7.1 and 5.8 "
        "times, are too long as well, but less and less."
    ),
    mistakes=[
        Mistake(
            "one",
            "So it should be, and is later on. But the mean began with 0, and one gradient has "
            "filled a hundredth of it.",
            (1, 1),
        ),
        Mistake("no_root", "A root is taken: that of a hundredth is a tenth.", (100, 100)),
        Mistake(
            "tiny",
            "The mean stands below the line: where it is too small, the step is too long.",
            (0, 0),
        ),
    ],
)
