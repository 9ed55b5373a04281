"""11/bug-hunt: dropout that works for one epoch."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "11/bug-hunt",
    "Dropout that works for one epoch",
    hints=(
        "In which mode is the network when this function is called for the second time?",
        "Which line is meant to switch the mode back, and does it?",
        "1. The function ends in use mode.\n"
        "2. So it has to begin by switching to training mode.\n"
        "3. A function is called with brackets; without, Python looks at it and goes on.",
    ),
    code=(
        "def friends_epoch(model, optimizer, batches, x_new, y_new):\n"
        "    model.train\n"
        "    for x, y in batches:\n"
        "        loss = nn.cross_entropy(model(x), y)\n"
        "        loss.backward()\n"
        "        optimizer.step()\n"
        "    model.eval()\n"
        "    with dl.no_grad():\n"
        "        scores = model(x_new).numpy()\n"
        "    return (scores.argmax(axis=1) == y_new).mean()"
    ),
    wrong=2,
    fixed="    model.train()",
    explain=(
        "Without brackets nothing is called. The first epoch trains as it should, since a model "
        "begins in training mode; from the second on nothing is dropped, and batch norms use "
        "averages that never move again. No error, and not even bad numbers: only worse ones."
    ),
)
exercise.innocent(
    5,
    "Line 5 is right: `backward` replaces the gradients of the last step, so nothing has to be "
    "cleared.",
)
exercise.innocent(7, "Line 7 is right: the network is measured in use mode.")
exercise.innocent(8, "Line 8 is right: nobody goes back from here, so nothing is recorded.")
exercise.innocent(
    9, "Line 9 is right: the scores of all pictures at once; in use no example sees another."
)
