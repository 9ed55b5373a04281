"""Graphs in files: what comes back computes the same, and nothing else is believed."""

import json

import numpy as np
import pytest

import diydl as dl
from diydl.engines.graph import Assignment, export_graph, import_graph
from diydl.primitive import PRIMITIVES
from diydl.storage import load_arrays, save_arrays
from diydl.testing import CASES

ALL = [case for name in sorted(CASES) for case in CASES[name]]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "graph.json"


def small():
    """A graph with all kinds of nodes: y = x * w, its gradient, a size, an update, an effect."""
    graph = dl.ComputationalGraph()
    x = graph.placeholder((None, 2), name="x")
    w, seen = dl.Parameter([[2.0], [3.0]], name="w"), dl.Buffer(0, name="seen")
    y = (x @ w).named("y")
    dl.assign(seen, graph.variable(seen) + 1, belongs_to=y)
    (gw,) = graph.gradients((y / x.shape[0]).sum(), [w])
    dl.assign(w, graph.variable(w) - 0.5 * gw).named("update")
    return graph


FEED = {"x": [[1.0, 2.0], [3.0, 4.0]]}


def test_a_graph_comes_back_and_goes_on(path):
    graph = small()
    export_graph(graph, path)
    again = import_graph(path)
    assert [(n.name, n.shape, n.dtype, type(n)) for n in again] == [
        (n.name, n.shape, n.dtype, type(n)) for n in graph
    ]
    contexts = [dl.SimulationContext(g) for g in (graph, again)]
    for _ in range(3):
        mine, theirs = (c.run(["y", "update"], FEED) for c in contexts)
        for a, b in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(a, b)
    seen = [s for s in again.states() if s.name == "seen"][0]
    assert contexts[1][seen] == 3
    assert contexts[1].run("y", {"x": np.ones((7, 2))}).shape == (7, 1)


def test_parameters_are_new_ones_and_keep_what_they_are(path):
    graph = small()
    w = graph.states()[0]
    w.requires_grad = False
    export_graph(graph, path)
    again = import_graph(path).states()
    assert [repr(s) for s in again] == [repr(s) for s in graph.states()]
    assert [s.name for s in again] == ["w", "seen"]
    assert again[0] is not w


def test_what_a_context_has_learnt_can_be_written(path):
    graph = small()
    context = dl.SimulationContext(graph)
    context.run("update", FEED)
    export_graph(graph, path, context=context)
    w = import_graph(path).states()[0]
    np.testing.assert_array_equal(w.data, context[graph.states()[0]])
    assert graph.states()[0].tolist() == [[2], [3]]


def test_the_same_graph_gives_the_same_bytes(path, tmp_path):
    other = tmp_path / "other.json"
    export_graph(small(), path)
    export_graph(import_graph(path), other)
    assert path.read_bytes() == other.read_bytes()
    assert not path.with_suffix(".safetensors").exists()


def test_large_arrays_stand_beside(path):
    graph, w = dl.ComputationalGraph(), dl.Parameter(np.random.default_rng(0).normal(size=(9, 9)))
    (graph.constant(np.arange(100)) * 1).named("c")
    (graph.variable(w) * 1).named("w1")
    export_graph(graph, path)
    assert len(path.read_text()) < 1500
    context = dl.SimulationContext(import_graph(path))
    assert context.run("c").tolist() == list(range(100))
    np.testing.assert_array_equal(context.run("w1"), w.data)
    beside = path.with_suffix(".safetensors")
    arrays = load_arrays(beside)
    save_arrays(beside, arrays)
    with pytest.raises(ValueError, match="graph.safetensors belongs to another export"):
        import_graph(path)
    beside.unlink()
    with pytest.raises((ValueError, FileNotFoundError), match="no such file"):
        import_graph(path)


@pytest.mark.parametrize("case", ALL, ids=str)
def test_every_primitive_comes_back(case, path):
    graph, arrays = dl.ComputationalGraph(), case.inputs()
    xs = [graph.placeholder(x.shape, x.dtype, name=f"x{i}") for i, x in enumerate(arrays)]
    out = PRIMITIVES[case.name](*xs, **case.params).named("out")
    if out.prim.differentiable and out.dtype.kind == "f":
        graph.gradients(out, [x for x in xs if x.dtype.kind == "f"], np.ones(out.shape))
    export_graph(graph, path)
    again, feed = import_graph(path), {f"x{i}": x for i, x in enumerate(arrays)}
    names = [node.name for node in graph]
    mine, theirs = (dl.SimulationContext(g).run(names, feed) for g in (graph, again))
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


