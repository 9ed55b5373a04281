"""11/running_average: what is remembered of all batches."""

from diydl.course.bank import Code
from diydl.ops.modal import running_average as reference

exercise = Code(
    "11/running_average",
    "An average that runs along",
    reference,
    hints=(
        "With a momentum of 0.1, how much of the new average is old, and how much is new?",
        "Weigh the two so that the weights make 1. A variance has to be put right first: a few "
        "examples lie closer together than all there are.",
        "1. If `examples` is not None, multiply `new` by n / (n - 1).\n"
        "2. Multiply it by `momentum`, and `old` by what is left to 1.\n"
        "3. Return the sum, a new array.",
    ),
)


@exercise.mistake(
    "That is Keras's momentum: the weight of the *old* average. Here, as in PyTorch, momentum is "
    "the weight of what is new. (0.99 there is 0.01 here.)"
)
def as_in_keras(old, new, momentum, examples=None):
    unbiased = 1 if examples is None else examples / (examples - 1)
    return momentum * old + (1 - momentum) * unbiased * new


@exercise.mistake(
    "`examples` is never used. The variance of a batch is a mean over n, and on average a little "
    "too small: multiply by n / (n - 1) before it goes into the average."
)
def biased(old, new, momentum, examples=None):
    return (1 - momentum) * old + momentum * new


@exercise.mistake(
    "You put the whole average right, the old part too, which had its turn already. After a "
    "hundred batches that is a factor of (n / (n - 1)) to the power of a hundred. Only `new`."
)
def corrected_again(old, new, momentum, examples=None):
    unbiased = 1 if examples is None else examples / (examples - 1)
    return ((1 - momentum) * old + momentum * new) * unbiased


@exercise.mistake(
    "You multiply by (n - 1) / n, which makes the variance still smaller. It has to grow: n / (n - "
    "1)."
)
def wrong_way(old, new, momentum, examples=None):
    shrunk = 1 if examples is None else (examples - 1) / examples
    return (1 - momentum) * old + momentum * shrunk * new


@exercise.mistake(
    "You count the entries of `new`: those are the channels. n is the number of examples that "
    "each of them was averaged over, and comes as `examples`."
)
def counts_channels(old, new, momentum, examples=None):
    unbiased = 1 if examples is None else new.size / (new.size - 1)
    return (1 - momentum) * old + momentum * unbiased * new


@exercise.mistake(
    "The old average keeps its full weight, so the sum grows from batch to batch without end. The "
    "two weights have to make 1."
)
def adds_up(old, new, momentum, examples=None):
    unbiased = 1 if examples is None else examples / (examples - 1)
    return old + momentum * unbiased * new


@exercise.mistake(
    "You write into `old`. The layer that hands it to you decides when its average changes, and in "
    "a plan that is later: return a new array."
)
def in_place(old, new, momentum, examples=None):
    unbiased = 1 if examples is None else examples / (examples - 1)
    old *= 1 - momentum
    old += momentum * unbiased * new
    return old
