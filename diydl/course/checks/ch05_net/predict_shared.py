"""05/predict-shared: how many leaves an unrolled net has."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "05/predict-shared",
    "How many parameters has the unrolled net?",
    hints=(
        "How often was `nn.Linear(...)` written? How often was it called?",
        "A layer that is applied again reads the parameters that it has. Count the parameters of "
        "the three layers.",
        "1. `read` and `answer` have a weight and a bias.\n"
        "2. `recall` has a weight and no bias.\n"
        "3. Each is in the net once, however many modules read it.",
    ),
    low=5,
    high=5,
    solution=5,
    explain=(
        "5: weight and bias of `read` and of `answer`, the weight of `recall`. The net stands for "
        "eight steps, and the parameters are in it once."
    ),
    mistakes=[
        Mistake(
            "copies",
            "You count a set for each step. The same layers are applied again, and they bring "
            "their parameters along: one Data for each.",
            (22, 40),
        ),
        Mistake("with_bias", "`recall` was made with `bias=False`.", (6, 6)),
        Mistake("layers", "That is the number of layers. Some have a weight and a bias.", (3, 3)),
        Mistake("without_answer", "`answer` has a weight and a bias too.", (2, 4)),
    ],
)
