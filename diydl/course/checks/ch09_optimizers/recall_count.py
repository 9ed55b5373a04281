"""09/recall-count: the parameters of a network (chapter 07)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "09/recall-count",
    "Parameters of two layers",
    hints=(
        "How many weights has a layer that makes 48 numbers of 64, and how many biases?",
        "Each output has a weight for each input, and one bias.",
        "1. First layer: 64 times 48, plus 48.\n2. Second layer: 48 times 10, plus 10.\n3. Add.",
    ),
    low=3610,
    high=3610,
    solution=3610,
    explain="64 * 48 + 48 = 3,120 and 48 * 10 + 10 = 490: together 3,610. A ReLU has none.",
    mistakes=[
        Mistake("no_biases", "The biases are missing: 48 and 10.", (3552, 3552)),
        Mistake("arrays", "You count the arrays. Each holds many numbers.", (2, 4)),
        Mistake("first", "That is the first layer alone.", (3120, 3120)),
    ],
)
