"""07/predict-shared: how many numbers a model with a shared layer has."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "07/predict-shared",
    "How many numbers are trained?",
    hints=(
        "How many numbers has a layer from 4 to 4, and how many one from 4 to 2?",
        "The first layer is applied twice. Is it there twice?",
        "1. From 4 to 4: 16 weights and 4 biases.\n2. From 4 to 2: 8 weights and 2 biases.\n"
        "3. Count each layer once.",
    ),
    low=30,
    high=30,
    solution=30,
    explain="20 for the shared layer, once, and 10 for the last: what is shared is one thing.",
    mistakes=[
        Mistake(
            "twice",
            "You count the shared layer twice. It is applied twice, and is there once.",
            (50, 50),
        ),
        Mistake("without_biases", "Each layer has a bias as well, one for each output.", (24, 24)),
        Mistake("both_faults", "Biases are missing, and the shared layer counts once.", (40, 40)),
        Mistake("shared_alone", "The last layer is missing.", (20, 20)),
    ],
)
