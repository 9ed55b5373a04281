"""The net engine: building, running, training, modes; always against the tape."""

import gc
import weakref

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.engines.net import Data, Module, Net


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.fixture
def model():
    dl.seed(0)
    return nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3)
    )


@pytest.fixture
def net(model):
    net = Net()
    x, y = net.data((None, 4), id="x"), net.data((None,), "int64", id="y")
    net.adopt(model)
    net.add_loss(nn.cross_entropy(model(x).rename("scores"), y).rename("loss"))
    return net


def batch(size, seed=0):
    return {"x": normal(size, 4, seed=seed), "y": np.arange(size) % 3}


def on_tape(model, feed):
    """Loss, gradients and statistics of the same model, run by the tape."""
    loss = nn.cross_entropy(model(dl.tensor(feed["x"])), feed["y"])
    loss.backward()
    return loss.item(), [p.grad.numpy() for p in model.parameters()]


@pytest.mark.parametrize("mode", ["train", "test"])
def test_a_net_built_once_runs_batches_of_any_size_as_the_tape_does(net, model, mode):
    net.set_mode(mode)
    before = model.state_dict()
    for size in (8, 5, 3):
        loss = net.forward(batch(size))
        net.backward()
        found = [p.grad.numpy() for p in model.parameters()]
        after = model.state_dict()
        model.load_state_dict(before)
        model.train(mode == "train")
        expected, grads = on_tape(model, batch(size))
        assert loss == pytest.approx(expected, rel=1e-6)
        for a, b in zip(found, grads, strict=True):
            np.testing.assert_array_equal(a, b)
        for name, array in model.state_dict().items():
            np.testing.assert_array_equal(after[name], array, err_msg=name)
        before = after


def test_a_batch_of_one_without_batch_norm():
    dl.seed(0)
    layer, net = nn.Linear(4, 3), Net()
    scores = layer(net.data((None, 4), id="x"))
    x = normal(1, 4)
    np.testing.assert_array_equal(
        net.forward({"x": x}, scores), layer(dl.tensor(x)).detach().numpy()
    )


def test_test_mode_changes_no_state_and_repeats_itself(net, model):
    net.set_mode("test")
    before = model.state_dict()
    first, second = net.forward(batch(6)), net.forward(batch(6))
    assert first == second
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    net.set_mode("train")
    assert net.forward(batch(6)) != net.forward(batch(6))  # other numbers are dropped
    assert net.get_node("1.num_batches_tracked").value == 2
    with pytest.raises(ValueError, match='"train" or "test", got \'eval\''):
        net.set_mode("eval")


def test_the_mode_counts_when_a_net_runs_not_when_it_was_built(model):
    built = {}
    for training in (True, False):
        net = Net()
        model.train(training)
        out = model(net.data((None, 4), id="x"))
        net.set_mode("test")
        built[training] = net.forward({"x": normal(4, 4)}, out)
    np.testing.assert_array_equal(built[True], built[False])


def test_values_and_gradients_of_every_node_stay_to_be_seen(net):
    net.forward(batch(5))
    net.backward()
    assert net.get_node("scores").value.shape == (5, 3)
    assert net.get_node("scores").grad.shape == (5, 3)
    np.testing.assert_allclose(net.get_node("scores").grad.sum(axis=1), 0, atol=1e-7)
    assert net.get_node("x").grad is None  # nobody wants it
    assert net.get_node("loss").grad == 1


def test_gradients_do_not_accumulate_unless_asked(net, model):
    net.set_mode("test")
    for _ in range(3):
        net.forward(batch(6))
        net.backward()
    once = [p.grad.numpy() for p in model.parameters()]
    net.backward(accumulate=True)
    for p, g in zip(model.parameters(), once, strict=True):
        np.testing.assert_array_equal(p.grad.numpy(), 2 * g)


def test_two_halves_accumulated_are_the_whole():
    x = Net().data((None, 3), id="x")
    net, w = x.engine, nn.Parameter(normal(3), "w")
    net.add_loss(((x @ w) ** 2).sum())
    rows = normal(6, 3)
    net.forward({x: rows})
    net.backward()
    whole = w.grad.numpy()
    net.forward({x: rows[:4]})
    net.backward()
    net.forward({x: rows[4:]})
    net.backward(accumulate=True)
    np.testing.assert_allclose(w.grad.numpy(), whole, rtol=1e-5)


