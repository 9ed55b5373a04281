"""Layers and what belongs to them: modules, activations, containers, losses, beginnings."""

from diydl.nn import init
from diydl.nn.activation import ReLU, Sigmoid, Softmax, Tanh
from diydl.nn.container import Add, Sequential
from diydl.nn.dropout import Dropout
from diydl.nn.linear import Linear
from diydl.nn.loss import cross_entropy, hinge_loss, mse_loss
from diydl.nn.module import Module
from diydl.nn.norm import BatchNorm1d, LayerNorm
from diydl.nn.penalty import l1_penalty, l2_penalty
from diydl.nn.shape import Flatten, Identity
from diydl.parameter import Buffer, Parameter

__all__ = [
    "Add",
    "BatchNorm1d",
    "Buffer",
    "Dropout",
    "Flatten",
    "Identity",
    "LayerNorm",
    "Linear",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "cross_entropy",
    "hinge_loss",
    "init",
    "l1_penalty",
    "l2_penalty",
    "mse_loss",
]
