"""A profile: times by a clock that the test moves, so that each second has to be found again."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.compile import compute_graph, fold, fuse, merge
from diydl.exercise import overlay
from diydl.train import profile, profiler


class Clock:
    """Stands still unless somebody works."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def work(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(profiler, "perf_counter", clock)
    return clock


class Slow(nn.Module):
    """Takes its time, then computes exp."""

    def __init__(self, clock, seconds, inside=None):
        self.clock, self.seconds, self.inside = clock, seconds, inside

    def forward(self, x):
        self.clock.work(self.seconds)
        return dl.exp(x) if self.inside is None else self.inside(x)


def rows(found):
    return {(row.name, row.kind): row for row in found}


def test_modules_have_their_time_with_and_without_those_inside(clock):
    model = nn.Sequential(Slow(clock, 1.0), Slow(clock, 2.0, inside=Slow(clock, 4.0)))
    with profile(model) as report:
        model(dl.ones(3))
        model(dl.ones(3))
        clock.work(0.5)
    found = rows(report.modules())
    assert [row.name for row in report.modules()] == ["", "0", "1", "1.inside", ""]
    assert found["", "Sequential"].seconds == {"forward": 14.0}
    assert found["", "Sequential"].own == 0.0
    assert (found["0", "Slow"].total, found["0", "Slow"].calls) == (2.0, 2)
    assert (found["1", "Slow"].total, found["1", "Slow"].own) == (12.0, 4.0)
    assert found["1.inside", "Slow"].own == 8.0
    assert found["", "between"].own == 0.5
    assert report.seconds == sum(row.own for row in report.modules()) == 14.5


def test_a_gradient_counts_for_the_primitive_and_the_module_that_made_it(clock):
    model = nn.Sequential(nn.Linear(3, 3), Slow(clock, 1.0))

    def slow_vjp(g, out, x):
        clock.work(8.0)
        return (g * out,)

    with overlay({"02/exp_vjp": slow_vjp}), profile(model) as report:
        model(dl.ones((2, 3))).sum().backward()
    found = rows(report.modules())
    assert found["1", "Slow"].seconds == {"forward": 1.0, "backward": 8.0}
    assert found["0", "Linear"].total == 0.0
    exp = rows(report.primitives())["exp", ""]
    assert exp.seconds == {"forward": 0.0, "backward": 8.0}
    assert [row.own for row in report.phases()] == [1.0, 8.0, 0.0]


def test_operations_within_a_gradient_are_part_of_it(clock, monkeypatch):
    w = dl.Parameter([1.0, 2.0])
    plain = dl.broadcast_to.run

    def slow(arrays, params):
        clock.work(3.0)
        return plain(arrays, params)

    monkeypatch.setattr(dl.broadcast_to, "run", slow)  # which the gradient of a sum uses
    with profile() as report:
        w.sum().backward()
    assert rows(report.primitives())["sum", ""].seconds["backward"] == 3.0
    assert "broadcast_to" not in {row.name for row in report.primitives()}
    assert "gradient of sum / broadcast_to" in "".join(report.flame().data["part"])


def test_a_primitive_within_a_primitive_is_part_of_it_and_not_counted_twice(clock, monkeypatch):
    plain, slope = dl.exp.run, dl.exp(dl.ones(1)).numpy()

    def slow(arrays, params):
        clock.work(3.0)
        return plain(arrays, params)

    def outer(arrays, params):
        clock.work(1.0)
        return arrays[0] * dl.exp(np.ones(1))

    monkeypatch.setattr(dl.exp, "run", slow)
    monkeypatch.setattr(dl.tanh, "run", outer)
    with profile() as report:
        np.testing.assert_allclose(dl.tanh(dl.tensor([2.0])).numpy(), 2 * slope, rtol=1e-6)
        dl.exp(dl.ones(1))
    found = rows(report.primitives())
    assert (found["tanh", ""].own, found["exp", ""].own) == (4.0, 3.0)
    assert report.seconds == sum(row.own for row in report.modules()) == 7.0


def test_optimizers_are_a_phase(clock):
    model = nn.Linear(3, 2)

    class SlowSGD(optim.SGD):
        def rule(self, group, step):
            clock.work(2.0)
            return super().rule(group, step)

    optimizer = SlowSGD(model.parameters(), lr=0.1)
    with profile(model) as report:
        model(dl.ones((1, 3))).sum().backward()
        optimizer.step()
    row = rows(report.modules())["", "SlowSGD"]
    assert (row.seconds, row.calls) == ({"optimizer": 2.0}, 1)  # one rule for both parameters
    assert rows(report.primitives())["SlowSGD", ""].total == 2.0


def test_the_profiler_does_not_count_itself(clock, monkeypatch):
    class SlowMemory:
        def mark(self):
            clock.work(100.0)
            return 0, 0

    monkeypatch.setattr("diydl.train.memory.HostMemory", SlowMemory)
    model = nn.Sequential(Slow(clock, 1.0))
    x = dl.tensor([1.0], requires_grad=True)
    with profile(model) as report:
        model(x).sum().backward()
    assert report.seconds == 1.0
    assert report.overhead >= 600.0


