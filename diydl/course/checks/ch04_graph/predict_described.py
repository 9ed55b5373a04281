"""04/predict-described: nothing is computed while one describes."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "04/predict-described",
    "How many multiplications so far?",
    hints=(
        "What does the program know about `x` when the line runs?",
        "A description can be written down without doing what it describes: a recipe bakes "
        "nothing.",
        "1. `x` is a placeholder: it has a shape and no numbers.\n"
        "2. The product therefore has a shape and no numbers.\n"
        "3. How many numbers were multiplied?",
    ),
    low=0,
    high=0,
    solution=0,
    explain=("None. The line added one node to the graph. Numbers come in when the graph runs."),
    mistakes=[
        Mistake(
            "weights",
            "A thousand is the number of columns. For each number of the result a thousand "
            "products are needed, once there is a batch; so far there is none.",
            (1000, 1000),
        ),
        Mistake(
            "a_product",
            "So many it takes for one batch of a hundred, but there is no batch yet: `x` has no "
            "numbers.",
            (1001, 1000000000000),
        ),
        Mistake(
            "one",
            "One node was described. It was not computed.",
            (1, 1),
        ),
    ],
)
