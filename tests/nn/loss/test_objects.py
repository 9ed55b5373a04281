"""Loss objects do what their functions do, with the options that they carry."""

import inspect

import numpy as np
import pytest

import diydl as dl
from diydl import nn

rng = np.random.default_rng(0)
CLASSES = [
    nn.BCELoss,
    nn.BCEWithLogitsLoss,
    nn.BinaryDiceLoss,
    nn.CrossEntropyLoss,
    nn.DiceLoss,
    nn.HingeLoss,
    nn.HuberLoss,
    nn.KLDivLoss,
    nn.L1Loss,
    nn.MSELoss,
    nn.SmoothL1Loss,
]
every = pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)


def inputs(kind):
    """Return a prediction and a target that fit."""
    x = rng.uniform(0.1, 0.9, size=(6, 4))
    if kind in (nn.CrossEntropyLoss, nn.HingeLoss, nn.DiceLoss):
        return x, rng.integers(0, 4, 6)
    if kind is nn.KLDivLoss:
        return np.log(x), rng.uniform(size=(6, 4))
    return x, rng.integers(0, 2, (6, 4))


def test_every_loss_has_an_object():
    offered = [kind for kind in vars(nn).values() if inspect.isclass(kind)]
    assert {kind for kind in offered if issubclass(kind, nn.Loss)} == {nn.Loss, *CLASSES}
    functions = {name for name in vars(nn.loss) if name.endswith("_loss") and name != "sum_loss"}
    functions |= {"cross_entropy", "binary_cross_entropy", "kl_div"}
    functions |= {"binary_cross_entropy_with_logits"}
    assert {kind._function.__name__ for kind in CLASSES} == functions


@every
def test_it_is_its_function(kind):
    x, y = inputs(kind)
    assert float(kind()(x, y)) == float(kind._function(x, y))
    total = kind(reduction="sum")
    assert float(total(x, y)) == float(kind._function(x, y, reduction="sum"))
    each = kind._function(x, y, reduction="none")
    np.testing.assert_array_equal(total(x, y, reduction="none"), each)
    assert repr(total) == f"{kind.__name__}(reduction='sum')"


@every
def test_its_signature_is_that_of_the_options(kind):
    words = inspect.signature(kind._function).parameters.values()
    expected = [str(word) for word in words if word.kind is word.KEYWORD_ONLY]
    assert [str(word) for word in inspect.signature(kind).parameters.values()] == expected


def test_unknown_options_are_refused_where_they_are_written():
    with pytest.raises(TypeError, match="CrossEntropyLoss has no option 'label_smoothin'.*is it"):
        nn.CrossEntropyLoss(label_smoothin=0.1)


def test_weights_are_buffers():
    loss = nn.CrossEntropyLoss(weight=[1.0, 2.0, 3.0], label_smoothing=0.1)
    assert [name for name, _ in loss.named_buffers()] == ["weight"]
    assert not loss.parameters()
    other = nn.CrossEntropyLoss(weight=[0.0, 0.0, 0.0])
    other.load_state_dict(loss.state_dict())
    x, y = rng.normal(size=(5, 3)), rng.integers(0, 3, 5)
    expected = nn.cross_entropy(x, y, weight=np.array([1.0, 2, 3]))
    assert float(other(dl.tensor(x), y)) == pytest.approx(float(expected))
    assert "label_smoothing=0.1" in repr(loss)
    assert "weight=<float32 (3,)>" in repr(loss)
