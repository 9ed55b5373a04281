"""04/apply: describe an operation, compute nothing."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.engines.graph import ComputationalGraph, Connection
from diydl.primitive import PRIMITIVES
from diydl.symbol import infer

exercise = Code(
    "04/apply",
    "Describe, do not compute",
    ComputationalGraph.apply,
    hints=(
        "What must a node know so that somebody else can compute it later? And what must it know "
        "so that a mistake shows now?",
        "Make nodes of the operands, let the primitive's rules foretell shape and dtype, and take "
        "a new node into the graph that remembers all of it.",
        "1. Lift: `self.lifted(operands)` gives one node for each operand; call it once.\n"
        "2. Foretell: `infer(prim, inputs, params)` gives shape and dtype.\n"
        "3. Describe: make a `Connection` of shape, dtype, prim, inputs and params.\n"
        "4. Take in: hand it to `self.add`, and return what comes back.",
    ),
)


def _operand(graph, text):
    """Make an operand: "node:3,4", "open:4", "array:2,3", "parameter:4" or a plain number."""
    kind, _, sizes = text.partition(":")
    shape = tuple(int(n) for n in sizes.split(",") if n)
    if kind == "number":
        return np.float32(2)
    if kind == "array":
        return np.ones(shape, "float32")
    if kind == "parameter":
        return dl.Parameter(np.ones(shape, "float32"), name="w")
    if kind == "whole":
        return graph.placeholder(shape, "int64")
    if kind == "double":
        return graph.placeholder(shape, "float64")
    return graph.placeholder((None, *shape) if kind == "open" else shape)


@exercise.driver
def describe(pieces, name, operands, params):
    """Let the piece describe one operation in a new graph; return what can be seen of it."""
    graph = ComputationalGraph()
    made = [_operand(graph, text) for text in operands]
    node = pieces.apply(graph, PRIMITIVES[name], made, params)
    if not isinstance(node, Connection):
        return {"kind": type(node).__name__}
    places = {id(x): k for k, x in enumerate(graph)}
    return {
        "kind": "node",
        "shape": repr(tuple(node.shape)),
        "dtype": str(node.dtype),
        "prim": getattr(node.prim, "name", None),
        "params": dict(node.params),
        "inputs": [places.get(id(x), type(x).__name__) for x in node.inputs],
        "place": places.get(id(node)),
        "nodes": len(graph),
    }


@exercise.driver
def misfit(pieces):
    """Let the piece describe a product that does not fit; return the kind of error."""
    graph = ComputationalGraph()
    x, w = graph.placeholder((None, 4)), graph.placeholder((3, 2))
    try:
        pieces.apply(graph, PRIMITIVES["matmul"], [x, w], {})
    except (ValueError, TypeError) as error:
        return type(error).__name__
    return "no error"


@exercise.mistake(
    "The new node was made, but the graph does not know it: hand it to `self.add`, which gives "
    "it a name and a number, and return what comes back."
)
def not_taken_in(self, prim, operands, params):
    inputs = self.lifted(operands)
    shape, dtype = infer(prim, inputs, params)
    return Connection(shape, dtype, prim=prim, inputs=inputs, params=params)


@exercise.mistake(
    "You call `self.lifted` twice. Each call makes new nodes for the arrays and numbers among the "
    "operands, so they stand in the graph twice: call it once and keep the result."
)
def lifted_twice(self, prim, operands, params):
    shape, dtype = infer(prim, self.lifted(operands), params)
    inputs = self.lifted(operands)
    return self.add(Connection(shape, dtype, prim=prim, inputs=inputs, params=params))


@exercise.mistake(
    "The node remembers the operands as they came. A parameter or an array is no node, and the run "
    "cannot ask it for its value: the inputs are what `self.lifted(operands)` returns."
)
def operands_as_they_are(self, prim, operands, params):
    shape, dtype = infer(prim, self.lifted(operands), params)
    return self.add(Connection(shape, dtype, prim=prim, inputs=tuple(operands), params=params))


@exercise.mistake(
    "The node forgets `params`. Its shape was foretold with them, but when it is computed nobody "
    "will know along which axis: pass `params=params` to the Connection."
)
def without_params(self, prim, operands, params):
    inputs = self.lifted(operands)
    shape, dtype = infer(prim, inputs, params)
    return self.add(Connection(shape, dtype, prim=prim, inputs=inputs))


@exercise.mistake(
    "The shape is that of the first operand. That holds for a sine, not for a product or a sum: "
    "`infer` asks the primitive's own rule."
)
def shape_of_the_first(self, prim, operands, params):
    inputs = self.lifted(operands)
    _, dtype = infer(prim, inputs, params)
    node = Connection(inputs[0].shape, dtype, prim=prim, inputs=inputs, params=params)
    return self.add(node)


@exercise.mistake(
    "The dtype is that of the first operand. A comparison gives booleans, and float32 beside "
    "float64 gives float64: `infer` asks the primitive's own rule."
)
def dtype_of_the_first(self, prim, operands, params):
    inputs = self.lifted(operands)
    shape, _ = infer(prim, inputs, params)
    node = Connection(shape, inputs[0].dtype, prim=prim, inputs=inputs, params=params)
    return self.add(node)


@exercise.mistake(
    "A product that does not fit is described without a word, and shows only when the graph runs, "
    "far from the line that is wrong. Let `infer` raise its error; catch nothing."
)
def swallows_the_error(self, prim, operands, params):
    inputs = self.lifted(operands)
    try:
        shape, dtype = infer(prim, inputs, params)
    except ValueError:
        shape, dtype = inputs[0].shape, inputs[0].dtype
    return self.add(Connection(shape, dtype, prim=prim, inputs=inputs, params=params))
