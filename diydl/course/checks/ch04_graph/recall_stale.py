"""04/recall-stale: gradients of steps that are over (chapter 03)."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "04/recall-stale",
    "A walk that runs past the floor",
    hints=(
        "After each step there is a new gradient. What happens to the old one?",
        "Print `w.grad` in each round: is it the slope 2w at the place where w is now?",
        "1. The slope of w * w is 2w: it shrinks on the way down.\n"
        "2. In this program the gradient grows, although w gets smaller.\n"
        "3. Which line adds to what is there already?",
    ),
    code=(
        "w = dl.Parameter([4.0])\n"
        "for step in range(20):\n"
        "    loss = dl.sum(w * w)\n"
        "    loss.backward(accumulate=True)\n"
        "    dl.assign(w, w.data - 0.1 * w.grad.data)\n"
        "print(w)"
    ),
    wrong=4,
    fixed="    loss.backward()",
    explain=(
        "`accumulate=True` adds to the gradients of all steps before, which belong to places "
        "where w is no more. Without it, backward replaces them."
    ),
)
exercise.innocent(3, "Line 3 is right: in each round the loss is computed anew, with the new w.")
exercise.innocent(5, "Line 5 is right: a step against the gradient, after backward.")
exercise.innocent(2, "Line 2 is right: twenty rounds are enough to come close to the floor.")
