"""The update rules, as formulas.

Each takes a parameter `p`, its gradient `g`, what is remembered from earlier steps, and numbers. It
returns the new parameter, then the new memories. They are made of operators and of operations of
the library, so that they run on arrays and under every engine. The optimizers use them in graphs
and plans; `step` has a translation of each that works in place. It rounds alike, bit by bit, where
NumPy does the work; for large arrays BLAS does some of it, and may round in another way.
"""

from diydl.exercise import exercise
from diydl.ops import maximum, sqrt


def sgd_step(p, g, lr):
    """Step against the gradient.

    Examples
    --------
    >>> sgd_step(np.array([1.0]), np.array([10.0]), 0.01)
    array([0.9])
    """
    return p - lr * g


@exercise("09/momentum_step")
def momentum_step(p, g, v, lr, momentum):
    """Step along a velocity, which each gradient changes (Polyak, 1964): (new p, new v).

    Examples
    --------
    >>> momentum_step(np.array([1.0]), np.array([2.0]), np.array([10.0]), 0.1, 0.5)
    (array([0.3]), array([7.]))
    """
    v = momentum * v + g
    return p - lr * v, v


@exercise("09/nesterov_step")
def nesterov_step(p, g, v, lr, momentum):
    """Step along the velocity as it will be after another such gradient: (new p, new v).

    This is the form of Nesterov's method in which `g` is taken where the parameter is (Bengio
    et al., 2013).

    Examples
    --------
    >>> nesterov_step(np.array([1.0]), np.array([2.0]), np.array([10.0]), 0.1, 0.5)
    (array([0.45]), array([7.]))
    """
    v = momentum * v + g
    return p - lr * (momentum * v + g), v


def adagrad_step(p, g, total, lr, eps):
    """Divide by the root of all squares so far (Duchi et al., 2011): (new p, new total).

    Examples
    --------
    >>> adagrad_step(np.array([1.0]), np.array([3.0]), np.array([16.0]), 0.5, 0.0)
    (array([0.7]), array([25.]))
    """
    total = total + g * g
    return p - lr * (g / (sqrt(total) + eps)), total


@exercise("09/rmsprop_step")
def rmsprop_step(p, g, s, lr, alpha, eps):
    """Divide by the root of a running mean of squares (Tieleman and Hinton, 2012): (new p, new s).

    Examples
    --------
    >>> rmsprop_step(np.array([1.0]), np.array([4.0]), np.array([2.0]), 0.1, 0.5, 0.0)
    (array([0.86666667]), array([9.]))
    """
    s = alpha * s + (1 - alpha) * (g * g)
    return p - lr * (g / (sqrt(s) + eps)), s


@exercise("09/filled")
def filled(beta, step):
    """Return the share of a running mean that is made of real numbers, after `step` of them.

    The rest is what is left of the zero that it began with.

    Examples
    --------
    >>> filled(0.5, 1), filled(0.5, 3)
    (0.5, 0.875)
    """
    return 1 - beta**step


@exercise("09/adam_step")
def adam_step(p, g, m, s, lr, betas, eps, shares):
    """Adam (Kingma and Ba, 2015): (new p, new m, new s).

    `m` and `s` are running means of the gradient and of its square; `shares` says how far each of
    them is `filled`. Numbers are reckoned with numbers first, which costs no pass over an array.

    Examples
    --------
    >>> start = np.zeros(1)
    >>> adam_step(start, np.array([4.0]), start, start, 0.1, (0.5, 0.75), 0.0, (0.5, 0.25))
    (array([-0.1]), array([2.]), array([4.]))
    """
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)
    return p - lr / shares[0] * (m / (sqrt(s) / sqrt(shares[1]) + eps)), m, s


def amsgrad_step(p, g, m, s, most, lr, betas, eps, shares):
    """Adam, divided by the largest mean of squares so far (Reddi et al., 2018).

    Returns (new p, new m, new s, new most).

    Examples
    --------
    >>> start, large = np.zeros(1), np.array([64.0])
    >>> rest = (0.1, (0.5, 0.75), 0.0, (0.5, 0.25))
    >>> amsgrad_step(start, np.array([4.0]), start, start, large, *rest)[0]
    array([-0.025])
    """
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)
    most = maximum(most, s)
    return p - lr / shares[0] * (m / (sqrt(most) / sqrt(shares[1]) + eps)), m, s, most


@exercise("09/shrink")
def shrink(p, lr, weight_decay):
    """Return the parameter, pulled towards 0: decay apart from the gradient (Loshchilov, 2019).

    Examples
    --------
    >>> shrink(np.array([2.0]), 0.1, 0.5)
    array([1.9])
    """
    return p * (1 - lr * weight_decay)
