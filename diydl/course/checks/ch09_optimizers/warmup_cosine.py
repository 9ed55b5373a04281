"""09/warmup_cosine: up in a straight line, down along a cosine."""

import math

from diydl.course.bank import Code
from diydl.optim.curves import warmup_cosine as reference

exercise = Code(
    "09/warmup_cosine",
    "Warm-up, then a cosine",
    reference,
    hints=(
        "How far is the way down at a given step, as a number from 0 to 1? And what does a cosine "
        "do while its angle goes from 0 to half a turn?",
        "Before `warmup`: a straight line. From there on: progress, from 0 at step `warmup` to 1 "
        "at step `total`, never more; and half a wave of a cosine, lifted and halved so that it "
        "goes from 1 to 0.",
        "1. If `step` is below `warmup`, return (step + 1) / (warmup + 1).\n"
        "2. Progress: the steps since `warmup`, divided by those from `warmup` to `total`; at "
        "most 1.\n"
        "3. Return half of 1 plus the cosine of pi times the progress (`math.cos`, `math.pi`).",
    ),
)


@exercise.mistake(
    "Your first step has the rate 0, so it does nothing. At step 0 the factor is "
    "`1 / (warmup + 1)`: count the step that is about to be made."
)
def starts_at_zero(step, warmup, total):
    if step < warmup:
        return step / warmup
    progress = min((step - warmup) / (total - warmup), 1.0)
    return 0.5 * (1 + math.cos(math.pi * progress))


@exercise.mistake(
    "The way down is measured from step 0, so the rate falls by a jump where the warm-up ends. "
    "Progress counts from `warmup`."
)
def progress_from_zero(step, warmup, total):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return 0.5 * (1 + math.cos(math.pi * min(step / total, 1.0)))


@exercise.mistake(
    "The way down lasts `total` steps from the end of the warm-up, so the end is reached too late. "
    "Divide by `total - warmup`."
)
def too_long(step, warmup, total):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    progress = min((step - warmup) / total, 1.0)
    return 0.5 * (1 + math.cos(math.pi * progress))


@exercise.mistake("Half of it: 1 plus a cosine goes from 2 to 0, and the factor from 1 to 0.")
def not_halved(step, warmup, total):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return 1 + math.cos(math.pi * min((step - warmup) / (total - warmup), 1.0))


@exercise.mistake(
    "That is a straight line down. The cosine stays high for long and comes in gently: half of 1 "
    "plus the cosine of pi times the progress."
)
def straight_down(step, warmup, total):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return 1 - min((step - warmup) / (total - warmup), 1.0)


@exercise.mistake(
    "A quarter of a wave: the angle goes to pi / 2, so the rate falls off at full speed at the "
    "end. Half a wave, lifted by 1 and halved, comes in gently."
)
def quarter_wave(step, warmup, total):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return math.cos(math.pi / 2 * min((step - warmup) / (total - warmup), 1.0))


@exercise.mistake(
    "After the end the rate rises again, as a cosine does. A training that goes on longer than "
    "planned would be torn apart: progress is at most 1."
)
def rises_again(step, warmup, total):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return 0.5 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))
