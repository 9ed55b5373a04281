"""A probe is told what is done, where, and nothing changes for being seen."""

import threading

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.compile import compute_graph
from diydl.probe import Place, Probe, current_probe, probing


class Notes(Probe):
    """Notes each primitive with its place, and each span."""

    def __init__(self):
        super().__init__()
        self.computed, self.spans = [], []

    def compute(self, prim, arrays, params):
        self.computed.append((self.place, prim.name))
        return super().compute(prim, arrays, params)

    def span(self, kind, what):
        self.spans.append((kind, self.moved(kind, what)))
        return super().span(kind, what)

    def kinds(self):
        return [kind for kind, _ in self.spans]


class Inner(nn.Module):
    def __init__(self):
        self.map = nn.Linear(3, 2)

    def forward(self, x):
        return dl.tanh(self.map(x))


@pytest.fixture
def step():
    model = nn.Sequential(Inner(), nn.ReLU())
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    x = dl.ones((4, 3))

    def run():
        loss = (model(x) * 2).sum()
        loss.backward()
        optimizer.step()
        return loss

    run.model, run.optimizer = model, optimizer
    return run


def test_primitives_are_seen_in_their_modules(step):
    model = step.model
    with probing(Notes()) as notes:
        step()
    forward = [(place.modules, name) for place, name in notes.computed if place.phase == "forward"]
    assert forward == [
        ((model, model[0], model[0].map), "affine"),
        ((model, model[0]), "tanh"),
        ((model, model[1]), "maximum"),
        ((), "mul"),
        ((), "sum"),
    ]


def test_a_gradient_belongs_to_the_primitive_and_the_module_that_made_it(step):
    model = step.model
    with probing(Notes()) as notes:
        step()
    assert [place for kind, place in notes.spans if kind == "pull"] == [
        Place("backward", (), dl.sum),
        Place("backward", (), dl.ops.mul),
        Place("backward", (model, model[1]), dl.maximum),
        Place("backward", (model, model[0]), dl.tanh),
        Place("backward", (model, model[0], model[0].map), dl.ops.affine),
    ]
    inside = {place.prim.name for place, _ in notes.computed if place.phase == "backward"}
    assert inside <= {"sum", "mul", "maximum", "tanh", "affine"}
    assert "affine" in inside


def test_a_backward_is_one_sweep(step):
    with probing(Notes()) as notes:
        step()
        dl.grad(lambda x: (x * x).sum())(dl.ones(2))
    assert notes.kinds().count("sweep") == 2


def test_optimizers_are_seen_in_both_forms(step):
    with probing(Notes()) as notes:
        step()
        step.optimizer.operations([p.grad for p in step.model.parameters()])
    assert notes.kinds().count("optimizer") == 2
    assert {p.modules for p, _ in notes.computed if p.phase == "optimizer"} == {(step.optimizer,)}


def test_steps_of_a_plan_know_what_they_were_described_for(step):
    model, optimizer = step.model, step.optimizer

    def whole(x):
        loss = (model(x) * 2).sum()
        loss.backward()
        optimizer.operations([p.grad for p in model.parameters()])
        return loss

    plan = compute_graph(whole, passes=()).plan(dl.ones((4, 3)))
    places = {(s.place.phase, s.place.modules, s.prim.name) for s in plan.steps if s.place}
    assert ("forward", (model, model[0], model[0].map), "affine") in places
    assert ("backward", (model, model[0], model[0].map), "matmul") in places
    assert any(place[:2] == ("optimizer", (optimizer,)) for place in places)


def test_steps_of_a_plan_are_told():
    fast = compute_graph(lambda x: dl.exp(x) * 2)
    with probing(Notes()) as notes:
        fast(dl.ones(3))
        fast(dl.ones(3))
    assert notes.kinds() == ["planning", *4 * ["step"]]


def test_nothing_changes_for_being_seen(step):
    dl.seed(0)
    with probing(Notes()):
        seen = step()
    assert current_probe() is None
    first = dl.ones((4, 3))
    with probing(Probe()):
        inside = step.model(first)
    np.testing.assert_array_equal(inside.numpy(), step.model(first).numpy())
    assert np.isfinite(seen.numpy())


def test_an_error_leaves_the_place_as_it_was(step):
    with probing(Notes()) as notes:
        with pytest.raises(ValueError, match="affine"):
            step.model(dl.ones((4, 5)))
        assert notes.place == Place()


def test_other_threads_are_not_seen():
    with probing(Notes()) as notes:
        thread = threading.Thread(target=lambda: dl.exp(dl.ones(2)))
        thread.start()
        thread.join()
    assert notes.computed == []
