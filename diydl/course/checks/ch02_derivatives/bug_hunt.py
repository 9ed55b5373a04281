"""02/bug-hunt: a gradient by hand with a mistake of this chapter's bank."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "02/bug-hunt",
    "A gradient that leads astray",
    hints=(
        "Lines 3 to 5 go forward and lines 6 to 8 go back. Which operation does each of the last "
        "three undo?",
        "Line 6 goes back through the sum and the square, line 7 through tanh, line 8 through the "
        "product. Compare each slope with what you know.",
        "1. The slope of h squared is 2 h.\n"
        "2. The slope of tanh is one minus the square of its result.\n"
        "3. The gradient for the second matrix is the turned first one times g.",
    ),
    code=(
        "rng = np.random.default_rng(0)\n"
        "x, w = rng.normal(size=(5, 3)), rng.normal(size=(3, 2))\n"
        "a = x @ w\n"
        "h = np.tanh(a)\n"
        "loss = np.sum(h * h)\n"
        "gh = 2 * h\n"
        "ga = gh * (1 - h)\n"
        "gw = x.T @ ga"
    ),
    wrong=7,
    fixed="ga = gh * (1 - h * h)",
    explain=(
        "The slope of tanh is 1 - tanh(a)^2. Without the square it is right where h is 0 or 1 and "
        "nowhere else, and since it has the right shape nothing complains: only a check does."
    ),
)
exercise.innocent(
    6,
    "Line 6 is right: the final number's own g is 1, the sum hands it to every element, and the "
    "slope of h squared is 2 h.",
)
exercise.innocent(
    8,
    "Line 8 is right: the gradient for the second matrix of a product is the turned first one "
    "times g, and x.T @ ga has the shape of w.",
)
exercise.innocent(
    5,
    "Line 5 is right: it squares every element of h and adds them all up.",
)
exercise.innocent(
    3,
    "Line 3 is right: (5, 3) times (3, 2) gives (5, 2).",
)
