"""01/predict-speed: a loop of Python beside one call."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "01/predict-speed",
    "How many times as fast is one call on the array?",
    hints=(
        "How much work does Python do for one number: fetch it, look up what + means, make a new "
        "number?",
        "A loop of Python takes some 50 nanoseconds or more a number. A processor can add several "
        "numbers in one nanosecond.",
        "1. 96,000 numbers at some 50 nanoseconds are 5 thousandths of a second.\n"
        "2. One call needs some 0.02 to 0.1 thousandths.\n"
        "3. Divide.",
    ),
    low=10,
    high=2000,
    solution=100,
    explain=(
        "The measurement below has the last word; machines differ, and anything from 10 to 2000 "
        "counts here. The loop pays Python's price for each of 96,000 numbers, the call once."
    ),
    mistakes=[
        Mistake(
            "the_same",
            "The loop in Python costs much more than the additions themselves: for each number it "
            "looks up types, makes objects, counts references. The call on the array does that "
            "once.",
            (0, 9),
        ),
        Mistake(
            "slower",
            "A negative number? How many times as fast: 1 means equally fast.",
            (-(10**12), -1),
        ),
        Mistake(
            "as_many_as_numbers",
            "That would be nearly no time at all for the call. It still has to read every number.",
            (2001, 10**12),
        ),
    ],
)
