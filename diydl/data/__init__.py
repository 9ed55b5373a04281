"""Data: examples as arrays, batches of them, and data sets that need no network, or little.

Pictures are cut, turned and resized by `diydl.data.image` and `diydl.data.resize`, recoloured by
`diydl.data.colour`, changed at random by `diydl.data.augment`.
"""

from diydl.data.augment import Augment, Cutout, Mixup, RandomCrop, RandomFlip, RandomRotation
from diydl.data.bundled import load_digits, load_iris, load_wine
from diydl.data.cache import DataNotFoundError, fetch, known_files
from diydl.data.cifar import load_cifar10
from diydl.data.corpus import load_names, load_shakespeare
from diydl.data.dataset import ArrayDataset, Dataset, Subset, check_labels, stack
from diydl.data.encoder import TableEncoder
from diydl.data.loader import DataLoader
from diydl.data.mnist import load_fashion_mnist, load_mnist
from diydl.data.passengers import passengers
from diydl.data.scene import tiny_scene
from diydl.data.split import folds, random_split
from diydl.data.synthetic import moons, regression, spirals
from diydl.data.text import Vocabulary, pad_sequences, windows

__all__ = [
    "ArrayDataset",
    "Augment",
    "Cutout",
    "DataLoader",
    "DataNotFoundError",
    "Dataset",
    "Mixup",
    "RandomCrop",
    "RandomFlip",
    "RandomRotation",
    "Subset",
    "TableEncoder",
    "Vocabulary",
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
    "pad_sequences",
    "passengers",
    "random_split",
    "regression",
    "spirals",
    "stack",
    "tiny_scene",
    "windows",
]
