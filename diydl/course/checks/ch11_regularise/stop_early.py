"""11/stop_early: when to stop, and what to go back to."""

from diydl.course.bank import Code


def reference(losses, patience):
    """Return the epoch in which training ends, and the one whose weights are kept."""
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            return epoch, best_epoch
    return len(losses), best_epoch


exercise = Code(
    "11/stop_early",
    "When to stop",
    reference,
    hints=(
        "What has to be remembered from epoch to epoch: the last loss, or the best one?",
        "Remember the best loss, its epoch, and how many epochs in a row were no better. A new "
        "best sets the waiting back to 0.",
        "1. Begin: the best is infinite, nothing was waited.\n"
        "2. For each epoch, counted from 1: below the best? Then remember loss and epoch, and wait "
        "anew.\n"
        "3. Otherwise one more was waited.\n"
        "4. If that is as much as the patience: return this epoch, and the best one.\n"
        "5. After the last loss: return their number, and the best epoch.",
    ),
)


@exercise.mistake(
    "You compare with the loss before. A curve that goes up and down between has a little fall in "
    "every second epoch, and never stops. Compare with the *best* so far."
)
def beside_the_last(losses, patience):
    best, best_epoch, waited, last = float("inf"), 0, 0, float("inf")
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch = loss, epoch
        waited = 0 if loss < last else waited + 1
        last = loss
        if waited == patience:
            return epoch, best_epoch
    return len(losses), best_epoch


@exercise.mistake(
    "You never wait anew: bad epochs of long ago still count. A new best sets the waiting back to "
    "0."
)
def bad_epochs_in_all(losses, patience):
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch = loss, epoch
        else:
            waited += 1
        if waited == patience:
            return epoch, best_epoch
    return len(losses), best_epoch


@exercise.mistake(
    "You stop one epoch late: with a patience of 3, the third epoch in a row that is no better is "
    "the last."
)
def one_late(losses, patience):
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if waited == patience and loss >= best:
            return epoch, best_epoch
        if loss < best:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
    return len(losses), best_epoch


@exercise.mistake(
    "As good as the best is no better. A network that has stopped learning repeats the same loss "
    "for ever, and you wait for ever: only a smaller one counts."
)
def as_good_will_do(losses, patience):
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss <= best:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            return epoch, best_epoch
    return len(losses), best_epoch


@exercise.mistake(
    "You take the best epoch to lie `patience` before the end. So it does where training was "
    "stopped; where it ran to its end, the best may be anywhere: remember it."
)
def counted_back(losses, patience):
    best, waited = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
        if waited == patience:
            return epoch, epoch - patience
    return len(losses), max(1, len(losses) - patience)
