"""Data: examples as arrays, batches of them, and data sets that need no network."""

from diydl.data.bundled import load_digits, load_iris
from diydl.data.dataset import ArrayDataset, check_labels
from diydl.data.loader import DataLoader
from diydl.data.synthetic import moons, regression

__all__ = [
    "ArrayDataset",
    "DataLoader",
    "check_labels",
    "load_digits",
    "load_iris",
    "moons",
    "regression",
]
