"""00/order-step: the four lines of a training step."""

from diydl.course.question import Ordering

exercise = Ordering(
    "00/order-step",
    "The four lines of a training step",
    hints=(
        "Each line uses something that another line made. Which one needs only the pictures?",
        "Follow the names: who makes `scores`, who makes `loss`, and who fills in the gradients "
        "that the optimizer uses?",
        "1. Forward: pictures go in, `scores` come out.\n"
        "2. Loss: `scores` and `labels` become one number.\n"
        "3. Backward: from that number to a gradient for each knob.\n"
        "4. Step: the optimizer turns the knobs.",
    ),
    steps={
        "forward": "scores = network(images)",
        "loss": "loss = nn.cross_entropy(scores, labels)",
        "backward": "loss.backward()",
        "step": "optimizer.step()",
    },
    distractors={
        "own_answers": (
            "labels = scores.argmax(axis=1)",
            "it would make the network's own answers the truth, and it could never be wrong.",
        ),
    },
    shown=("loss", "step", "forward", "backward", "own_answers"),
    explain="Forward, loss, backward, step: each line uses what the one before it made.",
)
exercise.wrong_order(
    "You turn the knobs before anyone has found out which way. The gradients come from "
    "`loss.backward()`, so the step is last.",
    *("forward", "loss", "step", "backward"),
)
exercise.wrong_order(
    "The loss compares `scores` with `labels`, and there are no scores of these pictures yet: "
    "forward comes first.",
    *("loss", "forward", "backward", "step"),
)
exercise.wrong_order(
    "`loss.backward()` starts from the loss, so the loss has to be there: loss, then backward.",
    *("forward", "backward", "loss", "step"),
)
exercise.wrong_order(
    "A step at the very beginning has nothing to go by: the optimizer needs the gradients that the "
    "other three lines make.",
    *("step", "forward", "loss", "backward"),
)
