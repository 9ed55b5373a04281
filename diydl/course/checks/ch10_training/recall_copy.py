"""10/recall-copy: a batch is a copy (chapter 01)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "10/recall-copy",
    "Does the original change?",
    hints=(
        "`x[rows]` with a list of numbers: does NumPy find those rows by a new shape and strides, "
        "or does it have to collect them?",
        "Slices are views. What are rows taken by a list?",
        "1. Rows 3 and 1 lie at no even distance that starts and strides could tell.\n"
        "2. So NumPy collects them into a new array.\n"
        "3. Writing into that leaves `x` alone.",
    ),
    low=3,
    high=3,
    solution=3,
    explain="Rows taken by a list are a copy. So a batch may be changed, and the data set is not.",
    mistakes=[
        Mistake(
            "a_view",
            "A slice would be a view, and 99 would stand in `x`. Rows by a list are copied.",
            (99, 99),
        ),
        Mistake(
            "the_place",
            "`batch[0]` was row 3 of x, whose value is 3. Is it still?",
            (0, 0),
        ),
        Mistake("other_row", "That is the value of row 1. `x[3]` is asked for.", (1, 1)),
    ],
)
