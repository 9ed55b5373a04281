"""06/recall-step: the lines of a training step (chapter 03)."""

from diydl.course.question import Ordering

exercise = Ordering(
    "06/recall-step",
    "From loss to step",
    hints=(
        "Which line needs nothing but the parameters and the batch?",
        "A step turns each knob against its gradient. When are the gradients there?",
        "1. The scores come first, then the loss made of them.\n"
        "2. `backward` leaves gradients.\n"
        "3. The step uses them. One of the lines does not belong into a loop.",
    ),
    steps={
        "scores": "scores = images @ w + b",
        "loss": "loss = dl.nn.cross_entropy(scores, labels)",
        "backward": "loss.backward()",
        "step": "optimizer.step()",
    },
    distractors={
        "optimizer": (
            "optimizer = optim.Adam([w, b])",
            "An optimizer that is made anew in each round forgets what it has seen: it is made "
            "once, before the loop.",
        ),
    },
    shown=("step", "loss", "optimizer", "scores", "backward"),
    explain=(
        "Scores, loss, backward, step: each uses what the one before has left. A plan of this "
        "chapter holds all four."
    ),
)
exercise.wrong_order(
    "The step comes before the gradients of this batch are there: it would use those of the "
    "batch before.",
    *("scores", "loss", "step", "backward"),
)
exercise.wrong_order(
    "The loss is made of the scores, so these come first.",
    *("loss", "scores", "backward", "step"),
)
exercise.wrong_order(
    "`backward` goes back from the loss: the loss must be there.",
    *("scores", "backward", "loss", "step"),
)
