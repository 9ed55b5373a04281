"""03/bug-hunt: a gradient that somebody else wrote into."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "03/bug-hunt",
    "A gradient that changes behind your back",
    hints=(
        "For which line does it matter that two names may stand for one and the same array?",
        "The VJP of a sum hands the same array to both of its inputs. What happens to the one when "
        "the other gets more?",
        "1. The sum `(x + y)` sends one array to x and to y.\n"
        "2. Later x gets a second gradient.\n"
        "3. Which line changes an array that is there, in place of making a new one?",
    ),
    code=(
        "def friends_sweep(order, seed, pull):\n"
        "    grads = {order[-1]: seed}\n"
        "    for node in reversed(order):\n"
        "        if node.prim is None or node not in grads:\n"
        "            continue\n"
        "        g = grads.pop(node)\n"
        "        for source, gx in zip(node.inputs, pull(node, g), strict=True):\n"
        "            if source is None or gx is None:\n"
        "                continue\n"
        "            elif source in grads:\n"
        "                grads[source] += gx\n"
        "            else:\n"
        "                grads[source] = gx\n"
        "    return grads"
    ),
    wrong=11,
    fixed="                grads[source] = grads[source] + gx",
    explain=(
        "`+=` writes into the array that is there. A sum hands one array to both of its inputs, so "
        "what is added for x is added for y too, without anybody having asked."
    ),
)
exercise.innocent(2, "Line 2 is right: the sweep begins with the seed, at the last node.")
exercise.innocent(
    4,
    "Line 4 is right: leaves keep what they have, and a node that nothing has reached has nothing "
    "to pass on.",
)
exercise.innocent(
    6,
    "Line 6 is right: it takes the gradient out, since nobody needs it after this node's own pull.",
)
exercise.innocent(
    8, "Line 8 is right: None means that nobody needs this gradient, or that it is zero."
)
exercise.innocent(
    13,
    "Line 13 is right in itself: the first gradient is stored as it comes. But remember that "
    "somebody else may hold the same array.",
)
