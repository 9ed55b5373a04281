"""Functions planned once per key: what is noticed, what is refused, what stays in place."""

import gc
import sys
import weakref

import numpy as np
import pytest

import diydl as dl
from diydl import nn, ops, optim
from diydl.compile import compute_graph, freeze
from diydl.exercise import overlay
from diydl.primitive import PRIMITIVES
from tests.compile.runners import ALL, CHOICES
from tests.engines.runners import OnTape, Runner
from tests.engines.test_agree import agree
from tests.engines.trials import BATCHES, TRIALS


class Traced(Runner):
    """A trial as one function, written as for the tape."""

    passes = ALL

    def build(self):
        self.optimizer = self.trial.optimizer(list(self.params.values()))
        self.step = compute_graph(self.both, passes=self.passes)

    def both(self, arrays, update):
        loss = self.trial.loss(self.model, *arrays)
        loss.backward()
        gradients = {n: p.grad for n, p in self.params.items() if p.grad is not None}
        if update:
            self.optimizer.operations([p.grad for p in self.params.values()])
        return loss, gradients

    def compute(self, arrays, training, update):
        self.model.train(training)
        loss, gradients = self.step(arrays, update)
        return self.result(loss.data, gradients)


@pytest.mark.parametrize("name", ["none", "all"])
@pytest.mark.parametrize("trial", TRIALS[:-1], ids=str)
def test_the_function_does_what_it_does_on_the_tape(trial, name):
    mine, other = Traced(trial), OnTape(trial)
    mine.step.passes = CHOICES[name]
    for update in (False, True):
        for training in trial.modes:
            for size in BATCHES:
                if training and size < trial.smallest:
                    continue
                arrays = trial.batch(size)
                found, expected = (
                    r.run(arrays, training=training, update=update) for r in (mine, other)
                )
                agree(found, expected, scale=100)
    assert all(p.grad is None for p in mine.params.values())


@pytest.fixture
def w():
    return nn.Parameter([1.0, 2.0], name="w")


def test_traced_once_per_shape_and_dtype():
    calls = []

    @compute_graph
    def double(x):
        """Say it twice."""
        calls.append(x.shape)
        return x * 2

    for x in (dl.ones(2), dl.ones(2), np.ones(3, "f4"), dl.ones(3), np.ones(3), dl.ones(2)):
        assert set(double(x).tolist()) == {2}
        assert double(x).dtype == x.dtype
    assert calls == [(2,), (3,), (3,)]
    assert (double.__name__, double.__doc__) == ("double", "Say it twice.")
    assert repr(double) == "<compute_graph double: 3 plans>"


def test_other_arguments_are_part_of_the_key(w):
    @compute_graph
    def power(x, n, *, scale=1):
        return scale * x**n

    x = dl.tensor([2.0, 3.0])
    assert power(x, 2).tolist() == [4, 9]
    assert power(x, 3).tolist() == [8, 27]
    assert power(x, 3, scale=2).tolist() == [16, 54]
    assert power(x, 2, scale=True).tolist() == power(x, 2).tolist()
    assert len(power._plans) == 4


def test_nested_arguments_and_results():
    @compute_graph
    def f(batch, *more):
        x, y = batch["x"], batch["y"][0]
        return {"sum": x + y, "rest": [m * 2 for m in more], "name": "f", "none": None}

    out = f({"x": dl.ones(2), "y": (dl.ones(2),)}, dl.ones(1), dl.ones(3))
    assert out["sum"].tolist() == [2, 2]
    assert [r.tolist() for r in out["rest"]] == [[2], [2, 2, 2]]
    assert (out["name"], out["none"]) == ("f", None)


SCALE = 2.0


def test_numbers_caught_from_outside_are_part_of_the_key(monkeypatch):
    scale = 3.0

    @compute_graph
    def f(x):
        return x * scale * SCALE

    x = dl.ones(1)
    assert f(x).item() == 6
    scale = 5.0
    assert f(x).item() == 10
    monkeypatch.setattr(sys.modules[__name__], "SCALE", 1.0)
    assert f(x).item() == 5


def test_a_learning_rate_that_is_changed_takes_effect(w):
    optimizer = optim.SGD([w], lr=1.0)

    @compute_graph
    def step(x):
        loss = (w * x).sum()
        loss.backward()
        return optimizer.operations([w.grad])

    assert step(dl.ones(2)) == [None] * 2
    assert w.tolist() == [0, 1]
    optimizer.lr = 0.5
    step(dl.ones(2))
    assert w.tolist() == [-0.5, 0.5]
    assert (len(step._plans), w.version, optimizer.steps) == (1, 2, [2])


