"""05/predict-reported: the loss that is reported."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "05/predict-reported",
    "Which loss does the net report?",
    hints=(
        "What is minimised: one of the terms, or their sum?",
        "Each loss counts with its weight. The penalty is a loss too: strength / 2 times the sum "
        "of squares.",
        "1. The first loss is 2, and counts once.\n"
        "2. The second is 3, and its weight is 4.\n"
        "3. The squares of the weight sum up to 25; half of the strength is 0.2.\n"
        "4. Add the three.",
    ),
    low=19,
    high=19,
    solution=19,
    explain=(
        "2 + 4 * 3 + 0.2 * 25 = 19. What is reported is what is minimised. A program that leaves "
        "the penalty out of its report shows a curve that may go up while training goes right."
    ),
    mistakes=[
        Mistake(
            "no_penalty",
            "The penalty is missing. It is what `backward` differentiates, so it is in the report.",
            (14, 14),
        ),
        Mistake("no_weight", "The second loss counts four times.", (10, 10)),
        Mistake(
            "no_half",
            "l2_penalty takes half of the strength, so that its gradient is strength * w.",
            (24, 24),
        ),
        Mistake("losses_only", "Weights and the penalty are missing: this is 2 + 3.", (5, 5)),
        Mistake(
            "norm",
            "The penalty sums squares: 3 and 4 give 25, not their length 5.",
            (15, 15),
        ),
    ],
)
