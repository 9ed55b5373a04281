"""03/predict-kept: what the tape keeps."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "03/predict-kept",
    "How many megabytes does the tape keep?",
    hints=(
        "What does the VJP of tanh read, on the way back?",
        "It computes `g * (1 - out * out)`. How many different `out` are there?",
        "1. One tanh makes one `out` of 1 MB.\n"
        "2. Its VJP reads that `out`, so the tape keeps it.\n"
        "3. There are fifty of them; the input of one is the `out` of the one before.",
    ),
    low=49,
    high=52,
    solution=50,
    explain=(
        "Each tanh keeps its own result, 1 MB, because its VJP reads it. Nothing is freed before "
        "backward: the memory grows with the depth of the network."
    ),
    mistakes=[
        Mistake(
            "last_only",
            "The name y does point to the last result only. But the tape holds on to the others: "
            "the VJP of every tanh reads its own result.",
            (1, 2),
        ),
        Mistake(
            "nothing",
            "Without a tape nothing but the last result would be left. But x requires a gradient, "
            "so every tanh is recorded, and its VJP reads its own result.",
            (0, 0),
        ),
        Mistake(
            "inputs_too",
            "You count inputs and results. The VJP of tanh reads the result alone, and the input "
            "of one tanh is the result of the one before anyway.",
            (99, 102),
        ),
    ],
)
