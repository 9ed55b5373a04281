"""07/recall-shared: a weight with several readers (chapter 05)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "07/recall-shared",
    "A weight that three modules read",
    hints=(
        "What happens to gradients that come back from several readers?",
        "Each reader sends its share, and the shares are added.",
        "1. The first sends 2.\n2. The second sends 3.\n3. The third sends 4.\n4. Add them.",
    ),
    low=9,
    high=9,
    solution=9,
    explain="Shares of all readers add up: 2 + 3 + 4.",
    mistakes=[
        Mistake("last", "That is the last share alone: it would replace those before.", (4, 4)),
        Mistake("mean", "Shares are added, not averaged.", (3, 3)),
        Mistake("product", "Shares are added. Slopes multiply along one way only.", (24, 24)),
        Mistake("first", "That is the share of the first reader alone.", (2, 2)),
    ],
)
