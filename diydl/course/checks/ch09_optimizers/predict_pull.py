"""09/predict-pull: how Adam treats a penalty."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "09/predict-pull",
    "A pull that is divided",
    hints=(
        "Adam divides what arrives at a weight. By what?",
        "The pull is 0.02 for both weights, and it is a part of the gradient. Each weight's "
        "gradient is divided by its own size.",
        "1. At the first weight the pull is divided by about 100.\n"
        "2. At the second by about 1.\n"
        "3. How many times more is left of the second?",
    ),
    low=90,
    high=110,
    solution=100,
    explain=(
        "The pull is part of the gradient, and Adam divides it by the size of that gradient: by "
        "100 at the one weight, by 1 at the other. The weight that is busy hardly decays."
    ),
    mistakes=[
        Mistake(
            "alike",
            "So one would wish. But the pull was added to the gradient, and Adam divides all of "
            "it.",
            (1, 1),
        ),
        Mistake("root", "Divided by the root of the mean of squares: that is the size.", (10, 10)),
        Mistake("square", "The root is taken before it is divided by.", (10000, 10000)),
    ],
)
