"""11/recall-he: how wide weights begin (chapter 07)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "11/recall-he",
    "How wide do the weights begin?",
    hints=(
        (
            "A sum of 50 numbers, half of which a ReLU has cut off: how large must each weight be "
            "so that the sum is as large as its parts?"
        ),
        "He's rule: the variance of a weight is 2 divided by the number of inputs.",
        (
            "1. Variance: 2 / 50 = 0.04.\n"
            "2. The standard deviation is its root.\n"
            "3. In hundredths: times 100."
        ),
    ),
    low=20,
    high=20,
    solution=20,
    explain=(
        "The variance is 2 / 50 = 0.04, its root 0.2: 20 hundredths. The 2 makes up for the half "
        "that a ReLU cuts off."
    ),
    mistakes=[
        Mistake(
            "variance",
            "4 hundredths is the variance. The standard deviation is its root.",
            (4, 4),
        ),
        Mistake(
            "without_the_two",
            (
                "That is the rule for layers without a ReLU, 1 / 50 under the root. A ReLU cuts "
                "off half, so the variance has to be twice as large."
            ),
            (14, 14),
        ),
        Mistake(
            "by_outputs",
            (
                "That would be a rule by another number than that of the inputs. Each output is a "
                "sum over the 50 inputs."
            ),
            (1, 3),
        ),
    ],
)
