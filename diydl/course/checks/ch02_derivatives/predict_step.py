"""02/predict-step: is a smaller step always better?"""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "02/predict-step",
    "Which step is the best?",
    hints=(
        "The smaller h, the straighter the curve between the two points. But what becomes of "
        "f(x + h) - f(x - h) when h is so small that both are almost the same number?",
        "A float64 holds about 16 digits. The curve's error is about h squared; rounding leaves an "
        "error of about 1e-16 divided by h. When are the two equal?",
        "1. At h = 0.001 the first error is about 1e-6, the second about 1e-13.\n"
        "2. At h = 1e-10 the first is about 1e-20, the second about 1e-6.\n"
        "3. They meet where h cubed is about 1e-16.",
    ),
    low=5,
    high=6,
    solution=5,
    explain=(
        "Around 1e-5 or 1e-6 the two errors are about equal, and the sum is smallest: larger "
        "steps see the curve bend, smaller ones lose digits to rounding."
    ),
    mistakes=[
        Mistake(
            "too_large",
            "That is a large step still: the curve bends between the two points. The error of a "
            "central difference shrinks with h squared, so a smaller step pays.",
            (0, 4),
        ),
        Mistake(
            "one_sided_best",
            "Close: that is about where the *one-sided* difference is best. The central one has a "
            "smaller error from bending, and can afford a larger step.",
            (7, 9),
        ),
        Mistake(
            "smaller_is_better",
            "In mathematics the smaller step is always better. A computer keeps about 16 digits: "
            "two almost equal numbers are subtracted, and most digits cancel.",
            (10, 400),
        ),
    ],
)
