"""11/predict-average: how slowly an average follows."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "11/predict-average",
    "An average after two batches",
    hints=(
        "What is the average after the first batch, when it begins at 0?",
        "After one batch: 0.9 times 0 plus 0.1 times 100. Then once more.",
        "1. First: 0.9 x 0 + 0.1 x 100 = 10.\n2. Second: 0.9 x 10 + 0.1 x 100.",
    ),
    low=19,
    high=19,
    solution=19,
    explain=(
        "10 after the first batch, 9 + 10 = 19 after the second. It takes 22 batches to get past "
        "90, and 44 to get past 99: a network that is used after a few steps normalises with "
        "averages that are still on their way."
    ),
    mistakes=[
        Mistake(
            "in_full",
            "The average does not jump: only a tenth of each batch goes into it.",
            (100, 100),
        ),
        Mistake(
            "one_batch",
            "That is the average after one batch.",
            (10, 10),
        ),
        Mistake(
            "adds",
            "A tenth of each batch is added, but a tenth of the old average goes, too.",
            (20, 20),
        ),
        Mistake(
            "keras",
            (
                "In Keras's convention, where 0.1 would be the weight of the old average. Here "
                "momentum is the weight of the new batch."
            ),
            (99, 99),
        ),
    ],
)
