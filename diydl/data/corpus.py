"""Texts to learn a language from: given names, and Shakespeare."""

from diydl.data.cache import fetch


def load_names(*, progress=True):
    """Load 32,033 given names, lower case, the most frequent first: a list of str.

    The file (228 kB) is found or fetched as `fetch` says, and `DataNotFoundError` raised if it
    cannot be.

    References
    ----------
    The names most often given in the USA, as A. Karpathy's makemore carries them.

    Examples
    --------
    >>> load_names()[:3]  # doctest: +SKIP
    ['emma', 'olivia', 'ava']
    """
    return fetch("text/names.txt", progress=progress).read_text(encoding="ascii").split()


def load_shakespeare(*, progress=True):
    """Load about 40,000 lines of Shakespeare's plays as one str of 1,115,394 characters.

    The file (1.1 MB) is found or fetched as `fetch` says, and `DataNotFoundError` raised if it
    cannot be.

    References
    ----------
    The text of A. Karpathy's char-rnn ("tiny Shakespeare"), 2015; the plays are in the public
    domain.

    Examples
    --------
    >>> load_shakespeare()[:14]  # doctest: +SKIP
    'First Citizen:'
    """
    path = fetch("text/tinyshakespeare.txt", progress=progress)
    return path.read_bytes().decode("ascii")  # as it is, without turning line ends
