"""09/recall-penalty: the pull of an L2 penalty (chapter 08)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "09/recall-penalty",
    "The pull of a penalty",
    hints=(
        "An L2 penalty adds a term to the loss. What is the slope of that term?",
        "The penalty is half its strength times the sum of squares. The half is there for the "
        "sake of the slope.",
        "1. Penalty of one weight: 0.5 / 2 times w squared.\n"
        "2. Its slope: 0.5 times w.\n"
        "3. w is 6.",
    ),
    low=3,
    high=3,
    solution=3,
    explain="The slope of strength / 2 * w * w is strength * w: 0.5 * 6 = 3.",
    mistakes=[
        Mistake("no_half", "The penalty has a factor 1/2, which cancels the 2.", (6, 6)),
        Mistake("value", "9 is what the penalty adds to the loss; its slope is asked.", (9, 9)),
        Mistake("twelve", "The slope is multiplied by the strength, 0.5, and halved.", (12, 18)),
    ],
)
