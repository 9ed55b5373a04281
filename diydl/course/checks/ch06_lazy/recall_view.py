"""06/recall-view: a view looks at the same memory (chapter 01)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "06/recall-view",
    "Looking at the same memory",
    hints=(
        "Does `x.T` copy numbers, or does it look at those that are there?",
        "A transposed array is a view: another shape and other strides over the same memory.",
        "1. `turned` looks at the memory of `x`.\n"
        "2. `x[0, 1]` is then set to 70.\n"
        "3. Where does `turned[1, 0]` look?",
    ),
    low=70,
    high=70,
    solution=70,
    explain=(
        "A transposed array is a view: `turned[1, 0]` is the place of `x[0, 1]`, whoever writes "
        "there. In this chapter this becomes a trap."
    ),
    mistakes=[
        Mistake(
            "a_copy",
            "That was there before. `x.T` copies nothing: it looks at the memory of `x`, also at "
            "what is written there later.",
            (1, 1),
        ),
        Mistake(
            "not_turned",
            "That is `x[1, 0]`. In `turned` rows and columns are exchanged.",
            (2, 2),
        ),
        Mistake("another_place", "That number stands in another place of x.", (0, 3)),
    ],
)
