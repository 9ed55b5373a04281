"""Training: what one measures while a network learns."""

from diydl.train.metrics import accuracy

__all__ = ["accuracy"]
