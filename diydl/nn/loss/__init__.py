"""What to minimise. Losses are functions, and those with a softmax take the scores before it.

Each function has an object form, which carries its options: `cross_entropy`, `CrossEntropyLoss`.
"""

from diydl.nn.loss.balance import balanced_weights
from diydl.nn.loss.categorical import cross_entropy
from diydl.nn.loss.dice import binary_dice_loss, dice_loss, soft_dice
from diydl.nn.loss.divergence import kl_div
from diydl.nn.loss.hinge import hinge_loss
from diydl.nn.loss.logistic import binary_cross_entropy, binary_cross_entropy_with_logits
from diydl.nn.loss.objects import (
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
)
from diydl.nn.loss.regression import huber_loss, l1_loss, mse_loss, smooth_l1_loss
from diydl.nn.loss.sum_loss import SumLoss

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "BinaryDiceLoss",
    "CrossEntropyLoss",
    "DiceLoss",
    "HingeLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "Loss",
    "MSELoss",
    "SmoothL1Loss",
    "SumLoss",
    "balanced_weights",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "binary_dice_loss",
    "cross_entropy",
    "dice_loss",
    "hinge_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "mse_loss",
    "smooth_l1_loss",
    "soft_dice",
]
