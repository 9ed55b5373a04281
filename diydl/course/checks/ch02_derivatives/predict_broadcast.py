"""02/predict-broadcast: a question from chapter 01, since gradients follow shapes."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "02/predict-broadcast",
    "How many numbers does the sum hold?",
    hints=(
        "Write the two shapes below each other, aligned at their right ends. Which sizes are "
        "stretched?",
        "Axis by axis from the right: 3 over 1, 1 over 4, 5 over nothing.",
        "1. From the right: 3 and 1 give 3.\n"
        "2. Then 1 and 4 give 4.\n"
        "3. Then 5 stands alone and stays.\n"
        "4. Multiply the three sizes.",
    ),
    low=60,
    high=60,
    solution=60,
    explain=(
        "Aligned at the right, (5, 1, 3) and (4, 1) become (5, 4, 3): an axis of size 1 is "
        "stretched, a missing one is added in front. 5 times 4 times 3 is 60."
    ),
    mistakes=[
        Mistake(
            "first_shape_kept",
            "15 is the size of the first array alone. Its axis of size 1 meets a 4 and is "
            "stretched too: both sides may stretch.",
            (15, 15),
        ),
        Mistake(
            "added_up",
            "You added the sizes of the two arrays, 15 and 4. Broadcasting pairs every row of one "
            "with every row of the other: the sizes of the result's axes are multiplied.",
            (19, 19),
        ),
        Mistake(
            "last_axis_forgotten",
            "20 is 5 times 4: the last axis is missing. There 3 meets 1, which gives 3.",
            (20, 20),
        ),
        Mistake(
            "an_error",
            "It is no error: counted from the right, each pair of sizes has a 1 in it (3 and 1, 1 "
            "and 4), and a missing axis counts as 1.",
            (0, 0),
        ),
    ],
)
