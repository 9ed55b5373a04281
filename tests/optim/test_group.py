"""Groups of parameters, and the options that each has."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.compile import compute_graph
from diydl.storage import load_arrays, save_arrays


def pair():
    return nn.Parameter([1.0]), nn.Parameter([1.0, 2.0])


def grouped(**shared):
    w, b = pair()
    return optim.SGD([{"params": w}, {"params": [b], "lr": 0.25, "momentum": 0.5}], lr=1, **shared)


def test_each_group_has_options_of_its_own():
    optimizer = grouped(weight_decay=0.125)
    rows = [group.options() for group in optimizer.param_groups]
    assert [row["lr"] for row in rows] == [1.0, 0.25]
    assert [row["momentum"] for row in rows] == [0.0, 0.5]
    assert [row["weight_decay"] for row in rows] == [0.125, 0.125]
    for p in optimizer.params:
        p.grad = dl.tensor(np.ones(p.shape, "float32"))
    optimizer.step()
    assert [p.tolist() for p in optimizer.params] == [
        [1 - 1.125],
        [1 - 0.25 * 1.125, 2 - 0.25 * 1.25],
    ]
    assert [sorted(state) for state in optimizer.state] == [[], ["momentum_buffer"]]


def test_lr_is_that_of_the_first_group_and_sets_all():
    optimizer = grouped()
    assert optimizer.lr == 1.0
    optimizer.lr = 0.5
    assert [group["lr"] for group in optimizer.param_groups] == [0.5, 0.5]


def test_a_group_is_a_dict_whose_values_are_checked():
    group = grouped().param_groups[1]
    assert list(group) == ["params", "lr", "momentum", "nesterov", "weight_decay", "maximize"]
    assert len(group) == 6
    group.update(lr=0.5, nesterov=True)
    assert (group["lr"], group["nesterov"], dict(group)["lr"]) == (0.5, True, 0.5)
    for name, value, message in [
        ("lr", -1, "lr is a number from 0"),
        ("lr", float("inf"), "lr is a number from 0"),
        ("momentum", 1, "momentum is a number from 0 and below 1"),
        ("momentum", 0, "nesterov looks ahead"),
        ("weight_decay", "much", "weight_decay is a number from 0"),
    ]:
        with pytest.raises(ValueError, match=message):
            group[name] = value
    assert (group["lr"], group["momentum"]) == (0.5, 0.5)
    with pytest.raises(KeyError, match="no option that can be set; there are lr, momentum"):
        group["learning_rate"] = 1
    with pytest.raises(KeyError, match="'params' is no option"):
        group["params"] = []
    with pytest.raises(TypeError, match="cannot be taken away"):
        del group["lr"]


def test_the_rate_of_every_group_is_read_by_a_plan_at_every_run():
    optimizer = grouped()
    w, b = optimizer.params

    @compute_graph
    def step():
        loss = dl.sum(w) + dl.sum(b)
        loss.backward()
        optimizer.operations([w.grad, b.grad])
        return loss

    step()
    assert (w.tolist(), b.tolist()) == ([0.0], [0.75, 1.75])
    optimizer.param_groups[0]["lr"] = 0.5
    step()
    assert (w.tolist(), b.tolist()) == ([-0.5], [0.375, 1.375])
    optimizer.param_groups[1]["lr"] = 0.0
    step()
    assert (w.tolist(), b.tolist()) == ([-1.0], [0.375, 1.375])


def test_a_group_is_added_later():
    optimizer = grouped()
    more = nn.Parameter([3.0])
    optimizer.add_param_group({"params": more, "lr": 2})
    assert len(optimizer.params) == len(optimizer.counts) == len(optimizer.state) == 3
    more.grad = dl.tensor([1.0])
    optimizer.step()
    assert more.tolist() == [1.0]
    assert optimizer.steps == [0, 0, 1]
    with pytest.raises(ValueError, match="entries 2 and 3 are the same parameter"):
        optimizer.add_param_group({"params": more})
    with pytest.raises(TypeError, match='a dict with the key "params"'):
        optimizer.add_param_group(more)
    assert len(optimizer.param_groups) == 3


def test_state_of_groups_goes_through_a_file(tmp_path):
    optimizer, other = grouped(), grouped()
    optimizer.param_groups[1].update(lr=0.1, weight_decay=0.3, nesterov=True)
    save_arrays(tmp_path / "state.safetensors", optimizer.state_dict())
    other.load_state_dict(load_arrays(tmp_path / "state.safetensors"))
    assert [g.options() for g in other.param_groups] == [
        g.options() for g in optimizer.param_groups
    ]


def test_a_state_of_other_groups_changes_nothing():
    optimizer = grouped()
    before = repr(optimizer)
    w, b = pair()
    with pytest.raises(ValueError, match="2 parameters in 2 groups: missing"):
        optimizer.load_state_dict(optim.SGD([w, b], lr=9).state_dict())
    other = optim.SGD([{"params": [nn.Parameter([1.0]), w]}, {"params": [b]}], lr=9)
    state = other.state_dict()
    del state["state.2.step"]
    with pytest.raises(ValueError, match="group 0 has 1 parameters, and 2 in this state"):
        optimizer.load_state_dict(state)
    state = grouped().state_dict()
    state["param_groups.1.momentum"] = np.asarray(7.0)
    state["param_groups.0.lr"] = np.asarray(7.0)
    with pytest.raises(ValueError, match="momentum is a number"):
        optimizer.load_state_dict(state)
    with pytest.raises(ValueError, match="no state of SGD: it has no entry 'kind'"):
        optimizer.load_state_dict({})
    assert repr(optimizer) == before
    assert "2 parameters in 2 groups" in before


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ([], ValueError, "at least one parameter"),
        (nn.Parameter([1.0]), TypeError, r"pass \[parameter\]"),
        ({"params": [nn.Parameter([1.0])]}, TypeError, r"pass \[group\]"),
        (nn.Linear(2, 2), TypeError, r"pass model.parameters\(\)"),
        ([nn.Parameter([1.0]), np.ones(2)], TypeError, "entry 1 is a ndarray, no Parameter"),
        ([dl.tensor([1.0])], TypeError, "entry 0 is a Tensor, no Parameter"),
        ([nn.Parameter([1.0])] * 2, ValueError, "entries 0 and 1 are the same parameter"),
        ([{"params": []}], ValueError, "a group needs at least one parameter"),
        ([{"parameters": []}], TypeError, 'a dict with the key "params"'),
        ([{"params": [nn.Parameter([1.0])], "rate": 1}], ValueError, "SGD has no option 'rate'"),
    ],
)
def test_lists_of_parameters_are_checked(params, error, message):
    with pytest.raises(error, match=message):
        optim.SGD(params, lr=0.1)
