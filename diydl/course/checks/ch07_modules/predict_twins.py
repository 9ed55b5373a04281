"""07/predict-twins: units that begin alike."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "07/predict-twins",
    "How many different units?",
    hints=(
        "Two units have the same weights in and the same weights out. Do they get different "
        "gradients?",
        "What is alike in value, alike in gradient, and trained by the same rule, stays alike.",
        "1. All hidden units compute the same.\n2. All get the same gradient.\n"
        "3. So after each step all are the same again.",
    ),
    low=1,
    high=1,
    solution=1,
    explain="They began alike, were told the same, and moved alike: 48 units, and one of a kind.",
    mistakes=[
        Mistake(
            "all",
            "What should make them different? Each computes the same and gets the same gradient.",
            (48, 48),
        ),
        Mistake(
            "classes",
            "The ten scores have different gradients, but what reaches a hidden unit is their sum, "
            "and it is the same for each unit.",
            (10, 10),
        ),
        Mistake("none", "One at least there is.", (0, 0)),
        Mistake("some", "Not one step tells any two of them apart.", (2, 47)),
    ],
)
