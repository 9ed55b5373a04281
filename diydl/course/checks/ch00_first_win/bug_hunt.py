"""00/bug-hunt: a network that is never told the truth."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "00/bug-hunt",
    "A network that does not learn",
    hints=(
        "What does a network need to be told so that it can learn to read?",
        "`labels` holds what the writers of the digits meant. Where is it used?",
        "1. Lines 1 to 3 set up and fetch pictures together with their labels.\n"
        "2. One line should compare the scores with the labels.\n"
        "3. Look at what it compares the scores with instead.",
    ),
    code=(
        "network = make_network()\n"
        "optimizer = optim.Adam(network.parameters(), lr=0.003)\n"
        "for images, labels in batches:\n"
        "    scores = network(images)\n"
        "    loss = nn.cross_entropy(scores, scores.argmax(axis=1))\n"
        "    loss.backward()\n"
        "    optimizer.step()"
    ),
    wrong=5,
    fixed="    loss = nn.cross_entropy(scores, labels)",
    explain=(
        "The loss compares the scores with the network's own answers, so it is always right in its "
        "own eyes: it grows more sure of what it guessed, and never hears of the labels."
    ),
)
exercise.innocent(
    2,
    "Line 2 is right: the optimizer gets the knobs of the network that is trained, and 0.003 is a "
    "good step for Adam.",
)
exercise.innocent(
    4,
    "Line 4 is right: the network gets the pictures, 64 numbers each, and gives ten scores for "
    "each of them.",
)
exercise.innocent(
    6,
    "Line 6 is right: it finds the gradients of whatever `loss` is. Is `loss` what it should be?",
)
exercise.innocent(
    7,
    "Line 7 is right: it comes after backward and turns the knobs. But it is led the wrong way.",
)
