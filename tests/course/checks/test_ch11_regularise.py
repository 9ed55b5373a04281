"""What chapter 11 asks and claims: its programs fail as it says, and its numbers are right."""

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.course.catalog import find_exercise
from diydl.course.checks.ch11_regularise import EXERCISES
from diydl.data import RandomCrop, load_digits


def run(code, **names):
    names |= {"np": np, "dl": dl, "nn": nn}
    exec(code, names)
    return names


@pytest.mark.parametrize("mended", [False, True])
def test_a_mean_over_all_rows_tells_of_the_test(mended):
    hunt = find_exercise("11/recall-leak")
    leak = run(hunt.repaired() if mended else hunt.code)["leak"]
    assert (leak < 1e-12) if mended else (leak > 0.01)


@pytest.mark.parametrize("mended", [False, True])
def test_a_friends_dropout_works_for_one_epoch(mended):
    hunt = find_exercise("11/bug-hunt")
    epoch = run(hunt.repaired() if mended else hunt.code)["friends_epoch"]
    dl.seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 3))
    x, y = np.random.default_rng(0).normal(size=(9, 4)).astype("float32"), np.arange(9) % 3
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    counted = []
    for _ in range(3):
        assert 0 <= epoch(model, optimizer, [(x, y)] * 2, x, y) <= 1
        counted.append((model[1].num_batches_tracked.item(), int(model[2].key.numpy()[2])))
    assert counted == ([(2, 2), (4, 4), (6, 6)] if mended else [(2, 2)] * 3)


def test_one_step_of_adamw_without_a_gradient():
    w = nn.Parameter([100.0])
    (w * 0.0).sum().backward()
    optim.AdamW([w], lr=0.1, weight_decay=0.1).step()
    assert find_exercise("11/recall-decay").is_right(round(w.item()))
    assert w.item() == pytest.approx(99, abs=1e-4)


def test_he_begins_with_a_fifth():
    dl.seed(0)
    spread = nn.init.he_normal((2000, 50)).std()
    assert find_exercise("11/recall-he").is_right(round(100 * float(spread)))


def test_what_a_mean_sends_back():
    x = dl.tensor(np.arange(4.0), requires_grad=True)
    (x - dl.mean(x)).backward(np.array([1.0, 0, 0, 0]))
    assert find_exercise("11/recall-centred").is_right(int(100 * x.grad.numpy()[1]))


def test_a_bias_in_front_of_a_norm_does_nothing():
    x = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
    change = nn.BatchNorm1d(3)(x + 7).numpy() - nn.BatchNorm1d(3)(x).numpy()
    assert np.abs(change).max() < 1e-5
    assert find_exercise("11/predict-bias").is_right(0)


def test_two_batches_of_a_running_mean():
    layer = nn.BatchNorm1d(1)
    for _ in range(2):
        layer(np.array([[99.0], [101.0]], "float32"))
    assert find_exercise("11/predict-average").is_right(round(layer.running_mean.item()))


def test_what_is_left_of_a_one():
    out = nn.Dropout(0.8)(np.ones(200, "float32")).numpy()
    assert find_exercise("11/predict-scale").is_right(round(float(out.max())))


def test_shuffled_labels_are_learned_and_moved_pictures_are_not_read():
    pool, exam = load_digits()
    pictures, labels = pool[:]
    new, answers = exam[:]
    mover, shift = np.random.default_rng(7), RandomCrop(1)
    moved = np.stack([shift(p.reshape(8, 8), mover).ravel() for p in new])
    rng = np.random.default_rng(0)
    chosen = np.concatenate([np.flatnonzero(labels == k)[:10] for k in range(10)])
    x, y = pictures[chosen], labels[chosen]
    for targets, question in [(y, "11/predict-moved"), (rng.permutation(y), "11/predict-heart")]:
        dl.seed(0)
        layers = nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)
        model = nn.Sequential(*layers)
        optimizer = optim.AdamW(model.parameters(), lr=0.01, weight_decay=0.0)
        for _ in range(150):
            rows = rng.permutation(100)[:50]
            nn.cross_entropy(model(x[rows]), targets[rows]).backward()
            optimizer.step()
        tested, right = (moved, answers) if targets is y else (x, targets)
        accuracy = (model(tested).numpy().argmax(1) == right).mean()
        assert find_exercise(question).is_right(round(100 * float(accuracy)))


def test_the_order_of_an_epoch_is_the_only_one():
    order = list(find_exercise("11/order-epoch").steps)
    assert order == ["train", "steps", "eval", "look", "keep"]


def test_every_exercise_in_code_has_at_least_five_mistakes():
    for name in EXERCISES:
        exercise = find_exercise(name)
        if exercise.kind == "code":
            assert len(exercise.mistakes) >= 5, name
