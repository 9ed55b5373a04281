"""06/predict-computed: how often something is computed."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "06/predict-computed",
    "How often is exp computed?",
    hints=(
        "Which of these lines ask for numbers?",
        "Asking for the shape needs no numbers. And what was computed once has its numbers.",
        "1. `print(y.shape)` asks for a shape, which was foretold.\n"
        "2. `z.numpy()` asks for numbers: y is computed on the way.\n"
        "3. Has y its numbers when `y.numpy()` asks for them?",
    ),
    low=1,
    high=1,
    solution=1,
    explain=(
        "Once: when z was asked for, y was computed on the way, and kept its numbers because "
        "you hold it. The shape was known before."
    ),
    mistakes=[
        Mistake(
            "never",
            "Two lines ask for numbers: `numpy()` cannot answer without computing.",
            (0, 0),
        ),
        Mistake(
            "each_time",
            "y is needed twice, but when it was computed for z it kept its numbers.",
            (2, 2),
        ),
        Mistake(
            "each_mention",
            "Describing computes nothing, and neither does asking for a shape.",
            (3, 4),
        ),
    ],
)
