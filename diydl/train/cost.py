"""What a primitive and its VJP cost, by the rules that primitives carry."""

import numpy as np

from diydl.compile.describe import describe
from diydl.compile.simplify import frozen, merge
from diydl.compile.trace import Tracing
from diydl.probe import probing
from diydl.value import engine


def cost(prim, arrays, params, out):
    """Return (floating-point operations, bytes read and written) of one computation.

    What only looks at its operand, such as a transposition, costs nothing.

    Examples
    --------
    >>> from diydl.ops import matmul
    >>> a, b = np.ones((2, 3)), np.ones((3, 4))
    >>> cost(matmul, [a, b], {}, a @ b)
    (48, 208)
    """
    flops = int(prim.flops(out.shape, *[np.shape(x) for x in arrays], **params))
    if prim.view and not flops:
        return 0, 0
    return flops, out.nbytes + sum({id(x): x.nbytes for x in arrays}.values())


class VjpCosts:
    """Costs of VJPs, each counted once: the VJP is described, not run.

    Examples
    --------
    >>> import diydl as dl
    >>> x = dl.tensor([1.0, 2.0], requires_grad=True)
    >>> y = dl.tanh(x)
    >>> VjpCosts().of(y.node)
    (6, 60)
    """

    def __init__(self):
        self._known = {}

    def of(self, node):
        """Return (floating-point operations, bytes) of the VJP of a node of a tape or a graph.

        Both are 0 for a VJP that cannot be described: one that works on arrays alone.
        """
        nodes = (node, *node.inputs)
        saved = getattr(node, "saved", None) or nodes
        given = [
            (x.shape, x.dtype) if source is None else (source.shape, source.dtype)
            for x, source in zip(saved, nodes, strict=True)
        ]
        needed = tuple(source is not None for source in node.inputs)
        key = (node.prim, needed, tuple(given), frozen(node.params))
        if key not in self._known:
            try:
                self._known[key] = described(node.prim, needed, given, node.params)
            except (TypeError, ValueError, AttributeError):  # somebody's own, for arrays alone
                self._known[key] = 0, 0
        return self._known[key]


def described(prim, needed, given, params):
    """Return the cost of a VJP for an output and inputs of these (shape, dtype)."""
    graph = Tracing(f"the VJP of {prim.name}")
    out, *inputs = [graph.given(_Like(*kind), "") for kind in given]
    g = graph.given(_Like(*given[0]), "g")
    with probing(None), engine(graph):
        grads = prim.pull(needed, g, out, inputs, params)
    wanted = [gx for gx, need in zip(grads, needed, strict=True) if need and gx is not None]
    computed = [gx for gx in wanted if gx.prim is not None]
    plan = merge(describe(computed, [g, out, *inputs]))
    counted = plan.account("")
    return counted.flops, counted.moved


class _Like:
    def __init__(self, shape, dtype):
        self.shape, self.dtype = shape, dtype
