"""06/predict-traced: how often Python runs a planned function."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "06/predict-traced",
    "How often does Python run the function?",
    hints=(
        "A plan fits one set of shapes. Which of the calls come with new ones?",
        "The function runs when a plan is made. A plan that is there is used again.",
        "1. The first call has 32 rows: no plan yet.\n"
        "2. The second and the fourth have 32 rows too.\n"
        "3. The third has 5.",
    ),
    low=2,
    high=2,
    solution=2,
    explain=(
        "Twice: once for 32 rows, once for 5. All other calls run from a plan, and nothing of the "
        "function's Python is executed, its `print` included."
    ),
    mistakes=[
        Mistake(
            "every_call",
            "That is how often it is called. From a plan the function itself does not run.",
            (4, 4),
        ),
        Mistake(
            "once",
            "A plan knows the sizes of its arrays. For 5 rows another one is made.",
            (1, 1),
        ),
        Mistake(
            "whenever_it_changes",
            "The plan for 32 rows is kept while the one for 5 is made, and used again.",
            (3, 3),
        ),
    ],
)
