"""10/cut_batches: an order cut into pieces."""

import numpy as np

from diydl.course.bank import Code
from diydl.data.loader import cut_batches as reference

exercise = Code(
    "10/cut_batches",
    "An order, cut into batches",
    reference,
    hints=(
        "At which places of the order do the batches begin? And where does a slice end that "
        "reaches over the end?",
        "Collect slices of `order` that begin at 0, at `batch_size`, at twice of it, and so on. "
        "Then look at the last one.",
        "1. `range` with three arguments counts the places where batches begin.\n"
        "2. From each of them on, a slice of `batch_size` numbers is a batch; the last may be "
        "shorter by itself.\n"
        "3. With `drop_last`, take the last batch away if it is not full.\n"
        "4. Return the list.",
    ),
)


@exercise.mistake(
    "The last batch is always left out when it is not full. Its examples would never be learned "
    "from: only `drop_last=True` asks for that."
)
def always_drops(order, batch_size, drop_last=False):
    full = len(order) // batch_size
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(full)]


@exercise.mistake(
    "There is an empty batch at the end where the sizes fit exactly: `len(order) // batch_size + "
    "1` counts one too many then."
)
def one_too_many(order, batch_size, drop_last=False):
    count = len(order) // batch_size + (0 if drop_last else 1)
    return [order[k * batch_size : (k + 1) * batch_size] for k in range(count)]


@exercise.mistake(
    "`drop_last=True` takes the last batch away even if it is full. Look at its length first."
)
def drops_full_ones(order, batch_size, drop_last=False):
    batches = [order[k : k + batch_size] for k in range(0, len(order), batch_size)]
    return batches[:-1] if drop_last else batches


@exercise.mistake(
    "Your batches have nearly equal sizes, as `np.array_split` makes them. All but the last shall "
    "have exactly `batch_size` numbers."
)
def even_sizes(order, batch_size, drop_last=False):
    count = max(1, -(-len(order) // batch_size))
    batches = [part for part in np.array_split(order, count) if len(part)]
    return [b for b in batches if len(b) == batch_size] if drop_last else batches


@exercise.mistake(
    "You return the places 0, 1, 2, ... and not what stands there: the order is lost, and every "
    "epoch looks the same. Slice `order` itself."
)
def places(order, batch_size, drop_last=False):
    count = np.arange(len(order))
    batches = [count[k : k + batch_size] for k in range(0, len(order), batch_size)]
    return [b for b in batches if len(b) == batch_size] if drop_last else batches


@exercise.mistake(
    "The last batch is filled up with examples from the beginning, which then count twice. Leave "
    "it short."
)
def filled_up(order, batch_size, drop_last=False):
    batches = [order[k : k + batch_size] for k in range(0, len(order), batch_size)]
    if batches and len(batches[-1]) < batch_size:
        if drop_last:
            return batches[:-1]
        batches[-1] = np.resize(np.concatenate([batches[-1], order]), batch_size)
    return batches


@exercise.mistake("`drop_last` is not used. With True, a last batch that is not full is left out.")
def never_drops(order, batch_size, drop_last=False):
    return [order[k : k + batch_size] for k in range(0, len(order), batch_size)]
