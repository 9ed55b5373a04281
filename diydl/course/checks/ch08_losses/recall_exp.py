"""08/recall-exp: the VJP of the exponential (chapter 02)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "08/recall-exp",
    "The way back through an exponential",
    hints=(
        "What is the slope of exp(x), said with `out`?",
        "Slope times what comes in.",
        "1. The derivative of exp(x) is exp(x), which is `out`.\n"
        "2. So the slope is 5.\n"
        "3. What comes in is 3.",
    ),
    low=15,
    high=15,
    solution=15,
    explain="The slope of exp is exp itself, so `out`: 5 times 3.",
    mistakes=[
        Mistake("upstream_is_one", "That is the slope. What comes in is 3, not 1.", (5, 5)),
        Mistake("passed_on", "3 is what comes in. It has to be multiplied by the slope.", (3, 3)),
        Mistake("added", "They are multiplied, not added.", (8, 8)),
        Mistake(
            "exp_again",
            "`out` is the exponential already: there is no need to take it once more.",
            (148, 446),
        ),
    ],
)
