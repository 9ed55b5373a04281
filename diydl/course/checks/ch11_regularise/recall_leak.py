"""11/recall-leak: what the test must not tell (chapter 10)."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "11/recall-leak",
    "What the test gave away",
    hints=(
        "What does the training know about the examples that it is to be tested on?",
        "Which line looks at all 40 rows?",
        "1. `order[:30]` are the rows to learn from, `order[30:]` those of the test.\n"
        "2. Everything that is learned, also a mean, has to come from the first.\n"
        "3. Which line learns something from both?",
    ),
    code=(
        "rng = np.random.default_rng(0)\n"
        "x = rng.normal(3.0, 2.0, size=(40, 5))\n"
        "order = rng.permutation(40)\n"
        "mean, std = x.mean(axis=0), x.std(axis=0)\n"
        "train = (x[order[:30]] - mean) / std\n"
        "test = (x[order[30:]] - mean) / std\n"
        "leak = abs(train.mean(axis=0)).max()"
    ),
    wrong=4,
    fixed="mean, std = x[order[:30]].mean(axis=0), x[order[:30]].std(axis=0)",
    explain=(
        "Mean and spread are learned too, here from all 40 rows: the test has helped to train. The "
        "score comes out too good, by little or by much, and nothing looks wrong."
    ),
)
exercise.innocent(3, "Line 3 is right: a split has to be at random, and this one is.")
exercise.innocent(5, "Line 5 is right: what is learned from is standardised.")
exercise.innocent(
    6,
    "Line 6 is right: the test is standardised with the same two numbers as the training, never "
    "with its own.",
)
