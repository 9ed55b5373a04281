"""07/predict-growth: how fast a signal grows."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "07/predict-growth",
    "How much larger is the signal?",
    hints=(
        "An output is a sum of 100 products. What is the variance of a sum?",
        "Variances of independent numbers with mean 0 add up, and that of a product is the product "
        "of both.",
        "1. Each product has the variance 1 times 1.\n2. There are 100 of them.\n3. Add.",
    ),
    low=100,
    high=100,
    solution=100,
    explain=(
        "A hundred variances of 1 add up. Two layers make 10,000 of it, and fifty a number with a "
        "hundred zeros."
    ),
    mistakes=[
        Mistake(
            "spread",
            "The numbers themselves grow by 10, their mean square by the square of that.",
            (10, 10),
        ),
        Mistake("same", "Only if each weight had the variance 1/100.", (1, 1)),
        Mistake(
            "square", "Variances add up: 100 of them make 100, not 100 squared.", (10000, 10000)
        ),
        Mistake("cancelled", "Signs cancel, but squares do not: variances add up.", (0, 0)),
    ],
)
