"""06/last_reads: how long memory is needed, views included."""

from types import SimpleNamespace

from diydl.compile.lives import last_reads as reference
from diydl.course.bank import Code

exercise = Code(
    "06/last_reads",
    "How long memory is needed",
    reference,
    hints=(
        "A step reads a view. Whose memory does it read?",
        "Walk along the steps and write down, for all whose memory is touched, the number of the "
        "step. Later steps overwrite what earlier ones wrote.",
        "1. Begin with a list of -1, one for each entry of `memory`.\n"
        "2. Go through the steps with their numbers. For each slot among `inputs` and `outs`, go "
        "through `memory` of it, and write the number of the step there.\n"
        "3. Do the same for the slots in `leaving`, with the number after the last.\n"
        "4. Return the list.",
    ),
)


@exercise.driver
def lives(pieces, rows, memory, leaving=()):
    """Ask for steps given as (inputs, outs) and memory as lists; return a list."""
    steps = [SimpleNamespace(inputs=tuple(a), outs=tuple(b)) for a, b in rows]
    found = pieces.last_reads(steps, [frozenset(row) for row in memory], tuple(leaving))
    return found if isinstance(found, list) else type(found).__name__


@exercise.mistake(
    "Views are not looked at. Who reads a transposed array reads the memory of the array itself: "
    "go through `memory[i]`, not only through `i`."
)
def slots_only(steps, memory, leaving):
    last = [-1] * len(memory)
    for number, step in enumerate(steps):
        for i in (*step.inputs, *step.outs):
            last[i] = number
    for i in leaving:
        last[i] = len(steps)
    return last


@exercise.mistake(
    "What leaves keeps itself alive, but not what it looks at: a view that is returned shows the "
    "memory of another slot. Go through `memory` for `leaving` too."
)
def leaving_without_memory(steps, memory, leaving):
    last = [-1] * len(memory)
    for number, step in enumerate(steps):
        for i in (*step.inputs, *step.outs):
            for root in memory[i]:
                last[root] = number
    for i in leaving:
        last[i] = len(steps)
    return last


@exercise.mistake(
    "`leaving` is not looked at. What is returned has to be there when all steps are done."
)
def nothing_leaves(steps, memory, leaving):
    last = [-1] * len(memory)
    for number, step in enumerate(steps):
        for i in (*step.inputs, *step.outs):
            for root in memory[i]:
                last[root] = number
    return last


@exercise.mistake(
    "You keep the first step that reads a slot. The last one counts: let later steps overwrite."
)
def first_read(steps, memory, leaving):
    last = [-1] * len(memory)
    for number, step in enumerate(steps):
        for i in step.outs:
            last[i] = number
    seen = set()
    for number, step in enumerate(steps):
        for i in step.inputs:
            for root in memory[i]:
                if root not in seen:
                    seen.add(root)
                    last[root] = number
    for i in leaving:
        for root in memory[i]:
            last[root] = len(steps)
    return last


@exercise.mistake(
    "A slot that is made and never read gets -1, as if it had never been there. While it is made "
    "it takes up memory: look at `outs` too."
)
def reads_alone(steps, memory, leaving):
    last = [-1] * len(memory)
    for number, step in enumerate(steps):
        for i in step.inputs:
            for root in memory[i]:
                last[root] = number
    for i in leaving:
        for root in memory[i]:
            last[root] = len(steps)
    return last


@exercise.mistake(
    "Of all whose memory is read, you look at one. A view of a view goes back to two others: go "
    "through all of `memory[i]`."
)
def one_root(steps, memory, leaving):
    last = [-1] * len(memory)
    for number, step in enumerate(steps):
        for i in (*step.inputs, *step.outs):
            last[i] = last[min(memory[i])] = number
    for i in leaving:
        last[i] = last[min(memory[i])] = len(steps)
    return last
