"""How long the memory behind each slot of a plan is needed: a view keeps what it looks at alive."""

from diydl.exercise import exercise


def memory_of(steps, count):
    """Return, for each of `count` slots, the slots whose memory it may share: a set with itself.

    Examples
    --------
    >>> from diydl import LazyTensor, exp
    >>> from diydl.compile import describe
    >>> x = LazyTensor([[1.0, 2.0]])
    >>> plan = describe([exp(x.T)], [x])
    >>> plan.steps[0].words, [sorted(found) for found in memory_of(plan.steps, 3)]
    ('transpose', [[0], [0, 1], [2]])
    """
    found = [frozenset((i,)) for i in range(count)]
    for step in steps:
        if step.aliases:
            found[step.out] = found[step.out].union(*[found[i] for i in step.inputs])
    return found


@exercise("06/last_reads")
def last_reads(steps, memory, leaving):
    """Return, for each slot, the number of the last step in which its memory is made or read.

    Parameters
    ----------
    steps : list of Step
    memory : list of set of int
        For each slot, the slots whose memory it may share, itself included.
    leaving : tuple of int
        Slots that are returned, or written somewhere at the end: they are read by the step after
        the last.

    Returns
    -------
    list of int
        -1 for memory that no step touches.

    Examples
    --------
    >>> from diydl import LazyTensor, exp
    >>> from diydl.compile import describe
    >>> x = LazyTensor([[1.0, 2.0]])
    >>> steps = describe([exp(exp(x).T)], [x]).steps  # slots: x, exp, transpose, exp
    >>> last_reads(steps, memory_of(steps, 4), [3])
    [0, 2, 2, 3]
    """
    last = [-1] * len(memory)
    for number, step in enumerate(steps):
        for i in (*step.inputs, *step.outs):
            for root in memory[i]:
                last[root] = number
    for i in leaving:
        for root in memory[i]:
            last[root] = len(steps)
    return last
