"""Optimizers: from gradients to better parameters."""

from diydl.optim.adam import Adam
from diydl.optim.optimizer import Optimizer
from diydl.optim.sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]
