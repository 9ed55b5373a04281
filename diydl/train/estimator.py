"""Networks as estimators of scikit-learn: within its pipelines, searches and comparisons."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from diydl.backend import seeded
from diydl.data.dataset import ArrayDataset
from diydl.data.loader import DataLoader
from diydl.engines.tape import no_grad
from diydl.nn.activation import ReLU
from diydl.nn.container import Sequential
from diydl.nn.dropout import Dropout
from diydl.nn.linear import Linear
from diydl.nn.loss import cross_entropy, mse_loss
from diydl.ops import softmax
from diydl.optim.adam import Adam
from diydl.train.batches import mode
from diydl.train.early import EarlyStopping
from diydl.train.trainer import Trainer

ROWS = 256  # that go through the network at a time when it predicts


class _Network(BaseEstimator):
    """What both estimators share. The parameters are those of `Classifier`."""

    def __init__(
        self,
        make=None,
        *,
        hidden=(64,),
        dropout=0.0,
        loss=None,
        optimizer=None,
        lr=0.005,
        weight_decay=0.0,
        epochs=50,
        batch_size=32,
        standardise=True,
        validation_fraction=0.0,
        patience=10,
        plan=False,
        verbose=False,
        random_state=None,
    ):
        self.make = make
        self.hidden = hidden
        self.dropout = dropout
        self.loss = loss
        self.optimizer = optimizer
        self.lr = lr
        self.weight_decay = weight_decay
        self.epochs = epochs
        self.batch_size = batch_size
        self.standardise = standardise
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.plan = plan
        self.verbose = verbose
        self.random_state = random_state

    def _begin(self, x, outputs):
        """Make the network, and note the scale of the inputs."""
        self._seed_ = int(check_random_state(self.random_state).randint(2**31))
        with seeded(self._seed_):
            make = mlp if self.make is None else self.make
            options = {} if self.make else {"hidden": self.hidden, "dropout": self.dropout}
            self.module_ = make(x.shape[1], outputs, **options)
        self.shift_, self.scale_ = _scale(x) if self.standardise else (0.0, 1.0)
        self.history_, self.n_iter_, self._kept_ = {}, 0, None

    def _train(self, x, y, loss, epochs):
        """Train for some epochs, from where it is; `y` as the loss wants it."""
        data = ArrayDataset(self._scaled(x), y)
        validation, callbacks = None, []
        if self.validation_fraction:
            data, rest = data.split(1 - self.validation_fraction, seed=self._seed_)
            validation = DataLoader(rest, ROWS)
            callbacks = [EarlyStopping(patience=self.patience)]
        params, make = self.module_.parameters(), self.optimizer
        options = {"lr": self.lr, "weight_decay": self.weight_decay}
        optimizer = Adam(params, **options) if make is None else make(params)
        if self._kept_ is not None:
            optimizer.load_state_dict(self._kept_)
        trainer = Trainer(
            self.module_,
            loss if self.loss is None else self.loss,
            optimizer,
            callbacks=callbacks,
            plan=self.plan,
            progress=None if self.verbose else False,
        )
        trainer.epoch, trainer.history = self.n_iter_, self.history_
        batches = DataLoader(data, self.batch_size, shuffle=True, seed=self._seed_)
        with seeded(self._seed_):
            self.history_ = trainer.fit(batches, validation=validation, epochs=epochs)
        self.n_iter_, self._kept_ = trainer.epoch, optimizer.state_dict()
        optimizer.zero_grad()

    def _scaled(self, x):
        return ((x - self.shift_) / self.scale_).astype(np.float32)

    def _outputs(self, x):
        """Return what the network computes for rows, as float64: (N, outputs)."""
        check_is_fitted(self, "module_")
        x = self._scaled(_validated(self, x, reset=False))
        with mode(self.module_, training=False), no_grad():
            parts = [
                self.module_(_full(x[start : start + ROWS])).numpy()[: len(x) - start]
                for start in range(0, len(x), ROWS)
            ]
        return np.concatenate(parts).astype(np.float64)


class Classifier(ClassifierMixin, _Network):
    """A network that tells classes apart.

    Parameters
    ----------
    make : callable, optional
        ``make(inputs, outputs)`` returns the module; a perceptron with layers of the sizes `hidden`
        and with `dropout` between them, if left out.
    hidden : tuple of int
    dropout : float
    loss : callable, optional
        ``loss(outputs, targets)``; cross-entropy of scores, or for `Regressor` squares.
    optimizer : callable, optional
        ``optimizer(params)`` returns one; Adam with `lr` and `weight_decay`, if left out.
    lr, weight_decay : float
    epochs, batch_size : int
    standardise : bool
        Whether inputs are shifted and scaled to mean 0 and spread 1, as the training data tell.
    validation_fraction : float
        Share of the data that is kept aside to stop early: 0 for none.
    patience : int
        How many epochs without a better loss on these are borne.
    plan : bool
        Whether steps run from plans.
    verbose : bool
        Whether progress is shown, where there is a terminal or a notebook.
    random_state : int, RandomState or None
        Fixes the weights that it begins with, the order of the batches, and dropout.

    Attributes
    ----------
    module_ : nn.Module
    classes_ : array
    history_ : dict of str to list
    n_iter_ : int
        Epochs done.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import cross_val_score
    >>> x, y = load_iris(return_X_y=True)
    >>> scores = cross_val_score(Classifier(epochs=20, random_state=0), x, y)
    >>> bool(scores.mean() > 0.9)
    True
    """

    def fit(self, X, y):  # noqa: N803, as scikit-learn calls it
        """Train from the beginning on rows `X` (N, D) and their classes `y` (N,)."""
        x, y = _validated(self, X, y)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        self._begin(x, len(self.classes_))
        self._train(x, labels.astype(np.int64), cross_entropy, self.epochs)
        return self

    def partial_fit(self, X, y, classes=None):  # noqa: N803
        """Train on for one epoch; the first call takes all `classes` that there will be."""
        first = not hasattr(self, "module_")
        x, y = _validated(self, X, y, reset=first)
        check_classification_targets(y)
        if first:
            if classes is None:
                raise ValueError("the first call of partial_fit needs classes=, all there will be")
            self.classes_ = np.unique(classes)
            self._begin(x, len(self.classes_))
        unknown = np.setdiff1d(y, self.classes_)
        if len(unknown):
            raise ValueError(f"y has classes that were not named at first: {unknown.tolist()}")
        self._train(x, np.searchsorted(self.classes_, y), cross_entropy, 1)
        return self

    def predict_proba(self, X):  # noqa: N803
        """Return how probable each class is: (N, K), rows add up to 1."""
        return np.asarray(softmax(self._outputs(X)))

    def predict(self, X):  # noqa: N803
        """Return the most probable class of each row: (N,)."""
        outputs = self._outputs(X)
        return self.classes_[outputs.argmax(axis=1)]


class Regressor(RegressorMixin, _Network):
    """A network that predicts numbers: one for each row, or several.

    Targets are scaled like inputs while it trains; predictions are in the targets' own units. The
    parameters and attributes are those of `Classifier`.

    Examples
    --------
    >>> x = np.linspace(-2, 2, 200)[:, None]
    >>> model = Regressor(epochs=60, random_state=0).fit(x, np.sin(x[:, 0]))
    >>> bool(model.score(x, np.sin(x[:, 0])) > 0.95)
    True
    """

    def fit(self, X, y):  # noqa: N803
        """Train from the beginning on rows `X` (N, D) and targets `y`, (N,) or (N, outputs)."""
        x, y = _validated(self, X, y, multi_output=True, y_numeric=True)
        self._first(x, y)
        self._train(x, self._targets(y), mse_loss, self.epochs)
        return self

    def partial_fit(self, X, y):  # noqa: N803
        """Train on for one epoch; the first call fixes the scales."""
        first = not hasattr(self, "module_")
        x, y = _validated(self, X, y, reset=first, multi_output=True, y_numeric=True)
        if first:
            self._first(x, y)
        self._train(x, self._targets(y), mse_loss, 1)
        return self

    def predict(self, X):  # noqa: N803
        """Return a prediction for each row: in the shape that `y` had."""
        found = self._outputs(X) * self.target_scale_ + self.target_shift_
        return found[:, 0] if self._flat_ else found

    def _first(self, x, y):
        self._flat_ = y.ndim == 1
        columns = y.reshape(len(y), -1).astype(np.float64)
        self.target_shift_, self.target_scale_ = _scale(columns)
        self._begin(x, columns.shape[1])

    def _targets(self, y):
        columns = y.reshape(len(y), -1)
        return ((columns - self.target_shift_) / self.target_scale_).astype(np.float32)

    def __sklearn_tags__(self):
        """Tell scikit-learn that targets may have several columns."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _more_tags(self):  # what release 1.5 asks instead
        return {"multioutput": True}


