"""03/predict-bias: the gradient of what broadcasting repeated."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "03/predict-bias",
    "The gradient of one bias",
    hints=(
        "If one entry of b grows by 1, how many entries of the sum grow by 1?",
        "b has the shape (10,) and is repeated for each of the 32 rows.",
        "1. `b[0]` is added in column 0 of every row.\n"
        "2. There are 32 rows.\n"
        "3. The total counts each entry of the table once.",
    ),
    low=32,
    high=32,
    solution=32,
    explain=(
        "Each entry of b was added to all 32 rows, and each of these sends 1 back: 32. What "
        "broadcasting repeated gets the sum of what comes back."
    ),
    mistakes=[
        Mistake(
            "not_summed",
            "That is what one row sends back. `b[0]` was added to all 32 rows, and all of them "
            "send 1.",
            (1, 1),
        ),
        Mistake(
            "whole_table",
            "320 is the number of entries of the table. `b[0]` is only in column 0, once per row.",
            (320, 320),
        ),
        Mistake(
            "columns",
            "10 is the number of columns, and of entries of b. One entry of b is in one column, in "
            "every row.",
            (10, 10),
        ),
        Mistake(
            "zero",
            "The total does depend on b: when `b[0]` grows, a whole column grows.",
            (0, 0),
        ),
    ],
)
