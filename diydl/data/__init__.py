"""Data: examples as arrays, batches of them, and data sets that need no network."""

from diydl.data.bundled import load_digits, load_iris
from diydl.data.cache import DataNotFoundError, fetch, known_files
from diydl.data.dataset import ArrayDataset, Dataset, Subset, check_labels, stack
from diydl.data.loader import DataLoader
from diydl.data.split import folds, random_split
from diydl.data.synthetic import moons, regression

__all__ = [
    "ArrayDataset",
    "DataLoader",
    "DataNotFoundError",
    "Dataset",
    "Subset",
    "check_labels",
    "fetch",
    "folds",
    "known_files",
    "load_digits",
    "load_iris",
    "moons",
    "random_split",
    "regression",
    "stack",
]