def mlp(inputs, outputs, *, hidden=(64,), dropout=0.0):
    """Return a perceptron: linear layers of the sizes `hidden`, with ReLU and dropout between.

    Examples
    --------
    >>> mlp(4, 3, hidden=(8,))
    Sequential(
      (0): Linear(4, 8)
      (1): ReLU()
      (2): Linear(8, 3)
    )
    """
    layers, sizes = [], [inputs, *hidden]
    for a, b in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [Linear(a, b), ReLU(), *([Dropout(dropout)] if dropout else [])]
    return Sequential(*layers, Linear(sizes[-1], outputs))


def _validated(estimator, x, y=None, **options):
    """Check and convert as scikit-learn does; its function moved in release 1.6."""
    given = {"dtype": np.float64, **options}
    try:
        from sklearn.utils.validation import validate_data
    except ImportError:
        check = estimator._validate_data
    else:

        def check(*args, **named):
            return validate_data(estimator, *args, **named)

    if options.get("reset") is False and y is None:
        return check(x, **given)
    return check(x, y, **given)


def _scale(columns):
    """Return the mean and the spread of each column; 1 where a column does not vary."""
    spread = columns.std(axis=0)
    return columns.mean(axis=0), np.where(spread > 0, spread, 1.0)


def _full(x):
    """Fill up to `ROWS` with rows of 0, so that a row gives the same alone and among others.

    For one row, or few, a matrix product adds in another order.
    """
    return np.concatenate([x, np.zeros((ROWS - len(x), x.shape[1]), x.dtype)])
