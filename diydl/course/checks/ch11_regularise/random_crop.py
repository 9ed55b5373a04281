"""11/random_crop: the same picture, moved by a few pixels."""

import numpy as np

from diydl.course.bank import Code
from diydl.data.augment import RandomCrop
from diydl.data.image import crop, pad

exercise = Code(
    "11/random_crop",
    "Move a picture at random",
    RandomCrop.__call__,
    hints=(
        "The picture gets a border on all sides, and a piece is cut out. In how many places can "
        "the piece begin?",
        "A bordered picture of `rows` rows has `rows - height + 1` places for the top of a piece. "
        "`rng.integers(n)` draws from 0 to n - 1: both ends have to be possible.",
        "1. Height and width: `self.size`, or those of `image` if that is None.\n"
        "2. Border: `pad` with `self.padding` and `mode=self.mode`.\n"
        "3. Draw the top from as many places as there are, then the left in the same way.\n"
        "4. `crop` the bordered picture there, and return it.",
    ),
)


@exercise.driver
def cropped(pieces, image, padding, size, mode, seeds):
    """Crop `image` once with the generator of each seed."""
    step = RandomCrop(padding, size=None if size is None else tuple(size), mode=mode)
    return [pieces.random_crop(step, image, np.random.default_rng(seed)) for seed in seeds]


@exercise.mistake(
    "The last place is never drawn: `rng.integers(n)` ends at n - 1, and there are `rows - height "
    "+ 1` places. Your pictures move up and left more often than down and right."
)
def never_the_last(self, image, rng):
    height, width = self.size or image.shape[-2:]
    bordered = pad(image, self.padding, mode=self.mode)
    top = int(rng.integers(bordered.shape[-2] - height))
    left = int(rng.integers(bordered.shape[-1] - width))
    return crop(bordered, top, left, height, width)


@exercise.mistake(
    "You draw the left first. Both orders are as good, but runs can be repeated only if it is "
    "always the same one: first the top, then the left."
)
def left_first(self, image, rng):
    height, width = self.size or image.shape[-2:]
    bordered = pad(image, self.padding, mode=self.mode)
    left = int(rng.integers(bordered.shape[-1] - width + 1))
    top = int(rng.integers(bordered.shape[-2] - height + 1))
    return crop(bordered, top, left, height, width)


@exercise.mistake(
    "One draw for both directions: your pictures move along the diagonal only. Draw twice."
)
def along_the_diagonal(self, image, rng):
    height, width = self.size or image.shape[-2:]
    bordered = pad(image, self.padding, mode=self.mode)
    top = int(rng.integers(bordered.shape[-2] - height + 1))
    return crop(bordered, top, min(top, bordered.shape[-1] - width), height, width)


@exercise.mistake(
    "What leaves the picture on one side comes in again on the other: `np.roll` moves in a circle. "
    "No pen does that. Border the picture, and cut."
)
def in_a_circle(self, image, rng):
    down, right = (int(rng.integers(2 * self.padding + 1)) - self.padding for _ in range(2))
    return np.roll(image, (-down, -right), axis=(-2, -1))


@exercise.mistake(
    "`self.size` is never read: what is cut out has the size that was asked for, and that of the "
    "picture only where it is None."
)
def always_the_old_size(self, image, rng):
    height, width = image.shape[-2:]
    bordered = pad(image, self.padding, mode=self.mode)
    top = int(rng.integers(bordered.shape[-2] - height + 1))
    left = int(rng.integers(bordered.shape[-1] - width + 1))
    return crop(bordered, top, left, height, width)


@exercise.mistake(
    "`self.mode` is never read, so the border is always of zeros. Of a photograph that makes black "
    "bars; hand it on to `pad`."
)
def always_zeros(self, image, rng):
    height, width = self.size or image.shape[-2:]
    bordered = pad(image, self.padding)
    top = int(rng.integers(bordered.shape[-2] - height + 1))
    left = int(rng.integers(bordered.shape[-1] - width + 1))
    return crop(bordered, top, left, height, width)


@exercise.mistake(
    "Your picture has become float64. Photographs come as whole numbers of one byte, and stay so: "
    "`pad` and `crop` keep the dtype."
)
def in_double(self, image, rng):
    height, width = self.size or image.shape[-2:]
    bordered = pad(image.astype(float), self.padding, mode=self.mode)
    top = int(rng.integers(bordered.shape[-2] - height + 1))
    left = int(rng.integers(bordered.shape[-1] - width + 1))
    return crop(bordered, top, left, height, width)
