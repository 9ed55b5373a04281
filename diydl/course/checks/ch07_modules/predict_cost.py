"""07/predict-cost: what a layer costs for one picture."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "07/predict-cost",
    "What does a layer cost?",
    hints=(
        "How many products make up one output, and how many outputs are there?",
        "A product and an addition for each weight.",
        "1. There are 64 times 48 weights.\n2. Each is multiplied once and added once.",
    ),
    low=6144,
    high=6144,
    solution=6144,
    explain=(
        "Two operations for each weight, 2 * 64 * 48; the bias is counted with them, as the first "
        "addition of each sum. As a rule: two operations for each weight and each example."
    ),
    mistakes=[
        Mistake(
            "products", "A product is followed by an addition: two for each weight.", (3072, 3072)
        ),
        Mistake(
            "bias_too",
            "You count the bias apart. With 64 products there are 63 additions, and the bias makes "
            "64: that is two operations for each weight.",
            (6192, 6192),
        ),
        Mistake("parameters", "That is how many parameters there are.", (3120, 3120)),
        Mistake("sum", "64 and 48 are multiplied: every input meets every output.", (112, 224)),
    ],
)
