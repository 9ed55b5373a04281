"""Layers and what belongs to them: modules, activations, containers, losses, beginnings."""

from diydl.nn import init
from diydl.nn.activation import ReLU, Sigmoid, Softmax, Tanh
from diydl.nn.container import Add, Sequential
from diydl.nn.dropout import Dropout
from diydl.nn.linear import Linear
from diydl.nn.loss import (
    BCELoss,
    BCEWithLogitsLoss,
    BinaryDiceLoss,
    CrossEntropyLoss,
    DiceLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    Loss,
    MSELoss,
    SmoothL1Loss,
    SumLoss,
    balanced_weights,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    binary_dice_loss,
    cross_entropy,
    dice_loss,
    hinge_loss,
    huber_loss,
    kl_div,
    l1_loss,
    mse_loss,
    smooth_l1_loss,
    soft_dice,
)
from diydl.nn.module import Module
from diydl.nn.norm import BatchNorm1d, LayerNorm
from diydl.nn.penalty import l1_penalty, l2_penalty
from diydl.nn.shape import Flatten, Identity
from diydl.parameter import Buffer, Parameter

__all__ = [
    "Add",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BinaryDiceLoss",
    "Buffer",
    "CrossEntropyLoss",
    "DiceLoss",
    "Dropout",
    "Flatten",
    "HingeLoss",
    "HuberLoss",
    "Identity",
    "KLDivLoss",
    "L1Loss",
    "LayerNorm",
    "Linear",
    "Loss",
    "MSELoss",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "SumLoss",
    "Tanh",
    "balanced_weights",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "binary_dice_loss",
    "cross_entropy",
    "dice_loss",
    "hinge_loss",
    "huber_loss",
    "init",
    "kl_div",
    "l1_loss",
    "l1_penalty",
    "l2_penalty",
    "mse_loss",
    "smooth_l1_loss",
    "soft_dice",
]
