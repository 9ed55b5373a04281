"""Surgery: edges are taken away and replaced, and what does not fit changes nothing."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn
from diydl.engines.net import Net
from diydl.engines.net.surgery import redirect


@pytest.fixture
def net():
    net = Net()
    x, y = net.data((None, 3), id="x"), net.data((None, 1), id="y")
    body, head = nn.Linear(3, 4), nn.Linear(4, 1)
    net.adopt(body, "body")
    net.adopt(head, "head")
    hidden = body(x).tanh().rename("hidden")
    net.add_loss(nn.mse_loss(head(hidden).rename("out"), y).rename("loss"))
    return net


FEED = {"x": np.ones((2, 3)), "y": np.zeros((2, 1))}


def test_disconnect_returns_where_the_edge_came_from(net):
    head = net.get_node("out").source
    assert head.disconnect("x") is net.get_node("hidden")
    assert repr(head) == "<Module 'affine_2': x -, w 'head.weight', b 'head.bias' -> 'out'>"
    with pytest.raises(ValueError, match="input 'x' of 'affine_2' is not connected"):
        head.disconnect("x")


def test_what_needs_a_missing_edge_does_not_run_and_the_rest_does(net):
    before = net.forward(FEED)
    head = net.get_node("out").source
    hidden = head.disconnect("x")
    with pytest.raises(ValueError, match="input 'x' of 'affine_2' is not connected: connect it"):
        net.forward(FEED)
    assert net.forward(FEED, "hidden").shape == (2, 4)
    head.connect("x", hidden)
    assert net.forward(FEED) == before
    net.backward()


def test_backward_after_surgery_wants_a_forward_first(net):
    net.forward(FEED)
    head = net.get_node("out").source
    hidden = head.disconnect("x")
    with pytest.raises(RuntimeError, match=r"'affine_2' has not run as it stands"):
        net.backward()
    head.connect("x", hidden)
    with pytest.raises(RuntimeError, match=r"'affine_2' has not run as it stands"):
        net.backward()


def test_without_losses_a_broken_part_is_left_out():
    net = Net()
    x = net.data(value=[1.0], id="x")
    (x * 2).source.disconnect("x")
    beyond = net.get_node("mul.out") + 1
    whole = x * 3
    net.forward()
    assert whole.value.tolist() == [3]
    assert beyond.value is None
    with pytest.raises(ValueError, match="input 'x' of 'mul' is not connected"):
        net.forward(outputs=beyond)
    with pytest.raises(ValueError, match="input 'x' of 'mul' is not connected"):
        net.forward_from_node(x, [5.0], beyond)


def test_the_order_is_found_anew_for_what_was_made_later():
    net = Net()
    x = net.data(value=[1.0], id="x")
    early = (x * 2).source
    early.disconnect("x")
    late = x + 5
    assert [module.id for module in net.modules] == ["mul", "add"]
    early.connect("x", late)
    assert [module.id for module in net.modules] == ["add", "mul"]
    net.forward()
    assert early.output.value.tolist() == [12]


def test_a_layer_is_put_on_an_edge(net):
    net.forward(FEED)
    head = net.get_node("out").source
    hidden = head.disconnect("x")
    extra = nn.Linear(4, 4)
    new = extra(hidden).relu()
    head.connect("x", new)
    loss = net.forward(FEED)
    net.backward()
    w, b = (net.get_node(f"head.{name}").value for name in ("weight", "bias"))
    inner = np.maximum(hidden.value @ extra.weight.data.T + extra.bias.data, 0)
    assert loss == pytest.approx(np.mean((inner @ w.T + b) ** 2), rel=1e-5)
    assert extra.weight.grad is not None
    assert [m.id for m in net.modules][-4:] == ["affine_2", "sub", "mul", "mean"]


def test_a_parameter_is_tied_to_another(net):
    body = net.get_node("hidden").source.inputs[0].source
    twin = nn.Linear(3, 4)
    second = twin(net.get_node("x"))
    second.source.disconnect("w")
    second.source.connect("w", body.inputs[1])
    net.add_loss((second * second).sum().rename("square"))
    net.forward(FEED)
    net.backward()
    assert twin.weight.grad is None
    assert second.source.inputs[1] is net.get_node("body.weight")
    second.source.disconnect("w")
    second.source.connect("w", twin.weight)  # a parameter stands for its Data
    net.forward(FEED)
    net.backward()
    assert twin.weight.grad is not None


def test_unknown_and_occupied_inputs(net):
    head = net.get_node("out").source
    with pytest.raises(LookupError, match="'affine_2' has no input 'weight'; it has x, w, b"):
        head.connect("weight", net.get_node("hidden"))
    with pytest.raises(ValueError, match="input 'x' of 'affine_2' reads 'hidden': disconnect"):
        head.connect("x", net.get_node("hidden"))


def test_a_misfit_here_changes_nothing(net):
    head = net.get_node("out").source
    hidden = head.disconnect("x")
    with pytest.raises(ValueError, match=r"affine: .*'x' \(B, 3\)"):
        head.connect("x", net.get_node("x"))
    assert head.inputs[0] is None
    head.connect("x", hidden)
    net.forward(FEED)


def test_a_misfit_further_on_changes_nothing(net):
    hidden = net.get_node("hidden").source
    body = hidden.disconnect("x")
    wide = nn.Linear(3, 5)(net.get_node("x"))
    with pytest.raises(ValueError, match=r"affine: .*\(B, 5\)"):
        hidden.connect("x", wide)
    assert net.get_node("hidden").shape == body.shape
    hidden.connect("x", body)
    net.forward(FEED)


def test_shapes_and_dtypes_are_inferred_anew_down_to_the_outputs():
    net = Net()
    x = net.data((None, 3), id="x")
    double = (x * 2).rename("double")
    total = double.sum(axis=1).rename("total")
    out = (double + 1).rename("out")
    wide = net.data((None, 7), "float64", id="wide")
    double.source.disconnect("x")
    double.source.connect("x", wide)
    assert repr(out) == "<Data 'out' (B, 7) float64, computed by 'add'>"
    assert total.dtype == np.float64
    assert net.forward({"wide": np.ones((2, 7))}, total).tolist() == [14, 14]


def test_a_dtype_that_does_not_fit():
    net = Net()
    labels = net.data((None,), "int64", id="labels")
    scores = net.data((None, 3), id="scores")
    loss = nn.cross_entropy(scores, labels, reduction="none").source
    loss.disconnect("labels")
    with pytest.raises(TypeError, match="labels are integers"):
        loss.connect("labels", net.data((None,), id="floats"))
    assert loss.inputs[1] is None


def test_a_loss_stays_one_number():
    net = Net()
    w = net.data(value=nn.Parameter(1.0, "w"))
    net.add_loss(w * 2)
    module = net.get_node("mul")
    module.disconnect("x")
    with pytest.raises(ValueError, match=r"loss 'mul.out' would have the shape \(2,\)"):
        module.connect("x", net.data(value=[1.0, 2.0], id="x"))


def test_a_circle_is_refused(net):
    body = net.get_node("hidden").source.inputs[0].source
    body.disconnect("x")
    with pytest.raises(ValueError, match="'loss' is computed from 'affine.out'.* circle"):
        body.connect("x", net.get_node("loss"))
    with pytest.raises(ValueError, match="would make a circle"):
        body.connect("x", body.output)


def test_data_of_another_net_are_refused(net):
    head = net.get_node("out").source
    head.disconnect("x")
    with pytest.raises(TypeError, match=r"'z' belongs to <Net of 0 .*, 'affine_2' to <Net of 6"):
        head.connect("x", Net().data((None, 4), id="z"))


def test_pruning_removes_what_nothing_needs(net):
    head = net.get_node("out").source
    head.disconnect("x")
    new = nn.Linear(3, 1)
    out = new(net.get_node("x")).rename("short")
    net.losses.clear()
    net.add_loss(nn.mse_loss(out, net.get_node("y")))
    net.prune()
    assert {leaf.id for leaf in net.leaves} == {"x", "y", "weight", "bias"}
    assert "head.weight" not in net.nodes
    assert len(net.modules) == 4
    net.forward(FEED)
    net.backward()
    assert new.weight.grad is not None


def test_pruning_keeps_effects_and_what_they_write():
    net = Net()
    norm = nn.BatchNorm1d(2)
    out = norm(net.data((None, 2), id="x")).rename("out")
    net.prune(out)
    net.forward({"x": [[1.0, 2.0], [3.0, 4.0]]}, out)
    np.testing.assert_allclose(norm.running_mean.numpy(), [0.2, 0.3], rtol=1e-6)
    assert norm.num_batches_tracked.item() == 1


def test_pruning_keeps_a_state_that_is_only_written():
    net, seen = Net(), nn.Buffer(np.array(0.0), "seen")
    x = net.data((None,), id="x")
    out = x * 2
    dl.assign(seen, x.sum(), belongs_to=out)
    net.prune(out)
    assert "seen" in net.nodes
    net.forward({"x": [1.0, 2.0]}, out)
    assert seen.item() == 3


def test_an_edge_may_be_named_by_an_id(net):
    head = net.get_node("out").source
    hidden = head.disconnect("x")
    with pytest.raises(LookupError, match="did you mean 'hidden'"):
        head.connect("x", "hiden")
    head.connect("x", "hidden")
    assert head.inputs[0] is hidden


def test_an_array_that_does_not_fit_leaves_nothing_behind(net):
    head = net.get_node("out").source
    head.disconnect("x")
    before = list(net.nodes)
    with pytest.raises(ValueError, match="affine"):
        head.connect("x", np.ones((2, 7), np.float32))
    assert list(net.nodes) == before


def test_redirect_puts_something_between_a_result_and_its_readers(net):
    before = net.forward(FEED)
    hidden = net.get_node("hidden")
    assert redirect(net, hidden, dl.relu(hidden) - dl.relu(-hidden)) == 1
    assert net.forward(FEED) == pytest.approx(before)
    assert net.get_node("out").source.inputs[0] is not hidden


def test_redirect_moves_both_edges_of_one_reader():
    net = Net()
    x, other = net.data(value=[2.0], id="x"), net.data(value=[5.0], id="other")
    square = x * x
    assert redirect(net, x, other) == 2
    assert net.forward(outputs=square).tolist() == [25.0]
    assert redirect(net, x, other) == 0
