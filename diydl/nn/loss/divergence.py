"""How far one distribution is from another: the Kullback-Leibler divergence."""

from diydl.nn.loss.reduction import alike, reduced
from diydl.ops import div, equal, exp, log, sum, where


def kl_div(log_probabilities, target, *, log_target=False, reduction="batchmean"):
    """``target * (log(target) - log_probabilities)``: what a wrong distribution costs.

    It is cross-entropy less what the target costs by itself, so 0 where both are the same. A
    student network learns from a teacher so: ``kl_div(log_softmax(student), softmax(teacher))``.

    Parameters
    ----------
    log_probabilities : (B, ..., K)
        *Logarithms* of the predicted probabilities: `log_softmax` of scores.
    target : of the same shape
        Probabilities; where one is 0 its term is 0.
    log_target : bool
        Whether the target comes as logarithms too.
    reduction : {"batchmean", "mean", "sum", "none"}
        The sum divided by the number of examples, which is what the formula says; the mean of all
        elements (PyTorch's default, which warns); their sum; or a term for each element.

    Examples
    --------
    >>> import numpy as np
    >>> target = np.array([[0.5, 0.5], [1.0, 0.0]])
    >>> kl_div(np.log([[0.5, 0.5], [0.5, 0.5]]), target, reduction="sum")  # log(2), row 2
    array(0.69314718)
    """
    target = alike("kl_div", log_probabilities, target)
    if log_target:
        terms = exp(target) * (target - log_probabilities)
    else:
        empty = equal(target, 0)
        terms = where(empty, 0, target * (log(where(empty, 1, target)) - log_probabilities))
    if reduction != "batchmean":
        return _named(terms, reduction)
    if not terms.ndim:
        raise ValueError("batchmean divides by the size of the first axis, and there is none")
    return div(sum(terms), terms.shape[0])


def _named(terms, reduction):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(
            f'kl_div: reduction is "batchmean", "mean", "sum" or "none", got {reduction!r}'
        )
    return reduced(terms, reduction)
