"""06/predict-merged: steps that are left when twins are gone."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "06/predict-merged",
    "How many steps are left?",
    hints=(
        "Which steps do the same work on the same slots?",
        "First find the twins among the products. Then look at who uses them: do they do the "
        "same work too?",
        "1. `x * y` is there twice: one product is left.\n"
        "2. Then there are two `exp` of one slot: one is left.\n"
        "3. The sum of that slot with itself, and the tanh: count all that is left.",
    ),
    low=4,
    high=4,
    solution=4,
    explain=(
        "One product, one exp, the sum of it with itself, and tanh: four. Once the products are "
        "one, the two exp are twins as well."
    ),
    mistakes=[
        Mistake(
            "all",
            "Nothing was left out: that is how many steps are described.",
            (6, 6),
        ),
        Mistake(
            "products_only",
            "The products are one now. So both exp read the same slot and do the same work.",
            (5, 5),
        ),
        Mistake(
            "too_few",
            "A sum of something with itself is still to be computed, and so is tanh.",
            (1, 3),
        ),
    ],
)
