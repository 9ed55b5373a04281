"""Describe first, run later: a graph, and contexts in which it runs (TensorFlow 1, pydeeptoy)."""

from diydl.engines.graph.build import ComputationalGraph
from diydl.engines.graph.connection import Assignment, Connection, Constant, Placeholder, Variable
from diydl.engines.graph.context import SimulationContext
from diydl.engines.graph.export import export_graph, import_graph

__all__ = [
    "Assignment",
    "ComputationalGraph",
    "Connection",
    "Constant",
    "Placeholder",
    "SimulationContext",
    "Variable",
    "export_graph",
    "import_graph",
]
