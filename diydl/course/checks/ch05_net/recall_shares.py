"""05/recall-shares: the shape of a gradient (chapters 01 and 02)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "05/recall-shares",
    "How many numbers has the gradient of b?",
    hints=(
        "What is the rule about the shape of a gradient and that of what it belongs to?",
        "b was spread over the rows of the batch on the way forward. On the way back, the shares "
        "of all rows are added.",
        "1. The gradient of b has the shape of b.\n2. b has the shape (10,).\n3. Count.",
    ),
    low=10,
    high=10,
    solution=10,
    explain=(
        "10: a gradient has the shape of what it belongs to. The VJP of the addition sums over "
        "the 32 rows, over which b was spread."
    ),
    mistakes=[
        Mistake(
            "not_summed",
            "That is the gradient as it arrives, one row for each example. b was spread over the "
            "rows, so their shares are added: `sum_to` of chapter 03.",
            (320, 320),
        ),
        Mistake("batch", "That is the number of rows. b has one number for each column.", (32, 32)),
        Mistake("weights", "That is the gradient of w. b is asked for.", (640, 640)),
        Mistake("mean", "The gradient is summed over rows, not over columns.", (1, 1)),
    ],
)
