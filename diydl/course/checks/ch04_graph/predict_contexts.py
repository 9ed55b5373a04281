"""04/predict-contexts: two contexts do not see each other."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "04/predict-contexts",
    "Whose parameter is it?",
    hints=(
        "Who owns the number that a run changes, the graph or the context?",
        "Each context began with a copy of `w`. What one of them does to its copy, the other "
        "does not see.",
        "1. `first` has run the step twice: its copy is 1 + 2.\n"
        "2. `second` has run it once: its copy is 1 + 1.\n"
        "3. Only `second` commits. What does the parameter itself hold then?",
    ),
    low=2,
    high=2,
    solution=2,
    explain=(
        "2. The copy of `first` is 3, that of `second` is 2, and only `second` was committed."
    ),
    mistakes=[
        Mistake(
            "all_steps",
            "You add up the steps of both. Each context has a copy of its own, and knows nothing "
            "of the other.",
            (4, 4),
        ),
        Mistake(
            "first",
            "3 is the copy of `first`, which was not committed.",
            (3, 3),
        ),
        Mistake(
            "untouched",
            "It would still be 1 without the commit. `second.commit()` writes its copy back.",
            (1, 1),
        ),
    ],
)
