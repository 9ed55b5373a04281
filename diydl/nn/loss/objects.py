"""Losses as objects: a function together with its options, as PyTorch has them.

``nn.CrossEntropyLoss(label_smoothing=0.1)`` is what ``nn.cross_entropy(..., label_smoothing=0.1)``
is, once chosen and then carried about. Each class names its function and nothing else.
"""

import difflib
import inspect
from typing import Any

from diydl.nn.loss.categorical import cross_entropy
from diydl.nn.loss.dice import binary_dice_loss, dice_loss
from diydl.nn.loss.divergence import kl_div
from diydl.nn.loss.hinge import hinge_loss
from diydl.nn.loss.logistic import binary_cross_entropy, binary_cross_entropy_with_logits
from diydl.nn.loss.reduction import operand
from diydl.nn.loss.regression import huber_loss, l1_loss, mse_loss, smooth_l1_loss
from diydl.nn.module import Module
from diydl.parameter import Buffer, State
from diydl.value import Value


class Loss(Module):
    """A function of a prediction and a target, with its options.

    Arrays among the options (weights of classes) become buffers: they move to a device and are
    saved with the loss. An option may be given anew in a call.

    Examples
    --------
    >>> import numpy as np
    >>> loss = HuberLoss(delta=2.0)
    >>> loss, loss(np.array([3.0]), np.array([0.0]))
    (HuberLoss(delta=2.0), array(4.))
    >>> loss(np.array([3.0]), np.array([0.0]), delta=1.0)
    array(2.5)
    """

    _function: Any = None

    def __init__(self, **options):
        for name in options:
            _known(type(self), name)
        self.options = {name: _kept(x, name) for name, x in options.items()}

    def forward(self, prediction, target, **options):
        """Return what the function returns."""
        return self._function(prediction, target, **{**self.options, **options})

    def contents(self):
        """Return the options, so that a weight is called weight in a `state_dict`."""
        return self.options.items()

    def extra_repr(self):
        """Name the options."""
        shown = ((name, _shown(x)) for name, x in self.options.items())
        return ", ".join(f"{name}={text}" for name, text in shown)


def options_of(function):
    """Return the signature of a loss object whose function this is: the options, by keyword.

    Examples
    --------
    >>> options_of(huber_loss)
    <Signature (*, delta=1.0, sample_weight=None, reduction='mean')>
    """
    words = inspect.signature(function).parameters.values()
    return inspect.Signature([word for word in words if word.kind is word.KEYWORD_ONLY])


class MSELoss(Loss):
    """`mse_loss` as an object.

    Examples
    --------
    >>> import numpy as np
    >>> MSELoss()(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    array(2.)
    """

    _function = staticmethod(mse_loss)
    __signature__ = options_of(mse_loss)


class L1Loss(Loss):
    """`l1_loss` as an object.

    Examples
    --------
    >>> import numpy as np
    >>> L1Loss()(np.array([1.0, 2.0]), np.array([1.0, 4.0]))
    array(1.)
    """

    _function = staticmethod(l1_loss)
    __signature__ = options_of(l1_loss)


class HuberLoss(Loss):
    """`huber_loss` as an object.

    Examples
    --------
    >>> import numpy as np
    >>> HuberLoss(delta=2.0)(np.array([3.0]), np.array([0.0]))
    array(4.)
    """

    _function = staticmethod(huber_loss)
    __signature__ = options_of(huber_loss)


class SmoothL1Loss(Loss):
    """`smooth_l1_loss` as an object.

    Examples
    --------
    >>> import numpy as np
    >>> SmoothL1Loss(beta=2.0)(np.array([3.0]), np.array([0.0]))
    array(2.)
    """

    _function = staticmethod(smooth_l1_loss)
    __signature__ = options_of(smooth_l1_loss)


class BCEWithLogitsLoss(Loss):
    """`binary_cross_entropy_with_logits` as an object.

    Examples
    --------
    >>> import numpy as np
    >>> BCEWithLogitsLoss(pos_weight=3.0)(np.array([-800.0]), np.array([1.0]))
    array(2400.)
    """

    _function = staticmethod(binary_cross_entropy_with_logits)
    __signature__ = options_of(binary_cross_entropy_with_logits)


class BCELoss(Loss):
    """`binary_cross_entropy` as an object.

    Examples
    --------
    >>> import numpy as np
    >>> BCELoss()(np.array([0.25]), np.array([1.0]))
    array(1.38629436)
    """

    _function = staticmethod(binary_cross_entropy)
    __signature__ = options_of(binary_cross_entropy)


class CrossEntropyLoss(Loss):
    """`cross_entropy` as an object.

    Examples
    --------
    >>> import numpy as np
    >>> loss = CrossEntropyLoss(weight=[1.0, 3.0])
    >>> f"{loss(np.array([[0.0, 0.0], [4.0, 0.0]]), np.array([0, 1])):.4f}"
    '3.1869'
    >>> list(loss.state_dict())
    ['weight']
    """

    _function = staticmethod(cross_entropy)
    __signature__ = options_of(cross_entropy)


class KLDivLoss(Loss):
    """`kl_div` as an object.

    Examples
    --------
    >>> import numpy as np
    >>> KLDivLoss()(np.log([[0.5, 0.5]]), np.array([[1.0, 0.0]]))
    array(0.69314718)
    """

    _function = staticmethod(kl_div)
    __signature__ = options_of(kl_div)


class HingeLoss(Loss):
    """`hinge_loss` as an object (PyTorch's `MultiMarginLoss`, times the number of classes).

    Examples
    --------
    >>> import numpy as np
    >>> HingeLoss(margin=2.0)(np.array([[2.0, 1.5, 0.0]]), np.array([0]))
    array(1.5)
    """

    _function = staticmethod(hinge_loss)
    __signature__ = options_of(hinge_loss)


class DiceLoss(Loss):
    """`dice_loss` as an object.

    Examples
    --------
    >>> import numpy as np
    >>> scores = np.zeros((1, 2, 4, 4))  # (B, K, H, W)
    >>> DiceLoss(axis=1, kind="generalised")(scores, np.eye(4, dtype=int)[None])
    array(0.625)
    """

    _function = staticmethod(dice_loss)
    __signature__ = options_of(dice_loss)


class BinaryDiceLoss(Loss):
    """`binary_dice_loss` as an object.

    Examples
    --------
    >>> import numpy as np
    >>> BinaryDiceLoss(smooth=0.0)(np.zeros((1, 4)), np.array([[0, 0, 1, 1]]))
    array(0.5)
    """

    _function = staticmethod(binary_dice_loss)
    __signature__ = options_of(binary_dice_loss)


def _known(kind, name):
    known = list(kind.__signature__.parameters)
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"; is it {close[0]}?" if close else ""
        raise TypeError(f"{kind.__name__} has no option {name!r}, but {', '.join(known)}{hint}")


def _kept(x, name):
    plain = x is None or isinstance(x, (str, bool, int, float, State))
    return x if plain else Buffer(operand(x), name)


def _shown(x):
    return f"<{x.dtype} {x.shape}>" if isinstance(x, Value) else repr(x)
