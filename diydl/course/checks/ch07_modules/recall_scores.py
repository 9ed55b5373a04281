"""07/recall-scores: a broadcast addition (chapter 01)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "07/recall-scores",
    "How many numbers are added?",
    hints=(
        "Which shape has the product, and which the bias?",
        "A row of 10 is added to each of 32 rows.",
        "1. `x @ w.T` has the shape (32, 10).\n2. The bias is broadcast to it.\n3. Count.",
    ),
    low=320,
    high=320,
    solution=320,
    explain="One addition for each of 32 times 10 results: each number of b is used 32 times.",
    mistakes=[
        Mistake("bias", "b has 10 numbers, and each is added in 32 rows.", (10, 10)),
        Mistake(
            "inputs", "The product has 10 columns, not 64: one for each row of w.", (2048, 2048)
        ),
        Mistake("weights", "640 is the number of weights. Count what is added to.", (640, 640)),
    ],
)
