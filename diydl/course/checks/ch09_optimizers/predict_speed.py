"""09/predict-speed: how fast momentum gets."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "09/predict-speed",
    "The final velocity",
    hints=(
        "At the final velocity, what does one more step change?",
        "It loses a tenth of itself and gains 1. When are the two equal?",
        "1. In the end, v = 0.9 v + 1.\n2. So 0.1 v = 1.\n3. Solve for v.",
    ),
    low=10,
    high=10,
    solution=10,
    explain=(
        "v = 0.9 v + 1 has the solution 10: 1 / (1 - momentum). With momentum 0.9, steps along a "
        "steady slope get ten times as long. So with momentum one often begins with a smaller "
        "learning rate."
    ),
    mistakes=[
        Mistake("no_gain", "The velocity adds up: 1, then 1.9, then 2.71, ...", (1, 1)),
        Mistake("nine", "In the end v = 0.9 v + 1, so 0.1 v = 1.", (9, 9)),
        Mistake(
            "for_ever",
            "It does not grow for ever: the faster it is, the more a tenth of it is.",
            (11, 10**9),
        ),
    ],
)
