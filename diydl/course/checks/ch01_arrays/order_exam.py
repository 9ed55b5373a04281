"""01/order-exam: from scores to the share of right answers."""

from diydl.course.question import Ordering

exercise = Ordering(
    "01/order-exam",
    "From pictures to the share of right answers",
    hints=(
        "Which of the lines needs nothing but the pictures?",
        "Follow the names: scores, guesses, right, share. Then look at the two lines that differ "
        "in the axis: how many guesses does each of them make?",
        "1. Scores: one row for each picture.\n"
        "2. Guesses: one for each row.\n"
        "3. Compare them with the answers.\n"
        "4. The mean of True and False is the share.",
    ),
    steps={
        "scores": "scores = network(exam)",
        "guesses": "guesses = scores.argmax(axis=1)",
        "right": "right = guesses == answers",
        "share": "share = right.mean()",
    },
    distractors={
        "down": (
            "guesses = scores.argmax(axis=0)",
            "axis 0 walks down the rows: it finds, for each digit, the picture with the highest "
            "score, ten numbers in all. A guess for each picture walks along axis 1.",
        ),
    },
    shown=("right", "down", "scores", "share", "guesses"),
    explain="Scores, guesses, comparison, mean: each line uses what the one before it made.",
)
exercise.wrong_order(
    "Axis 0 walks down the rows and finds a picture for each digit. You want a digit for each "
    "picture: along axis 1.",
    *("scores", "down", "right", "share"),
)
exercise.wrong_order(
    "You compare before there are guesses to compare: they come from the scores.",
    *("scores", "right", "guesses", "share"),
)
exercise.wrong_order(
    "The mean needs the comparison: which answers are right, True or False.",
    *("scores", "guesses", "share", "right"),
)
exercise.wrong_order(
    "The guesses are read off the scores, so the network comes first.",
    *("guesses", "scores", "right", "share"),
)
