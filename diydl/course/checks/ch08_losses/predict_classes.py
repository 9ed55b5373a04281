"""08/predict-classes: what not to know costs."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "08/predict-classes",
    "How many classes are there?",
    hints=(
        "Which probability does a network that knows nothing give to each of K classes?",
        "The loss is minus the logarithm of 1/K.",
        "1. Each class gets 1/K.\n2. -log(1/K) = log(K), and that is 4.6.\n3. So K is exp(4.6).",
    ),
    low=95,
    high=105,
    solution=100,
    explain=(
        "log(100) = 4.605. A good habit: before training, compare the first loss with log(K). If "
        "it is much higher, the network begins by being sure of something wrong."
    ),
    mistakes=[
        Mistake(
            "binary", "That is 2 to the power of 4.6. The logarithm is the natural one.", (24, 25)
        ),
        Mistake(
            "decimal", "The logarithm is the natural one, not that of base 10.", (39811, 39812)
        ),
        Mistake("loss", "4.6 is log(K), not K.", (4, 5)),
    ],
)
