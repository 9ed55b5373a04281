"""Examples by number: computed one at a time, or rows of arrays."""

import numpy as np

from diydl.backend import as_array, default_dtype
from diydl.data.split import random_split


class Dataset:
    """Examples that are counted, and taken by their number; a base for data of one's own.

    A subclass defines ``__len__`` and ``__getitem__``, which returns for a number from 0 the
    example as a tuple, by custom the inputs first and the label last. Whatever it does, it does
    the same each time: what is drawn at random belongs to the loader's `transform`.

    Examples
    --------
    >>> class Squares(Dataset):
    ...     def __len__(self):
    ...         return 100
    ...     def __getitem__(self, index):
    ...         return np.array([index, 1.0]), index * index
    >>> x, y = Squares().batch([2, 3])
    >>> x.tolist(), y.tolist()
    ([[2.0, 1.0], [3.0, 1.0]], [4, 9])
    """

    def __len__(self):
        raise NotImplementedError(f"{type(self).__name__} has to say how many examples it holds")

    def __getitem__(self, index):
        raise NotImplementedError(f"{type(self).__name__} has to return example number {index}")

    def batch(self, rows):
        """Return the examples with the numbers `rows` as a tuple of arrays (len(rows), ...)."""
        return stack([self[int(row)] for row in rows])

    def subset(self, index):
        """Return the examples with the numbers `index` (slice, array of ints, or mask)."""
        return Subset(self, np.arange(len(self))[index])


class Subset(Dataset):
    """Some examples of another dataset, taken from it when they are asked for.

    Examples
    --------
    >>> digits = ArrayDataset(np.arange(10))
    >>> Subset(digits, [7, 3])[1]
    (np.int64(3),)
    """

    def __init__(self, dataset, rows):
        self.dataset, self.rows = dataset, np.asarray(rows)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return self.dataset[int(self.rows[index])]

    def __repr__(self):
        return f"Subset({len(self)} of {self.dataset!r})"


def stack(examples):
    """Join examples, tuples of numbers and arrays, to a tuple of arrays with one row for each.

    Floating-point arrays get the library's default dtype.

    Raises
    ------
    ValueError
        If they differ in shape, or in what they hold.

    Examples
    --------
    >>> stack([([1.0, 2.0], 0), ([3.0, 4.0], 1)])
    (array([[1., 2.],
           [3., 4.]], dtype=float32), array([0, 1]))
    """
    examples = [x if isinstance(x, tuple) else (x,) for x in examples]
    counts = {len(example) for example in examples}
    if len(counts) != 1:
        raise ValueError(f"examples hold {sorted(counts)} arrays each: one batch needs one number")
    return tuple(_stacked(column) for column in zip(*examples, strict=True))


def _stacked(column):
    arrays = [as_array(x) for x in column]
    shapes = {x.shape for x in arrays}
    if len(shapes) > 1:
        raise ValueError(
            f"examples of shapes {sorted(shapes)} make no batch; bring them to one shape, or give "
            "the loader collate=..., a function that joins them (pad_sequences does it for texts)"
        )
    return _as_stored(np.stack(arrays))


