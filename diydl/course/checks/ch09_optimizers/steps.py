"""Steps of an optimizer for the drivers of this chapter: at once, and as part of a plan."""

import numpy as np

import diydl as dl
from diydl.compile import compute_graph


def both_ways(make, start, gradients):
    """Return the parameter and its memories after some steps: made at once, and by a plan."""
    return {
        "at once": _after(make, start, gradients, planned=False),
        "planned": _after(make, start, gradients, planned=True),
    }


def _after(make, start, gradients, *, planned):
    w = dl.Parameter(start, name="w")
    optimizer = make([w])

    @compute_graph
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
