"""Optimising an input: what would the net have to see to answer as one wants it to?"""

import numpy as np

from diydl.exercise import exercise


@exercise("05/climb")
def climb(net, picture, score, steps, rate):
    """Change `picture` step by step so that `score` grows; return the score before each step.

    The parameters stay as they are. Every step adds `rate` times the gradient, and keeps the
    picture between 0 and 1.

    Parameters
    ----------
    net : Net
    picture : Data
        An input, with a value to begin with.
    score : Data
        Of one element.
    steps : int
    rate : float

    Examples
    --------
    >>> from diydl import Net
    >>> net = Net()
    >>> x = net.data(value=[0.5, 0.5], id="x")
    >>> climb(net, x, x[0] - x[1], steps=3, rate=0.25)
    [0.0, 0.5, 1.0]
    >>> x.value.tolist()
    [1.0, 0.0]
    """
    picture.unfreeze()
    heights = []
    for _ in range(steps):
        heights.append(float(net.forward(outputs=score)))
        net.backward({score: 1.0})
        picture.value = np.clip(picture.value + rate * picture.grad, 0.0, 1.0)
    picture.freeze()
    return heights