class ArrayDataset(Dataset):
    """Several arrays of one length, with what is known about them.

    Parameters
    ----------
    *arrays : array or nested lists
        Each of shape (N, ...): by custom the inputs first and the labels last. Floating-point
        arrays are converted to the library's default dtype (float32), since parameters have it
        too; integers and booleans keep theirs.
    features : sequence of str, optional
        Names of the columns of the first array.
    classes : sequence of str, optional
        Names of the classes. The last array then holds labels from 0 to ``len(classes) - 1``.
    image_shape : tuple of int, optional
        Shape of one example of the first array as a picture, see `images`.

    Raises
    ------
    ValueError
        If the arrays are empty, differ in length, or do not fit the names.

    Examples
    --------
    >>> data = ArrayDataset([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0, 1, 1], classes=["a", "b"])
    >>> data
    ArrayDataset(3 examples: (2,) float32, () int64; 2 classes)
    >>> x, y = data[1]
    >>> x, int(y)
    (array([3., 4.], dtype=float32), 1)
    >>> x, y = data[:2]
    >>> x.shape
    (2, 2)
    """

    def __init__(self, *arrays, features=(), classes=(), image_shape=None):
        self.arrays = tuple(_as_stored(x) for x in arrays)
        self.features, self.classes = tuple(features), tuple(classes)
        self.image_shape = None if image_shape is None else tuple(image_shape)
        self._check()

    def _check(self):
        if not self.arrays:
            raise ValueError("a dataset needs at least one array")
        shapes = [x.shape for x in self.arrays]
        if any(len(shape) == 0 for shape in shapes):
            raise ValueError(f"arrays need a first axis that counts the examples, got {shapes}")
        if len({shape[0] for shape in shapes}) > 1:
            raise ValueError(f"arrays differ in length: {[s[0] for s in shapes]} (shapes {shapes})")
        if shapes[0][0] == 0:
            raise ValueError("a dataset needs at least one example, got arrays of length 0")
        if self.features and self.arrays[0].shape[-1] != len(self.features):
            raise ValueError(
                f"{len(self.features)} names of features for inputs of shape {shapes[0]}"
            )
        if self.image_shape and np.prod(self.image_shape) != np.prod(shapes[0][1:]):
            raise ValueError(
                f"inputs of shape {shapes[0]} do not hold pictures of {self.image_shape}"
            )
        if self.classes:
            check_labels(self.arrays[-1], len(self.classes))

    def __len__(self):
        return len(self.arrays[0])

    def __getitem__(self, index):
        """Return a tuple with the rows `index` (int, slice or array) of every array."""
        return tuple(x[index] for x in self.arrays)

    def batch(self, rows):
        """Return the rows `rows` of every array: all at once, which is what makes it fast."""
        return self[np.asarray(rows)]

    def __repr__(self):
        shapes = ", ".join(f"{x.shape[1:]} {x.dtype}" for x in self.arrays)
        classes = f"; {len(self.classes)} classes" if self.classes else ""
        return f"ArrayDataset({len(self)} examples: {shapes}{classes})"

    @property
    def images(self):
        """The first array as pictures, shape ``(N, *image_shape)``; a view, not a copy."""
        if self.image_shape is None:
            raise AttributeError("these examples are not pictures: no image_shape was given")
        return self.arrays[0].reshape(len(self), *self.image_shape)

    def subset(self, index):
        """Return the examples `index` (slice, array of ints, or mask) as a dataset of their own.

        Examples
        --------
        >>> ArrayDataset([[1.0], [2.0], [3.0]]).subset([2, 0]).arrays[0].ravel()
        array([3., 1.], dtype=float32)
        """
        names = {"features": self.features, "classes": self.classes}
        return ArrayDataset(*self[index], **names, image_shape=self.image_shape)

    def split(self, fraction, seed=0, *, stratify=False):
        """Return two datasets: a random `fraction` of the examples, and the rest.

        Parameters
        ----------
        fraction : float
            Share of the first part, between 0 and 1. No part is left empty.
        seed : int
            The same seed gives the same parts.
        stratify : bool
            Give each class, by the labels in the last array, the same share in both parts.

        Examples
        --------
        >>> first, rest = ArrayDataset([[1.0], [2.0], [3.0], [4.0]]).split(0.75, seed=1)
        >>> len(first), len(rest)
        (3, 1)
        """
        if not 0 < fraction < 1:
            raise ValueError(f"fraction lies between 0 and 1, got {fraction}")
        labels = self.arrays[-1] if stratify else None
        return random_split(self, [fraction, 1 - fraction], seed, labels=labels)


def check_labels(labels, classes):
    """Raise an error that says what is wrong unless `labels` are integers below `classes`.

    Examples
    --------
    >>> check_labels(np.array([0, 2]), 3)
    >>> check_labels(np.array([0, 3]), 3)
    Traceback (most recent call last):
    ValueError: labels lie between 0 and 2 for 3 classes, got 0 to 3
    """
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels are integers, got {labels.dtype}; convert with .astype('int64')")
    if labels.size and (labels.min() < 0 or labels.max() >= classes):
        raise ValueError(
            f"labels lie between 0 and {classes - 1} for {classes} classes, "
            f"got {labels.min()} to {labels.max()}"
        )


def _as_stored(data):
    array = as_array(data)
    return array.astype(default_dtype(), copy=False) if array.dtype.kind == "f" else array
