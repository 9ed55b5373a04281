"""08/predict-rounded: when a probability becomes 1."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "08/predict-rounded",
    "From which score on is the loss infinite?",
    hints=(
        "Which float32 is the smallest above 1? How far above?",
        "The sigmoid is 1 / (1 + exp(-score)). It becomes 1 where exp(-score) is less than half of "
        "that distance.",
        "1. A float32 has about 7 digits: the distance is 1.2e-7.\n"
        "2. Half of it is 6e-8.\n"
        "3. For which score is exp(-score) = 6e-8? That is the logarithm of 1.7e7.",
    ),
    low=15,
    high=20,
    solution=17,
    explain=(
        "exp(-17) is 4e-8, less than a float32 can tell from nothing beside 1. A score of 17 is no "
        "rarity in training, so it happens to everybody who goes through the probability."
    ),
    mistakes=[
        Mistake(
            "overflow_single",
            "From about 88 on exp(score) overflows in float32. But the probability is rounded to 1 "
            "long before.",
            (80, 110),
        ),
        Mistake(
            "overflow_double",
            "That is where exp overflows in float64. The sigmoid is rounded to 1 long before, and "
            "this is float32.",
            (700, 800),
        ),
        Mistake(
            "double",
            "In float64 it happens at about 37. A float32 has half as many digits.",
            (34, 40),
        ),
    ],
)
