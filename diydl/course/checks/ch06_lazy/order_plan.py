"""06/order-plan: from a function to a plan that runs."""

from diydl.course.question import Ordering

exercise = Ordering(
    "06/order-plan",
    "From a function to a plan",
    hints=(
        "Which of these happen once, and which one with each call?",
        "Chains of steps are joined when no step is superfluous any more; memory is given out "
        "when it is clear which steps there are.",
        "1. The function runs once, on values without numbers.\n"
        "2. What it described is numbered.\n"
        "3. Superfluous steps go, then chains are joined.\n"
        "4. Memory comes last. Then the plan runs.",
    ),
    steps={
        "trace": "call the function once, with lazy values that have no numbers",
        "number": "number the tensors: steps over slots",
        "merge": "leave out what is computed twice",
        "fuse": "join elementwise steps into chains",
        "reuse": "give each value a place in a buffer",
        "run": "run the steps with the numbers of this call",
    },
    distractors={
        "realize": (
            "realize the loss, to see what it depends on",
            "Nothing is computed while a plan is made: the values have no numbers yet.",
        ),
    },
    shown=("reuse", "trace", "fuse", "realize", "run", "number", "merge"),
    explain=(
        "Trace, number, leave out, join, give places: all of that once. Then run, as often as you "
        "like."
    ),
)
exercise.wrong_order(
    "Places are given out before it is clear which steps there are: chains need fewer of them, "
    "since what is between stays in the cache.",
    *("trace", "number", "merge", "reuse", "fuse", "run"),
)
exercise.wrong_order(
    "Chains are joined before superfluous steps are gone: twins that end up in two chains are "
    "not found any more.",
    *("trace", "number", "fuse", "merge", "reuse", "run"),
)
exercise.wrong_order(
    "There is nothing to number before the function has described something.",
    *("number", "trace", "merge", "fuse", "reuse", "run"),
)
