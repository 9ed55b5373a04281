"""02/predict-passes: the price of many inputs."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "02/predict-passes",
    "How many passes does a JVP need?",
    hints=(
        "One JVP pass tells how all outputs move if the inputs move in *one* direction. How many "
        "directions have to be tried to know them all?",
        "A JVP pass gives one column of the Jacobian, a VJP pass gives one row.",
        "1. The Jacobian has one row for each output: here one.\n"
        "2. It has one column for each input: here 3,610.\n"
        "3. A JVP pass gives one column.",
    ),
    low=3610,
    high=3610,
    solution=3610,
    explain=(
        "The Jacobian of one loss and 3,610 knobs is one row of 3,610 numbers. JVPs find it number "
        "by number, column by column, and a single VJP finds the whole row."
    ),
    mistakes=[
        Mistake(
            "that_is_the_vjp",
            "One pass is what the VJP needs: it goes backward from the one output and finds the "
            "whole row. A JVP follows one input at a time.",
            (1, 2),
        ),
        Mistake(
            "one_more",
            "3,611 runs is the price of one-sided differences: one for each knob, and one where "
            "nothing moves. A JVP needs no such extra run.",
            (3611, 3611),
        ),
        Mistake(
            "central",
            "7,220 runs is the price of central differences, two for each knob. A JVP is exact, "
            "and one pass for each knob will do.",
            (7220, 7221),
        ),
    ],
)
