"""10/recall-uniform: the loss of somebody who guesses (chapter 08)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "10/recall-uniform",
    "The loss of a guess",
    hints=(
        "Which probability does somebody who knows nothing give to each of ten digits?",
        "Cross-entropy is minus the logarithm of the probability of the right class.",
        "1. Each class gets 1/10.\n2. Minus the natural logarithm of 0.1 is 2.3026.\n"
        "3. Times 100, rounded.",
    ),
    low=230,
    high=231,
    solution=230,
    explain=(
        "-log(1/10) is 2.303. An untrained network should begin there; one that begins far above "
        "has its beginnings wrong."
    ),
    mistakes=[
        Mistake(
            "base_two",
            "That is the logarithm to base 2. The loss has the natural one.",
            (332, 333),
        ),
        Mistake(
            "base_ten",
            "That is the logarithm to base 10. The loss has the natural one.",
            (100, 100),
        ),
        Mistake("share", "That is the share of wrong answers. What is their loss?", (90, 90)),
    ],
)