def test_several_losses_each_with_its_weight():
    net, w = Net(), nn.Parameter([2.0], "w")
    x, square = net.data((None, 1), id="x"), net.data(value=w) ** 2
    net.add_loss((x * w).sum(), weight=3.0)
    net.add_loss(square.sum().rename("square"), weight=0.5)
    assert net.forward({"x": [[1.0], [4.0]]}) == 3 * 10 + 0.5 * 4
    net.backward()
    assert w.grad.tolist() == [3 * 5 + 0.5 * 4]
    net.losses[net.get_node("square")] = 0.0
    net.backward()
    assert w.grad.tolist() == [15]
    del net.losses[net.get_node("square")]
    assert net.forward() == 30


def test_a_parameter_that_gets_no_gradient_keeps_none_of_an_earlier_backward():
    net, a, b = Net(), nn.Parameter([1.0], "a"), nn.Parameter([1.0], "b")
    first, second = net.data(value=a) * 2, net.data(value=b) * 3
    net.add_loss(first.sum())
    net.add_loss(second.sum())
    net.forward()
    net.backward()
    assert b.grad.tolist() == [3]
    net.backward({first: [1.0]})
    assert a.grad.tolist() == [2]
    assert b.grad is None


def test_a_loss_has_one_element():
    net = Net()
    x = net.data((None, 1), id="x")
    with pytest.raises(ValueError, match=r"one element, got <Data 'x' \(B, 1\).*mean"):
        net.add_loss(x)
    with pytest.raises(RuntimeError, match=r"nothing to minimise: call net.add_loss"):
        net.forward({"x": [[1.0]]})
        net.backward()


def test_several_inputs_of_which_outputs_need_only_some():
    net = Net()
    a, b = net.data((None, 2), id="a"), net.data((None, 2), id="b")
    (a * 2).rename("double")
    both = a + b
    ones = np.ones((3, 2))
    assert net.forward({"a": ones}, "double").tolist() == [[2, 2]] * 3  # b was never fed
    with pytest.raises(ValueError, match=r"'b' has no value: feed it.*net.forward\({'b': array}\)"):
        net.forward({"a": ones})
    assert both.value is None
    first, second = net.forward({b: 4 * ones}, [both, "double"])
    assert first[0, 0] == 5
    assert second[0, 0] == 2
    with pytest.raises(ValueError, match=r"'a' has a batch of 3 and 'b' one of 2: feed both"):
        net.forward({"b": np.ones((2, 2))})


def test_partial_forward_runs_only_what_is_needed():
    net, ran = Net(), []
    x = net.data((None, 2), id="x")
    hidden = (x * 2).rename("hidden")
    _ = hidden.exp()
    net.call = lambda run: (ran.append(run.__self__.id), run())[1]
    net.forward({"x": [[1.0, 2.0]]}, hidden)
    assert ran == ["mul"]
    ran.clear()
    net.forward()
    assert ran == ["mul", "exp"]
    ran.clear()
    net.forward_from_node("hidden", [[0.0, 0.0]])
    assert ran == ["exp"]


