import numpy as np
import pytest

import diydl as dl
from diydl import data, nn, optim
from diydl.course.catalog import find_exercise
from diydl.course.question import Ordering
from diydl.train import metrics

PREDICT, ORDER, HUNT = map(find_exercise, ("00/predict-untrained", "00/order-step", "00/bug-hunt"))


@pytest.mark.parametrize("answer", [3, 10, 20, 10.0])
def test_any_prediction_in_the_range_is_right(answer):
    found = PREDICT.judge(answer)
    assert found.status == "passed"
    assert "one of ten blind guesses" in found.message


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (0, "none"),
        (50, "half"),
        (97, "already_trained"),
        (1000, "over_100"),
        (30, None),
        (-4, None),
    ],
)
def test_a_prediction_outside_is_explained(answer, mistake):
    found = PREDICT.judge(answer)
    assert found.status == "failed"
    assert (found.mistake.name if found.mistake else None) == mistake
    assert found.message


@pytest.mark.parametrize("answer", ["10", True, 10.5, [10], float("nan"), np.ones(2), 1j])
def test_what_is_no_whole_number_is_said(answer):
    found = PREDICT.judge(answer)
    assert found.status == "unreadable"
    assert "write a whole number" in found.message


@pytest.mark.parametrize("question", [PREDICT, ORDER, HUNT])
@pytest.mark.parametrize("answer", [..., None])
def test_the_untouched_placeholder_is_not_started(question, answer):
    assert question.judge(answer).status == "not started"


@pytest.mark.parametrize("answer", ["cadb", "CADB", "c, a, d, b", ["c", "a", "d", "b"], "c a d b "])
def test_an_order_may_be_written_in_several_ways(answer):
    assert ORDER.judge(answer).status == "passed"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("cabd", "before anyone has found out which way"),
        ("cadbe", "Line e does not belong here: it would make the network's own answers"),
        ("cad", "3 lines of 4"),
        ("dcab", "Line d comes too early"),
        ("bdac", "Line b comes too early"),
    ],
)
def test_a_wrong_order_is_explained(answer, words):
    found = ORDER.judge(answer)
    assert found.status == "failed"
    assert words in found.message


@pytest.mark.parametrize("answer", ["cadz", "ccad", "", 3, [1, 2], {"a": 1}])
def test_what_is_no_order_is_said(answer):
    assert ORDER.judge(answer).status == "unreadable"


def test_every_order_gets_some_explanation():
    from itertools import permutations

    for letters in permutations("abcd"):
        assert ORDER.judge("".join(letters)).message


def test_an_ordering_shows_each_line_once():
    with pytest.raises(ValueError, match="name every step and distractor once"):
        Ordering("97/o", "o", ("", "", ""), steps={"a": "1"}, distractors={}, shown=(), explain="")


@pytest.mark.parametrize("answer", [0, 8, "5", 5.0, True])
def test_what_is_no_line_is_said(answer):
    assert HUNT.judge(answer).status == "unreadable"


def test_every_line_of_the_hunt_gets_a_message():
    verdicts = [HUNT.judge(k).status for k in range(1, 8)]
    assert verdicts == ["failed"] * 4 + ["passed"] + ["failed"] * 2
    assert "should read: loss = nn.cross_entropy(scores, labels)" in HUNT.judge(5).message


def test_the_hunted_bug_is_real_and_the_repair_mends_it():
    """The program runs without an error as shown, and does not learn; mended, it does."""
    train, test = data.load_digits()
    images, labels = test[:]

    def accuracy_of(code):
        dl.seed(0)
        space = {
            "make_network": lambda: nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10)),
            "batches": list(data.DataLoader(train, batch_size=32, shuffle=True, seed=0)) * 3,
            "optim": optim,
            "nn": nn,
        }
        exec(code, space)
        with dl.no_grad():
            return metrics.accuracy(space["network"](images), labels)

    assert accuracy_of(HUNT.code) < 0.3
    assert accuracy_of(HUNT.repaired()) > 0.85


def test_an_untrained_network_reads_as_many_as_the_prediction_says():
    images, labels = data.load_digits()[1][:]
    shares = []
    for seed in range(10):
        dl.seed(seed)
        network = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
        shares.append(round(100 * metrics.accuracy(network(images), labels)))
    assert PREDICT.low <= shares[0] <= PREDICT.high  # the network of the chapter
    assert sum(PREDICT.low <= share <= PREDICT.high for share in shares) >= 8
