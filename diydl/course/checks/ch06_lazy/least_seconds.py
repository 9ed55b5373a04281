"""06/least_seconds: what a machine needs at least."""

from diydl.course.bank import Code


def reference(steps, rate, bandwidth):
    """Add the longer of computing and moving, step by step."""
    return sum(max(flops / rate, moved / bandwidth) for flops, moved in steps)


exercise = Code(
    "06/least_seconds",
    "What a machine needs at least",
    reference,
    hints=(
        "A step computes and moves at the same time. Which of the two decides when it is done?",
        "For each step two times: what it computes, at the rate of computing, and what it moves, "
        "at the rate of moving. The longer one counts, and the steps follow one another.",
        "1. Go through the pairs.\n"
        "2. Divide the operations by `rate`, and the bytes by `bandwidth`.\n"
        "3. Add the longer of both times to the sum.\n"
        "4. Return the sum.",
    ),
)


@exercise.mistake(
    "You add both times. Memory brings the next numbers while the processor computes with those "
    "that are there: the longer of the two counts."
)
def one_after_the_other(steps, rate, bandwidth):
    return sum(flops / rate + moved / bandwidth for flops, moved in steps)


@exercise.mistake(
    "You take the longer of two sums. Steps follow one another: one may wait for memory and the "
    "next for the processor, so choose the longer time step by step, then add."
)
def of_the_sums(steps, rate, bandwidth):
    steps = list(steps)
    computing = sum(flops / rate for flops, _ in steps)
    return max(computing, sum(moved / bandwidth for _, moved in steps))


@exercise.mistake(
    "You count moving alone. A product of large matrices computes longer than it moves: for each "
    "step the longer of both times."
)
def moving_only(steps, rate, bandwidth):
    return sum(moved / bandwidth for flops, moved in steps)


@exercise.mistake(
    "You take operations per byte and the speed that they allow; but there are steps that compute "
    "nothing (a copy has 0 operations), and you divide by that speed, 0. Compare two times."
)
def by_intensity(steps, rate, bandwidth):
    return sum(flops / min(rate, flops / moved * bandwidth) for flops, moved in steps)
