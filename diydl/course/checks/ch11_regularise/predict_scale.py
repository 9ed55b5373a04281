"""11/predict-scale: what is left stands for all."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "11/predict-scale",
    "What becomes of a one?",
    hints=(
        "Of ten ones, how many are left, on average, at p = 0.8? What should they add up to?",
        "Two of ten are left and shall add up to ten, as before.",
        "1. The share that is left: 1 - 0.8 = 0.2.\n2. Divided by it: 1 / 0.2.",
    ),
    low=5,
    high=5,
    solution=5,
    explain="1 / (1 - 0.8) = 5: one in five is left, and stands for five.",
    mistakes=[
        Mistake(
            "unchanged",
            (
                "Then ten ones would add up to two in training and to ten in use. What is left "
                "has to stand for all."
            ),
            (1, 1),
        ),
        Mistake(
            "by_p",
            (
                "You divided by p, the share that is gone; 1 / 0.8 is 1.25. What counts is the "
                "share that is left, 0.2."
            ),
            (2, 2),
        ),
        Mistake(
            "of_ten",
            "Ten would be 1 / 0.1, for p = 0.9.",
            (10, 10),
        ),
    ],
)
