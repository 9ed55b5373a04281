"""Texts as numbers: a vocabulary, batches of texts of different lengths, windows of a long one."""

import re
from collections import Counter

import numpy as np

from diydl.data.dataset import ArrayDataset

WORD = re.compile(r"\w+(?:'\w+)*|[^\w\s]")  # don't stays one word; each sign is a word of its own
PAD, UNKNOWN = "<pad>", "<unk>"


def split_words(text):
    """Split a text into words and punctuation marks: a list of str.

    Examples
    --------
    >>> split_words("Don't go, Hamlet!")
    ["Don't", 'go', ',', 'Hamlet', '!']
    """
    return WORD.findall(text)


class Vocabulary:
    """Tokens (characters, words) and their numbers from 0.

    Parameters
    ----------
    tokens : iterable of str
        Each stands once, in the order of its number.
    unknown : str, optional
        One of them, which stands for all that are not here. Without it, an unknown token is an
        error.

    Raises
    ------
    ValueError
        If a token stands twice, or `unknown` is none of them.

    Examples
    --------
    >>> letters = Vocabulary("abc")
    >>> letters.encode("cab")
    array([2, 0, 1])
    >>> letters.decode([2, 0, 1])
    ['c', 'a', 'b']
    """

    def __init__(self, tokens, *, unknown=None):
        self.tokens, self.unknown = tuple(tokens), unknown
        self._numbers = {token: number for number, token in enumerate(self.tokens)}
        twice = [token for token, count in Counter(self.tokens).items() if count > 1]
        if twice:
            raise ValueError(f"tokens stand once in a vocabulary; twice: {twice[:5]}")
        if unknown is not None and unknown not in self._numbers:
            raise ValueError(f"unknown={unknown!r} is no token of this vocabulary")

    @classmethod
    def of(cls, texts, *, special=(), least=1, most=None, unknown=None):
        """Collect the tokens of many texts, each a str (of characters) or a list of words.

        Parameters
        ----------
        special : sequence of str
            Tokens that come first, such as ``PAD``: its number is 0 then.
        least : int
            Leave out what occurs less often.
        most : int, optional
            Keep only so many, the most frequent ones; the special ones are not counted.
        unknown : str, optional
            Stands for all that was left out, such as ``UNKNOWN``; one of `special`.

        Returns
        -------
        Vocabulary
            Its tokens in alphabetical order, after the special ones.

        Examples
        --------
        >>> words = Vocabulary.of([["to", "be"], ["to", "do"]], special=["<unk>"], least=2,
        ...                       unknown="<unk>")
        >>> words.tokens, words.encode(["to", "sleep"])
        (('<unk>', 'to'), array([1, 0]))
        """
        counts = Counter(token for text in texts for token in text)
        ranked = sorted(counts, key=lambda token: (-counts[token], token))[:most]
        kept = [t for t in ranked if counts[t] >= least and t not in special]
        return cls([*special, *sorted(kept)], unknown=unknown)

    def __len__(self):
        return len(self.tokens)

    def __contains__(self, token):
        return token in self._numbers

    def __repr__(self):
        shown = " ".join(map(repr, self.tokens[:8]))
        return f"Vocabulary({len(self)} tokens: {shown}{' ...' if len(self) > 8 else ''})"

    def encode(self, text):
        """Return the numbers of the tokens of one text: an array of int64, (T,).

        Raises
        ------
        KeyError
            For a token that is not here, where nothing stands for the unknown.

        Examples
        --------
        >>> Vocabulary("ab").encode("abba")
        array([0, 1, 1, 0])
        """
        rest = self._numbers.get(self.unknown)
        try:
            found = [self._numbers[t] if rest is None else self._numbers.get(t, rest) for t in text]
        except KeyError as error:
            raise KeyError(
                f"{error.args[0]!r} is not in the vocabulary; give unknown=... to let one token "
                "stand for all that are not"
            ) from None
        return np.array(found, np.int64)

    def decode(self, numbers):
        """Return the tokens of numbers: a list of str. ``"".join(...)`` makes a text of characters.

        Examples
        --------
        >>> "".join(Vocabulary("ab").decode([0, 1, 1, 0]))
        'abba'
        """
        return [self.tokens[number] for number in np.asarray(numbers).tolist()]


def pad_sequences(sequences, *, value=0, length=None):
    """Write sequences of different lengths into one array, the short ones filled up at the end.

    Parameters
    ----------
    sequences : list of sequences of numbers
        Of any lengths; the array has the dtype of the first.
    value : number
        What fills up, such as the number of ``PAD``.
    length : int, optional
        T; longer sequences are cut. By default that of the longest.

    Returns
    -------
    (array of shape (B, T), array of bool of shape (B, T))
        The sequences, and a mask: True where there is something, False where it was filled up.

    Examples
    --------
    >>> rows, mask = pad_sequences([[5, 6, 7], [8]])
    >>> rows
    array([[5, 6, 7],
           [8, 0, 0]])
    >>> mask.sum(axis=1)
    array([3, 1])
    """
    arrays = [np.asarray(sequence) for sequence in sequences]
    if not arrays:
        raise ValueError("there are no sequences to pad")
    length = max(map(len, arrays)) if length is None else length
    lengths = np.array([min(len(a), length) for a in arrays])
    rows = np.full((len(arrays), length), value, arrays[0].dtype)
    for row, array in zip(rows, arrays, strict=True):
        row[: len(array)] = array[:length]
    return rows, np.arange(length) < lengths[:, None]


def windows(numbers, length, *, stride=1):
    """Cut a long text into pieces to predict the next token: a dataset of (x, y), both (T,).

    y is x one place later. The pieces are views of one array: a million of them cost no memory.

    Parameters
    ----------
    numbers : array of int, shape (N,)
        An encoded text.
    length : int
        T, tokens of a piece; at most N - 1.
    stride : int
        Places from one piece's beginning to the next.

    Examples
    --------
    >>> pieces = windows(np.arange(10), 4, stride=3)
    >>> x, y = pieces[1]
    >>> x, y
    (array([3, 4, 5, 6]), array([4, 5, 6, 7]))
    """
    numbers = np.asarray(numbers)
    if numbers.ndim != 1 or not 1 <= length < len(numbers) or stride < 1:
        raise ValueError(
            f"pieces of {length} tokens, every {stride} places, need a text (N,) of at least "
            f"{length + 1} tokens, got shape {numbers.shape}"
        )
    pieces = np.lib.stride_tricks.sliding_window_view(numbers, length + 1)[::stride]  # (B, T + 1)
    return ArrayDataset(pieces[:, :-1], pieces[:, 1:])
