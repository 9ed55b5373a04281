"""01/predict-view: a slice is a window."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "01/predict-view",
    "Write into a slice, look at the whole",
    hints=(
        "Has the slice `part` numbers of its own?",
        "A slice of an array is a window onto the same memory: another start, other strides.",
        "1. `part` begins at `x[2]`.\n2. `part[0] = 99` writes there.\n3. Who looks at that place?",
    ),
    low=99,
    high=99,
    solution=99,
    explain=(
        "`part` is a view: it has a start and strides, and no numbers of its own. Writing into it "
        "writes into `x`."
    ),
    mistakes=[
        Mistake(
            "as_with_lists",
            "So it would be with a list of Python, whose slice is a copy. A slice of an array is a "
            "view: both look at the same memory.",
            (2, 2),
        ),
        Mistake(
            "first_element",
            "`part[0]` is the first number of the slice, and the slice begins at `x[2]`, not at "
            "`x[0]`. What stands in `x[2]` now?",
            (0, 0),
        ),
        Mistake(
            "next_element",
            "Counting begins at 0, and the slice `2:5` begins at `x[2]`. That is the place that "
            "`part[0]` writes to.",
            (3, 3),
        ),
    ],
)
