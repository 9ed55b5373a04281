"""07/recall-slope: how much a bend lets through (chapter 02)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "07/recall-slope",
    "How steep is tanh?",
    hints=(
        "The slope of tanh can be read off its result `out`. What is it?",
        "It is 1 - out * out. At 0, out is 0.",
        "1. The slope is 1 - 0 * 0.\n2. The VJP multiplies `g` by the slope.",
    ),
    low=8,
    high=8,
    solution=8,
    explain=(
        "At 0 the slope of tanh is 1, so all of g comes through. Everywhere else it is less; far "
        "out, next to nothing."
    ),
    mistakes=[
        Mistake(
            "nothing", "0 is the value of tanh at 0. Its slope there is 1 - out * out.", (0, 0)
        ),
        Mistake("slope", "1 is the slope. The VJP multiplies what comes in by it.", (1, 1)),
        Mistake("logistic", "A quarter is the slope of the sigmoid at 0; tanh is steeper.", (2, 2)),
    ],
)
