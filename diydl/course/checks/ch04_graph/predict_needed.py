"""04/predict-needed: what a run computes."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "04/predict-needed",
    "How many nodes does this run compute?",
    hints=(
        "Begin at what is asked for, and walk against the arrows. Whom do you meet?",
        "What nobody on the way uses is not computed: labels, for example, play no part in scores.",
        "1. `scores` is a sum of a product and of `b`.\n"
        "2. The product is made of `x` and `w`.\n"
        "3. Count: `x`, `w`, the product, `b`, `scores`.",
    ),
    low=5,
    high=5,
    solution=5,
    explain=(
        "x, w, their product, b, and the sum: five. The labels, the loss and everything behind "
        "it are left alone, so nobody has to feed labels to get scores."
    ),
    mistakes=[
        Mistake(
            "operations_only",
            "You count operations alone. Placeholders and parameters are nodes too: their values "
            "are looked up.",
            (2, 2),
        ),
        Mistake(
            "everything",
            "Everything that was described is there, but a run computes what is asked for and "
            "what that needs.",
            (6, 20),
        ),
        Mistake(
            "one",
            "`scores` is made of other nodes, and these must be computed before it.",
            (1, 1),
        ),
    ],
)
