"""11/recall-decay: a weight that nobody pulls at (chapter 09)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "11/recall-decay",
    "Decay without a gradient",
    hints=(
        (
            "AdamW takes the decay out of the gradient. What does it do with the weight itself, "
            "in each step?"
        ),
        "The weight is multiplied by 1 - lr times decay, whatever the gradient is.",
        (
            "1. lr times decay: 0.1 times 0.1 is 0.01.\n"
            "2. The weight loses that share of itself.\n"
            "3. One hundredth of 100 is 1."
        ),
    ),
    low=99,
    high=99,
    solution=99,
    explain=(
        "It loses lr times decay, 0.1 x 0.1 = 0.01, of itself: 99. In plain Adam the decay would "
        "be a gradient of 10, which Adam divides by its own size: a step of about lr, whatever "
        "the strength."
    ),
    mistakes=[
        Mistake(
            "no_gradient",
            (
                "The gradient is 0, but the decay does not go through the gradient: the weight "
                "shrinks by a share of itself."
            ),
            (100, 100),
        ),
        Mistake(
            "without_lr",
            "That is the decay without the learning rate: AdamW multiplies both, 0.1 x 0.1.",
            (90, 90),
        ),
        Mistake(
            "share_left",
            "One hundredth is what it loses. What is left?",
            (1, 1),
        ),
    ],
)
