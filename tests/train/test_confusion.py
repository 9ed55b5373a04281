import numpy as np
import pytest
import sklearn.metrics as theirs

from diydl.train import confusion

RANDOM = np.random.default_rng(1)
MANY, CLASSES = RANDOM.normal(size=(60, 5)), RANDOM.integers(0, 4, 60)  # class 4 never occurs
COUNTS = confusion.confusion_matrix(MANY, CLASSES)


def test_confusion_counts_true_classes_in_rows():
    wanted = theirs.confusion_matrix(CLASSES, MANY.argmax(1), labels=range(5))
    assert np.array_equal(COUNTS, wanted)
    assert np.array_equal(confusion.confusion_matrix(MANY.argmax(1), CLASSES), wanted)
    assert confusion.confusion_matrix(np.array([0]), np.array([0]), classes=3).shape == (3, 3)


@pytest.mark.parametrize("average", ["macro", "micro", "none"])
@pytest.mark.parametrize(
    ("ours", "other"),
    [
        (confusion.precision, theirs.precision_score),
        (confusion.recall, theirs.recall_score),
        (confusion.f1_score, theirs.f1_score),
        (confusion.iou, theirs.jaccard_score),
    ],
)
def test_shares_are_those_of_scikit_learn(ours, other, average):
    kind = None if average == "none" else average
    wanted = other(CLASSES, MANY.argmax(1), average=kind, zero_division=0)
    np.testing.assert_allclose(ours(COUNTS, average=average), wanted, rtol=1e-12)


def test_a_class_that_does_not_occur_has_no_share_in_the_mean():
    counts = np.zeros((3, 3), int)
    counts[0, 0], counts[1, 0] = 3, 1
    assert confusion.recall(counts) == 0.5  # (1 + 0) / 2, not / 3
    assert confusion.precision(np.zeros((2, 2), int)) == 0.0


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: confusion.precision(COUNTS, average="mean"), '"macro", "micro" or "none"'),
        (lambda: confusion.recall(np.ones(3)), "a confusion matrix of shape"),
        (lambda: confusion.confusion_matrix(CLASSES, CLASSES, 2), "labels lie between 0 and 1"),
        (lambda: confusion.confusion_matrix(MANY, CLASSES[:3]), "one row of scores for each"),
    ],
)
def test_what_does_not_fit_is_refused(call, match):
    with pytest.raises(ValueError, match=match):
        call()
