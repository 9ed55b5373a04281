"""01/predict-outputs: how many numbers leave the network of chapter 00."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "01/predict-outputs",
    "How many numbers come out?",
    hints=(
        "What does the network say about one picture?",
        "It gives one score for each digit. A batch is treated picture by picture.",
        "1. Count the scores of one picture.\n2. Count the pictures.\n3. Multiply.",
    ),
    low=320,
    high=320,
    solution=320,
    explain="Ten scores for each of 32 pictures: a table of 32 rows and 10 columns.",
    mistakes=[
        Mistake(
            "one_picture",
            "Ten scores are right for one picture. Here 32 go in at once.",
            (10, 10),
        ),
        Mistake(
            "one_answer_each",
            "One number a picture would be the digit itself. The network gives a score for each "
            "of the ten digits, and the highest one is its answer.",
            (32, 32),
        ),
        Mistake(
            "hidden_layer",
            "32 x 48 numbers come out of the first layer. The last one makes ten scores a picture.",
            (1536, 1536),
        ),
        Mistake(
            "inputs",
            "32 x 64 numbers go in. Ask what comes out: scores.",
            (2048, 2048),
        ),
        Mistake(
            "knobs",
            "That many knobs are inside, however many pictures go through. Count the scores.",
            (3610, 3610),
        ),
    ],
)
