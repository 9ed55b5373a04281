"""11/predict-heart: labels that mean nothing."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "11/predict-heart",
    "By heart",
    hints=(
        "The network has nearly nine thousand weights. How many pictures has it to tell apart?",
        (
            "Nothing has to be understood in order to tell a hundred pictures apart: each can be "
            "learned by itself."
        ),
        (
            "1. There are 100 pictures, no two alike.\n"
            "2. The network has about ninety weights for each.\n"
            "3. Is there anything that keeps it from learning every single one?"
        ),
    ),
    low=95,
    high=100,
    solution=100,
    explain=(
        "All of them, or nearly: with ninety weights for each picture it can learn every "
        "single one by itself, though there is nothing to understand. So a low loss on what was "
        "learned proves nothing. (Of new pictures it then reads one in ten.)"
    ),
    mistakes=[
        Mistake(
            "chance",
            (
                "10 % is what you get of new pictures. Those that it trains on it can learn by "
                "heart, one by one."
            ),
            (5, 20),
        ),
        Mistake(
            "none",
            (
                "It trains on these very labels, wrong as they are, and each step brings the loss "
                "down: it gets them right, whatever they mean."
            ),
            (0, 4),
        ),
        Mistake(
            "some",
            "It has about ninety weights for each picture, and no reason to stop.",
            (21, 94),
        ),
    ],
)
