"""09/bug-hunt: a decay that does not reach every weight."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "09/bug-hunt",
    "A decay that does not reach every weight",
    hints=(
        "Both weights should lose the same share. Where does the decay meet something that "
        "differs between them?",
        "Follow `decay` through the function: what is it divided by on its way?",
        "1. The means and their corrections are as they should be.\n"
        "2. The step divides the mean by the size, element by element.\n"
        "3. Is the decay in the mean by then?",
    ),
    code=(
        "def friends_adamw(p, g, m, s, step, lr, decay):\n"
        "    g = g + decay * p\n"
        "    m = 0.9 * m + 0.1 * g\n"
        "    s = 0.999 * s + 0.001 * g * g\n"
        "    mean = m / (1 - 0.9**step)\n"
        "    size = np.sqrt(s / (1 - 0.999**step)) + 1e-8\n"
        "    return p - lr * mean / size, m, s\n"
        "\n"
        "w = np.array([1.0, 1.0])\n"
        "m = s = np.zeros(2)\n"
        "for step in range(1, 101):\n"
        "    slopes = np.array([0.1, 100.0]) * (-1) ** step\n"
        "    w, m, s = friends_adamw(w, slopes, m, s, step, lr=0.01, decay=0.5)\n"
        'print("left of both:", w.round(2))'
    ),
    wrong=2,
    fixed="    p = p - lr * decay * p",
    explain=(
        "The decay is added to the gradient, goes through both means, and is divided by the size "
        "of the gradient: that is Adam with an L2 penalty. AdamW takes it from the parameter "
        "itself."
    ),
)
exercise.innocent(3, "Line 3 is right: a running mean of what comes in.")
exercise.innocent(4, "Line 4 is right: a running mean of the squares.")
exercise.innocent(5, "Line 5 is right: the mean is filled by 1 - 0.9**step.")
exercise.innocent(6, "Line 6 is right: first the correction, then the root, then eps.")
exercise.innocent(7, "Line 7 is right: the mean divided by the size, and both means returned.")
exercise.innocent(
    10, "Line 10 is right: both names mean one array of zeros, but nobody writes into it."
)
