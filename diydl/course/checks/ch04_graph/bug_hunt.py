"""04/bug-hunt: a program that gets slower with every step."""

from diydl.course.question import BugHunt

exercise = BugHunt(
    "04/bug-hunt",
    "A program that gets slower with every step",
    hints=(
        "The numbers are right. What grows?",
        "`len(graph)` is printed in each round: which line adds nodes each time it is reached?",
        "1. The lines above the loop describe, once.\n"
        "2. The loop should only run what is there.\n"
        "3. Which line inside the loop describes something?",
    ),
    code=(
        "graph = dl.ComputationalGraph()\n"
        'x = graph.placeholder((None,), name="x")\n'
        'w = dl.Parameter(1.0, name="w")\n'
        "loss = dl.mean((x * w - 3.0) ** 2)\n"
        "(slope,) = graph.gradients(loss, [w])\n"
        "update = dl.assign(w, w - 0.1 * slope)\n"
        "context = dl.SimulationContext(graph)\n"
        "for step in range(5):\n"
        "    context.run(update, {x: np.ones(4)})\n"
        "    error = context.run(dl.mean((x * w - 3.0) ** 2), {x: np.ones(4)})\n"
        "    print(len(graph), error)"
    ),
    wrong=10,
    fixed="    error = context.run(loss, {x: np.ones(4)})",
    explain=(
        "Inside `run(...)` stands an expression, and an expression of nodes describes: each "
        "round adds the loss to the graph once more. It is there already, as `loss`. In "
        "TensorFlow 1 this was a common way to run out of memory, and `graph.finalize()` the "
        "cure."
    ),
)
exercise.innocent(4, "Line 4 is right: the loss is described once.")
exercise.innocent(5, "Line 5 is right: the gradient is described once, before the loop.")
exercise.innocent(6, "Line 6 is right: one assignment, described once, is done in each round.")
exercise.innocent(7, "Line 7 is right: one context keeps its copy of w from step to step.")
exercise.innocent(9, "Line 9 is right: running is what a loop is for. It adds no node.")
exercise.innocent(11, "Line 11 is right: the size of the graph is how one finds the bug.")
