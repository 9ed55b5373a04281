"""05/unroll: one step, many times."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code


def unroll(step, memory, moments):
    memories = []
    for moment in moments:
        memory = step(moment, memory)
        memories.append(memory)
    return memories


exercise = Code(
    "05/unroll",
    "One step, many times",
    unroll,
    hints=(
        "What does the third step have to be given, and who made it?",
        "A loop over the moments, in which the memory that a step returns goes into the next.",
        "1. Begin with an empty list.\n"
        "2. For each moment: call `step` once, with the moment and the memory, and let its result "
        "be the memory from now on.\n"
        "3. Append it to the list; return the list at the end.",
    ),
)


@exercise.driver
def numbers(pieces, moments, start):
    """Unroll memory -> memory / 2 + moment over numbers; return the memories, and the calls."""
    calls = []

    def step(moment, memory):
        calls.append(moment)
        return memory / 2 + moment

    found = pieces.unroll(step, start, list(moments))
    kind = type(found).__name__
    return {"kind": kind, "memories": found if kind == "list" else [found], "calls": len(calls)}


@exercise.driver
def modules_of(pieces, moments, w):
    """Unroll memory -> w * memory + moment in a net; return how many modules it has."""
    net = dl.Net()
    weight = dl.Parameter(np.float64(w), name="w")
    given = [net.data(value=np.float64(x), id=f"moment {k}") for k, x in enumerate(moments)]
    start = net.data(value=np.float64(1), id="start")
    pieces.unroll(lambda moment, memory: weight * memory + moment, start, given)
    return len(net.modules)


@exercise.mistake(
    "Each step begins with the memory of the start: nothing is carried from one moment to the "
    "next. Let what `step` returns be the memory of the next step."
)
def forgets(step, memory, moments):
    return [step(moment, memory) for moment in moments]


@exercise.mistake(
    "Only the last memory comes back. The memory after every moment is asked for: collect them."
)
def last_alone(step, memory, moments):
    memories = [memory]
    for moment in moments:
        memories = [step(moment, memories[-1])]
    return memories


@exercise.mistake(
    "The memory of the start is in the list. It was there before the first moment: begin with an "
    "empty list, and append after each step."
)
def with_the_start(step, memory, moments):
    memories = [memory]
    for moment in moments:
        memories.append(step(moment, memories[-1]))
    return memories


@exercise.mistake(
    "The step is called twice for each moment, once to keep and once to go on. In a net each call "
    "adds modules: it becomes twice as large. Call it once, and use the result twice."
)
def calls_twice(step, memory, moments):
    memories = []
    for moment in moments:
        memories.append(step(moment, memory))
        memory = step(moment, memory)
    return memories


@exercise.mistake(
    "You hand the moment and the memory over the wrong way round: it is `step(moment, memory)`."
)
def wrong_way_round(step, memory, moments):
    memories = []
    for moment in moments:
        memory = step(memory, moment)
        memories.append(memory)
    return memories


@exercise.mistake(
    "The moments are read from the end. Time goes forward here: take them as they stand."
)
def backwards(step, memory, moments):
    memories = []
    for moment in reversed(moments):
        memory = step(moment, memory)
        memories.append(memory)
    return memories


@exercise.mistake(
    "The first step stands outside of your loop, so a list without moments is an error. It should "
    "give an empty list: let the loop do all steps."
)
def first_outside(step, memory, moments):
    memories = [step(moments[0], memory)]
    for moment in moments[1:]:
        memories.append(step(moment, memories[-1]))
    return memories