def test_numbers_that_json_lacks(path):
    graph = dl.ComputationalGraph()
    special = [np.nan, np.inf, -np.inf, 1 / 3, np.float32(0.1)]
    (graph.constant(np.array(special)) * 1).named("y")
    export_graph(graph, path)
    np.testing.assert_array_equal(dl.SimulationContext(import_graph(path)).run("y"), special)


def test_assignments_come_back_as_such(path):
    export_graph(small(), path)
    effects = [node for node in import_graph(path) if isinstance(node, Assignment)]
    assert len(effects) == 2


def changed(path, change):
    described = json.loads(path.read_text())
    described = change(described) or described
    path.write_text(json.dumps(described))


def set_in(*way_and_value):
    *way, last, value = way_and_value

    def change(x):
        for step in way:
            x = x[step]
        x[last] = value

    return change


HOSTILE = {
    "no graph": (lambda d: {"format": "other"}, "no graph of diydl"),
    "a list": (lambda d: [1], "no graph of diydl"),
    "version": (set_in("version", 2), "is of version 2, this library reads version 1"),
    "version of another kind": (set_in("version", [1]), "is of version"),
    "code as primitive": (set_in("nodes", 2, "prim", "__import__"), "node 2 .*'__import__' is mis"),
    "primitive of another kind": (set_in("nodes", 2, "prim", ["add"]), "node 2"),
    "from later": (set_in("nodes", 2, "inputs", [0, 2]), "node 2 .*no number 2 among the 2"),
    "from before the first": (set_in("nodes", 2, "inputs", [0, -1]), "node 2 .*no number -1"),
    "one input too few": (set_in("nodes", 2, "inputs", [0]), "node 2 .*matmul takes 2 inputs"),
    "unknown parameter": (set_in("nodes", 2, "params", {"os": 1}), "node 2 .*os"),
    "another shape": (set_in("nodes", 2, "shape", {"tuple": [5]}), r"matmul makes \(B, 1\)"),
    "another dtype": (set_in("nodes", 2, "dtype", "float64"), r"matmul makes \(B, 1\) float32"),
    "an object dtype": (set_in("nodes", 0, "dtype", "object"), "node 0 .*unknown dtype 'object'"),
    "unknown kind": (set_in("nodes", 1, "kind", "eval"), "node 1 .*'eval' is missing or unknown"),
    "an extra word": (set_in("nodes", 1, "run", "rm"), "node 1 .*'run'"),
    "the same read twice": (lambda d: d["nodes"].insert(2, d["nodes"][1]), "node 2 .*no node of i"),
    "a name twice": (set_in("nodes", 1, "name", "x"), "node 1 .*has the name 'x' already"),
    "no name": (set_in("nodes", 1, "name", None), "node 1 .*a name is a text"),
    "no such state": (set_in("nodes", 1, "state", 9), "node 1 .*no number 9 among the 2"),
    "a negative size": (set_in("nodes", 0, "shape", {"tuple": [-5]}), "node 0 .*whole numbers"),
    "a size to be guessed": (set_in("states", 0, "shape", [-1]), r"state 0 .*\(-1,\) is no shape"),
    "too few numbers": (set_in("states", 0, "data", [1.0]), "state 0 cannot be: ValueError"),
    "words for numbers": (set_in("states", 0, "data", ["a", "b"]), "state 0 .*numbers"),
    "a huge shape": (set_in("states", 0, "shape", [10**12]), "state 0 cannot be"),
    "nodes of another kind": (set_in("nodes", {"0": 1}), "expected a list"),
    "a node of another kind": (set_in("nodes", 0, "x"), "node 0 cannot be"),
    "nothing": (lambda d: {"format": d["format"], "version": 1}, "the file cannot be"),
}


@pytest.mark.parametrize(("change", "words"), HOSTILE.values(), ids=HOSTILE)
def test_what_was_never_written_is_refused(path, change, words):
    export_graph(small(), path)
    changed(path, change)
    with pytest.raises(ValueError, match=words):
        import_graph(path)


def test_deep_parameters_are_refused(path):
    export_graph(small(), path)
    deep = '{"tuple":[' * 400 + "]}" * 400
    path.write_text(path.read_text().replace('"params":{}', f'"params":{{"axis":{deep}}}', 1))
    with pytest.raises(ValueError, match="node 2 cannot be: RecursionError|is no JSON file"):
        import_graph(path)


@pytest.mark.parametrize("content", [b"", b"{", b"\x00\xff", b"[" * 100_000, b"1" * 5000])
def test_what_is_no_json_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(ValueError, match="graph.json is no"):
        import_graph(path)


def test_a_missing_file(path):
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        import_graph(path)


def test_the_name_of_the_arrays_is_taken(tmp_path):
    with pytest.raises(ValueError, match="is where the arrays go"):
        export_graph(small(), tmp_path / "model.safetensors")
    assert not list(tmp_path.iterdir())
