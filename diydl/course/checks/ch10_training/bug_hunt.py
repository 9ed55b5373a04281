"""10/bug-hunt: the same neighbours in every epoch."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "10/bug-hunt",
    "An epoch that comes again and again",
    hints=(
        "What should be different in each epoch, and what is the same in all of them here?",
        "Which line decides the order of the examples? What does it depend on?",
        "1. `orders` collects the order of each epoch, and they are all alike.\n"
        "2. The order follows from the seed and the number of the epoch.\n"
        "3. Which number of an epoch does the loader get?",
    ),
    code=(
        "loader = data.DataLoader(train, 32, shuffle=True, seed=1)\n"
        "orders = []\n"
        "for epoch in range(3):\n"
        "    loader.set_epoch(0)\n"
        "    orders.append(loader.order(loader.epoch).tolist())\n"
        "    for images, labels in loader:\n"
        "        loss = nn.cross_entropy(model(images), labels)\n"
        "        loss.backward()\n"
        "        optimizer.step()"
    ),
    wrong=4,
    fixed="    loader.set_epoch(epoch)",
    explain=(
        "Each epoch is told to be epoch 0, and has its order. It trains, and nothing complains: "
        "only the same 32 pictures meet in a batch each time. (Leave the line out, and the loader "
        "counts by itself.)"
    ),
)
exercise.innocent(
    1,
    "Line 1 is right: the seed fixes the orders of all epochs, and each epoch has one of its own.",
)
exercise.innocent(
    5, "Line 5 is right: it asks for the order of the epoch that the loader is about to begin."
)
exercise.innocent(
    8, "Line 8 is right: `backward` replaces the gradients, so nothing has to be set to zero."
)
exercise.innocent(9, "Line 9 is right: a step for each batch, after its backward.")
