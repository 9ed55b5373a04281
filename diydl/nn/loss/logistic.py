"""Losses for questions of yes or no: the likelihood of a coin with a known bias."""

from diydl.nn.loss.reduction import alike, operand, weighted
from diydl.ops.loss import bernoulli_cross_entropy, sigmoid_cross_entropy


def binary_cross_entropy_with_logits(
    logits, target, *, pos_weight=None, sample_weight=None, reduction="mean"
):
    """Logistic loss of scores: ``-log(p)`` of a yes, ``-log(1 - p)`` of a no; p = sigmoid(logit).

    Exact at any scale, since no probability is computed. Give it the scores of the last layer:
    whether numbers are scores or have been through a sigmoid already, nobody can see.

    Parameters
    ----------
    logits : array or tensor of floats
        Scores, before any sigmoid.
    target : array or tensor of the same shape
        0 and 1, False and True, or probabilities.
    pos_weight : float, array or tensor, optional
        What a yes counts, where a no counts 1; broadcast to the logits, so (K,) for K questions.
        ``(number of no) / (number of yes)`` balances the two.
    sample_weight, reduction
        As in `mse_loss`.

    Examples
    --------
    >>> import numpy as np
    >>> logits = np.array([0.0, 800.0, -800.0])
    >>> binary_cross_entropy_with_logits(logits, [1, 1, 1], reduction="none")
    array([6.93147181e-01, 0.00000000e+00, 8.00000000e+02])
    """
    target = alike("binary_cross_entropy_with_logits", logits, target)
    losses = sigmoid_cross_entropy(logits, target)
    if pos_weight is not None:
        extra = operand(pos_weight, logits.dtype) - 1
        more = extra * target * sigmoid_cross_entropy(logits, 1.0)
        if more.shape != losses.shape:
            raise ValueError(
                f"pos_weight has shape {operand(pos_weight).shape}, which does not broadcast to "
                f"the logits, {logits.shape}; it is a number, or one for each question"
            )
        losses = losses + more
    return weighted(losses, reduction, sample_weight)


def binary_cross_entropy(probabilities, target, *, sample_weight=None, reduction="mean"):
    """``-log(p)`` of a yes and ``-log(1 - p)`` of a no, from probabilities.

    A probability that has been rounded to 0 or 1 has lost what the loss asks for; its logarithm
    counts as -100. If you have the scores, use `binary_cross_entropy_with_logits`.

    Parameters
    ----------
    probabilities : array or tensor of floats
        Numbers from 0 to 1, as a sigmoid gives them.
    target, sample_weight, reduction
        As in `binary_cross_entropy_with_logits`.

    Raises
    ------
    ValueError
        If the shapes differ, or a number is no probability (on a GPU nobody looks, since that
        would mean to wait for it).

    Examples
    --------
    >>> import numpy as np
    >>> binary_cross_entropy(np.array([0.5, 1.0, 0.0]), [1, 1, 1], reduction="none")
    array([  0.69314718,   0.        , 100.        ])
    """
    target = alike("binary_cross_entropy", probabilities, target)
    return weighted(bernoulli_cross_entropy(probabilities, target), reduction, sample_weight)
