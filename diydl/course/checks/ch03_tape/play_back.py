"""03/play_back: play a tape of numbers back."""

from diydl.course.bank import Code


def reference(tape):
    """Fill in `grad` of everything on the tape and of its inputs."""
    for value in tape:
        value.grad = 0.0
        for source in value.inputs:
            source.grad = 0.0
    tape[-1].grad = 1.0
    for value in reversed(tape):
        for source, g in zip(value.inputs, value.rule(value.grad), strict=True):
            source.grad += g


exercise = Code(
    "03/play_back",
    "Play the tape back",
    reference,
    hints=(
        "The last value on the tape is the result. How fast does the result change when the result "
        "itself changes? And which entry of the tape can pass its gradient on first?",
        "Seed the last value with 1, then walk the tape from its end; each value asks its rule for "
        "one number per input and adds it to that input's gradient.",
        "1. Clear: the lines that are there already.\n"
        "2. Seed: set `grad` of `tape[-1]` to 1.0.\n"
        "3. Sweep: loop over `reversed(tape)`.\n"
        "4. In the loop: call `value.rule` with `value.grad`; it gives one number per input.\n"
        "5. Go through `value.inputs` and these numbers together, with `zip`.\n"
        "6. Accumulate: add each number to the `grad` of its input with `+=`.",
    ),
)


class _Number:
    """What the chapter calls a Value."""

    def __init__(self, data, inputs=(), rule=None):
        self.data, self.inputs, self.rule, self.grad = data, inputs, rule, 0.0


def _apply(name, a, b):
    if name == "plus":
        return _Number(a.data + b.data, (a, b), lambda g: (g, g))
    return _Number(a.data * b.data, (a, b), lambda g: (g * b.data, g * a.data))


@exercise.driver
def play(pieces, numbers, steps, sweeps=1):
    """Record steps such as ("plus", 0, 1), play the tape back, return every gradient."""
    values, tape = [_Number(x) for x in numbers], []
    for name, i, j in steps:
        tape.append(_apply(name, values[i], values[j]))
        values.append(tape[-1])
    for _ in range(sweeps):
        pieces.play_back(tape)
    return [value.grad for value in values]


@exercise.mistake(
    "You write `source.grad = g`, so a second use of a value wipes out what the first one sent. "
    "What flows back along several ways adds up: accumulate with `+=`."
)
def overwrites(tape):
    for value in tape:
        value.grad = 0.0
        for source in value.inputs:
            source.grad = 0.0
    tape[-1].grad = 1.0
    for value in reversed(tape):
        for source, g in zip(value.inputs, value.rule(value.grad), strict=True):
            source.grad = g


@exercise.mistake(
    "You ask each rule with 1.0, as if every value were the result. What comes in from above is "
    "`value.grad`: pass that to the rule."
)
def upstream_is_one(tape):
    for value in tape:
        value.grad = 0.0
        for source in value.inputs:
            source.grad = 0.0
    tape[-1].grad = 1.0
    for value in reversed(tape):
        for source, g in zip(value.inputs, value.rule(1.0), strict=True):
            source.grad += g


@exercise.mistake(
    "You walk the tape from its beginning. At that time nobody has told the early values anything: "
    "their gradients are still 0. Walk `reversed(tape)`."
)
def forward_order(tape):
    for value in tape:
        value.grad = 0.0
        for source in value.inputs:
            source.grad = 0.0
    tape[-1].grad = 1.0
    for value in tape:
        for source, g in zip(value.inputs, value.rule(value.grad), strict=True):
            source.grad += g


@exercise.mistake(
    "Gradients of an earlier sweep are still there, and the new ones are added on top: they are "
    "stale. Clear first, as the lines of the starter do."
)
def never_clears(tape):
    tape[-1].grad = 1.0
    for value in reversed(tape):
        for source, g in zip(value.inputs, value.rule(value.grad), strict=True):
            source.grad += g


@exercise.mistake(
    "You clear what is on the tape, but the numbers that it began with are on no tape: they keep "
    "their stale gradients. Clear the inputs of every value too."
)
def leaves_stay_stale(tape):
    for value in tape:
        value.grad = 0.0
    tape[-1].grad = 1.0
    for value in reversed(tape):
        for source, g in zip(value.inputs, value.rule(value.grad), strict=True):
            source.grad += g


@exercise.mistake(
    "You seed with the value of the result, `tape[-1].data`. The seed says how fast the result "
    "changes with itself, and that is 1, whatever its value."
)
def seeds_with_the_value(tape):
    for value in tape:
        value.grad = 0.0
        for source in value.inputs:
            source.grad = 0.0
    tape[-1].grad = tape[-1].data
    for value in reversed(tape):
        for source, g in zip(value.inputs, value.rule(value.grad), strict=True):
            source.grad += g
