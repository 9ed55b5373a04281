"""06/find_twins: what is computed twice."""

from types import SimpleNamespace

from diydl.compile.simplify import find_twins as reference
from diydl.course.bank import Code

exercise = Code(
    "06/find_twins",
    "Computed twice",
    reference,
    hints=(
        "Two steps do the same work on slots that hold the same. The second of two twins has been "
        "found. What must become of its number in the steps that follow?",
        "Go along the steps with two dictionaries: slots that hold what another one holds, and "
        "work that was done, with the slot of its result. Rename before you look.",
        "1. Begin with a copy of `known`, and an empty dictionary of work done.\n"
        "2. For each step make the tuple of its inputs, each replaced by what it is the same as.\n"
        "3. Ask `key` with the step and that tuple. None: go on to the next step.\n"
        "4. If that work was done before, this result is the same as that one; else remember it.",
    ),
)


@exercise.driver
def twins(pieces, rows, known=None):
    """Find twins among rows (word, inputs); results are numbered 100, 101, ...

    A word that begins with "draw" is a step that draws numbers.
    """
    steps = [
        SimpleNamespace(words=word, inputs=tuple(inputs), out=100 + k)
        for k, (word, inputs) in enumerate(rows)
    ]
    start = dict(known or {})
    given = dict(start)

    def key(step, inputs):
        return None if step.words.startswith("draw") else (step.words, inputs)

    found = pieces.find_twins(list(steps), given, key)
    kind = type(found).__name__
    return {"kind": kind, "same": found if kind == "dict" else {}, "changed": given != start}


@exercise.mistake(
    "You replace inputs by what was known beforehand, and not by what you have found. Once two "
    "slots are the same, steps that read one or the other do the same work: look into the "
    "dictionary that grows."
)
def as_known(steps, known, key):
    same, seen = dict(known), {}
    for step in steps:
        work = key(step, tuple([known.get(i, i) for i in step.inputs]))
        if work is None:
            continue
        if work in seen:
            same[step.out] = seen[work]
        else:
            seen[work] = step.out
    return same


@exercise.mistake(
    "You look at the inputs as they were. Once two slots are the same, steps that read one or the "
    "other do the same work: replace the inputs by what they are the same as, then ask `key`."
)
def as_written(steps, known, key):
    same, seen = dict(known), {}
    for step in steps:
        work = key(step, step.inputs)
        if work is None:
            continue
        if work in seen:
            same[step.out] = seen[work]
        else:
            seen[work] = step.out
    return same


@exercise.mistake(
    "The third of three twins is the same as the second, and that one will be left out of the "
    "plan: name the first. Remember work only when it is done for the first time."
)
def the_one_before(steps, known, key):
    same, seen = dict(known), {}
    for step in steps:
        work = key(step, tuple([same.get(i, i) for i in step.inputs]))
        if work is None:
            continue
        if work in seen:
            same[step.out] = seen[work]
        seen[work] = step.out
    return same


@exercise.mistake(
    "Two steps for which `key` returns None count as the same. They draw random numbers: two "
    "dropouts must not leave out the same things. None means: never the same as another."
)
def none_is_a_key(steps, known, key):
    same, seen = dict(known), {}
    for step in steps:
        work = key(step, tuple([same.get(i, i) for i in step.inputs]))
        if work in seen:
            same[step.out] = seen[work]
        else:
            seen[work] = step.out
    return same


@exercise.mistake(
    "`known` is not looked at: two constants that are equal lie in two slots, and who uses one "
    "does the same as who uses the other. Begin with a copy of it."
)
def without_known(steps, known, key):
    same, seen = {}, {}
    for step in steps:
        work = key(step, tuple([same.get(i, i) for i in step.inputs]))
        if work is None:
            continue
        if work in seen:
            same[step.out] = seen[work]
        else:
            seen[work] = step.out
    return same


@exercise.mistake(
    "You write into `known`, which is the caller's: begin with a copy, `dict(known)`."
)
def writes_into_known(steps, known, key):
    seen = {}
    for step in steps:
        work = key(step, tuple([known.get(i, i) for i in step.inputs]))
        if work is None:
            continue
        if work in seen:
            known[step.out] = seen[work]
        else:
            seen[work] = step.out
    return known


@exercise.mistake(
    "Each step is compared with the one right before it. Twins may stand far apart, as in "
    "exp(x) * y + exp(x): remember all work that was done."
)
def neighbours_only(steps, known, key):
    same, before, last = dict(known), None, None
    for step in steps:
        work = key(step, tuple([same.get(i, i) for i in step.inputs]))
        if work is not None and work == before:
            same[step.out] = last
        else:
            before, last = work, step.out
    return same


@exercise.mistake(
    "The inputs are sorted before you ask, so that x - y counts as the twin of y - x. Whether "
    "operands may be exchanged depends on the operation: keep their order."
)
def in_any_order(steps, known, key):
    same, seen = dict(known), {}
    for step in steps:
        work = key(step, tuple(sorted(same.get(i, i) for i in step.inputs)))
        if work is None:
            continue
        if work in seen:
            same[step.out] = seen[work]
        else:
            seen[work] = step.out
    return same
