"""04/recall-order: a topological order (chapter 03)."""

from diydl.course.question import Ordering

exercise = Ordering(
    "04/recall-order",
    "Inputs before their users",
    hints=(
        "Which line uses nothing but x and y?",
        "A line may come when everything that it uses stands above it.",
        "1. `p` uses x and y alone: it comes first.\n"
        "2. `q` uses `p`; `r` uses `q` and `p`.\n"
        "3. One line uses something that is defined nowhere.",
    ),
    steps={
        "p": "p = x * y",
        "q": "q = exp(p)",
        "r": "r = q + p",
    },
    distractors={
        "s": (
            "t = s * r",
            "This line uses `s`, which none of the others makes: it does not belong to this graph.",
        ),
    },
    shown=("r", "s", "q", "p"),
    explain="Each line stands after those that it uses: that is a topological order.",
)
exercise.wrong_order(
    "That is the order in which gradients are passed on. To compute, inputs come before users.",
    *("r", "q", "p"),
)
exercise.wrong_order(
    "`r` uses `q`, so `q` has to stand above it.",
    *("p", "r", "q"),
)
exercise.wrong_order(
    "`p` must stand above both others: `q` uses it, and so does `r`.",
    *("q", "p", "r"),
)
