"""10/early_stop: when to end, and which weights to keep."""

from diydl.course.bank import Code


def reference(losses, patience):
    """Wait for a better one, but not longer than that."""
    best, waited = 1, 0
    for epoch, loss in enumerate(losses, start=1):
        if epoch == 1 or loss < losses[best - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best, epoch
    return best, len(losses)


exercise = Code(
    "10/early_stop",
    "When to end",
    reference,
    hints=(
        "What has to be remembered from one epoch to the next? There are two things.",
        "Keep the number of the best epoch so far, and how many epochs have passed since without a "
        "better one. A better one sets the second to 0.",
        "1. Begin with the first epoch as the best one, and 0 epochs waited.\n"
        "2. Go through the losses with `enumerate(losses, start=1)`.\n"
        "3. Is this one lower than that of the best epoch? Then it is the best one, and nothing "
        "was waited.\n"
        "4. Else one more was waited; if that makes `patience`, return the best one and this one.\n"
        "5. After the loop: the best one, and the number of losses.",
    ),
)


@exercise.mistake(
    "You compare each epoch with the one before it. After a bad epoch the next is easily better, "
    "and yet worse than the best: compare with the best."
)
def compares_with_the_last(losses, patience):
    best, waited = 1, 0
    for epoch, loss in enumerate(losses, start=1):
        if epoch == 1 or loss < losses[epoch - 2]:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best, epoch
    return best, len(losses)


@exercise.mistake(
    "All epochs that were not better are counted, also those before the last improvement. The "
    "count begins anew whenever a better one comes."
)
def never_forgives(losses, patience):
    best, waited = 1, 0
    for epoch, loss in enumerate(losses, start=1):
        if epoch == 1 or loss < losses[best - 1]:
            best = epoch
        else:
            waited += 1
        if waited == patience:
            return best, epoch
    return best, len(losses)


@exercise.mistake(
    "You wait one epoch too long: `patience` epochs without a better one are enough, so end when "
    "the count has reached it."
)
def one_too_many(losses, patience):
    best, waited = 1, 0
    for epoch, loss in enumerate(losses, start=1):
        if epoch == 1 or loss < losses[best - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited > patience:
            return best, epoch
    return best, len(losses)


@exercise.mistake(
    "An equal loss counts as better in your rule. Then a network that has stopped learning trains "
    "for ever: ask for `<`."
)
def equal_is_better(losses, patience):
    best, waited = 1, 0
    for epoch, loss in enumerate(losses, start=1):
        if epoch == 1 or loss <= losses[best - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best, epoch
    return best, len(losses)


@exercise.mistake(
    "The best epoch is looked for in the whole list, the part after the end included. Whoever has "
    "stopped never sees what would have come."
)
def knows_the_future(losses, patience):
    best, waited = 1, 0
    overall = min(range(len(losses)), key=losses.__getitem__) + 1
    for epoch, loss in enumerate(losses, start=1):
        if epoch == 1 or loss < losses[best - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return overall, epoch
    return overall, len(losses)
