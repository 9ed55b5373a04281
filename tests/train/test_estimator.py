"""The estimators do what scikit-learn asks of estimators, and what a network is asked for."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_digits, load_iris, make_regression
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from diydl import nn, optim
from diydl.backend import random_state
from diydl.train import Classifier, Regressor


@parametrize_with_checks([Classifier(random_state=0), Regressor(random_state=0)])
def test_what_scikit_learn_asks_of_every_estimator(estimator, check):
    check(estimator)


def test_iris_in_a_search_and_in_a_pipeline():
    x, y = load_iris(return_X_y=True)
    search = GridSearchCV(
        make_pipeline(MinMaxScaler(), Classifier(epochs=15, random_state=0)),
        {"classifier__hidden": [(4,), (32, 16)], "classifier__lr": [1e-5, 0.01]},
        cv=3,
    )
    search.fit(x, y)
    assert search.best_params_["classifier__lr"] == 0.01
    assert search.best_score_ > 0.9
    assert search.best_estimator_[-1].module_[0].weight.shape[0] in (4, 32)


def test_digits_with_names_for_classes():
    x, y = load_digits(return_X_y=True)
    names = np.array("zero one two three four five six seven eight nine".split())[y]
    train, test, named, wanted = train_test_split(x, names, random_state=0)
    model = Classifier(epochs=12, dropout=0.1, plan=True, random_state=0).fit(train, named)
    assert model.score(test, wanted) > 0.95
    chances = model.predict_proba(test)
    assert chances.shape == (450, 10)
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-12)
    assert np.array_equal(model.classes_[chances.argmax(axis=1)], model.predict(test))


def test_regression_in_the_units_of_the_targets():
    x, y = load_diabetes(return_X_y=True)
    scores = cross_val_score(Regressor(hidden=(16,), weight_decay=0.1, random_state=0), x, y)
    assert scores.mean() > 0.35  # a linear model reaches 0.48 here, the mean 0
    far = Regressor(random_state=0).fit(x, 1e6 + 1e3 * y)
    assert 1e6 < far.predict(x).mean() < 1.3e6


def test_several_targets():
    x, y = make_regression(200, 6, n_targets=3, random_state=0)
    model = Regressor(random_state=0).fit(x, y)
    assert model.predict(x).shape == (200, 3)
    assert model.score(x, y) > 0.95
    assert Regressor(epochs=1).fit(x, y[:, 0]).predict(x).shape == (200,)


@pytest.mark.parametrize("kind", [Classifier, Regressor])
def test_a_random_state_fixes_everything_and_leaves_the_librarys_seed_alone(kind):
    x, y = load_iris(return_X_y=True)
    before = random_state()
    one, two = (kind(epochs=2, dropout=0.2, random_state=3).fit(x, y) for _ in range(2))
    assert random_state() == before
    assert np.array_equal(one._outputs(x), two._outputs(x))
    assert one.history_["loss"] == two.history_["loss"]
    other = kind(epochs=2, dropout=0.2, random_state=4).fit(x, y)
    assert not np.array_equal(one._outputs(x), other._outputs(x))


def test_a_row_gives_the_same_among_any_others():
    x, y = load_digits(return_X_y=True)
    model = Classifier(epochs=1, random_state=0).fit(x, y)
    whole = model.predict_proba(x)
    for rows in (slice(0, 1), slice(5, 8), slice(100, 1300)):
        np.testing.assert_allclose(model.predict_proba(x[rows]), whole[rows], rtol=0, atol=1e-6)


def test_early_stopping_keeps_rows_aside():
    x, y = load_iris(return_X_y=True)
    options = {"epochs": 300, "lr": 0.1, "patience": 3, "random_state": 0}
    model = Classifier(validation_fraction=0.2, **options).fit(x, y)
    assert model.n_iter_ < 300
    assert len(model.history_["validation loss"]) == model.n_iter_


def test_partial_fit_goes_on():
    x, y = load_iris(return_X_y=True)
    order = np.random.default_rng(0).permutation(150)
    model = Classifier(random_state=0)
    for _ in range(15):
        for rows in np.split(order, 3):
            model.partial_fit(x[rows], y[rows], classes=[0, 1, 2])
    assert model.score(x, y) > 0.9
    assert model.n_iter_ == 45
    with pytest.raises(ValueError, match="classes that were not named at first: \\[7\\]"):
        model.partial_fit(x[:2], [0, 7])
    with pytest.raises(ValueError, match="needs classes="):
        Classifier().partial_fit(x, y)
    numbers = Regressor(random_state=0)
    for _ in range(30):
        numbers.partial_fit(x[:, :3], x[:, 3])
    assert numbers.score(x[:, :3], x[:, 3]) > 0.8


def test_a_module_loss_and_optimizer_of_ones_own():
    x, y = load_iris(return_X_y=True)
    model = Classifier(
        lambda inputs, outputs: nn.Sequential(
            nn.Linear(inputs, 5), nn.Tanh(), nn.Linear(5, outputs)
        ),
        loss=lambda out, labels: nn.hinge_loss(out, labels),
        optimizer=lambda params: optim.SGD(params, lr=0.05, momentum=0.9),
        random_state=0,
    )
    assert model.fit(x, y).score(x, y) > 0.9
    assert isinstance(model.module_[1], nn.Tanh)


def test_clones_and_pickles():
    x, y = load_iris(return_X_y=True)
    model = Classifier(epochs=2, hidden=(7,), random_state=0).fit(x, y)
    assert not hasattr(clone(model), "module_")
    assert clone(model).get_params() == model.get_params()
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.predict_proba(x), model.predict_proba(x))
    again.partial_fit(x, y)
    model.partial_fit(x, y)
    assert np.array_equal(again.predict_proba(x), model.predict_proba(x))


def test_scikit_learn_is_imported_only_when_an_estimator_is_asked_for():
    code = "import diydl.train, sys; print('sklearn' in sys.modules); "
    code += "diydl.train.Classifier; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
