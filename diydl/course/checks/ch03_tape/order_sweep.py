"""03/order-sweep: who is ready to pass its gradient on?"""

from diydl.course.question import Ordering

exercise = Ordering(
    "03/order-sweep",
    "Who passes its gradient on, and when?",
    hints=(
        "Who uses z? May z pass anything on before all of them have sent it their part?",
        "Begin with the result. From there, a value is ready once every line that uses it is done.",
        "1. `v` is the result: nobody uses it, it comes first.\n"
        "2. `z` is used by `v` and by `w`; `w` is used by `v` alone.\n"
        "3. `x` and `y` were not computed from anything: there is nobody to pass on to.",
    ),
    steps={
        "v": "v = w * z    sends to w and to z",
        "w": "w = z + x    sends to z and to x",
        "z": "z = x * y    sends to x and to y",
    },
    distractors={
        "x": (
            "x            sends to z",
            "x is a leaf. Gradients run from users to inputs, and x has no inputs.",
        ),
    },
    shown=("z", "x", "v", "w"),
    explain=(
        "The result first, and each value only after all of its users: z waits for both v and w. "
        "It is the order of computing, played backward."
    ),
)
exercise.wrong_order(
    "z gets something from v at once, but also from w. If z passes on before w has sent its part, "
    "that part never reaches x and y. First w, then z.",
    *("v", "z", "w"),
)
exercise.wrong_order(
    "That is the order in which the values were computed. Gradients run the other way: they begin "
    "at the result.",
    *("z", "w", "v"),
)
exercise.wrong_order(
    "w cannot pass anything on before it has got something, and that comes from v, the result: v "
    "is first.",
    *("w", "v", "z"),
)
