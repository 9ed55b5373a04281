"""Schedules against PyTorch's, in plans, and through files."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.compile import compute_graph
from diydl.exercise import overlay
from diydl.storage import load_arrays, save_arrays


def made(rates=(0.8, 0.2)):
    """Return an optimizer with a group for each rate."""
    return optim.SGD([{"params": nn.Parameter([1.0]), "lr": rate} for rate in rates], lr=1)


def rates(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


SHARED = {
    "steps": ("StepLR", {"step_size": 3, "gamma": 0.5}),
    "milestones": ("MultiStepLR", {"milestones": [2, 3, 8], "gamma": 0.3}),
    "exponential": ("ExponentialLR", {"gamma": 0.9}),
    "linear": ("LinearLR", {}),
    "linear, down": ("LinearLR", {"start_factor": 1.0, "end_factor": 0.0, "total_iters": 7}),
    "polynomial": ("PolynomialLR", {"total_iters": 6, "power": 2.0}),
    "cosine": ("CosineAnnealingLR", {"T_max": 20, "eta_min": 0.01}),
    "restarts": ("CosineAnnealingWarmRestarts", {"T_0": 3, "eta_min": 0.01}),
    "longer restarts": ("CosineAnnealingWarmRestarts", {"T_0": 2, "T_mult": 2}),
    "one cycle": ("OneCycleLR", {"max_lr": 1.5, "total_steps": 21}),
    "one cycle, groups": (
        "OneCycleLR",
        {
            "max_lr": [1.0, 3.0],
            "total_steps": 21,
            "pct_start": 0.5,
            "div_factor": 4.0,
            "final_div_factor": 100.0,
        },
    ),
}
OURS = {
    "inverse time": ("InverseTimeLR", {"decay": 0.5}),
    "warm-up and cosine": ("WarmupCosineLR", {"warmup": 4, "total": 12, "final": 0.1}),
}
every = pytest.mark.parametrize("name", {**SHARED, **OURS})


def schedule_of(name, optimizer):
    kind, options = {**SHARED, **OURS}[name]
    return getattr(optim, kind)(optimizer, **options)


def torch_pair():
    import torch

    groups = [{"params": [torch.nn.Parameter(torch.ones(1))], "lr": r} for r in (0.8, 0.2)]
    return torch.optim.SGD(groups, lr=1, momentum=0.9)


@pytest.mark.torch
@pytest.mark.parametrize("name", SHARED)
@pytest.mark.filterwarnings("ignore:Detected call of")
def test_rates_are_pytorchs(name):
    import torch

    kind, options = SHARED[name]
    ours, theirs = made(), torch_pair()
    schedule = schedule_of(name, ours)
    other = getattr(torch.optim.lr_scheduler, kind)(theirs, **options)
    for _ in range(20):
        expected = [group["lr"] for group in theirs.param_groups]
        np.testing.assert_allclose(rates(ours), expected, rtol=1e-10, atol=1e-12)
        assert schedule.get_last_lr() == rates(ours)
        schedule.step()
        theirs.step()
        other.step()


@pytest.mark.torch
def test_one_after_the_other_as_in_pytorch():
    import torch

    ours, theirs = made(), torch_pair()
    parts = [("LinearLR", {"total_iters": 4}), ("CosineAnnealingLR", {"T_max": 6})]
    parts.append(("ExponentialLR", {"gamma": 0.5}))
    schedule = optim.SequentialLR(
        ours, [getattr(optim, kind)(ours, **o) for kind, o in parts], milestones=[4, 9]
    )
    module = torch.optim.lr_scheduler
    other = module.SequentialLR(
        theirs, [getattr(module, kind)(theirs, **o) for kind, o in parts], milestones=[4, 9]
    )
    for step in range(9):  # PyTorch's next part goes on from what a cosine left: another rule
        expected = [group["lr"] for group in theirs.param_groups]
        np.testing.assert_allclose(rates(ours), expected, rtol=1e-10, err_msg=f"step {step}")
        schedule.step()
        theirs.step()
        other.step()
    assert rates(ours) == [0.8, 0.2]
    schedule.step()
    assert rates(ours) == [0.4, 0.1]


PLATEAUS = [
    {"factor": 0.5, "patience": 2},
    {"factor": 0.5, "patience": 0, "cooldown": 2, "min_lr": 0.1},
    {"mode": "max", "factor": 0.1, "patience": 1, "threshold": 0.05, "threshold_mode": "abs"},
    {"mode": "max", "factor": 0.3, "patience": 1, "threshold": 0.1},
]


@pytest.mark.torch
@pytest.mark.parametrize("options", PLATEAUS, ids=str)
def test_plateaus_as_in_pytorch(options):
    import torch

    ours, theirs = made(), torch_pair()
    schedule = optim.ReduceLROnPlateau(ours, **options)
    other = torch.optim.lr_scheduler.ReduceLROnPlateau(theirs, **options, eps=0)
    rng = np.random.default_rng(0)
    for step in range(40):
        metric = float(abs(rng.normal()) / (1 + step % 9)) if step != 20 else float("nan")
        schedule.step(metric)
        other.step(metric)
        expected = [group["lr"] for group in theirs.param_groups]
        np.testing.assert_allclose(rates(ours), expected, rtol=1e-10, err_msg=f"step {step}")
    assert rates(ours) != [0.8, 0.2]


@every
def test_a_schedule_goes_on_from_a_file_bit_by_bit(name, tmp_path):
    ours, other = made(), made((9.0, 9.0))
    schedule = schedule_of(name, ours)
    resumed = schedule_of(name, other)
    for _ in range(5):
        schedule.step()
    save_arrays(tmp_path / "schedule.safetensors", schedule.state_dict())
    resumed.load_state_dict(load_arrays(tmp_path / "schedule.safetensors"))
    assert repr(resumed) == repr(schedule)
    for _ in range(10):
        assert rates(other) == rates(ours)
        schedule.step()
        resumed.step()


@pytest.mark.parametrize("options", PLATEAUS, ids=str)
def test_a_plateau_goes_on_from_a_file(options, tmp_path):
    ours, other = made(), made()
    schedule, resumed = optim.ReduceLROnPlateau(ours, **options), optim.ReduceLROnPlateau(other)
    metrics = np.random.default_rng(1).uniform(size=40).tolist()
    for metric in metrics[:9]:
        schedule.step(metric)
    save_arrays(tmp_path / "schedule.safetensors", schedule.state_dict())
    resumed.load_state_dict(load_arrays(tmp_path / "schedule.safetensors"))
    for metric in metrics[9:]:
        assert rates(other) == rates(ours)
        schedule.step(metric)
        resumed.step(metric)


def test_parts_go_on_from_a_file(tmp_path):
    def both(optimizer, decay):
        parts = [optim.LinearLR(optimizer), optim.InverseTimeLR(optimizer, decay)]
        return optim.SequentialLR(optimizer, parts, milestones=[3])

    ours, other = made(), made()
    schedule, resumed = both(ours, 0.5), both(other, 7.0)
    for _ in range(4):
        schedule.step()
    save_arrays(tmp_path / "schedule.safetensors", schedule.state_dict())
    resumed.load_state_dict(load_arrays(tmp_path / "schedule.safetensors"))
    for _ in range(3):
        assert rates(other) == rates(ours)
        schedule.step()
        resumed.step()


def test_a_state_that_does_not_fit_changes_nothing():
    optimizer = made()
    schedule = optim.ExponentialLR(optimizer, 0.5)
    schedule.step()
    before = rates(optimizer), repr(schedule)
    one = optim.ExponentialLR(made((1.0,)), 0.9)
    with pytest.raises(ValueError, match="that of 1 groups, and the optimizer has 2"):
        schedule.load_state_dict(one.state_dict())
    with pytest.raises(ValueError, match="state of StepLR, and cannot be loaded into Exponential"):
        schedule.load_state_dict(optim.StepLR(made(), 3).state_dict())
    with pytest.raises(ValueError, match=r"missing \['gamma'\], unexpected \['beta'\]"):
        state = schedule.state_dict()
        state["beta"] = state.pop("gamma")
        schedule.load_state_dict(state)
    assert (rates(optimizer), repr(schedule)) == before
    parts = [optim.StepLR(optimizer, 1), schedule]
    both = optim.SequentialLR(optimizer, parts, milestones=[1])
    wrong = both.state_dict() | {"schedules.1.kind": parts[0].state_dict()["kind"]}
    before = rates(optimizer), repr(both), repr(parts[0])
    with pytest.raises(ValueError, match="state of StepLR, and cannot be loaded into Exponential"):
        both.load_state_dict({**wrong, "schedules.0.steps": np.asarray(5)})
    assert (rates(optimizer), repr(both), repr(parts[0])) == before


def test_a_plan_follows_a_schedule():
    w = nn.Parameter([1.0])
    optimizer = optim.SGD([w], lr=0.5)
    schedule = optim.ExponentialLR(optimizer, gamma=0.5)

    @compute_graph
    def step():
        loss = dl.sum(w)
        loss.backward()
        optimizer.operations([w.grad])
        return loss

    seen = []
    for _ in range(3):
        step()
        schedule.step()
        seen.append(w.item())
    assert seen == [0.5, 0.25, 0.125]


def test_a_second_schedule_starts_from_the_rate_that_was_set():
    optimizer = made((0.8,))
    optim.LinearLR(optimizer, start_factor=0.25)
    assert rates(optimizer) == [0.2]
    assert optim.ExponentialLR(optimizer, 0.5).base_rates == [0.8]
    optimizer.lr = 0.4
    assert optim.ExponentialLR(optimizer, 0.5).base_rates == [0.4]


def test_what_a_schedule_began_with_is_kept_with_the_optimizer():
    ours, other = made((0.8,)), made((0.8,))
    optim.LinearLR(ours, start_factor=0.5)
    other.load_state_dict(ours.state_dict())
    assert rates(other) == [0.4]
    assert optim.ExponentialLR(other, 0.5).base_rates == [0.8]


def test_a_learners_function_drives_the_library():
    schedule = optim.WarmupCosineLR(made((0.5,)), warmup=2, total=5)
    with overlay({"09/warmup_cosine": lambda step, warmup, total: step + warmup + total}):
        assert schedule.rates(1) == [4.0]


def test_rates_of_a_function_and_after_the_end():
    optimizer = made()
    schedule = optim.LambdaLR(optimizer, lambda step: 1 + step)
    schedule.step()
    assert rates(optimizer) == [1.6, 0.4]
    assert optim.CosineAnnealingLR(optimizer, 3, 0.25).rates(99) == [0.25, 0.25]
    cycle = optim.OneCycleLR(optimizer, 1.0, 5)
    assert cycle.rates(99) == cycle.rates(4)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda o: optim.StepLR(0.1, 3), TypeError, "a schedule takes an optimizer, got float"),
        (lambda o: optim.StepLR(o, 0), ValueError, "step_size is a whole number from 1, got 0"),
        (lambda o: optim.StepLR(o, 1.5), ValueError, "step_size is a whole number"),
        (lambda o: optim.MultiStepLR(o, [3, 3]), ValueError, "each larger than the one before"),
        (lambda o: optim.ExponentialLR(o, -1), ValueError, "gamma is a number above 0"),
        (lambda o: optim.WarmupCosineLR(o, 5, 5), ValueError, "must be shorter than total"),
        (lambda o: optim.OneCycleLR(o, [1.0], 5), ValueError, "one for each of 2 groups"),
        (lambda o: optim.ReduceLROnPlateau(o, "least"), ValueError, 'mode is "min" or "max"'),
        (lambda o: optim.ReduceLROnPlateau(o, factor=1), ValueError, "factor .* below 1, got 1"),
        (
            lambda o: optim.ReduceLROnPlateau(o, threshold_mode="x"),
            ValueError,
            'is "rel" or "abs"',
        ),
        (
            lambda o: optim.SequentialLR(o, [optim.StepLR(o, 1)], [1]),
            ValueError,
            "1 schedules need 0 milestones",
        ),
        (
            lambda o: optim.SequentialLR(o, [optim.ReduceLROnPlateau(o)], []),
            TypeError,
            "whose rates are known beforehand",
        ),
        (
            lambda o: optim.SequentialLR(o, [optim.StepLR(made(), 1)], []),
            ValueError,
            "schedule 0 belongs to another optimizer",
        ),
        (lambda o: optim.Schedule(o), NotImplementedError, "Schedule has no factor"),
        (
            lambda o: optim.ReduceLROnPlateau(o).rates(),
            NotImplementedError,
            "cannot tell its rates beforehand",
        ),
    ],
)
def test_what_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make(made())
