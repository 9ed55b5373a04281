"""02/order-accuracy: a question from chapter 00."""

from diydl.course.question import Ordering

exercise = Ordering(
    "02/order-accuracy",
    "From pictures to a share of right answers",
    hints=(
        "Each line uses a name that another line makes. Which one needs only the pictures?",
        "From pictures to scores, from scores to answers, from answers to right or wrong, from "
        "there to a share.",
        "1. The network turns pictures into scores.\n"
        "2. The highest score of each row is its answer: axis 1 goes along a row.\n"
        "3. Compare with the labels.\n"
        "4. Take the mean.",
    ),
    steps={
        "scores": "scores = network(pictures)",
        "answers": "answers = scores.argmax(axis=1)",
        "right": "right = answers == labels",
        "share": "share = float(right.mean())",
    },
    distractors={
        "wrong_axis": (
            "answers = scores.argmax(axis=0)",
            "axis 0 goes down a column: it would find, for each digit, the picture that looks most "
            "like it.",
        ),
    },
    shown=("right", "wrong_axis", "share", "scores", "answers"),
    explain="Scores, the best of each row, compared with the labels, and the mean of that.",
)
exercise.wrong_order(
    "`right` compares answers with labels, and there are no answers yet: first find the highest "
    "score of each row.",
    *("scores", "right", "answers", "share"),
)
exercise.wrong_order(
    "The share is the mean of what is right or wrong, so that has to be known before.",
    *("scores", "answers", "share", "right"),
)
exercise.wrong_order(
    "The highest score can only be found once there are scores: the network comes first.",
    *("answers", "scores", "right", "share"),
)
