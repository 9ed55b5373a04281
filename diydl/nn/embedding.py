"""A table of learned rows, looked up by number."""

import numpy as np

from diydl.backend import as_array, default_dtype, is_array, next_key
from diydl.nn.module import Module
from diydl.ops import equal, expand_dims, random_normal, stop_gradient, where
from diydl.ops.indexing import take
from diydl.parameter import Parameter
from diydl.value import Value


class Embedding(Module):
    """Look up a row for each number: words, tokens, users become vectors that are learned.

    The same as a one-hot row times `weight`, without the multiplications. The gradient of a row is
    the sum of all that comes back for it.

    Parameters
    ----------
    num_embeddings, embedding_dim : int
        Rows of the table, and numbers in each. They begin normally distributed, as PyTorch's do.
    padding_idx : int, optional
        A number that stands for nothing: its row begins as zeros and gets no gradient.
    dtype : numpy dtype, optional
        Of the table: the default dtype, float32, if left out.

    Attributes
    ----------
    weight : Parameter of shape (num_embeddings, embedding_dim)

    Raises
    ------
    IndexError
        If a number is below 0, or not below `num_embeddings`; not on a GPU, where nobody looks.

    Examples
    --------
    >>> import numpy as np
    >>> table = Embedding(10, 3, padding_idx=0)
    >>> out = table(np.array([[4, 7, 0], [4, 0, 0]]))
    >>> out.shape, out[0, 2].tolist()
    ((2, 3, 3), [0.0, 0.0, 0.0])
    """

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, *, dtype=None):
        for name, n in (("num_embeddings", num_embeddings), ("embedding_dim", embedding_dim)):
            if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
                raise ValueError(f"Embedding: {name} is a whole number of at least 1, got {n!r}")
        shape = (int(num_embeddings), int(embedding_dim))
        start = random_normal(next_key(), shape=shape, dtype=dtype or default_dtype())
        self.padding_idx = _row("padding_idx", padding_idx, shape[0])
        if padding_idx is not None:
            start[self.padding_idx] = 0
        self.weight = Parameter(start, "weight")

    def forward(self, indices):
        """Return the rows of `indices`, integers of any shape: (..., embedding_dim)."""
        if not (is_array(indices) or isinstance(indices, Value)):
            indices = as_array(indices)
        if indices.dtype.kind not in "iu":
            raise TypeError(f"Embedding: indices are integers, got {indices.dtype}")
        rows = take(self.weight, indices, wrap=False)  # (..., D)
        if self.padding_idx is None:
            return rows
        nothing = expand_dims(equal(indices, self.padding_idx), axis=-1)  # (..., 1)
        return where(nothing, stop_gradient(rows), rows)

    def extra_repr(self):
        """Sizes, and what is unusual."""
        rows, features = self.weight.shape
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{rows}, {features}{padding}"


def _row(name, index, count):
    if index is None:
        return None
    if isinstance(index, bool) or not isinstance(index, (int, np.integer)):
        raise TypeError(f"Embedding: {name} is a whole number, got {index!r}")
    if not -count <= index < count:
        raise ValueError(f"Embedding: {name}={index} names none of {count} rows")
    return int(index) % count
