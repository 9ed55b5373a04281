"""What VJPs cost is counted by describing them."""

import pytest

import diydl as dl
from diydl.train.cost import VjpCosts, described


def node(x):
    return x.node


@pytest.fixture
def ab():
    return [
        dl.tensor([[1.0] * 3] * 2, requires_grad=True),
        dl.tensor([[1.0] * 4] * 3, requires_grad=True),
    ]


def test_each_operand_that_needs_a_gradient_costs(ab):
    a, b = ab
    assert VjpCosts().of(node(a @ b))[0] == 2 * (2 * 2 * 3 * 4)
    b.requires_grad = False
    assert VjpCosts().of(node(a @ b))[0] == 2 * 2 * 3 * 4


def test_a_vjp_that_hands_on_its_gradient_costs_nothing():
    x = dl.tensor([1.0], requires_grad=True)
    assert VjpCosts().of(node(x + 1)) == (0, 0)


def test_the_same_is_counted_once(ab, monkeypatch):
    a, b = ab
    calls = []

    def counted(*given):
        calls.append(given)
        return described(*given)

    monkeypatch.setattr("diydl.train.cost.described", counted)
    costs = VjpCosts()
    assert costs.of(node(a @ b)) == costs.of(node(a @ b))
    assert len(calls) == 1
    costs.of(node(a @ b[:, :2]))
    assert len(calls) == 2
