"""00/predict-untrained: what a network knows before it has learned."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "00/predict-untrained",
    "How many of 100 does an untrained network read?",
    hints=(
        "What would you score on a test in a language that you do not know?",
        "There are ten digits, and the network cannot tell them apart yet.",
        "1. Its knobs stand at random, so its answers have nothing to do with the pictures.\n"
        "2. Each picture shows one of ten digits, each about equally often.\n"
        "3. So how many of 100 answers are right by luck?",
    ),
    low=3,
    high=20,
    solution=10,
    explain=(
        "With its knobs at random the network guesses blindly, and one of ten blind guesses is "
        "right: about 10 of 100, a few more or fewer by luck."
    ),
    mistakes=[
        Mistake(
            "none",
            "Not quite none. Knowing nothing is not the same as being always wrong: a blind guess "
            "among ten digits is right one time in ten.",
            (0, 2),
        ),
        Mistake(
            "half",
            "Half would be blind guessing between two answers, heads or tails. Here there are ten.",
            (40, 60),
        ),
        Mistake(
            "already_trained",
            "That is what it will reach after training. Now its knobs stand at random: nobody has "
            "shown it a single picture.",
            (80, 100),
        ),
        Mistake(
            "over_100",
            "It is shown 100 pictures, so the number lies between 0 and 100.",
            (101, 10**12),
        ),
    ],
)
