"""05/recall-uses: a value that is used twice (chapter 03)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "05/recall-uses",
    "The gradient of a value that is used twice",
    hints=(
        "On how many ways does w reach y?",
        "Each use sends a gradient back to w. What happens to the two?",
        "1. By way of w * w the gradient is w + w, at w = 3.\n2. By way of 4 * w it is 4.\n3. Add.",
    ),
    low=10,
    high=10,
    solution=10,
    explain="6 by way of the square and 4 by way of the product: gradients of all uses add up.",
    mistakes=[
        Mistake(
            "one_factor",
            "By way of w * w there are two uses, and each one sends 3.",
            (7, 7),
        ),
        Mistake("square_alone", "That is the share of w * w. 4 * w uses w as well.", (6, 6)),
        Mistake("product_alone", "That is the share of 4 * w. w * w uses w as well.", (4, 4)),
        Mistake("value", "That is y itself. Its slope is asked for.", (21, 21)),
        Mistake("times", "Shares of several uses are added, not multiplied.", (24, 24)),
    ],
)
