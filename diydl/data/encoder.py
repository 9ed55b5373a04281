"""Tables with gaps and categories as arrays of numbers, by rules learned from one part of them."""

import numpy as np

from diydl.backend import default_dtype


class TableEncoder:
    """Turn columns of a table into numbers; `fit` looks at the training part alone.

    A column of numbers is standardised; a gap (NaN) gets the median, and a second column says 1
    where there was one. A category becomes one column for each of its values, 1 where it holds
    ("one-hot"); or a number for an `Embedding`, by `codes`. What `fit` has not seen, and a gap
    (""), are 0 in all columns, and number 0.

    Parameters
    ----------
    numbers : sequence of str
        Names of the columns that hold numbers.
    categories : sequence of str
        Names of those that hold a few values, of any kind.

    Examples
    --------
    >>> table = {"age": np.array([20.0, np.nan, 40.0, 30.0]), "port": np.array(["C", "S", "", "S"])}
    >>> encoder = TableEncoder(numbers=["age"], categories=["port"]).fit(table)
    >>> encoder.features
    ('age', 'age missing', 'port C', 'port S')
    >>> encoder.transform(table).round(2)
    array([[-1.41,  0.  ,  1.  ,  0.  ],
           [ 0.  ,  1.  ,  0.  ,  1.  ],
           [ 1.41,  0.  ,  0.  ,  0.  ],
           [ 0.  ,  0.  ,  0.  ,  1.  ]], dtype=float32)
    >>> encoder.codes(table).ravel()
    array([1, 2, 0, 2])
    """

    def __init__(self, *, numbers=(), categories=()):
        self.numbers, self.categories = tuple(numbers), tuple(categories)
        self.features = None

    def fit(self, table):
        """Learn medians, means, spreads and categories from these columns; return self."""
        self._check(table)
        self._rules, self._values, features = {}, {}, []
        for name in self.numbers:
            column = np.asarray(table[name], np.float64)
            gaps = np.isnan(column)
            if gaps.all():
                raise ValueError(f"column {name!r} holds no number at all")
            median = np.median(column[~gaps])
            full = np.where(gaps, median, column)
            self._rules[name] = median, full.mean(), full.std() or 1.0, gaps.any()
            features += [name, f"{name} missing"] if gaps.any() else [name]
        for name in self.categories:
            values = [v for v in np.unique(np.asarray(table[name])).tolist() if v != ""]
            self._values[name] = values
            features += [f"{name} {value}" for value in values]
        self.features = tuple(features)
        return self

    def transform(self, table):
        """Return an array (N, len(features)), one-hot categories included, in the default dtype."""
        columns = self._numeric(table)
        for name in self.categories:
            codes = self._codes(table, name)
            columns += [codes == k for k in range(1, len(self._values[name]) + 1)]
        return np.stack(columns, axis=1).astype(default_dtype())  # (N, D)

    def codes(self, table):
        """Return the categories as whole numbers (N, len(categories)); 0 for gaps and the unknown.

        Column k holds numbers below ``sizes[k]``.
        """
        self._check(table)
        return np.stack([self._codes(table, name) for name in self.categories], axis=1)

    @property
    def sizes(self):
        """How many numbers each category can have in `codes`: one more than values seen."""
        return tuple(len(self._values[name]) + 1 for name in self.categories)

    def numeric(self, table):
        """Return the columns of numbers, and where they had gaps: what goes beside `codes`."""
        return np.stack(self._numeric(table), axis=1).astype(default_dtype())

    def _numeric(self, table):
        self._check(table)
        columns = []
        for name in self.numbers:
            median, mean, spread, had_gaps = self._rules[name]
            column = np.asarray(table[name], np.float64)
            gaps = np.isnan(column)
            columns.append((np.where(gaps, median, column) - mean) / spread)
            if had_gaps:
                columns.append(gaps)
        return columns

    def _codes(self, table, name):
        number = {value: k for k, value in enumerate(self._values[name], start=1)}
        return np.array([number.get(v, 0) for v in np.asarray(table[name]).tolist()], np.int64)

    def _check(self, table):
        missing = [name for name in (*self.numbers, *self.categories) if name not in table]
        if missing:
            raise ValueError(f"the table has no column {missing}; it has {list(table)}")


def take_rows(table, rows):
    """Return the rows `rows` (slice, array of ints, or mask) of every column of a table.

    Examples
    --------
    >>> take_rows({"a": np.arange(4), "b": np.arange(4) * 2}, [3, 0])
    {'a': array([3, 0]), 'b': array([6, 0])}
    """
    return {name: np.asarray(column)[rows] for name, column in table.items()}
