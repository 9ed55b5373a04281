"""09/order-step: one step of a training, with all that belongs to it."""

from diydl.course.question import Ordering

exercise = Ordering(
    "09/order-step",
    "A step with clipping and a schedule",
    hints=(
        "What does each line need that another one makes?",
        "Gradients have to be there before they are clipped, and to be clipped before they are "
        "used. The rate of the next step is set when this one is done.",
        "1. Loss.\n2. Gradients.\n3. Clip them.\n4. Use them.\n5. Set the next rate.",
    ),
    steps={
        "loss": "loss = nn.cross_entropy(model(images), labels)",
        "backward": "loss.backward()",
        "clip": "optim.clip_grad_norm_(optimizer.params, 1.0)",
        "step": "optimizer.step()",
        "schedule": "schedule.step()",
    },
    distractors={
        "zero": (
            "optimizer.zero_grad()",
            "in this library `backward` replaces old gradients. (In PyTorch it stands before "
            "`backward`; anywhere between `backward` and the step it erases what the step needs.)",
        ),
    },
    shown=("step", "zero", "schedule", "loss", "clip", "backward"),
    explain="Loss, gradients, clip, step; then the schedule sets the rate of the next step.",
)
exercise.wrong_order(
    "You clip after the step: the gradient has done its harm by then.",
    *("loss", "backward", "step", "clip", "schedule"),
)
exercise.wrong_order(
    "You clip before `backward`, so you clip the gradients of the step before.",
    *("loss", "clip", "backward", "step", "schedule"),
)
exercise.wrong_order(
    "The schedule sets the rate of the *next* step. Before the optimizer's step it would take away "
    "the first rate, the start of the warm-up.",
    *("loss", "backward", "clip", "schedule", "step"),
)
exercise.wrong_order(
    "A step at the beginning uses gradients of other pictures, or none.",
    *("step", "loss", "backward", "clip", "schedule"),
)
