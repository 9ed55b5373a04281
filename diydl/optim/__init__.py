"""Optimizers: from gradients to better parameters."""

from diydl.optim.adagrad import Adadelta, Adagrad
from diydl.optim.adam import Adam, Adamax, AdamW
from diydl.optim.blocks import num_threads, set_num_threads
from diydl.optim.optimizer import Optimizer
from diydl.optim.rmsprop import RMSprop
from diydl.optim.sgd import SGD

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Optimizer",
    "RMSprop",
    "num_threads",
    "set_num_threads",
]
