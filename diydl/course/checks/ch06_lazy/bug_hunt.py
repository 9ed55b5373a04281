"""06/bug-hunt: a plan that returns what it should not."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "06/bug-hunt",
    "Yesterday's answer changes",
    hints=(
        "The first answer is right when it comes. What happens to it when the function is called "
        "again?",
        "Memory that lasts is used again in each call. Who else may be looking at it?",
        "1. `buffer` is made once and used by every call.\n"
        "2. The result is written into it.\n"
        "3. Which line hands it out?",
    ),
    code=(
        "def friends_freeze(shape):\n"
        '    buffer = np.empty(shape, "float32")\n'
        "    def fast(x):\n"
        "        np.multiply(x, x, out=buffer)\n"
        "        np.negative(buffer, out=buffer)\n"
        "        np.exp(buffer, out=buffer)\n"
        "        return buffer\n"
        "    return fast\n"
        "bell = friends_freeze((3,))\n"
        'first = bell(np.zeros(3, "float32"))\n'
        'second = bell(np.ones(3, "float32"))\n'
        "print(first, second)"
    ),
    wrong=7,
    fixed="        return buffer.copy()",
    explain=(
        "The caller gets the buffer itself, and the next call writes into it: `first` changes. "
        "What is handed out must be a copy, as in `Program.run`. A view of a buffer, such as "
        "`buffer.T`, would be the same trap."
    ),
)
exercise.innocent(2, "Line 2 is right: one buffer, made once, is what makes it fast.")
exercise.innocent(4, "Line 4 is right: x is read, and the buffer is written.")
exercise.innocent(
    5, "Line 5 is right: an elementwise step may write over its operand, which nobody reads again."
)
exercise.innocent(6, "Line 6 is right, for the same reason as line 5.")
exercise.innocent(10, "Line 10 is right: it calls what was frozen.")
exercise.innocent(11, "Line 11 is right: calling a function again should harm nobody.")
