"""10/predict-forgotten: a resume with weights alone."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "10/predict-forgotten",
    "What is missing?",
    hints=(
        "Go through a step in your mind: which things does it read that a line before may have "
        "written?",
        "The weights, which are there. Adam's averages and its count. The number of the epoch, "
        "for the order. And which draw of the dropout comes next.",
        "1. The optimizer has a state.\n2. The loader has one: its epoch.\n"
        "3. The dropout layer has one: its key.",
    ),
    low=3,
    high=3,
    solution=3,
    explain=(
        "Three: the optimizer's averages (with its count of steps), the loader's epoch, and the "
        "dropout layer's key. Each of them alone is enough to make another network of the rest."
    ),
    mistakes=[
        Mistake(
            "one",
            "The optimizer is one. But the order of the next epoch and the next draws of the "
            "dropout depend on what was before, too.",
            (1, 1),
        ),
        Mistake(
            "two",
            "Nearly. The optimizer, the loader's epoch, and one more part of the *model* that is "
            "no weight: it draws random numbers.",
            (2, 2),
        ),
        Mistake(
            "none",
            "If nothing were missing, Adam would walk by averages of gradients that it does not "
            "have.",
            (0, 0),
        ),
    ],
)
