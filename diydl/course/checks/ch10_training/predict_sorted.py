"""10/predict-sorted: one class after the other."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "10/predict-sorted",
    "First all zeros, then all ones",
    hints=(
        "What does the network see in the last hundred pictures before the exam?",
        "While it sees nothing but nines, what would it do to its loss to answer nine to "
        "everything?",
        "1. In each stretch one answer is always right, and the network learns to give it.\n"
        "2. Whatever it learned before is overwritten.\n"
        "3. Of ten digits it will be good at the last ones, at most.",
    ),
    low=5,
    high=40,
    solution=10,
    explain=(
        "Hardly more than a blind guess, 10 to 20 %: it answers with few classes. Each stretch of "
        "one class pulls all weights towards that answer. A batch should look like the whole, so "
        "that its gradient points where the gradient of the whole does."
    ),
    mistakes=[
        Mistake(
            "as_good",
            "It sees the same pictures, but never two classes side by side. Nothing in a batch of "
            "threes says how a three differs from an eight.",
            (60, 100),
        ),
        Mistake(
            "half",
            "Worse. Whatever it learned about the first digits is overwritten by the later ones.",
            (41, 59),
        ),
        Mistake("nothing", "Somebody who always says the same is right in 10 %.", (0, 4)),
    ],
)
