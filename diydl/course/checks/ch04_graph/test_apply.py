"""What `apply` must do: the full contract of `ComputationalGraph.apply`."""

import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("04/apply")


def described(drive, name, operands, params=None):
    """Describe an operation, once it is clear that a node came back."""
    found = drive("describe", name, operands, params or {})
    note(found["kind"])
    assert found["kind"] == "node", (
        f"expected a node of the graph, found a {found['kind']}: return what `self.add` returns"
    )
    return found


@pytest.mark.points(2)
@pytest.mark.hint("`infer` asks the rules of the primitive; hand on both of its answers")
def test_foretold(drive):
    """Shape and dtype are foretold, the size of the batch left open"""
    for name, operands, params, shape, dtype in [
        ("tanh", ["node:3,4"], {}, "(3, 4)", "float32"),
        ("matmul", ["open:4", "node:4,3"], {}, "(B, 3)", "float32"),
        ("sum", ["open:4"], {"axis": 0, "keepdims": False}, "(4,)", "float32"),
        ("greater", ["node:3", "node:3"], {}, "(3,)", "bool"),
        ("add", ["node:2,3", "double:3"], {}, "(2, 3)", "float64"),
        ("add", ["node:3", "open:3"], {}, "(B, 3)", "float32"),
    ]:
        found = described(drive, name, operands, params)
        agree(found["shape"], shape, what=f"the shape of {name} of {' and '.join(operands)}")
        agree(found["dtype"], dtype, what=f"the dtype of {name} of {' and '.join(operands)}")


@pytest.mark.points(1)
@pytest.mark.hint("the inputs of the new node are what `self.lifted` returns")
def test_inputs(drive):
    """Arrays, numbers and parameters among the operands become nodes"""
    for operands in (["node:3", "array:3"], ["parameter:3", "node:3"], ["node:3", "number"]):
        found = described(drive, "mul", operands)
        places = found["inputs"]
        note([x if isinstance(x, str) else "node" for x in places])
        strange = [x for x in places if isinstance(x, str)]
        assert not strange, f"an input of the node is a {strange[0]}, expected a node of the graph"


@pytest.mark.points(1)
@pytest.mark.hint("`params` holds what was passed by keyword; the node needs it to be computed")
def test_params(drive):
    """The node remembers what was passed by keyword"""
    found = described(drive, "sum", ["node:3,4"], {"axis": 1, "keepdims": True})
    note(found["params"])
    assert found["params"] == {"axis": 1, "keepdims": True}, (
        f"expected params {{'axis': 1, 'keepdims': True}}, found {found['params']}"
    )


@pytest.mark.points(1)
@pytest.mark.hint("`self.add` once, at the end; `self.lifted` once, at the beginning")
def test_taken_in(drive):
    """The graph has one node more, and one for each array among the operands"""
    found = described(drive, "tanh", ["node:3"])
    note([found["place"], found["nodes"]])
    assert found["place"] == 1, "the graph does not hold the new node: hand it to `self.add`"
    found = described(drive, "mul", ["node:3", "array:3"])
    agree(found["nodes"], 3, what="the number of nodes: placeholder, constant and product; it")


@pytest.mark.points(1)
@pytest.mark.hint("let the error of `infer` come through")
def test_misfit(drive):
    """What does not fit is an error at once"""
    agree(drive("misfit"), "ValueError", what="what comes of (B, 4) @ (3, 2)")
