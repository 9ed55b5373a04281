"""03/recall-exam: an exam that proves nothing (chapter 00)."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "03/recall-exam",
    "An accuracy too good to be true",
    hints=(
        "What must be true of the pictures of an exam?",
        "Which pictures has the network seen before it is measured?",
        "1. Lines 1 and 2 load pictures and keep some of them apart.\n"
        "2. Lines 3 to 6 train on `images`.\n"
        "3. On which pictures is the accuracy measured in the end?",
    ),
    code=(
        "train, test = data.load_digits()\n"
        "(images, labels), (exam, answers) = train[:], test[:]\n"
        "for _ in range(100):\n"
        "    loss = nn.cross_entropy(network(images), labels)\n"
        "    loss.backward()\n"
        "    optimizer.step()\n"
        "print(metrics.accuracy(network(images), labels))"
    ),
    wrong=7,
    fixed="print(metrics.accuracy(network(exam), answers))",
    explain=(
        "The accuracy is measured on the pictures that the network was trained on. Whether it "
        "reads new ones only the pictures kept aside can tell."
    ),
)
exercise.innocent(
    2, "Line 2 is right: it takes all pictures of both parts, and the parts have none in common."
)
exercise.innocent(
    4, "Line 4 is right: training pictures are what one trains on, and the labels belong to them."
)
exercise.innocent(
    5,
    "Line 5 is right. In diydl backward replaces the gradients of the step before, so nothing is "
    "stale.",
)
exercise.innocent(6, "Line 6 is right: the step comes after backward, which it needs.")
