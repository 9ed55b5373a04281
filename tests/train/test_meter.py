"""Metrics batch by batch: the same as of all examples together, whatever the batches."""

import math

import numpy as np
import pytest
import sklearn.metrics as theirs

import diydl as dl
from diydl.train import f1_score, meter, metrics
from diydl.train.metric import Mean, Metric

RANDOM = np.random.default_rng(0)
SCORES, LABELS = RANDOM.normal(size=(50, 4)), RANDOM.integers(0, 4, 50)
REAL, TARGET = RANDOM.normal(size=(50, 3)), RANDOM.normal(size=(50, 3)) + 5
IMAGES, NOISY = RANDOM.random((50, 4, 5)), RANDOM.random((50, 4, 5))
ONE, YES = RANDOM.normal(size=50), RANDOM.integers(0, 2, 50)
F1 = meter.ConfusionMatrix(4, f1_score)

CASES = {
    "accuracy": (meter.Accuracy(), SCORES, LABELS),
    "binary": (meter.BinaryAccuracy(), ONE, YES),
    "top 2": (meter.TopKAccuracy(2), SCORES, LABELS),
    "confusion": (meter.ConfusionMatrix(4), SCORES, LABELS),
    "f1": (F1, SCORES, LABELS),
    "psnr": (meter.PSNR(), IMAGES, NOISY),
    "distance": (meter.MeanAbsoluteError(), REAL, TARGET),
    "r2": (meter.R2(), REAL, TARGET),
    "mean": (Mean(lambda y, t: ((y - t) ** 2).mean()), REAL, TARGET),
}


def gathered(metric, outputs, targets, size):
    metric.reset()
    for start in range(0, len(targets), size):
        metric.update(outputs[start : start + size], targets[start : start + size])
    return metric.value()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("size", [1, 7, 16, 50])
def test_the_batches_do_not_matter(name, size):
    metric, outputs, targets = CASES[name]
    whole = gathered(metric, outputs, targets, 50)
    np.testing.assert_allclose(gathered(metric, outputs, targets, size), whole, rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("accuracy", theirs.accuracy_score(LABELS, SCORES.argmax(1))),
        ("binary", theirs.accuracy_score(YES, ONE > 0)),
        ("top 2", theirs.top_k_accuracy_score(LABELS, SCORES, k=2)),
        ("confusion", theirs.confusion_matrix(LABELS, SCORES.argmax(1))),
        ("f1", theirs.f1_score(LABELS, SCORES.argmax(1), average="macro")),
        ("distance", theirs.mean_absolute_error(TARGET, REAL)),
        ("r2", theirs.r2_score(TARGET, REAL)),
        ("mean", theirs.mean_squared_error(TARGET, REAL)),
    ],
)
def test_values_are_those_of_scikit_learn(name, wanted):
    np.testing.assert_allclose(gathered(*CASES[name], size=16), wanted, rtol=1e-9)


def test_sums_are_plain_and_can_be_taken_up_elsewhere():
    """As a checkpoint does, in the middle of an epoch."""
    first, second = meter.R2(), meter.R2()
    first.update(REAL[:20], TARGET[:20])
    second.sums = {name: np.array(x) for name, x in first.sums.items()}
    second.update(REAL[20:], TARGET[20:])
    assert second.value() == pytest.approx(gathered(meter.R2(), REAL, TARGET, 50), rel=1e-9)
    assert all(isinstance(x, np.ndarray | np.generic) for x in first.sums.values())


def test_nothing_seen_is_nan_and_reset_begins_anew():
    metric = meter.Accuracy()
    assert math.isnan(metric.value())
    metric.update(SCORES, LABELS)
    metric.reset()
    assert math.isnan(metric.value())


def test_values_and_sequences_are_taken():
    metric = meter.Accuracy()
    metric.update(dl.tensor(SCORES.reshape(5, 10, 4)), dl.tensor(LABELS.reshape(5, 10)))
    assert metric.value() == pytest.approx(theirs.accuracy_score(LABELS, SCORES.argmax(1)))


def test_r2_of_a_target_that_never_changes():
    """As scikit-learn has it: 1 if it was met exactly, else 0."""
    same, metric = np.full((4, 1), 3.0), meter.R2()
    assert gathered(metric, same, same, 4) == 1.0
    assert gathered(metric, same + 1, same, 4) == 0.0


def test_pick_chooses_among_several_outputs():
    metric = meter.Accuracy("right", pick=lambda outputs, labels, _: (outputs[1], labels))
    metric.update((REAL, SCORES), LABELS, TARGET)
    assert metric.name == "right"
    assert metric.value() == pytest.approx(metrics.accuracy(SCORES, LABELS))


def test_meters_from_names_functions_and_objects():
    found = meter.meters(["accuracy", metrics.top_k_accuracy, meter.PSNR(), meter.R2])
    assert [m.name for m in found] == ["accuracy", "top_k_accuracy", "PSNR", "R2"]
    assert isinstance(found[1], Mean)
    assert [m.name for m in meter.meters("accuracy")] == ["accuracy"]
    assert [m.name for m in meter.meters({"a": "accuracy", "b": meter.Accuracy})] == ["a", "b"]


@pytest.mark.parametrize(
    ("given", "match"),
    [
        (["precision"], "there is no metric 'precision': known are accuracy"),
        (["accuracy", "accuracy"], "names of their own"),
        ([3], "a name, a function or a Metric, got int"),
    ],
)
def test_bad_metrics_are_refused(given, match):
    with pytest.raises((ValueError, TypeError), match=match):
        meter.meters(given)


@pytest.mark.parametrize(
    ("metric", "outputs", "target", "match"),
    [
        (meter.Accuracy(), SCORES, LABELS[:9], "Accuracy: expected scores of shape"),
        (meter.Accuracy(), SCORES, LABELS + 0.5, "labels are whole numbers, got float64"),
        (meter.BinaryAccuracy(), ONE[:, None], YES, "one shape, got \\(50, 1\\) and \\(50,\\)"),
        (meter.TopKAccuracy(5), SCORES, LABELS, "k lies between 1 and 4, got 5"),
        (meter.ConfusionMatrix(3), SCORES, LABELS, "lie between 0 and 2 for 3 classes"),
        (meter.PSNR(), IMAGES, NOISY[:, :2], "one shape \\(B, ...\\)"),
        (meter.R2(), REAL, TARGET[:, :1], "one shape and are not empty"),
        (Metric(), REAL, TARGET, "has no measure"),
    ],
)
def test_what_does_not_fit_is_refused(metric, outputs, target, match):
    with pytest.raises((ValueError, TypeError, NotImplementedError), match=match):
        metric.update(outputs, target)
