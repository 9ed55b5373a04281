"""08/recall-hinge: a margin (chapter 04)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "08/recall-hinge",
    "Content when it has won clearly",
    hints=(
        "By how much must the right score win, and over whom?",
        "For each *other* class: its score minus the right one, plus 1; what is below 0 counts as "
        "0.",
        "1. The class with the score 5: 5 - 5 + 1.\n"
        "2. The class with the score 7: 7 - 5 + 1.\n"
        "3. The class with the score 2: 2 - 5 + 1, cut off at 0.\n"
        "4. Add them.",
    ),
    low=4,
    high=4,
    solution=4,
    explain="1 from the tie, 3 from the class that wins, 0 from the one that loses clearly.",
    mistakes=[
        Mistake(
            "right_class_too",
            "The right class does not count: it is compared with the others, not with itself.",
            (5, 5),
        ),
        Mistake("no_margin", "A tie is not enough: the right score shall win by 1.", (2, 2)),
        Mistake(
            "not_cut_off",
            "The class that loses clearly pays nothing back: -2 counts as 0.",
            (1, 1),
        ),
        Mistake("worst_only", "That is the worst class alone. All others are summed.", (3, 3)),
    ],
)
