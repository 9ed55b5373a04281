"""01/hunt-exam: an exam whose questions were practised."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "01/hunt-exam",
    "An exam that is too easy",
    hints=(
        "What was kept aside in chapter 00, and why?",
        "`fit` trains on the pictures of `train`. Which pictures is the network examined on?",
        "1. Lines 1 and 2 make a network and train it.\n"
        "2. One line chooses the pictures of the exam.\n"
        "3. Has the network seen these before?",
    ),
    code=(
        "network = make_network()\n"
        "losses = fit(network)\n"
        "exam, answers = train[:]\n"
        "scores = network(exam)\n"
        "right = metrics.accuracy(scores, answers)\n"
        'print(f"{right:.1%} of new pictures read correctly")'
    ),
    wrong=3,
    fixed="exam, answers = test[:]",
    explain=(
        "The exam asks for the pictures that the network has learned from. What counts is how it "
        "reads pictures that it has never seen: those in `test`."
    ),
)
exercise.innocent(
    2, "Line 2 is right: the network learns from the pictures of `train`, as it should."
)
exercise.innocent(4, "Line 4 is right: all pictures of the exam go through the network at once.")
exercise.innocent(
    5, "Line 5 is right: it counts the rows whose highest score stands at the answer."
)
exercise.innocent(
    6,
    "Line 6 prints what it was given. It says 'new pictures': are they? Look at where they come "
    "from.",
)
