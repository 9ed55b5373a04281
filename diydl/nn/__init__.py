"""Layers and what belongs to them: modules, activations, containers, losses, beginnings."""

from diydl.nn import init
from diydl.nn.activation import ReLU, Sigmoid, Softmax, Tanh
from diydl.nn.container import Sequential
from diydl.nn.linear import Linear
from diydl.nn.loss import cross_entropy, mse_loss
from diydl.nn.module import Module
from diydl.parameter import Buffer, Parameter

__all__ = [
    "Buffer",
    "Linear",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "cross_entropy",
    "init",
    "mse_loss",
]
