"""06/predict-moved: what fusion saves."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "06/predict-moved",
    "How many MB are moved?",
    hints=(
        "What has to come from memory, and what has to go there, if all that is between stays in "
        "the cache?",
        "Block by block: a piece of x comes in, ten steps are done, a piece of the result goes "
        "out.",
        "1. x is read once: 64 MB.\n"
        "2. What is between stays in the cache.\n"
        "3. The result is written once.",
    ),
    low=128,
    high=128,
    solution=128,
    explain=(
        "128 MB: x comes in once, the result goes out once. Step by step it was ten times as "
        "much, so up to ten times the time where memory is what one waits for."
    ),
    mistakes=[
        Mistake(
            "step_by_step",
            "That is what ten steps move, one after the other. In blocks, what is between does "
            "not leave the cache.",
            (1280, 1280),
        ),
        Mistake("reading_only", "The result has to be written, too.", (64, 64)),
        Mistake(
            "each_step_once",
            "That would be one trip through memory for each step: what is between stays in the "
            "cache.",
            (640, 704),
        ),
    ],
)
