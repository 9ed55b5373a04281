"""05/bug-hunt: a net that learns to flatter."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "05/bug-hunt",
    "A net that learns to flatter",
    hints=(
        "The score rises faster than any picture could make it. What else may have changed?",
        "`net.step()` changes every leaf that is trained and has a gradient. Which leaves are "
        "these?",
        "1. Only the picture should be trained.\n"
        "2. There are two parameters, `w1` and `w2`.\n"
        "3. Which line should see to it that both stay as they are?",
    ),
    code=(
        "net = dl.Net()\n"
        'picture = net.data(value=np.full((1, 4), 0.5, "float32"), id="picture")\n'
        'w1 = dl.Parameter(np.eye(4, 3, dtype="float32"), name="w1")\n'
        'w2 = dl.Parameter(np.ones((3, 1), "float32"), name="w2")\n'
        'score = dl.sum(dl.tanh(picture @ w1) @ w2).rename("score")\n'
        "net.add_loss(score, weight=-1.0)\n"
        'net.freeze("w2")\n'
        "picture.unfreeze()\n"
        "net.set_optimizer(optim.SGD, lr=0.5)\n"
        'net.set_optimizer(optim.SGD, "picture", lr=0.1)\n'
        "before = w1.numpy().copy()\n"
        "for step in range(20):\n"
        "    net.forward()\n"
        "    net.backward()\n"
        "    net.step()\n"
        'print("changed:", bool(np.any(before != w1.numpy())))'
    ),
    wrong=7,
    fixed="net.freeze()",
    explain=(
        "Only w2 is frozen, so each step changes w1 as well: the net learns to give this one "
        "picture a high score, and what it knew is lost. `net.freeze()` freezes all parameters."
    ),
)
exercise.innocent(6, "Line 6 is right: to raise a score, minimise it with the weight -1.")
exercise.innocent(8, "Line 8 is right: the picture is what shall be trained.")
exercise.innocent(
    9,
    "Line 9 is right: it gives an optimizer to all parameters, and one that is frozen is never "
    "changed by it.",
)
exercise.innocent(10, "Line 10 is right: the picture has a learning rate of its own.")
exercise.innocent(11, "Line 11 is right: a copy, so that one can compare afterwards.")
exercise.innocent(15, "Line 15 is right: it changes all that is trained, and nothing else.")
