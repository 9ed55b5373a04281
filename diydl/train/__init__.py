"""Training: the loop, what one measures on the way, and what is kept of it.

`Classifier` and `Regressor` bring scikit-learn, which is imported when one of them is asked for.
"""

from typing import TYPE_CHECKING

from diydl.train.callback import Callback
from diydl.train.checkpoint import Checkpoints
from diydl.train.confusion import confusion_matrix, f1_score, iou, precision, recall
from diydl.train.diagnose import NonFiniteError
from diydl.train.early import EarlyStopping
from diydl.train.meter import (
    PSNR,
    R2,
    Accuracy,
    BinaryAccuracy,
    ConfusionMatrix,
    MeanAbsoluteError,
    TopKAccuracy,
)
from diydl.train.metric import Mean, Metric
from diydl.train.metrics import accuracy, psnr, top_k_accuracy
from diydl.train.profiler import profile
from diydl.train.report import Report
from diydl.train.trainer import Trainer
from diydl.train.watch import watching

if TYPE_CHECKING:
    from diydl.train.estimator import Classifier, Regressor

__all__ = [
    "PSNR",
    "R2",
    "Accuracy",
    "BinaryAccuracy",
    "Callback",
    "Checkpoints",
    "Classifier",
    "ConfusionMatrix",
    "EarlyStopping",
    "Mean",
    "MeanAbsoluteError",
    "Metric",
    "NonFiniteError",
    "Regressor",
    "Report",
    "TopKAccuracy",
    "Trainer",
    "accuracy",
    "confusion_matrix",
    "f1_score",
    "iou",
    "precision",
    "profile",
    "psnr",
    "recall",
    "top_k_accuracy",
    "watching",
]


def __getattr__(name):
    if name in ("Classifier", "Regressor"):
        from diydl.train import estimator

        return getattr(estimator, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
