"""Lazy values: nothing runs until numbers are asked for (tinygrad, Macrograd).

An operation on a `LazyTensor` notes what is to be done. `realize` does it, for all that is asked
for together, and then forgets how it was done: a tensor that has its numbers drops its inputs, and
what nobody holds any more is freed on the way.

No number is ever out of date. What is read of a parameter is what it was where the expression was
written: `assign` waits its turn and keeps the old array for whoever has read it; a parameter that
was written behind the graph's back is an error.

A compiler of plans reads what `Graph.waiting` returns, in that order: tensors with `prim`, `inputs`
and `params`; an `Assignment` writes ``inputs[0]`` into its `state`. Among the inputs, what waits no
longer is a constant if it has an `array`, and else reads its `state`.
"""

from diydl.engines.lazy.graph import Graph, realize
from diydl.engines.lazy.pending import Assignment
from diydl.engines.lazy.tensor import (
    LazyTensor,
    get_default_graph,
    set_default_graph,
)

__all__ = [
    "Assignment",
    "Graph",
    "LazyTensor",
    "get_default_graph",
    "realize",
    "set_default_graph",
]
