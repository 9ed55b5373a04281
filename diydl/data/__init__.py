"""Data: examples as arrays, batches of them, and data sets that need no network, or little."""

from diydl.data.bundled import load_digits, load_iris, load_wine
from diydl.data.cache import DataNotFoundError, fetch, known_files
from diydl.data.cifar import load_cifar10
from diydl.data.corpus import load_names, load_shakespeare
from diydl.data.dataset import ArrayDataset, Dataset, Subset, check_labels, stack
from diydl.data.loader import DataLoader
from diydl.data.mnist import load_fashion_mnist, load_mnist
from diydl.data.split import folds, random_split
from diydl.data.synthetic import moons, regression, spirals

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
    "load_cifar10",
    "load_digits",
    "load_fashion_mnist",
    "load_iris",
    "load_mnist",
    "load_names",
    "load_shakespeare",
    "load_wine",
    "moons",
    "random_split",
    "regression",
    "spirals",
    "stack",
]
