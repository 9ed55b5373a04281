"""00/relu: the bend between two layers."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code

exercise = Code(
    "00/relu",
    "Bend: negative becomes zero",
    dl.relu,
    hints=(
        "Compare an element with 0. Which of the two do you keep if it is -3, and if it is 3?",
        "Find the function of the library that compares element by element and keeps the larger.",
        "1. Take `x` as it is, of any shape.\n"
        "2. Call `dl.maximum` with `x` and the single number 0.\n"
        "3. Return what it gives.",
    ),
)


@exercise.driver
def train(pieces, images, targets, first, second, steps):
    """Train two layers with the bend between them; the first gradient and all losses."""
    first, second = dl.Parameter(first), dl.Parameter(second)
    gradient, losses = None, []
    for _ in range(steps):
        difference = dl.relu(images @ first) @ second - targets
        loss = (difference * difference).mean()
        loss.backward()
        if gradient is None:
            gradient = None if first.grad is None else first.grad.numpy().copy()
        for weights in (first, second):
            if weights.grad is not None:
                dl.assign(weights, weights.data - 0.1 * weights.grad.numpy())
        losses.append(loss.item())
    return {"gradient": gradient, "losses": losses}


@exercise.mistake(
    "This also cuts off what is large. ReLU has no upper end: 100 stays 100. (With a ceiling at 6 "
    "it is another function, called ReLU6.)"
)
def capped(x):
    return dl.minimum(dl.maximum(x, 0), 6)


@exercise.mistake(
    "This takes `x` for a table of rows and columns. `x` may have any number of axes: compare all "
    "of it with the single number 0, without asking for its shape."
)
def matrices_only(x):
    rows, columns = x.shape
    return dl.maximum(x, np.zeros((rows, columns), x.dtype))


@exercise.mistake(
    "The zeros that you compare with are float64 and turn the whole result into float64, which "
    "takes twice the memory. The single number 0 takes on the dtype of `x`."
)
def wide_zeros(x):
    return dl.maximum(x, np.zeros(x.shape))


@exercise.mistake(
    "This writes into the array that came in. Its owner, the layer before, still needs the "
    "negative numbers: return a new array instead."
)
def in_place(x):
    if isinstance(x, np.ndarray):
        x[x < 0] = 0
        return x
    return dl.maximum(x, 0)


@exercise.mistake(
    "NumPy's own function knows nothing of gradients, so a network cannot learn through it. The "
    "library has a function of the same name that does: put `dl.` in front."
)
def numpy_only(x):
    return np.maximum(x, 0)


@exercise.mistake("This turns -3 into 3: it drops the sign. ReLU drops the number: -3 becomes 0.")
def absolute(x):
    return dl.abs(x)


@exercise.mistake(
    "This keeps a little of what is negative (that is called a leaky ReLU). Here a negative number "
    "becomes exactly 0."
)
def leaky(x):
    return dl.maximum(x, 0.01 * x)


@exercise.mistake(
    "This keeps the negative half and drops the positive one: it is the smaller of the two numbers "
    "that you return, not the larger."
)
def lower_half(x):
    return dl.minimum(x, 0)
