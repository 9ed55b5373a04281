"""04/order-train: the lines of a program that trains a graph."""

from diydl.course.question import Ordering

exercise = Ordering(
    "04/order-train",
    "First describe, then run",
    hints=(
        "Which lines describe, and which one runs?",
        "A node can be made only of nodes that are there; and a context runs what has been "
        "described.",
        "1. The loss comes first, then its gradients: they are made of it.\n"
        "2. The steps are made of the gradients.\n"
        "3. The context comes last, and in the loop nothing is described any more.",
    ),
    steps={
        "loss": "loss = hinge_of(scores, labels)",
        "gradients": "gradients = graph.gradients(loss, parameters)",
        "steps": "steps = [dl.assign(p, p - rate * g) for p, g in zip(parameters, gradients)]",
        "context": "context = dl.SimulationContext(graph)",
        "loop": "for batch in batches: context.run(steps, batch)",
    },
    distractors={
        "inside": (
            "for batch in batches: steps = graph.gradients(loss, parameters)",
            "This describes new gradients for each batch: the graph grows, and nothing is trained.",
        ),
    },
    shown=("context", "inside", "gradients", "loop", "loss", "steps"),
    explain=(
        "Loss, gradients, steps: three times describing. Then one context, and a loop that only "
        "runs."
    ),
)
exercise.wrong_order(
    "A context copies the parameters of the graph when it is made. Here the graph has none yet "
    "that it knows of: describe first, then make the context. (It would work, but it reads the "
    "wrong way round.)",
    *("context", "loss", "gradients", "steps", "loop"),
)
exercise.wrong_order(
    "The steps are made of gradients: these must be described before.",
    *("loss", "steps", "gradients", "context", "loop"),
)
exercise.wrong_order(
    "The gradients are made of the loss: there is no gradient of what is not described yet.",
    *("gradients", "loss", "steps", "context", "loop"),
)
