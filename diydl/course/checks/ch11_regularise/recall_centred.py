"""11/recall-centred: what a mean sends back (chapters 02 and 03)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "11/recall-centred",
    "The way back through a mean",
    hints=(
        (
            "When x[1] grows by 1, the mean of four numbers grows by how much? And out[0], from "
            "which it is subtracted?"
        ),
        "Only out[0] sends something back, with the weight 1. How does out[0] depend on x[1]?",
        (
            "1. out[0] = x[0] - (x[0] + x[1] + x[2] + x[3]) / 4.\n"
            "2. Its derivative with respect to x[1] is -1/4.\n"
            "3. In hundredths: times 100."
        ),
    ),
    low=-25,
    high=-25,
    solution=-25,
    explain=(
        "out[0] contains x[1] only within the mean, with the weight 1/4 and the sign minus: -25 "
        "hundredths. Whoever is subtracted from all gets something back from all: you need that "
        "for norms."
    ),
    mistakes=[
        Mistake(
            "no_effect",
            (
                "x[1] is not beside out[0], but it is in the mean, and the mean is subtracted "
                "from out[0]."
            ),
            (0, 0),
        ),
        Mistake(
            "sign",
            "The mean is subtracted: when x[1] grows, out[0] falls.",
            (25, 25),
        ),
        Mistake(
            "own",
            "That is what x[0] gets, which is in out[0] itself too: 1 - 1/4.",
            (75, 75),
        ),
    ],
)
