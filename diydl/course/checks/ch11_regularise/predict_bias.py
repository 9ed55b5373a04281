"""11/predict-bias: a bias in front of a norm."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "11/predict-bias",
    "A bias in front of a norm",
    hints=(
        "What happens to the mean of a channel when 7 is added to all its numbers?",
        "The norm subtracts the mean. Is anything left of the 7?",
        (
            "1. All numbers of the channel grow by 7.\n"
            "2. Their mean grows by 7.\n"
            "3. The norm subtracts the mean: how much is left?"
        ),
    ),
    low=0,
    high=0,
    solution=0,
    explain=(
        "0: the mean grows by 7 as well, and the norm subtracts it. A bias in front of a batch "
        "norm does nothing and gets no gradient, so people leave it out: `nn.Linear(..., "
        "bias=False)`."
    ),
    mistakes=[
        Mistake(
            "turned",
            "The mean grows by 7, and is subtracted. But the numbers themselves grow by 7, too.",
            (-7, -1),
        ),
        Mistake(
            "passes",
            "The norm subtracts the mean of the channel, and that has grown by 7 too.",
            (7, 7),
        ),
        Mistake(
            "divided",
            "The 7 is gone before anything is divided: it is in the mean, and that is subtracted.",
            (1, 6),
        ),
    ],
)