def test_a_state_that_is_loaded_takes_effect(w):
    f = compute_graph(lambda x: x * w)
    assert f(dl.ones(2)).tolist() == [1, 2]
    dl.assign(w, np.array([5.0, 6.0]))
    assert f(dl.ones(2)).tolist() == [5, 6]
    w.data = np.array([7.0, 8.0], "f4")
    assert f(dl.ones(2)).tolist() == [7, 8]


def test_the_mode_is_that_of_the_modules():
    model = nn.Sequential(nn.Dropout(0.5))
    f = compute_graph(lambda x: model(x))
    x = dl.ones(200)
    first, second = f(x).numpy(), f(x).numpy()
    assert set(first) == set(second) == {0, 2}
    assert (first != second).any()
    model.eval()
    assert set(f(x).tolist()) == {1}
    model.train()
    third = f(x).numpy()
    assert (third != second).any()
    assert (len(f._plans), model[0].key.tolist()[2]) == (2, 3)


def test_a_mode_may_be_given():
    model = nn.Dropout(0.5)
    assert set(compute_graph(model, training=False)(dl.ones(9)).tolist()) == {1}
    assert 0 in compute_graph(model.eval(), training=True)(dl.ones(99)).tolist()


def test_a_mode_that_nobody_can_see_is_an_error():
    hidden = iter([nn.Dropout()])
    f = compute_graph(lambda x: next(hidden)(x))
    with pytest.raises(TypeError, match=r"no module was found.*compute_graph\(training=True\)"):
        f(dl.ones(2))


def test_a_parameter_that_is_frozen_or_replaced(w):
    model = nn.Linear(2, 1)
    optimizer = optim.SGD(model.parameters(), lr=1.0)

    @compute_graph
    def step(x):
        model(x).sum().backward()
        optimizer.operations([p.grad for p in model.parameters()])

    step(dl.ones((1, 2)))
    model.weight.requires_grad = False
    before = model.weight.tolist(), model.bias.tolist()
    step(dl.ones((1, 2)))
    assert model.weight.tolist() == before[0]
    assert model.bias.tolist() != before[1]


def test_an_overlay_is_another_plan():
    f = compute_graph(lambda x: ops.relu(x))
    x = dl.tensor([-1.0, 2.0])
    assert f(x).tolist() == [0, 2]
    with overlay({"00/relu": lambda x: x * 10}):
        assert f(x).tolist() == [-10, 20]
    assert f(x).tolist() == [0, 2]


def test_a_forward_of_a_learner_is_run():
    f = compute_graph(lambda x: ops.sum_to(x, shape=(1,)))
    with overlay({"03/sum_to": lambda xp, x, *, shape: xp.full(shape, 42, x.dtype)}):
        assert f(dl.ones(3)).item() == 42


def test_gradients_are_left_as_they_were(w):
    (w * w).sum().backward()
    before = w.grad

    @compute_graph
    def f(x):
        (w * x).sum().backward()
        return w.grad

    assert f(dl.ones(2)).tolist() == [1, 1]
    assert w.grad is before


def test_addresses_stay(w):
    optimizer = optim.Adam([w])

    @compute_graph
    def step(x):
        (w * x).sum().backward()
        optimizer.operations([w.grad])

    step(dl.ones(2))
    arrays = [w.data, *(b.data for b in optimizer.state[0].values()), optimizer.counts[0].data]
    addresses = [a.ctypes.data for a in arrays]
    step(dl.ones(2))
    again = [w.data, *(b.data for b in optimizer.state[0].values()), optimizer.counts[0].data]
    assert [a.ctypes.data for a in again] == addresses


def test_methods():
    class Trainer:
        scale = 2

        @compute_graph
        def f(self, x):
            return x * self.scale

    one, two = Trainer(), Trainer()
    two.scale = 3
    assert (one.f(dl.ones(1)).item(), two.f(dl.ones(1)).item()) == (2, 3)
    assert compute_graph(one.f)(dl.ones(1)).item() == 2


def test_one_within_another():
    inner = compute_graph(lambda x: x * 2)
    outer = compute_graph(lambda x: inner(x) + 1)
    assert outer(dl.ones(1)).item() == 3
    assert not inner._plans


def test_freeze_plans_at_once_and_again():
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 2)).eval()
    frozen = freeze(model, dl.ones((8, 4)))
    assert len(frozen._plans) == 1
    for size in BATCHES:
        x = dl.randn(size, 4)
        np.testing.assert_allclose(frozen(x).numpy(), model(x).numpy(), rtol=1e-5, atol=1e-6)
    assert len(frozen._plans) == 3
    assert "affine" in repr(frozen.plan(dl.ones((5, 4))))


