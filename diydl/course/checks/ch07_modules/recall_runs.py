"""07/recall-runs: what a graph computes, and when (chapter 04)."""

from diydl.course.bank import Mistake
from diydl.course.question import Prediction

exercise = Prediction(
    "07/recall-runs",
    "How often is something added?",
    hints=(
        "When does a graph compute?",
        "Describing a sum does not add anything up. Only `run` does, for what it is asked for.",
        "1. Two sums were described.\n2. One of them is fetched, twice.\n3. Count the additions.",
    ),
    low=2,
    high=2,
    solution=2,
    explain="Nothing runs when it is described, and of what was described only what is asked for.",
    mistakes=[
        Mistake("described", "Nothing is computed when it is described: wait for `run`.", (3, 3)),
        Mistake("both", "Only what is fetched is computed, and what it depends on.", (4, 4)),
        Mistake("once", "Each run computes anew: other numbers may have been fed.", (1, 1)),
        Mistake("never", "`run` computes what is asked for.", (0, 0)),
    ],
)
