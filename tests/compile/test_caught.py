"""What a function takes from outside."""

import diydl as dl
from diydl import nn
from diydl.compile.caught import caught, modules_in

NUMBER, shape = 3, "no part of it"


def test_closures_and_globals_but_no_names_of_attributes():
    inside = [1]

    def f(x):
        def deeper():
            return inside, NUMBER, x.shape

        return deeper(), len(later)

    later = ()
    assert caught(f) == {"inside": [1], "later": (), "NUMBER": 3}


def test_what_is_not_defined_yet_and_modules_are_passed_over():
    def f(x):
        return dl.exp(x) + later  # noqa: F821, defined below

    found = caught(f)
    later = 1
    assert (found, later) == ({}, 1)


def test_methods_bring_their_owner():
    class Trainer:
        def __init__(self):
            self.model = nn.Sequential(nn.ReLU(), nn.Dropout())

        def step(self, x):
            return self.model(x)

    trainer = Trainer()
    assert caught(trainer.step) == {"self": trainer}
    assert modules_in(caught(trainer.step).values()) == list(trainer.model.modules())


def test_modules_within_containers_and_functions():
    model = nn.Linear(2, 1)

    def inner(x):
        return model(x)

    def outer(x):
        return inner(x)

    assert modules_in([outer, {"same": [model]}]) == [model]
    ring = []
    ring.append(ring)
    assert modules_in([ring, 3, "text", None, nn.Linear]) == []
