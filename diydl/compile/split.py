"""A pass that takes apart what can be computed faster in parts, next to its neighbours.

A bias is added where the rows are in the cache anyway. Which elements dropout keeps is drawn once,
for the forward and the backward pass, and is then a factor like any other.
"""

from dataclasses import replace

import numpy as np

from diydl.compile.fuse import LEAST
from diydl.compile.plan import Slot, Step
from diydl.ops.elementwise import add, mul
from diydl.ops.linalg import project
from diydl.ops.random import dropout_mask, mask_shape


def split(plan, *, least=LEAST):
    """Make affine maps products and sums, and dropout a mask and products.

    Run after `merge`, and before `fuse` or `join`.

    Examples
    --------
    >>> from diydl import LazyTensor
    >>> from diydl.compile import describe
    >>> from diydl.ops import affine
    >>> x, w, b = (LazyTensor(np.ones(shape)) for shape in ((2, 3), (4, 3), (4,)))
    >>> split(describe([affine(x, w, b)], [x, w, b]), least=1)
    plan: 2 steps, 56 FLOPs, 368 bytes moved, 128 bytes held at most
      %4 = project(x, y)  (2, 4) float64
      %3 = add(%4, z)  (2, 4) float64
      return %3
    """
    parts = Parts(plan)
    for step in plan.steps:
        out = plan.slots[step.out]
        if out.size < least or len(step.parts) > 1 or out.dtype not in ("f4", "f8"):
            parts.steps.append(step)
        elif step.prim.overlaid:
            parts.steps.append(step)  # a learner's own is called as it is
        elif step.prim.name == "affine" and out.dtype == plan.slots[step.inputs[2]].dtype:
            parts.affine(step)
        elif step.prim.name == "dropout" and step.params["training"] and 0 < step.params["p"] < 1:
            parts.dropout(step)
        else:
            parts.steps.append(step)
    return replace(plan, slots=tuple(parts.slots), steps=tuple(parts.steps))


class Parts:
    """Slots and steps, with those that take the place of others."""

    def __init__(self, plan):
        self.slots, self.steps, self._masks = list(plan.slots), [], {}

    def _slot(self, slot):
        self.slots.append(slot)
        return len(self.slots) - 1

    def affine(self, step):
        """Put a product and a sum in the place of an affine map."""
        x, w, b = step.inputs
        between = self._slot(self.slots[step.out])
        self.steps.append(Step(project, (x, w), {}, between, step.place))
        self.steps.append(Step(add, (between, b), {}, step.out, step.place))

    def dropout(self, step):
        """Put products in the place of dropout, and a mask, unless there is one for its key."""
        (x, key), out = step.inputs, self.slots[step.out]
        p, shape = step.params["p"], mask_shape(out.shape, step.params.get("shared", ()))
        wanted = (key, shape, p)
        if wanted not in self._masks:
            self._masks[wanted] = self._slot(Slot("value", shape, np.dtype(bool)))
            params = {"shape": shape, "p": p}
            mask = Step(dropout_mask, (key,), params, self._masks[wanted], step.place)
            self.steps.append(mask)
        if step.params.get("inverted", True):
            factor = out.dtype.type(1 / (1 - p))
            scale = self._slot(Slot("constant", (), out.dtype, held=factor))
            scaled = self._slot(out)
            self.steps.append(Step(mul, (x, scale), {}, scaled, step.place))
            x = scaled
        self.steps.append(Step(mul, (x, self._masks[wanted]), {}, step.out, step.place))
