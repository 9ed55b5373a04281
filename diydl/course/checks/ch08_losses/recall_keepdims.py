"""08/recall-keepdims: what a reduction leaves behind (chapter 01)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "08/recall-keepdims",
    "A maximum for each row, or for each column",
    hints=(
        "Which shape has the array of the maxima? And how is it laid along the table?",
        "A shape (3,) is aligned at the right: with the columns.",
        "1. The maxima of the rows are 3, 6 and 9.\n"
        "2. They have the shape (3,), so 3 is taken from column 0, 6 from column 1, 9 from "
        "column 2.\n"
        "3. In row 0, column 1 stands 2.",
    ),
    low=-4,
    high=-4,
    solution=-4,
    explain=(
        "2 - 6 = -4. The maxima of the rows have the shape (3,), and broadcasting lays them along "
        "the columns. With keepdims=True they have the shape (3, 1), and it would be 2 - 3 = -1."
    ),
    mistakes=[
        Mistake(
            "as_meant",
            "That is what was meant: 2 - 3. But the axis is gone, and (3,) is aligned with the "
            "columns.",
            (-1, -1),
        ),
        Mistake(
            "columns",
            "axis=1 walks along a row, so these are the maxima of the rows: 3, 6 and 9, not 7, 8 "
            "and 9.",
            (-6, -6),
        ),
        Mistake("whole", "9 is the maximum of the whole table, without an axis.", (-7, -7)),
    ],
)
