"""09/recall-step: one step downhill (chapters 00 and 03)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "09/recall-step",
    "One step downhill",
    hints=(
        "What is the slope of w * w at w = 10?",
        "A step goes against the slope, by the learning rate times the slope.",
        "1. Slope: 2 times 10.\n2. Step: 0.1 times that.\n3. Take it away from 10.",
    ),
    low=8,
    high=8,
    solution=8,
    explain="The slope of w * w at 10 is 20; 10 - 0.1 * 20 = 8.",
    mistakes=[
        Mistake("uphill", "12 lies uphill. The step goes against the slope.", (12, 12)),
        Mistake("loss", "You took 0.1 times the loss. The step follows the slope, 20.", (0, 0)),
        Mistake("half", "The slope of w * w is 2 w, not w.", (9, 9)),
    ],
)