def test_operations_and_bytes_are_counted_by_the_rules():
    model = nn.Linear(4, 3, bias=False)
    x = dl.ones((5, 4))
    with profile(model) as report:
        model(x).sum().backward()
    project = rows(report.primitives())["project", ""]
    forward = 2 * 5 * 4 * 3
    moved = 4 * (5 * 4 + 3 * 4 + 5 * 3)
    assert project.flops == 2 * forward  # no gradient of x is needed: one more product
    assert project.moved == 2 * moved
    assert rows(report.modules())["", "Linear"].flops == 2 * forward
    assert report.flops == 2 * forward + 5 * 3  # the sum reads each; its gradient only looks


def test_a_gradient_for_arrays_alone_costs_nothing_known():
    def own(g, out, x):
        return (np.multiply(g, out),)

    x = dl.tensor([1.0], requires_grad=True)
    with overlay({"02/exp_vjp": own}), profile() as report:
        dl.exp(x).backward()
    assert rows(report.primitives())["exp", ""].flops == 1
    np.testing.assert_allclose(x.grad.numpy(), np.exp([1.0]), rtol=1e-6)


class Wasteful(nn.Module):
    def forward(self, x):
        large = dl.ones((1000, 1000))
        return x + large[0, 0]


def test_memory_is_that_of_the_module_that_holds_it():
    model = nn.Sequential(nn.ReLU(), Wasteful(), nn.ReLU())
    with profile(model) as report:
        model(dl.ones(3))
    found = rows(report.modules())
    assert found["0", "ReLU"].peak < 1e6
    assert 4e6 <= found["1", "Wasteful"].peak < 6e6
    assert found["2", "ReLU"].peak < 1e6
    assert found["", "Sequential"].peak == found["1", "Wasteful"].peak == report.peak


def test_memory_can_be_left_out():
    with profile(memory=False) as report:
        dl.exp(dl.ones(1000))
    assert report.peak == 0
    assert "peak" not in repr(report).splitlines()[0]


def planned(passes):
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    optimizer = optim.Adam(model.parameters())

    @compute_graph(passes=passes)
    def step(x):
        loss = (model(x) * model(x)).sum()
        loss.backward()
        optimizer.operations([p.grad for p in model.parameters()])
        return loss

    return model, step


def test_a_plan_is_seen_step_by_step_in_phases_and_modules():
    model, step = planned((fold, merge))
    x = dl.ones((5, 3))
    plan = step.plan(x)
    with profile(model) as report:
        step(x)
        step(x)
    steps = report.steps()
    assert [row.kind for row in steps] == [s.words for s in plan.steps]
    assert {row.calls for row in steps} == {2}
    assert sum(row.flops for row in steps) == 2 * plan.account("").flops == report.flops
    assert sum(row.moved for row in steps) == 2 * plan.account("").moved
    assert [row.name for row in report.phases()] == ["forward", "backward", "optimizer", "between"]
    assert {"0", "1", "2", ""} == {row.name for row in steps}
    assert rows(report.modules())["0", "Linear"].flops > 0
    assert rows(report.primitives())["affine", ""].seconds.keys() == {"forward", "backward"}


def test_a_chain_belongs_to_the_module_that_holds_all_of_it():
    class Gelu(nn.Module):
        def forward(self, x):
            return x * 0.5 * (dl.tanh(x) + 1)

    model = nn.Sequential(Gelu(), Gelu())
    step = compute_graph(model, passes=(lambda plan: fuse(plan, least=1),))
    x = dl.ones((5, 3))
    step.plan(x)
    with profile(model) as report:
        step(x)
    assert [(row.name, row.kind.split("[")[0]) for row in report.steps()] == [("", "fused")]
    one = compute_graph(model[0], passes=(lambda plan: fuse(plan, least=1),))
    with profile(model) as report:
        one(x)
    assert [row.name for row in report.steps()] == ["0"]


def test_planning_is_told_apart_from_running():
    model, step = planned(())
    with profile(model) as report:
        step(dl.ones((5, 3)))
    planning = rows(report.phases())["planning", ""]
    assert planning.own > 0
    assert planning.flops == 0


def test_an_error_in_the_block_leaves_a_report_of_what_was_before():
    model = nn.Linear(3, 2)
    with pytest.raises(ValueError, match="affine"), profile(model) as report:
        model(dl.ones((1, 3)))
        model(dl.ones((1, 4)))
    assert rows(report.modules())["", "Linear"].calls == 2
    assert report.overhead > 0


def test_models_without_a_name_get_one_when_they_are_called():
    first, second = nn.Sequential(nn.ReLU()), nn.Sequential(nn.ReLU())
    with profile() as report:
        second(first(dl.ones(2)))
    assert [r.name for r in report.modules()] == ["", "0", "Sequential", "Sequential.0", ""]


def test_second_derivatives_count_for_the_first_modules():
    model = nn.Tanh()
    x = dl.tensor([0.5], requires_grad=True)
    with profile(model) as report:
        y = model(x)
        y.backward(create_graph=True)
        x.grad.backward()
    assert rows(report.modules())["", "Tanh"].seconds.keys() == {"forward", "backward"}
    assert rows(report.primitives())["tanh", ""].calls == 3  # once forward, and two gradients


@pytest.mark.gpu
def test_each_primitive_on_a_gpu_is_waited_for():
    model = nn.Linear(2000, 2000).to("cuda:0")
    x = dl.ones((2000, 2000)).to("cuda:0")
    model(x)
    with profile(model) as report:
        model(x)
    row = rows(report.primitives())["affine", ""]
    assert row.flops / row.own < 2e15  # more no chip can do: it would not have been waited for
    assert report.peak >= 4 * 2000 * 2000
