"""Small things to train, for the tests of the Trainer."""

import numpy as np

import diydl as dl
from diydl import nn, optim
from diydl.data import ArrayDataset, DataLoader
from diydl.train import Trainer


def points(count=70, seed=0):
    """Points of three classes: (N, 4) and labels."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, count)
    centres = rng.normal(size=(3, 4)) * 2
    return ArrayDataset(centres[labels] + rng.normal(size=(count, 4)), labels)


def network(seed=0, dropout=0.3):
    """A network with all kinds of state: weights, dropout keys, running statistics."""
    dl.seed(seed)
    return nn.Sequential(
        nn.Linear(4, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Dropout(dropout), nn.Linear(12, 3)
    )


def trainer(model=None, *, lr=0.01, **options):
    """Return a Trainer of a classifier with Adam."""
    model = network() if model is None else model
    options = {"metrics": ["accuracy"]} | options
    return Trainer(model, nn.cross_entropy, optim.Adam(model.parameters(), lr=lr), **options)


def loader(batch_size=16, count=70, **options):
    """Return batches of `points`, the last of them smaller."""
    return DataLoader(points(count), batch_size, **({"shuffle": True} | options))


def weights(model):
    """All numbers of a model in one array."""
    return np.concatenate([x.ravel().astype(np.float64) for x in model.state_dict().values()])
