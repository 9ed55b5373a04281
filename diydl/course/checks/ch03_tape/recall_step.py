"""03/recall-step: a slope that is nothing but noise (chapter 02)."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "03/recall-step",
    "A measured slope that is far off",
    hints=(
        "There are two errors in a finite difference. Which of them grows when the step gets "
        "small?",
        "A float64 has about 16 digits. How many of them are left of `up - down`?",
        "1. The slope of the sine at 1 is the cosine of 1, about 0.540.\n"
        "2. The program says 0.555.\n"
        "3. `up` and `down` agree in their first 15 digits: what does their difference consist of?",
    ),
    code=(
        "x = 1.0\n"
        "h = 1e-15\n"
        "up = np.sin(x + h)\n"
        "down = np.sin(x - h)\n"
        "slope = (up - down) / (2 * h)\n"
        "error = abs(slope - np.cos(x))"
    ),
    wrong=2,
    fixed="h = 1e-5",
    explain=(
        "The step is so small that `up` and `down` differ in their last digit only, and that digit "
        "is rounded. About 1e-5 is a good step for a central difference in float64."
    ),
)
exercise.innocent(
    4,
    "Line 4 is right: a central difference goes one step up and one step down, which is exact "
    "to a higher order.",
)
exercise.innocent(
    5, "Line 5 is right: between `up` and `down` lie two steps, so it divides by 2 * h."
)
exercise.innocent(6, "Line 6 is right: the derivative of the sine is the cosine.")
