"""08/bug-hunt: a loss that stops half-way."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "08/bug-hunt",
    "A loss that stops half-way",
    hints=(
        "Everything runs, and the accuracy is fair. But the loss never falls below 1.4. What is "
        "the lowest that it could be?",
        "What does the last layer hand to the loss: scores, or something else?",
        "1. `cross_entropy` wants scores, and takes the softmax itself.\n"
        "2. If probabilities come in, the best row has a 1 and nine zeros.\n"
        "3. Softmax of that gives the right class e / (e + 9) = 0.23. Which line makes "
        "probabilities too early?",
    ),
    code=(
        "dl.seed(0)\n"
        "train, test = load_digits()\n"
        "pixels, labels = train[:]\n"
        "model = nn.Sequential(\n"
        "    nn.Linear(64, 32),\n"
        "    nn.ReLU(),\n"
        "    nn.Linear(32, 10),\n"
        "    nn.Softmax(),\n"
        ")\n"
        "optimizer = optim.Adam(model.parameters(), lr=0.01)\n"
        "for step in range(100):\n"
        "    loss = nn.cross_entropy(model(pixels), labels)\n"
        "    loss.backward()\n"
        "    optimizer.step()\n"
        "found = model(test[:][0]).numpy().argmax(axis=1)\n"
        "print('loss', round(loss.item(), 2), 'accuracy', (found == test[:][1]).mean())"
    ),
    wrong=8,
    fixed="    nn.Identity(),",
    explain=(
        "Softmax is applied twice: by line 8, and by the loss. Scores between 0 and 1 are all but "
        "equal for the second one, so the loss cannot fall below log(1 + 9 / e) = 1.46, and its "
        "gradients are weak. The last layer hands over scores: take line 8 away."
    ),
)
exercise.innocent(6, "Line 6 is right: between two linear layers stands a bend.")
exercise.innocent(10, "Line 10 is right: 0.01 is a usual rate for Adam.")
exercise.innocent(
    12, "Line 12 is right by itself: `cross_entropy` wants scores. Does it get scores?"
)
exercise.innocent(
    13, "Line 13 is right: backward replaces the gradients of the step before, it adds nothing up."
)
exercise.innocent(15, "Line 15 is right: the largest score and the largest probability are one.")
