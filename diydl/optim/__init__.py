"""Optimizers, schedules and clipping: from gradients to better parameters."""

from diydl.optim.adagrad import Adadelta, Adagrad
from diydl.optim.adam import Adam, Adamax, AdamW
from diydl.optim.clip import clip_grad_norm_, clip_grad_value_, clipped
from diydl.optim.curves import (
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    ExponentialLR,
    InverseTimeLR,
    LambdaLR,
    WarmupCosineLR,
)
from diydl.optim.optimizer import Optimizer
from diydl.optim.pieces import LinearLR, MultiStepLR, OneCycleLR, PolynomialLR, SequentialLR, StepLR
from diydl.optim.plateau import ReduceLROnPlateau
from diydl.optim.rmsprop import RMSprop
from diydl.optim.schedule import Schedule
from diydl.optim.sgd import SGD

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "ExponentialLR",
    "InverseTimeLR",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "Optimizer",
    "PolynomialLR",
    "RMSprop",
    "ReduceLROnPlateau",
    "Schedule",
    "SequentialLR",
    "StepLR",
    "WarmupCosineLR",
    "clip_grad_norm_",
    "clip_grad_value_",
    "clipped",
]
