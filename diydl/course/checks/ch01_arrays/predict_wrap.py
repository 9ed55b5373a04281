"""01/predict-wrap: 200 + 100 in one byte."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "01/predict-wrap",
    "200 + 100, in bytes of uint8",
    hints=(
        "What is the largest number that eight bits can hold?",
        "A car's odometer with five digits goes from 99999 to 00000. This one goes from 255 to 0.",
        "1. 255 is the largest number.\n2. One more is 0 again.\n3. Count on: 300 is 256 and more.",
    ),
    low=44,
    high=44,
    solution=44,
    explain=(
        "After 255 a uint8 begins again at 0, so 300 becomes 300 - 256 = 44. NumPy says nothing: "
        "an array does not look at each of its sums."
    ),
    mistakes=[
        Mistake(
            "as_in_python",
            "Python's own whole numbers grow as long as they need to. An array's have a fixed "
            "number of bytes: a uint8 ends at 255.",
            (300, 300),
        ),
        Mistake(
            "stops_at_the_top",
            "It does not stop at 255, it goes on from 0. (Cameras stop at the top; that is called "
            "saturating.)",
            (255, 255),
        ),
        Mistake(
            "one_off",
            "Nearly: 255 is the last number and 0 follows it, so 256 is taken off, not 255.",
            (45, 45),
        ),
        Mistake(
            "signed",
            "That would be an int8, with a sign, or a wrong turn. A uint8 has no sign: 0 to 255.",
            (-256, -1),
        ),
    ],
)
