"""08/predict-blind: an accuracy without any merit."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "08/predict-blind",
    "The accuracy of seeing nothing",
    hints=(
        "How many pixels does the blind program call rightly?",
        "All that are background: all but 20 of 500.",
        "1. 480 pixels are background, and it calls them so.\n"
        "2. 20 are ink, and it misses them all.\n"
        "3. 480 of 500, in percent.",
    ),
    low=96,
    high=96,
    solution=96,
    explain=(
        "480 of 500 pixels are right: 96 %, without having found anything. Its Dice score is 0, "
        "since what it found and what is there have nothing in common."
    ),
    mistakes=[
        Mistake(
            "nothing_found", "That is how much ink it finds. Accuracy counts all pixels.", (0, 0)
        ),
        Mistake("share_of_ink", "That is the share of the ink, which it has wrong.", (4, 4)),
        Mistake("half", "There are far more pixels of one kind than of the other.", (50, 50)),
    ],
)
