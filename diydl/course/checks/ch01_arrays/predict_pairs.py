"""01/predict-pairs: (5, 1) minus (5,)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "01/predict-pairs",
    "How many numbers has the difference?",
    hints=(
        "Write the two shapes below each other, the last sizes in one column.",
        "`answers` has one axis. Where does the missing one go: in front, or behind?",
        "1. (5, 1) stands above (5,), which becomes (1, 5).\n"
        "2. In both columns a 1 meets a 5.\n"
        "3. How large is the result?",
    ),
    low=25,
    high=25,
    solution=25,
    explain=(
        "(5,) counts as (1, 5), and both ones stretch: a table of 5 x 5, every guess minus every "
        "answer. Its mean is a number that looks like a loss, and it is wrong. Perhaps the most "
        "common silent bug of all."
    ),
    mistakes=[
        Mistake(
            "one_each",
            "That is what was meant, and not what happens. A missing axis is put in front: (5,) "
            "becomes (1, 5), a row, and meets a column.",
            (5, 5),
        ),
        Mistake(
            "side_by_side",
            "Subtracting does not put arrays side by side. Line the shapes up at the right and let "
            "the ones stretch.",
            (10, 10),
        ),
        Mistake(
            "all_cancelled",
            "Each answer does equal one guess, but count the numbers of the difference, whatever "
            "they are.",
            (0, 1),
        ),
    ],
)
