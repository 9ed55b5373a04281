"""The driver of the rules of this chapter: steps of an optimizer, at once and as part of a plan."""

import numpy as np

import diydl as dl
from diydl import optim


def both_ways(pieces, kind, options, start, gradients):
    """Return the parameter and its memories after some steps: made at once, and by a plan."""
    return {
        name: _after(kind, options, start, gradients, planned)
        for name, planned in (("at once", False), ("planned", True))
    }


def _after(kind, options, start, gradients, planned):
    w = dl.Parameter(start, name="w")
    optimizer = getattr(optim, kind)([w], **options)

    @dl.compute_graph
    def step(g):
        optimizer.operations([g])
        return g

    for g in gradients:
        if planned:
            step(g)
        else:
            w.grad = dl.tensor(g)
            optimizer.step()
    memories = [np.array(memory.data) for memory in (optimizer.state[0] or {}).values()]
    return [np.array(w.data), *memories]
