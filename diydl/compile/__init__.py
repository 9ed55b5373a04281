"""From a lazy graph to fast code: plans, the passes over them, and functions planned once."""

from diydl.compile.compute_graph import ComputeGraph, compute_graph, freeze
from diydl.compile.describe import describe
from diydl.compile.fuse import fuse
from diydl.compile.kernel import kernel_source
from diydl.compile.passes import PASSES, compiled
from diydl.compile.plan import Plan, Slot, Step
from diydl.compile.recompute import recompute
from diydl.compile.reuse import reuse
from diydl.compile.rows import join
from diydl.compile.simplify import fold, merge
from diydl.compile.split import split

__all__ = [
    "PASSES",
    "ComputeGraph",
    "Plan",
    "Slot",
    "Step",
    "compiled",
    "compute_graph",
    "describe",
    "fold",
    "freeze",
    "fuse",
    "join",
    "kernel_source",
    "merge",
    "recompute",
    "reuse",
    "split",
]
