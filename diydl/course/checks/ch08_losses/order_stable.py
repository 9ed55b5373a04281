"""08/order-stable: cross-entropy in five lines."""

from diydl.course.question import Ordering

exercise = Ordering(
    "08/order-stable",
    "Cross-entropy in five lines",
    hints=(
        "What must be known before anything may be put into an exponential?",
        "Top, shift, total, logarithms, pick.",
        "1. The largest score of each row.\n"
        "2. The scores, shifted by it.\n"
        "3. The sum of their exponentials.\n"
        "4. The logarithms of the probabilities.\n"
        "5. Those of the right classes, and their mean.",
    ),
    steps={
        "top": "top = scores.max(axis=1, keepdims=True)",
        "shift": "shifted = scores - top",
        "total": "total = np.exp(shifted).sum(axis=1, keepdims=True)",
        "logs": "logs = shifted - np.log(total)",
        "pick": "loss = -logs[np.arange(len(labels)), labels].mean()",
    },
    distractors={
        "probabilities": (
            "logs = np.log(np.exp(shifted) / total)",
            "it goes through probabilities. A probability of exp(-1000) is rounded to 0, and its "
            "logarithm is minus infinity.",
        ),
        "whole_top": (
            "top = scores.max()",
            "each row needs its own largest score: beside a row of 1000, one of 0 would vanish.",
        ),
    },
    shown=("pick", "whole_top", "shift", "logs", "top", "probabilities", "total"),
    explain="Top, shift, total, logarithms, pick: no step can overflow or round away what counts.",
)
exercise.wrong_order(
    "The total is summed before the shift: nothing is named `shifted` yet, and exp(1000) would be "
    "infinite.",
    *("top", "total", "shift", "logs", "pick"),
)
exercise.wrong_order(
    "The logarithms need the total.",
    *("top", "shift", "logs", "total", "pick"),
)
exercise.wrong_order(
    "You pick from the logarithms before they are there.",
    *("top", "shift", "total", "pick", "logs"),
)
exercise.wrong_order(
    "The shift needs the top first.",
    *("shift", "top", "total", "logs", "pick"),
)
