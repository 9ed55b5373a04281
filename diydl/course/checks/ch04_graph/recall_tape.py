"""04/recall-tape: what a tape needs for one gradient (chapter 03)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "04/recall-tape",
    "How often does the tape run forward?",
    hints=(
        "Which of the two measures knob by knob, finite differences or the tape?",
        "Going back once gives the gradient of every knob.",
        "1. The tape records one forward pass.\n"
        "2. One sweep back over it reaches all 3,610 knobs.\n"
        "3. How many forward passes is that?",
    ),
    low=1,
    high=1,
    solution=1,
    explain=(
        "One pass forward and one sweep back give all 3,610 gradients at once. Finite "
        "differences needed 7,220 passes."
    ),
    mistakes=[
        Mistake(
            "one_per_knob",
            "That is finite differences, one knob after the other. The sweep back reaches all "
            "knobs in one go.",
            (3610, 3610),
        ),
        Mistake(
            "two_per_knob",
            "That was the price of central differences. The tape needs no second look at a knob.",
            (7220, 7220),
        ),
        Mistake(
            "none",
            "A tape can only play back what was recorded, and recording means computing once.",
            (0, 0),
        ),
    ],
)
