"""01/bug-hunt: differences of bytes."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "01/bug-hunt",
    "A reader that is right three times of five",
    hints=(
        "Which numbers can a pixel have in this program, and which can a difference have?",
        "In line 1 and 2 the pixels become whole numbers from 0 to 255, one byte each. Take a "
        "pixel of 10 and one of 20: what is 10 - 20?",
        "1. Write the dtype of the result beside each line.\n"
        "2. uint8 has no negative numbers.\n"
        "3. Find the line whose result should have some.",
    ),
    code=(
        "known = np.round(255 * images).astype(np.uint8)\n"
        "unknown = np.round(255 * exam).astype(np.uint8)\n"
        "difference = unknown[:, None, :] - known[None, :, :]\n"
        "distance = np.sqrt((difference.astype(float) ** 2).sum(axis=2))\n"
        "nearest = distance.argmin(axis=1)\n"
        "share = (labels[nearest] == answers).mean()"
    ),
    wrong=3,
    fixed="difference = unknown[:, None, :].astype(float) - known[None, :, :]",
    explain=(
        "10 - 20 in uint8 is 246: the difference runs over before line 4 makes it a float. Convert "
        "first, subtract then."
    ),
)
exercise.innocent(
    1,
    "Line 1 is right: pictures are stored like this everywhere, a byte for each pixel, and 0 to "
    "255 is what a byte can hold.",
)
exercise.innocent(2, "Line 2 is right: the pictures of the exam get the same form as the others.")
exercise.innocent(
    4,
    "Line 4 squares and adds floats, as it should. But what it gets has gone wrong already: it "
    "converts too late.",
)
exercise.innocent(5, "Line 5 is right: in each row, for each unknown picture, the nearest known.")
exercise.innocent(6, "Line 6 is right: the labels of the nearest, compared with the answers.")
