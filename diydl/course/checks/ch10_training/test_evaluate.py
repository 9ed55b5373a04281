"""What `evaluate` must do."""

import numpy as np
import pytest

from diydl.course.compare import agree, note

pytestmark = pytest.mark.exercise("10/evaluate")


def examples(rng, *sizes):
    """Batches of these sizes, of four classes."""
    return [(rng.normal(size=(n, 4)).astype("float32"), rng.integers(4, size=n)) for n in sizes]


def by_hand(batches):
    """Mean cross-entropy and share of right answers of scores that are the inputs, tripled."""
    scores = 3 * np.concatenate([x for x, _ in batches]).astype("float64")
    labels = np.concatenate([y for _, y in batches])
    log_sum = np.log(np.exp(scores).sum(axis=1))
    loss = (log_sum - scores[np.arange(len(labels)), labels]).mean()
    return float(loss), float((scores.argmax(axis=1) == labels).mean())


def result_of(drive, batches, training):
    """Return loss and share, once it is clear that there are two."""
    result = drive("exam", batches, training)["result"]
    assert isinstance(result, list) and len(result) == 2, (
        "expected a pair: the mean loss, and the share of right answers"
    )
    return result


@pytest.mark.points(2)
@pytest.mark.hint("sums over examples, each divided by the number of examples")
def test_results(drive, rng):
    """Mean loss and share of right answers over all examples of unequal batches"""
    batches = examples(rng, 9, 9, 2)
    loss, share = result_of(drive, batches, False)
    expected = by_hand(batches)
    agree(loss, expected[0], what="the loss", tolerance=1e-4)
    agree(share, expected[1], what="the share of right answers", tolerance=1e-6)


@pytest.mark.points(1)
@pytest.mark.hint("`model.eval()`, before the first batch")
def test_without_dropout(drive, rng):
    """A model that was training answers without dropout"""
    batches = examples(rng, 40)
    loss, _ = result_of(drive, batches, True)
    agree(loss, by_hand(batches)[0], what="the loss of a model with dropout", tolerance=1e-4)


@pytest.mark.points(2)
@pytest.mark.hint("remember `model.training` at the beginning, and put it back at the end")
def test_mode_afterwards(drive, rng):
    """Afterwards the model is in the mode that it was in"""
    for training in (True, False):
        found = drive("exam", examples(rng, 3), training)
        note(found["training"])
        words = {True: "training", False: "evaluation"}
        assert found["training"] is training is found["inner"], (
            f"the model was in {words[training]} mode before, and is not so any more"
        )


@pytest.mark.points(1)
@pytest.mark.hint("the loop stands in a block `with dl.no_grad():`")
def test_no_tape(drive, rng):
    """Nothing is recorded for a way back"""
    kept = drive("exam", examples(rng, 3, 3), True)["kept"]
    note(kept)
    assert not any(kept), "the model's results remember how they were computed: a tape was kept"
