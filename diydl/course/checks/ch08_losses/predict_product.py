"""08/predict-product: four hundred small numbers."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "08/predict-product",
    "A product of many probabilities",
    hints=(
        "What is 0.1 times 0.1 times 0.1, as a power of ten?",
        "How small may a number be before a float64 can no longer hold it?",
        "1. The product of 400 tenths is 10 to the power of -400.\n"
        "2. The smallest number that a float64 can hold is about 5e-324.\n"
        "3. What is smaller is rounded to the nearest number there is.",
    ),
    low=0,
    high=0,
    solution=0,
    explain=(
        "10 to the power of -400 is smaller than any float64 but 0, so it is rounded to 0. The sum "
        "of 400 logarithms is -921, a number like any other."
    ),
    mistakes=[
        Mistake(
            "exponent",
            "-400 is the exponent: the true product is 10 to the power of -400. Can a float64 hold "
            "that?",
            (-400, -400),
        ),
        Mistake("sum", "40 would be their sum. They are multiplied.", (40, 40)),
        Mistake("one", "Each factor makes it smaller: far below 1.", (1, 1)),
    ],
)
