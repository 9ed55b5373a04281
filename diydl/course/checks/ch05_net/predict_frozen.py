"""05/predict-frozen: how many modules run backward."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "05/predict-frozen",
    "How many modules run backward?",
    hints=(
        "Which leaves are trained? Follow the arrows from them to the loss.",
        "A module runs backward if its output wants a gradient. What lies before the last trained "
        "leaf wants none.",
        "1. `head.weight` and `head.bias` are trained, all other leaves are not.\n"
        "2. The output of the last affine module depends on them.\n"
        "3. After it come the loss of each picture and their mean. Count the three.",
    ),
    low=3,
    high=3,
    solution=3,
    explain=(
        "Three: the last affine module, the loss of each picture, and the mean. Both layers of "
        "the body run forward only. With a deep body that saves most of the way back, which costs "
        "about twice as much as the way forward."
    ),
    mistakes=[
        Mistake(
            "all",
            "All modules run backward when nothing is frozen. Here the body is: nobody in it or "
            "before it would learn from a gradient.",
            (7, 7),
        ),
        Mistake(
            "stops_at_head",
            "The head is reached from the loss alone: the loss and the mean have to run backward "
            "too.",
            (1, 2),
        ),
        Mistake(
            "one_too_far",
            "What stands right before the head gets no gradient: it depends on frozen leaves only.",
            (4, 6),
        ),
        Mistake("none", "Two leaves are still trained, those of the head.", (0, 0)),
    ],
)
