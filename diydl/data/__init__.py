"""Data: examples as arrays, batches of them, and data sets that need no network, or little.

Pictures are cut, turned and resized by `image` and `resize`, recoloured by `colour`,
changed at random by `Augment` and its steps.
"""

from diydl.data import colour, image
from diydl.data.augment import (
    Augment,
    Cutout,
    Mixup,
    RandomCrop,
    RandomFlip,
    RandomLight,
    RandomRotation,
)
from diydl.data.bundled import load_digits, load_iris, load_wine
from diydl.data.cache import DataNotFoundError, fetch, known_files
from diydl.data.cifar import load_cifar10
from diydl.data.corpus import load_names, load_shakespeare
from diydl.data.dataset import ArrayDataset, Dataset, Subset, check_labels, stack
from diydl.data.encoder import TableEncoder, take_rows
from diydl.data.loader import DataLoader
from diydl.data.mnist import load_fashion_mnist, load_mnist
from diydl.data.passenger import passengers
from diydl.data.resample import resize
from diydl.data.scene import rays, tiny_scene
from diydl.data.split import folds, random_split
from diydl.data.synthetic import moons, regression, spirals
from diydl.data.text import Vocabulary, pad_sequences, split_words, windows

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
    "RandomLight",
    "RandomRotation",
    "Subset",
    "TableEncoder",
    "Vocabulary",
    "check_labels",
    "colour",
    "fetch",
    "folds",
    "image",
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
    "rays",
    "regression",
    "resize",
    "spirals",
    "split_words",
    "stack",
    "take_rows",
    "tiny_scene",
    "windows",
]
