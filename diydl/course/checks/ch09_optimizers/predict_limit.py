"""09/predict-limit: how large a learning rate may be."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "09/predict-limit",
    "The largest learning rate",
    hints=(
        "One step multiplies y by a number. Which one, and when does |y| stay the same?",
        "The slope in y is 20 y, so a step makes y - lr * 20 y of y: a factor of 1 - 20 lr.",
        "1. The factor is 1 - 20 lr.\n"
        "2. |y| grows when the factor is below -1.\n"
        "3. Solve 1 - 20 lr = -1, and count in thousandths.",
    ),
    low=100,
    high=100,
    solution=100,
    explain=(
        "The factor 1 - 20 lr is -1 at lr = 0.1: y jumps from one side to the other and never "
        "comes nearer. Beyond that each jump is longer than the last. In general the limit is 2 "
        "divided by the largest curvature."
    ),
    mistakes=[
        Mistake(
            "one_jump",
            "At 0.05 the factor is 0: one step ends at the floor of the ravine. Beyond that, y "
            "jumps to the other side, but still comes nearer.",
            (50, 50),
        ),
        Mistake(
            "along",
            "That is the limit in x, where the curvature is 1. In y it is 20, and both share one "
            "learning rate.",
            (2000, 2000),
        ),
        Mistake("units", "In thousandths, please: 0.1 is 100 thousandths.", (0, 1)),
    ],
)
