"""11/predict-moved: the same digits, one pixel further."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "11/predict-moved",
    "One pixel further",
    hints=(
        (
            "The network has a weight of its own for each pixel. What does it know about the "
            "pixel beside?"
        ),
        (
            "Each picture is 8 pixels wide, and each stroke about two. Where are the strokes "
            "after one pixel?"
        ),
        (
            "1. Guessing would give 10 %.\n"
            "2. Pictures that happen not to be moved, one in nine, are read as before.\n"
            "3. Most of the others look like something else, to somebody who looks at each pixel "
            "by itself."
        ),
    ),
    low=22,
    high=55,
    solution=35,
    explain=(
        "Little more than a third. It has learned which pixels are dark, not what a digit looks "
        "like: a person would not even notice. Convolutions (chapter 12) are built against this; "
        "here we show it moved pictures."
    ),
    mistakes=[
        Mistake(
            "as_before",
            (
                "It was never shown a moved picture. Each weight belongs to one pixel, and knows "
                "nothing of the pixel beside it."
            ),
            (70, 100),
        ),
        Mistake(
            "guessing",
            (
                "Somewhat better than guessing: one in nine is not moved at all, and some strokes "
                "are wide."
            ),
            (0, 15),
        ),
        Mistake(
            "half",
            "Still less.",
            (56, 69),
        ),
    ],
)
