"""10/recall-steps: how many batches (chapter 00)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "10/recall-steps",
    "How many steps are two epochs?",
    hints=(
        "How many batches of 32 are needed to hold 1,500 pictures? Is the last one full?",
        "1,500 divided by 32 is 46.875. What about the remainder?",
        "1. 46 batches hold 1,472 pictures.\n2. 28 are left: one more batch.\n"
        "3. Each batch is a step; there are two epochs.",
    ),
    low=94,
    high=94,
    solution=94,
    explain="46 full batches and one of 28 are 47 steps an epoch, 94 in two.",
    mistakes=[
        Mistake("one_epoch", "That is one epoch. Two are asked for.", (47, 47)),
        Mistake(
            "without_the_rest",
            "46 batches of 32 hold 1,472 pictures. The other 28 make a batch too, a smaller one.",
            (92, 92),
        ),
        Mistake(
            "examples",
            "A step is made for each batch, not for each picture.",
            (1500, 3000),
        ),
    ],
)
