"""Walks over a net: what comes before what, what is needed for what, and who wants a gradient.

None of them recurses, so that a net unrolled over 10,000 steps is no deeper than any other.
"""

import heapq

from diydl.exercise import exercise


def needed_for(outputs):
    """Return the set of all Data that must be known to compute `outputs`, themselves among them.

    Examples
    --------
    >>> from diydl import Net
    >>> x = Net().data(value=[1.0], id="x")
    >>> sorted(data.id for data in needed_for([x + x]))
    ['add.out', 'x']
    """
    found, todo = set(), list(outputs)
    while todo:
        data = todo.pop()
        if data is None or data in found:
            continue
        found.add(data)
        todo += data.inputs
        for effect in data.effects:
            todo += effect.inputs
    return found


def changed_by(data, steps):
    """Return those of the ordered `steps` whose result depends on `data`.

    Examples
    --------
    >>> from diydl import Net
    >>> net = Net()
    >>> x, y = net.data(value=[1.0], id="x"), net.data(value=[1.0], id="y")
    >>> _ = x * 2, (y * 3) - 1
    >>> [step.id for step in changed_by(y, net.steps)]
    ['mul_2', 'sub']
    """
    changed, found = {data}, []
    for step in steps:
        if not changed.isdisjoint(step.inputs):
            found.append(step)
            if step.output is not None:
                changed.add(step.output)
    return found


@exercise("05/mark_wanted")
def mark_wanted(leaves, modules):
    """Tell every Data whether it wants a gradient, in its `wanted`.

    A leaf wants one if it is trained; a result, if one of its inputs does, unless it is cut off by
    `freeze` or has no derivative. So where all before it is frozen, nothing is computed.

    Parameters
    ----------
    leaves : iterable of Data
    modules : iterable of Module
        Each after those whose output it reads.
    """
    for data in leaves:
        data.wanted = data.trained
    for module in modules:
        out = module.output
        smooth = module.prim.differentiable and out.dtype.kind == "f" and not out.cut
        out.wanted = smooth and any(x is not None and x.wanted for x in module.inputs)


def arranged(steps, sources):
    """Return `steps` so that each stands after those it depends on, else as they were.

    Parameters
    ----------
    steps : list
    sources : callable
        ``sources(step)`` returns the steps that must come before.

    Raises
    ------
    ValueError
        If steps depend on each other in a circle.

    Examples
    --------
    >>> arranged(["b", "a", "c"], lambda step: ["a"] if step == "b" else [])
    ['a', 'b', 'c']
    """
    place = {step: k for k, step in enumerate(steps)}
    before = {step: {s for s in sources(step) if s in place} for step in steps}
    after = {step: [] for step in steps}
    for step in steps:
        for source in before[step]:
            after[source].append(step)
    waiting = {step: len(before[step]) for step in steps}
    ready, order = [place[step] for step in steps if not waiting[step]], []
    heapq.heapify(ready)
    while ready:
        step = steps[heapq.heappop(ready)]
        order.append(step)
        for later in after[step]:
            waiting[later] -= 1
            if not waiting[later]:
                heapq.heappush(ready, place[later])
    if len(order) < len(steps):
        raise ValueError("these steps depend on each other in a circle")
    return order
