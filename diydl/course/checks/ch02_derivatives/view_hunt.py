"""02/view-hunt: a view that changes its owner, the fault that spoils gradient checks."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "02/view-hunt",
    "A sum that changes",
    hints=(
        "The sum of 1, 2, 3 and 4 is 10, and the program says 37. Which number of x has changed?",
        "`x[:2]` is a view: it looks into the memory of x. Who writes through it?",
        "1. Line 1 makes x; line 2 makes a view of its first half.\n"
        "2. One line writes into that memory, in place.\n"
        "3. The same with `first * 10` would have made a new array.",
    ),
    code=(
        "x = np.array([1.0, 2.0, 3.0, 4.0])\n"
        "first = x[:2]\n"
        "first *= 10\n"
        "total = np.sum(x)\n"
        'print("ten times the first two:", first)\n'
        'print("the sum of x itself:", total)'
    ),
    wrong=3,
    fixed="first = first * 10",
    explain=(
        "`*=` writes in place, and `first` is a view of x: x itself became 10, 20, 3, 4. Keep this "
        "in mind for the gradient checker that you write today."
    ),
)
exercise.innocent(
    2,
    "Line 2 alone does no harm: it makes a view, a second look at the same memory. Nothing has "
    "changed yet. Who writes through it?",
)
exercise.innocent(
    4,
    "Line 4 adds up what is in x, and rightly so. But what is in x by then?",
)
exercise.innocent(
    1,
    "Line 1 is right: four numbers whose sum is 10.",
)
