"""A summary foretells shapes, operations and memory, and changes nothing."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.dim import Dim


class Everything(nn.Module):
    """Modules in an attribute, a list and a dict, one of them used twice, and a tied parameter."""

    def __init__(self):
        self.first = nn.Linear(4, 6)
        self.blocks = [nn.Linear(6, 6), nn.BatchNorm1d(6), nn.Dropout(0.5)]
        self.heads = {"a": nn.Linear(6, 2), "unused": nn.Linear(6, 9)}
        self.scale = nn.Parameter(np.ones(2, np.float32))

    def forward(self, x):
        x = dl.tanh(self.first(x))
        for block in [*self.blocks, self.blocks[0]]:
            x = block(x)
        return self.heads["a"](x) * self.scale


@pytest.fixture
def model():
    dl.seed(0)
    return Everything()


def test_rows_have_names_shapes_and_calls(model):
    rows = {row.name: row for row in model.summary((8, 4)).rows}
    assert list(rows) == [
        *("", "first", "blocks.0", "blocks.1", "blocks.2", "heads.a", "heads.unused")
    ]
    assert rows["first"].shapes == ((8, 6),)
    assert rows["blocks.0"].shapes == ((8, 6), (8, 6))
    assert rows["blocks.0"].shape == "(8, 6), 2 calls"
    assert rows[""].shapes == ((8, 2),)
    assert rows["heads.unused"].shapes == () and rows["heads.unused"].flops == 0
    assert [row.parameters for row in rows.values()] == [2, 30, 42, 12, 0, 14, 63]


def test_operations_are_those_of_the_primitives(model):
    rows = {row.name: row.flops for row in model.summary((8, 4)).rows}
    assert rows["first"] == 2 * 8 * 4 * 6
    assert rows["blocks.0"] == 2 * (2 * 8 * 6 * 6)
    assert rows["heads.a"] == 2 * 8 * 6 * 2
    tanh = dl.tanh.flops((8, 6), (8, 6))
    assert rows[""] == tanh + 8 * 2  # the module's own: tanh, and the scale
    assert model.summary((8, 4)).flops == sum(rows.values())


@pytest.mark.parametrize("batch", [8, 5, 1])
def test_an_open_batch_stands_for_every_size(model, batch):
    model.eval()  # one example is no batch to train a batch norm on
    open_, fixed = model.summary((None, 4)), model.summary((batch, 4))
    assert open_.rows[0].shapes == ((Dim(), 2),)
    assert open_.flops.at(batch) == fixed.flops
    assert open_.kept.at(batch) == fixed.kept
    assert "*B" in repr(open_)


def test_totals_without_and_with_an_input(model):
    plain = model.summary()
    assert (plain.total, plain.trained, plain.flops, plain.kept) == (163, 163, None, None)
    buffers = sum(b.data.nbytes for b in model.buffers())
    assert plain.bytes == 163 * 4 + buffers
    model.heads["unused"].freeze()
    assert model.summary((8, 4)).trained == 100
    assert "163 parameters, 100 trained" in repr(model.summary())


def test_parameters_count_where_they_are_met():
    shared = nn.Linear(4, 4)
    model = nn.Sequential(shared, nn.ReLU(), shared, nn.Linear(4, 2).freeze())
    summary = model.summary((3, 4))
    assert [(row.name, row.parameters) for row in summary.rows] == [
        *(("", 0), ("0", 20), ("1", 0), ("3", 10))
    ]
    assert [len(row.shapes) for row in summary.rows] == [1, 2, 1, 1]


def test_nothing_is_drawn_or_written(model):
    before, draws = model.state_dict(), dl.backend.next_key()
    model.summary((8, 4))
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)
    assert dl.backend.next_key()[1] == draws[1] + 1


def test_examples_and_dtypes():
    table = nn.Parameter(np.zeros((7, 3), np.float32))

    class Words(nn.Module):
        def __init__(self):
            self.table = table

        def forward(self, ids, weights):
            return dl.take(self.table, ids) * weights

    ids, weights = np.zeros((5, 2), int), dl.ones(5, 2, 1)
    assert Words().summary(ids, weights).rows[0].shapes == ((5, 2, 3),)
    with pytest.raises(TypeError, match="integers"):
        Words().summary((5, 2), (5, 2, 1))
    assert nn.Identity().summary((None, 2), dtype="int64").rows[0].shapes == ((Dim(), 2),)


def kept_by_the_tape(output, given):
    """Bytes of the arrays that the nodes behind `output` keep, but for those of `given`."""
    found, todo = {}, [output.node] if output.node else []
    while todo:
        node = todo.pop()
        bases = [x if x.base is None else x.base for x in node.saved if isinstance(x, np.ndarray)]
        found |= {id(x): x for x in bases if not any(np.shares_memory(x, y) for y in given)}
        todo += [n for n in node.inputs if n is not None and n.prim is not None]
    return sum(x.nbytes for x in found.values())


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.Sequential(nn.Linear(6, 9), nn.Tanh(), nn.Linear(9, 4), nn.Sigmoid()),
        lambda: nn.Sequential(nn.Linear(6, 9), nn.ReLU(), nn.Linear(9, 9), nn.LayerNorm(9)),
        lambda: nn.Sequential(nn.Linear(6, 6).freeze(), nn.Tanh(), nn.Linear(6, 3)),
        lambda: nn.Sequential(dl.transpose, nn.Flatten(0), lambda x: x * 2.0, dl.exp),
        lambda: nn.Sequential(nn.Linear(6, 4), nn.Tanh(), nn.Flatten(0), lambda x: x * x),
    ],
    ids=["bends", "norm", "frozen", "no parameters", "views"],
)
def test_what_is_kept_is_what_the_tape_keeps(make):
    model = make()
    x = dl.tensor(np.random.default_rng(0).normal(size=(8, 6)).astype(np.float32))
    kept = kept_by_the_tape(model(x), [x.data, *[p.data for p in model.parameters()]])
    assert model.summary((8, 6)).kept == kept


def test_a_model_that_reads_numbers_is_told_why():
    class Chooses(nn.Module):
        def forward(self, x):
            return x if x.sum() > 0 else -x

    with pytest.raises(TypeError, match="A summary follows shapes only"):
        Chooses().summary((2, 3))


def test_what_does_not_fit_names_the_operation():
    with pytest.raises(ValueError, match=r"affine: x has shape \(8, 5\) and w \(2, 4\)"):
        nn.Linear(4, 2).summary((8, 5))
    with pytest.raises(TypeError, match=r"an input is a shape such as \(None, 64\).*'wrong'"):
        nn.Linear(4, 2).summary("wrong")


def test_several_results():
    class Both(nn.Module):
        def forward(self, x):
            return x, x

    assert Both().summary((2, 3)).rows[0].shape == "several"


def test_after_an_error_calls_are_plain_again():
    model = nn.Sequential(nn.Linear(4, 2))
    with pytest.raises(ValueError):
        model.summary((8, 5))
    assert model(np.ones((1, 4), np.float32)).shape == (1, 2)