def test_forward_from_a_node_leaves_what_is_before_it():
    net = Net()
    x = net.data((None, 2), id="x")
    hidden = (x * 2).rename("hidden")
    out = (hidden + x).rename("out")
    net.forward({"x": [[1.0, 2.0]]})
    assert net.forward_from_node(hidden, [[10.0, 10.0]], out).tolist() == [[11, 12]]
    assert x.value.tolist() == [[1, 2]]
    assert net.forward(outputs=out).tolist() == [[3, 6]]  # hidden is computed again
    with pytest.raises(ValueError, match=r"'hidden' has shape \(B, 2\).*got an array of shape"):
        net.forward_from_node(hidden, [[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="has a batch of"):
        net.forward_from_node(hidden, np.ones((2, 2)))  # x still holds one row
    with pytest.raises(ValueError, match=r"'hidden' is computed by 'mul'.*forward_from_node"):
        net.forward({"hidden": [[1.0, 2.0]]})


def test_backward_from_a_node_with_an_upstream_gradient():
    net, w = Net(), nn.Parameter([1.0, 2.0], "w")
    x = net.data((None, 2), id="x")
    y = (x * w).rename("y")
    net.forward({"x": [[1.0, 1.0], [2.0, 3.0]]})
    net.backward({"y": [[1.0, 0.0], [10.0, 100.0]]})
    assert w.grad.tolist() == [21, 300]
    with pytest.raises(ValueError, match=r"gradient of 'y' has shape \(2,\), expected \(2, 2\)"):
        net.backward({y: [1.0, 2.0]})


def test_parameters_alone_belong_to_the_net_of_the_block():
    net, w = Net(), nn.Parameter([3.0, 5.0], "w")
    with dl.engine(net):
        centred = w - w.mean()
    assert isinstance(centred, Data)
    assert net.forward(outputs=centred).tolist() == [-1, 1]


def test_weights_are_never_on_the_wrong_net():
    """The operands choose, whatever net surrounds them; layers belong to none."""
    one, other = Net(), Net()
    layer = nn.Linear(2, 2)
    with dl.engine(other):
        made = nn.Linear(2, 2)
        y = made(layer(one.data((None, 2), id="x")))
    assert y.engine is one
    assert not other.nodes
    assert {leaf.state for leaf in one.select()} == {*layer.parameters(), *made.parameters()}
    with pytest.raises(TypeError, match=r"operands of two engines, <Net of 2 .* <Net of 0"):
        _ = y + other.data((None, 2))


def test_two_nets_may_share_a_parameter():
    w = nn.Parameter([2.0], "w")
    nets = [Net(), Net()]
    outs = [net.data(value=[float(k)], id="x") * w for k, net in enumerate(nets, 1)]
    w.write(np.array([5.0]))
    assert [net.forward(outputs=out).item() for net, out in zip(nets, outs, strict=True)] == [5, 10]


def test_an_unrolled_recurrence_shares_its_parameters():
    dl.seed(0)
    cell, net = nn.Linear(3, 3), Net()
    h = x = net.data((None, 3), id="x")
    for _ in range(2):
        h = cell(h).tanh()
    net.add_loss((h * h).mean())
    assert len(net.select()) == 2  # one node for each parameter, not one for each step
    rows = normal(4, 3)
    loss = net.forward({x: rows})
    net.backward()
    found = cell.weight.grad.numpy()
    value = dl.tensor(rows)
    for _ in range(2):
        value = cell(value).tanh()
    value = (value * value).mean()
    value.backward()
    assert loss == pytest.approx(value.item(), rel=1e-6)
    np.testing.assert_allclose(found, cell.weight.grad.numpy(), rtol=1e-6)


def test_ten_thousand_steps_do_not_recurse():
    net, w = Net(), nn.Parameter(0.999 * np.eye(2), "w")
    h = net.data((None, 2), id="x")
    for _ in range(10_000):
        h = h @ w
    net.add_loss(h.sum())
    assert net.forward({"x": np.ones((3, 2))}) == pytest.approx(6 * 0.999**10_000, rel=1e-2)
    net.backward()
    assert w.grad.numpy()[0, 0] == pytest.approx(3e4 * 0.999**9_999, rel=1e-2)
    module = net.get_node("matmul_5000")
    a = module.disconnect("a")
    module.connect("a", a)
    net.prune()
    assert len(net.modules) == 10_001


def test_training_with_an_optimizer_and_a_rate_of_its_own_per_node():
    net, a, b = Net(), nn.Parameter([1.0], "a"), nn.Parameter([1.0], "b")
    with dl.engine(net):
        net.add_loss((a + b).sum())
    net.set_optimizer(optim.SGD, lr=0.1)
    net.set_optimizer(optim.Adam, "b", lr=0.5)
    net.forward()
    net.backward()
    net.step()
    np.testing.assert_allclose([a.item(), b.item()], [0.9, 0.5], rtol=1e-6)
    net.get_node("a").optimizer.lr = 0.2
    net.forward()
    net.backward()
    net.step()
    np.testing.assert_allclose(a.item(), 0.7, rtol=1e-6)


def test_a_step_without_an_optimizer_says_what_to_do():
    net, a = Net(), nn.Parameter([1.0], "a")
    with dl.engine(net):
        net.add_loss((a * a).sum())
    net.forward()
    net.backward()
    with pytest.raises(RuntimeError, match=r"'a' has no optimizer: call net.set_optimizer"):
        net.step()
    with pytest.raises(TypeError, match="not trained"):
        net.data((None, 2), id="x").set_optimizer(optim.SGD, lr=1.0)


def test_one_optimizer_for_all_works_too(net, model):
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    first = net.forward(batch(6))
    for _ in range(20):
        net.forward(batch(6))
        net.backward()
        optimizer.step()
    assert net.forward(batch(6)) < first


def test_a_penalty_counts_in_the_loss_and_in_the_gradients():
    net, layer = Net(), nn.Linear(2, 1)
    out = layer(net.data((None, 2), id="x"))
    net.add_loss((out * 0).mean())
    net.regularize(nn.l2_penalty, "weight", strength=0.5)
    net.regularize(nn.l1_penalty, layer.bias, strength=2.0, biases=True)
    w, b = layer.weight.numpy(), layer.bias.numpy()
    expected = 0.25 * np.sum(w**2) + 2 * np.abs(b).sum()
    assert net.forward({"x": [[1.0, 2.0]]}) == pytest.approx(expected, rel=1e-6)
    net.backward()
    np.testing.assert_allclose(layer.weight.grad.numpy(), 0.5 * w, rtol=1e-6)
    np.testing.assert_allclose(layer.bias.grad.numpy(), 2 * np.sign(b), rtol=1e-6)


def test_an_assign_without_an_owner_runs_with_what_it_assigns():
    net, total = Net(), nn.Buffer(np.zeros(2), "total")
    x = net.data((None, 2), id="x")
    out = x * 2
    with dl.engine(net):
        new = total + x.sum(axis=0)
        assert dl.assign(total, new) is new
    net.forward({"x": np.ones((3, 2))}, out)
    assert total.tolist() == [0, 0]
    net.forward(outputs=new)
    assert total.tolist() == [3, 3]
    net.forward()
    assert total.tolist() == [6, 6]
    with pytest.raises(ValueError, match="does not fit a state of shape"):
        dl.assign(total, out)


def test_an_assign_comes_after_earlier_reads_and_before_later_ones():
    net, state = Net(), nn.Buffer([1.0], "state")
    with dl.engine(net):
        before = state * 1
        dl.assign(state, state + 10)
        after = state * 1
    net.forward()
    assert before.value.tolist() == [1]
    assert after.value.tolist() == [11]


def test_an_array_can_be_assigned():
    net, state = Net(), nn.Buffer([1.0], "state")
    with dl.engine(net):
        dl.assign(state, np.array([7.0]))
    assert state.item() == 1
    net.forward()
    assert state.item() == 7


def test_a_parameter_written_between_forward_and_backward_is_noticed(net, model):
    net.forward(batch(4))
    model[4].weight.write(model[4].weight.numpy() * 2)
    with pytest.raises(RuntimeError, match=r"'4.weight' was written after 'affine_2'.*forward\(\)"):
        net.backward()
    net.forward(batch(4))
    net.backward()


def test_a_batch_fed_in_part_is_noticed_by_backward(net):
    net.forward(batch(4))
    net.forward({"x": normal(7, 4)}, "scores")
    with pytest.raises(RuntimeError, match=r"'scores' was written after .* had read it"):
        net.backward()


def test_backward_before_forward_says_what_to_do(net):
    with pytest.raises(RuntimeError, match=r"has not been computed: call net.forward\(\) first"):
        net.backward()


def test_errors_at_build_time_name_the_operands(net):
    x = net.get_node("x")
    count = len(net.nodes)
    with pytest.raises(ValueError, match=r"project: .*'x' \(B, 4\)"):
        nn.Linear(5, 2, bias=False)(x)
    with pytest.raises(ValueError, match=r"add: .*do not broadcast.*'x' \(B, 4\) float32"):
        _ = x + np.ones(5, np.float32)
    assert len(net.nodes) == count  # what failed leaves nothing behind
    assert all(isinstance(node, (Data, Module)) for node in net.nodes.values())


@pytest.mark.parametrize("use", [bool, float, int, np.asarray, lambda x: x.item()])
def test_data_are_no_numbers(use):
    x = Net().data((None, 2), id="x")
    with pytest.raises(TypeError, match=r"Run net.forward\(\) and read .value"):
        use(x)


def test_sizes_that_depend_on_the_batch():
    net = Net()
    x = net.data((None, 2, 3), id="x")
    flat = x.reshape(x.shape[0] * 2, 3)
    share = x.sum() / x.shape[0]
    net.add_loss(share)
    for size in (4, 1, 3):
        rows = normal(size, 2, 3, seed=size)
        assert net.forward({"x": rows}) == pytest.approx(rows.sum() / size, rel=1e-4)
        assert flat.value.shape == (2 * size, 3)
        assert share.value.dtype == np.float32


def test_backward_after_a_run_from_a_node_with_open_sizes():
    net, w = Net(), nn.Parameter([1.0, 1.0], "w")
    x = net.data((None, 2), id="x")
    hidden = (x * w / x.shape[0]).rename("hidden")
    net.add_loss((hidden * x).sum() * (1 / x.shape[0]))
    rows = normal(4, 2)
    loss = net.forward({x: rows})
    net.forward_from_node(x)
    net.backward()
    assert loss == pytest.approx((rows**2).sum() / 16, rel=1e-5)
    np.testing.assert_allclose(w.grad.numpy(), (rows**2).sum(axis=0) / 16, rtol=1e-5)


def test_a_net_that_nobody_holds_is_freed():
    net = Net()
    out = weakref.ref(nn.Linear(2, 2)(net.data((None, 2))))
    gc.collect()
    assert out() is not None
    del net
    gc.collect()
    assert out() is None


def test_what_is_fed_must_be_data_of_this_net():
    net = Net()
    with pytest.raises(TypeError, match="expected Data of this net, or an ID"):
        net.forward({Net().data((None, 1)): [[1.0]]})
    with pytest.raises(LookupError, match="no node 'z' in this net"):
        net.forward({"z": 1})
    with pytest.raises(TypeError, match=r"takes a shape, such as \(None, 3\), or a value="):
        net.data()


def test_an_adopted_layer_gives_its_names(net):
    assert net.get_node("0.weight").shape == (8, 4)
    net.adopt(nn.Linear(2, 2), "extra")
    assert net.get_node("extra.bias").shape == (2,)
    with pytest.raises(ValueError, match=r"has a node '0.weight' already"):
        net.adopt(nn.Sequential(nn.Linear(2, 2)))


def test_shapes_of_a_state_and_of_its_data_are_one():
    net, w = Net(), nn.Parameter(normal(2, 3), "w")
    assert net.data(value=w) is net.data(value=w, id="weights")
    assert net.get_node("weights").state is w
    assert repr(net) == "<Net of 0 modules and 1 leaves>"


def test_backward_ends_where_a_value_was_given_by_hand():
    net = Net()
    w = net.data(value=nn.Parameter([1.0, 2.0], "w"))
    y = dl.exp(w).rename("y")
    net.add_loss((y * y).sum())
    net.forward()
    net.forward_from_node("y", [10.0, 20.0])
    net.backward()
    assert y.grad.tolist() == [20, 40]
    assert w.grad is None  # exp(w) had no share in this loss
    net.forward()
    net.backward()
    np.testing.assert_allclose(w.grad, 2 * np.exp([2.0, 4.0]), rtol=1e-6)


def test_an_input_can_be_trained_after_a_run():
    net = Net()
    x = net.data((None, 2), id="x")
    net.add_loss((x * x).sum())
    net.forward({"x": [[1.0, 2.0]]})
    x.unfreeze()
    net.backward()
    assert x.grad.tolist() == [[2, 4]]
    x.state.write(np.array([[5.0, 5.0]], np.float32))
    x.freeze()
    x.unfreeze()
    with pytest.raises(RuntimeError, match="'x' was written after 'mul' had read it"):
        net.backward()


def test_no_leaf_is_changed_where_one_has_no_optimizer():
    net = Net()
    a, b = (net.data(value=nn.Parameter([[3.0]], name), id=name) for name in "ab")
    net.add_loss((a * b).sum())
    net.set_optimizer(optim.SGD, "a", lr=1.0)
    net.forward()
    net.backward()
    with pytest.raises(RuntimeError, match="'b' has no optimizer"):
        net.step()
    assert a.value.tolist() == [[3.0]]


@pytest.mark.parametrize(
    ("use", "error", "words"),
    [
        (lambda net: net.data((-1, 3)), ValueError, r"made of whole numbers.*got \(-1, 3\)"),
        (lambda net: net.data((2.5, 3)), ValueError, "made of whole numbers"),
        (lambda net: net.data("abc"), ValueError, "made of whole numbers"),
        (lambda net: net.data((3,), "object"), TypeError, "numbers or bool, got the dtype object"),
        (lambda net: net.data((3,), value=[1.0, 2.0]), ValueError, r"has shape \(3,\), got an"),
        (lambda net: net.data((3,), value=nn.Parameter([1.0])), TypeError, "give none beside it"),
        (lambda net: net.forward([np.ones(2)]), TypeError, "feed is a dict such as.* got a list"),
        (lambda net: net.set_optimizer("adam"), TypeError, "a class such as optim.SGD, got 'adam'"),
    ],
)
def test_misuse_is_refused_in_words_and_leaves_nothing_behind(use, error, words):
    net = Net()
    with pytest.raises(error, match=words):
        use(net)
    assert not net.nodes
    assert not net.leaves


def test_a_size_instead_of_a_shape():
    assert Net().data(3).shape == (3,)
