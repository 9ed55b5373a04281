"""10/predict-mean: a small last batch."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "10/predict-mean",
    "Three batches, one mean",
    hints=(
        "How many examples are there, and how many answers were right?",
        "32 + 32 + 4 examples. Which share of them was right?",
        "1. Right answers: 24 + 24 + 0 = 48.\n2. Examples: 68.\n3. 48 / 68 is 0.706.",
    ),
    low=70,
    high=71,
    solution=71,
    explain=(
        "48 of 68 are 71 %. The mean of 75, 75 and 0 is 50 %: there, four examples count as much "
        "as 32."
    ),
    mistakes=[
        Mistake(
            "mean_of_means",
            "That is the mean of the three shares. The last batch has 4 examples and counts as "
            "much as the others with 32: add up right answers and examples, and divide once.",
            (50, 50),
        ),
        Mistake(
            "right_answers", "That is the number of right answers, 24 + 24. Of how many?", (48, 48)
        ),
        Mistake("ignores_the_last", "The last batch does count, for its 4 examples.", (75, 75)),
    ],
)
