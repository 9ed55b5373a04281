"""10/recall-adam: what an optimizer remembers (chapter 09)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "10/recall-adam",
    "What Adam has to remember",
    hints=(
        "Which two averages does Adam keep for each parameter?",
        "The parameters themselves, a mean of their gradients, and a mean of the squares.",
        "1. 1,000 weights.\n2. 1,000 means of gradients.\n3. 1,000 means of squared gradients.",
    ),
    low=3000,
    high=3001,
    solution=3000,
    explain=(
        "For each weight a mean of its gradients and one of their squares: 2,000 numbers beside "
        "the 1,000 weights (and one more, the number of steps)."
    ),
    mistakes=[
        Mistake(
            "weights_alone",
            "Those are the weights. Adam walks by averages of past gradients, which nobody can "
            "compute from the weights.",
            (1000, 1001),
        ),
        Mistake(
            "one_average",
            "That is momentum, with one average for each weight. Adam has two.",
            (2000, 2001),
        ),
        Mistake(
            "gradients_too",
            "The gradients need not be kept: the next step computes its own.",
            (4000, 4001),
        ),
    ],
)
