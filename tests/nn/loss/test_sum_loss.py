"""Several losses as one: the sum, its parts, and their gradients."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.train import Trainer

rng = np.random.default_rng(0)


def two():
    losses = {"which": nn.cross_entropy, "how": nn.mse_loss}
    return nn.SumLoss(losses, weights={"how": 5.0})


def heads():
    found = {"which": dl.tensor(rng.normal(size=(4, 3))), "how": dl.tensor(rng.normal(size=(4, 2)))}
    for x in found.values():
        x.requires_grad = True
    return found, {"which": np.array([0, 2, 1, 1]), "how": rng.normal(size=(4, 2))}


def test_each_head_has_its_loss():
    loss, (found, wanted) = two(), heads()
    parts = loss.parts(found, wanted)
    assert parts["which"].item() == pytest.approx(
        nn.cross_entropy(found["which"], wanted["which"]).item()
    )
    assert parts["how"].item() == pytest.approx(nn.mse_loss(found["how"], wanted["how"]).item())
    expected = parts["which"].item() + 5 * parts["how"].item()
    assert loss.total(parts).item() == pytest.approx(expected)
    assert loss(found, wanted).item() == pytest.approx(expected)


def test_gradients_are_weighted():
    loss, (found, wanted) = two(), heads()
    loss(found, wanted).backward()
    (g,) = (found["how"].grad.numpy(),)
    nn.mse_loss(found["how"], wanted["how"]).backward()
    np.testing.assert_allclose(g, 5 * found["how"].grad.numpy(), rtol=1e-6)


def test_one_prediction_goes_to_all():
    loss = nn.SumLoss({"near": nn.mse_loss, "level": nn.l1_loss})
    x, y = rng.normal(size=5), rng.normal(size=5)
    expected = float(nn.mse_loss(x, y)) + float(nn.l1_loss(x, y))
    assert float(loss(x, y)) == pytest.approx(expected)


def test_penalties_are_parts():
    dl.seed(0)
    model = nn.Linear(3, 2)
    loss = nn.SumLoss(
        {"fit": nn.mse_loss},
        weights={"l2": 2.0},
        penalties={"l2": lambda: nn.l2_penalty(model, 0.1)},
    )
    x, y = rng.normal(size=(4, 3)).astype("f4"), rng.normal(size=(4, 2)).astype("f4")
    parts = loss.parts(model(x), y)
    assert parts["l2"].item() == pytest.approx(nn.l2_penalty(model, 0.1).item())
    assert loss(model(x), y).item() == pytest.approx(parts["fit"].item() + 2 * parts["l2"].item())


def test_losses_inside_are_modules_of_it():
    inner = nn.CrossEntropyLoss(weight=[1.0, 2.0])
    loss = nn.SumLoss({"a": inner, "b": nn.DiceLoss()}, weights={"b": 0.5})
    assert [name for name, _ in loss.named_buffers()] == ["losses.a.weight"]
    assert repr(loss) == f"SumLoss(1 * a: {inner!r}, 0.5 * b: DiceLoss())"
    assert repr(two()) == "SumLoss(1 * which: cross_entropy, 5 * how: mse_loss)"


def test_a_trainer_reports_the_parts():
    dl.seed(0)
    model = nn.Linear(4, 3)
    batches = [(rng.normal(size=(6, 4)).astype("f4"), rng.integers(0, 3, 6)) for _ in range(2)]
    loss = nn.SumLoss({"which": nn.cross_entropy, "overlap": nn.dice_loss}, weights={"overlap": 2})
    trainer = Trainer(model, loss, optim.SGD(model.parameters(), lr=0.0), metrics=loss.each)
    found = trainer.evaluate(batches)
    assert found["loss"] == pytest.approx(found["which"] + 2 * found["overlap"], rel=1e-6)


def test_each_part_finds_its_own_head():
    loss, (found, wanted) = two(), heads()
    parts = {name: part.item() for name, part in loss.parts(found, wanted).items()}
    assert {name: one(found, wanted).item() for name, one in loss.each.items()} == parts


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.SumLoss({}), "there is no loss"),
        (lambda: nn.SumLoss({"a": nn.l1_loss}, weights={"b": 1.0}), r"weights for \['b'\].*'a'"),
        (lambda: nn.SumLoss({"a": nn.l1_loss}, penalties={"a": lambda: 0}), ".* name a loss and"),
        (lambda: two()({"which": np.zeros((2, 3))}, {"which": [0, 1]}), r"\['which'\] came in"),
        (
            lambda: nn.SumLoss({"a": nn.MSELoss(reduction="none")})(np.zeros(3), np.zeros(3)),
            r'a returned \(3,\), expected one number; give it reduction="mean"',
        ),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(ValueError, match=f"SumLoss: {message}"):
        call()
