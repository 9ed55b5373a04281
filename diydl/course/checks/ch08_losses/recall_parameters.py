"""08/recall-parameters: what a network is made of (chapter 07)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "08/recall-parameters",
    "The numbers of a small network",
    hints=(
        "Which of the three has parameters? And which two does each of these have?",
        "A linear layer has a weight for every pair of an input and an output, and a bias for "
        "every output.",
        "1. The first: 4 times 8 weights and 8 biases.\n"
        "2. ReLU has none.\n"
        "3. The last: 8 times 3 weights and 3 biases.",
    ),
    low=67,
    high=67,
    solution=67,
    explain="4 * 8 + 8 = 40, nothing for the ReLU, and 8 * 3 + 3 = 27.",
    mistakes=[
        Mistake("no_biases", "The biases are missing: one for each output.", (56, 56)),
        Mistake("one_layer", "There are two linear layers.", (40, 40)),
        Mistake("arrays", "That is the number of arrays. How many numbers are in them?", (4, 4)),
    ],
)