def test_old_plans_are_dropped():
    f = compute_graph(lambda x: x + 1)
    for size in range(1, 40):
        f(dl.ones(size))
    assert len(f._plans) == 16
    model = nn.Linear(3, 2)
    g, dead = compute_graph(model), weakref.ref(model)
    g(dl.ones((1, 3)))
    del model, g
    gc.collect()
    assert dead() is None


# What is refused


ASKING = {
    "if": lambda x: x if x.sum() > 0 else -x,
    "float": lambda x: x * float(x.sum()),
    "item": lambda x: x * x.sum().item(),
    "numpy": lambda x: x * x.numpy(),
    "argument": lambda x: x.tolist(),
    "realize": lambda x: dl.realize(x * 2) or x,
    "loop": lambda x: [y for y in range(x.sum())],
    "text": lambda x: f"{x.sum():.3f}",
    "data": lambda x: (x + 1).data,
}


@pytest.mark.parametrize("f", ASKING.values(), ids=ASKING)
def test_control_flow_on_values_is_an_error(f):
    with pytest.raises(TypeError, match=r"is traced.*where\(condition, x, y\)"):
        compute_graph(f)(dl.ones(2))


def test_numbers_of_parameters_alone_are_not_computed_on_the_way(w):
    with pytest.raises(TypeError, match="asks for the numbers of a value while it is traced"):
        compute_graph(lambda x: x * (w * w).sum().item())(dl.ones(2))


def test_an_optimizer_that_steps_eagerly(w):
    optimizer = optim.SGD([w], lr=1.0)

    @compute_graph
    def step(x):
        (w * x).sum().backward()
        optimizer.step()

    with pytest.raises(TypeError, match=r"optimizer.operations\(gradients\)"):
        step(dl.ones(2))
    assert w.tolist() == [1, 2]
    assert w.grad is None


def test_arrays_from_outside_are_an_error_unless_declared():
    mask = np.array([1.0, 0.0], "f4")
    with pytest.raises(TypeError, match=r"'mask', an array of shape \(2,\) that is no argument"):
        compute_graph(lambda x: x * mask)(dl.ones(2))
    assert compute_graph(lambda x: x * mask, constants=[mask])(dl.ones(2)).tolist() == [1, 0]
    held = dl.Buffer(mask)
    f = compute_graph(lambda x: x * held)
    assert f(dl.ones(2)).tolist() == [1, 0]
    dl.assign(held, np.array([0.0, 1.0]))
    assert f(dl.ones(2)).tolist() == [0, 1]
    with pytest.raises(TypeError, match="an array of shape"):
        compute_graph(lambda x: x + np.ones(2))(dl.ones(2))


def test_tensors_from_outside_are_an_error():
    bias = dl.ones(2)
    with pytest.raises(TypeError, match=r"uses a tensor that is no argument of it \('bias'\?\)"):
        compute_graph(lambda x: x + bias)(dl.ones(2))


def test_a_tensor_that_wants_a_gradient():
    with pytest.raises(TypeError, match="remembers nothing for backward"):
        compute_graph(lambda x: x * 2)(dl.tensor([1.0], requires_grad=True))


def test_what_is_no_function():
    with pytest.raises(TypeError, match="expected a function or a module, got a int"):
        compute_graph(3)


def test_an_error_while_tracing_leaves_nothing(w):
    @compute_graph
    def f(x):
        dl.assign(w, w * x)
        (w * x).sum().backward()
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        f(dl.ones(2))
    assert (w.tolist(), w.version, w.grad, len(f._plans)) == ([1, 2], 0, None, 0)


def test_arguments_and_results_share_no_memory():
    f = compute_graph(lambda x: (x, x.T, x * 1), passes=ALL)
    x = np.ones((2, 2), "f4")
    for y in f(x):
        assert not np.shares_memory(y.data, x)
    first, second = f(x)[2], f(x * 2)[2]
    assert (first.tolist(), second.tolist()) == ([[1, 1]] * 2, [[2, 2]] * 2)


def test_random_numbers_are_new_in_each_run():
    key = dl.Buffer(np.array([1, 2, 0], np.uint64))

    @compute_graph(training=True)
    def draw(x):
        out = x + ops.random_uniform(key, shape=(3,))
        dl.assign(key, ops.advance(key, training=True))
        return out

    first, second = draw(dl.zeros(3)), draw(dl.zeros(3))
    assert first.tolist() != second.tolist()
    assert key.tolist() == [1, 2, 2]
    assert (
        first.tolist()
        == PRIMITIVES["random_uniform"](np.array([1, 2, 0], np.uint64), shape=(3,)).tolist()
    )
