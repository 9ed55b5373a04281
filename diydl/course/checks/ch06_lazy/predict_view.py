"""06/predict-view: who may use whose memory, when views are about."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "06/predict-view",
    "Until which step is the memory needed?",
    hints=(
        "Step 1 looks at the memory of a. Who reads what step 1 has made?",
        "`turned` has no memory of its own: whoever reads it reads the memory of `a`.",
        "1. `a` itself is read by steps 1 and 2.\n"
        "2. `turned` looks at the memory of `a`.\n"
        "3. Which step is the last to read `turned`?",
    ),
    low=4,
    high=4,
    solution=4,
    explain=(
        "Step 4: it reads `turned`, which is another way to look at the memory of `a`. If `c` had "
        "been put there in step 3, step 4 would have read `c`."
    ),
    mistakes=[
        Mistake(
            "name",
            "Step 2 is the last that names `a`. But `turned` looks at the same memory, and is "
            "read later.",
            (2, 2),
        ),
        Mistake("the_view", "Step 1 only looks: it reads no number of `a`.", (1, 1)),
        Mistake(
            "the_end", "Step 5 reads what was made of it, which has memory of its own.", (5, 5)
        ),
        Mistake("between", "Step 3 reads `b` alone.", (3, 3)),
    ],
)
