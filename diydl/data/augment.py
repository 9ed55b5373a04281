"""Pictures changed at random, as nobody would mind: more to learn from the same examples.

What is drawn comes from the generator that the loader hands out for (seed, epoch, example): the
same run sees the same changes, with any number of workers, and after a resume.
"""

import numpy as np

from diydl.data.image import crop, erase, hflip, pad, rotate, vflip
from diydl.exercise import exercise


class Augment:
    """Change the first array of each example by steps in order: for `DataLoader`'s `transform`.

    Parameters
    ----------
    *steps : callable
        ``step(image, rng)`` returns the changed picture, such as `RandomFlip` and `RandomCrop`.

    Examples
    --------
    >>> from diydl.data import ArrayDataset, DataLoader
    >>> pictures = ArrayDataset(np.arange(8.0).reshape(2, 1, 2, 2), [0, 1])
    >>> loader = DataLoader(pictures, 2, transform=Augment(RandomFlip(p=1.0)))
    >>> x, y = next(iter(loader))
    >>> x[0, 0]
    array([[1., 0.],
           [3., 2.]], dtype=float32)
    """

    def __init__(self, *steps):
        self.steps = steps

    def __call__(self, example, rng):
        """Return the example with its first array changed."""
        image, *rest = example
        for step in self.steps:
            image = step(image, rng)
        return (image, *rest)

    def __repr__(self):
        return f"Augment({', '.join(map(repr, self.steps))})"


class RandomFlip:
    """Mirror a picture with probability `p`: left and right, or top and bottom.

    Examples
    --------
    >>> RandomFlip(p=1.0, vertical=True)(np.array([[1], [2]]), np.random.default_rng(0))
    array([[2],
           [1]])
    """

    def __init__(self, p=0.5, *, vertical=False):
        self.p, self.vertical = _probability(p), vertical

    def __call__(self, image, rng):
        """Return `image`, or its mirror image."""
        if rng.random() >= self.p:
            return image
        return vflip(image) if self.vertical else hflip(image)

    def __repr__(self):
        return f"RandomFlip({self.p}{', vertical=True' if self.vertical else ''})"


class RandomCrop:
    """Border a picture and cut its old size, or `size`, out at random: a shift of a few pixels.

    Parameters
    ----------
    padding : int
        Pixels of the border.
    size : (int, int), optional
        Rows and columns of what is cut out.
    mode : str
        What the border holds: "constant" (zeros), "reflect" or "edge".

    Examples
    --------
    >>> RandomCrop(1)(np.ones((1, 3, 3)), np.random.default_rng(0))[0].astype(int)
    array([[1, 1, 1],
           [1, 1, 1],
           [0, 0, 0]])
    """

    def __init__(self, padding, *, size=None, mode="constant"):
        self.padding, self.size, self.mode = padding, size, mode

    @exercise("11/random_crop")
    def __call__(self, image, rng):
        """Return a shifted piece of `image`."""
        height, width = self.size or image.shape[-2:]
        bordered = pad(image, self.padding, mode=self.mode)
        top = int(rng.integers(bordered.shape[-2] - height + 1))
        left = int(rng.integers(bordered.shape[-1] - width + 1))
        return crop(bordered, top, left, height, width)

    def __repr__(self):
        return f"RandomCrop({self.padding})"


class RandomRotation:
    """Turn a picture by an angle drawn evenly from ``-degrees`` to ``degrees``.

    Examples
    --------
    >>> RandomRotation(10)(np.ones((1, 5, 5)), np.random.default_rng(0)).shape
    (1, 5, 5)
    """

    def __init__(self, degrees, *, fill=0.0):
        self.degrees, self.fill = degrees, fill

    def __call__(self, image, rng):
        """Return `image`, turned."""
        return rotate(image, rng.uniform(-self.degrees, self.degrees), fill=self.fill)

    def __repr__(self):
        return f"RandomRotation({self.degrees})"


class Cutout:
    """Put `value` into a square whose middle is any pixel; part of it may lie outside.

    References
    ----------
    T. DeVries and G. Taylor, "Improved regularization of convolutional neural networks with
    cutout", arXiv:1708.04552, 2017.

    Examples
    --------
    >>> int(Cutout(2)(np.ones((1, 6, 6)), np.random.default_rng(0)).sum())
    32
    """

    def __init__(self, size, *, value=0.0):
        self.size, self.value = size, value

    def __call__(self, image, rng):
        """Return a copy of `image` with the square in it."""
        top = int(rng.integers(image.shape[-2])) - self.size // 2
        left = int(rng.integers(image.shape[-1])) - self.size // 2
        return erase(image, top, left, self.size, self.size, value=self.value)

    def __repr__(self):
        return f"Cutout({self.size})"


class RandomLight:
    """Multiply brightness, then contrast, by numbers drawn evenly around 1.

    For pictures from 0 to 1; the result stays there. Contrast is the distance from the mean.

    Examples
    --------
    >>> light = RandomLight(brightness=0.4)
    >>> float(light(np.full((1, 2, 2), 0.5), np.random.default_rng(0))[0, 0, 0].round(4))
    0.5548
    """

    def __init__(self, brightness=0.0, contrast=0.0):
        self.brightness, self.contrast = brightness, contrast

    def __call__(self, image, rng):
        """Return `image` in another light."""
        brighter = 1 + rng.uniform(-self.brightness, self.brightness)
        stronger = 1 + rng.uniform(-self.contrast, self.contrast)
        image = image * image.dtype.type(brighter)
        mean = image.mean()
        return ((image - mean) * image.dtype.type(stronger) + mean).clip(0, 1)

    def __repr__(self):
        return f"RandomLight({self.brightness}, {self.contrast})"


class Mixup:
    """Mix each example of a batch with another: for `DataLoader`'s `transform_batch`.

    One share is drawn for the batch, from Beta(alpha, alpha). Inputs are mixed in this share, and
    so are labels, which become rows of probabilities (B, K), as `cross_entropy` takes them.

    Parameters
    ----------
    classes : int
        K, the number of classes.
    alpha : float
        The smaller, the nearer to 0 or 1 the share is.

    References
    ----------
    H. Zhang and others, "mixup: beyond empirical risk minimization", ICLR 2018.

    Examples
    --------
    >>> batch = np.array([[0.0], [1.0]], "float32"), np.array([0, 1])
    >>> x, y = Mixup(classes=2)(batch, np.random.default_rng(3))
    >>> x.ravel().round(2), y[0].round(2)
    (array([0.99, 0.01], dtype=float32), array([0.01, 0.99], dtype=float32))
    """

    def __init__(self, classes, alpha=0.2):
        if not alpha > 0:
            raise ValueError(f"alpha is a positive number, got {alpha!r}")
        self.classes, self.alpha = classes, alpha

    def __call__(self, batch, rng):
        """Return the batch with its inputs and labels mixed."""
        x, labels, *rest = batch
        share = x.dtype.type(rng.beta(self.alpha, self.alpha))
        other = rng.permutation(len(x))
        y = np.eye(self.classes, dtype=x.dtype)[labels]  # (B, K)
        return (share * x + (1 - share) * x[other], share * y + (1 - share) * y[other], *rest)

    def __repr__(self):
        return f"Mixup({self.classes}, {self.alpha})"


def _probability(p):
    if not 0 <= p <= 1:
        raise ValueError(f"a probability lies from 0 to 1, got {p!r}")
    return p
