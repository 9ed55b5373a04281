"""05/recall-sweep: a sweep that stops too early (chapter 03)."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "05/recall-sweep",
    "A sweep that comes too early",
    hints=(
        "When has everything arrived at a node, so that its gradient can be passed on?",
        "Inputs stand before their users in `order`. From which end does a sweep back begin?",
        "1. The seed is the gradient of the last node.\n"
        "2. A node may pass on when all its users have.\n"
        "3. Which line goes through the nodes in another order?",
    ),
    code=(
        "def friends_sweep(order, seed, pull):\n"
        "    grads = {order[-1]: seed}\n"
        "    for node in order:\n"
        "        if node.prim is None or node not in grads:\n"
        "            continue\n"
        "        g = grads.pop(node)\n"
        "        for source, gx in zip(node.inputs, pull(node, g), strict=True):\n"
        "            if gx is not None:\n"
        "                grads[source] = grads[source] + gx if source in grads else gx\n"
        "    return grads"
    ),
    wrong=3,
    fixed="    for node in reversed(order):",
    explain=(
        "The sweep goes from the end to the beginning: a node passes on what it has when all "
        "those that use it have passed on to it. From the beginning, nothing has arrived anywhere."
    ),
)
exercise.innocent(2, "Line 2 is right: the sweep begins with the gradient of the last node.")
exercise.innocent(4, "Line 4 is right: a leaf keeps what it has; others wait until something came.")
exercise.innocent(6, "Line 6 is right: what is passed on is needed here no more.")
exercise.innocent(9, "Line 9 is right: a second share is added to the first, in a new array.")
