"""03/predict-two-ways: a value that is used twice."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "03/predict-two-ways",
    "How fast does x * y + x change with x?",
    hints=(
        "Along how many ways does x reach the result?",
        "Move x from 3 to 3.001, keep y = 4, and compute the result again.",
        "1. Through the product: its slope in x is y.\n"
        "2. Directly, through the sum: its slope in x is 1.\n"
        "3. Both happen at once: add.",
    ),
    low=5,
    high=5,
    solution=5,
    explain="The way through the product brings 4, the direct way brings 1, and together 5.",
    mistakes=[
        Mistake(
            "first_way_only",
            "That is what comes through the product. x is used a second time, in the sum: what "
            "comes along both ways is added.",
            (4, 4),
        ),
        Mistake(
            "last_way_only",
            "That is what comes directly through the sum. x is also part of the product: what "
            "comes along both ways is added.",
            (1, 1),
        ),
        Mistake(
            "slope_in_y",
            "That is how fast the result changes with y. Hold y = 4 still and move x.",
            (3, 3),
        ),
        Mistake(
            "the_value",
            "15 is the result itself. How much does it change when x grows by a little, for each "
            "unit of x?",
            (15, 15),
        ),
    ],
)
