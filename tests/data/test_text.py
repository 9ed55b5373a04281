"""Texts become numbers and come back; batches of them say what is filled up."""

import numpy as np
import pytest

from diydl.data import DataLoader
from diydl.data.text import (
    PAD,
    UNKNOWN,
    Vocabulary,
    pad_sequences,
    split_words,
    windows,
)

TEXT = "to be, or not to be: that's the question"


def test_characters_there_and_back():
    letters = Vocabulary.of([TEXT])
    assert letters.tokens == tuple(sorted(set(TEXT)))
    numbers = letters.encode(TEXT)
    assert (numbers.dtype, len(numbers)) == (np.int64, len(TEXT))
    assert "".join(letters.decode(numbers)) == TEXT
    assert ("t" in letters, "z" in letters) == (True, False)
    with pytest.raises(KeyError, match="'z' is not in the vocabulary; give unknown="):
        letters.encode("zoo")


def test_words_with_special_ones():
    texts = [split_words(TEXT), split_words("to be is to do")]
    words = Vocabulary.of(texts, special=[PAD, UNKNOWN], least=2, unknown=UNKNOWN)
    assert words.tokens == (PAD, UNKNOWN, "be", "to")
    assert words.encode(split_words("to sleep")).tolist() == [3, 1]
    assert words.decode([3, 1]) == ["to", UNKNOWN]
    assert repr(words) == "Vocabulary(4 tokens: '<pad>' '<unk>' 'be' 'to')"
    two = Vocabulary.of(texts, special=[PAD], most=2)
    assert two.tokens == (PAD, "be", "to")


def test_words_are_split_from_signs():
    assert split_words("Don't--go, (now)!") == ["Don't", "-", "-", "go", ",", "(", "now", ")", "!"]
    assert split_words("  Über   naïve\ncafés ") == ["Über", "naïve", "cafés"]
    assert split_words("") == []


def test_what_makes_no_vocabulary_is_refused():
    with pytest.raises(ValueError, match=r"twice: \['a'\]"):
        Vocabulary("aba")
    with pytest.raises(ValueError, match="'x' is no token"):
        Vocabulary("ab", unknown="x")


def test_padding_and_its_mask():
    rows, mask = pad_sequences([[1, 2, 3], [], [4]], value=9)
    assert rows.tolist() == [[1, 2, 3], [9, 9, 9], [4, 9, 9]]
    assert mask.tolist() == [[True] * 3, [False] * 3, [True, False, False]]
    cut, mask = pad_sequences([np.array([1, 2, 3]), np.array([4])], length=2)
    assert (cut.tolist(), mask.tolist()) == ([[1, 2], [4, 0]], [[True, True], [True, False]])
    assert pad_sequences([[0.5]])[0].dtype == float
    with pytest.raises(ValueError, match="no sequences"):
        pad_sequences([])


def test_texts_of_different_lengths_in_a_loader():
    letters = Vocabulary.of(["abc"], special=[PAD])
    names = [(letters.encode(name),) for name in ("a", "abc", "bb", "c")]
    loader = DataLoader(
        names, 3, collate=lambda rows: pad_sequences([x for (x,) in rows]), workers=2
    )
    (rows, mask), (last, _) = loader
    assert rows.tolist() == [[1, 0, 0], [1, 2, 3], [2, 2, 0]]
    assert mask.sum() == 6
    assert last.tolist() == [[3]]


@pytest.mark.parametrize("stride", [1, 3, 20])
def test_windows_predict_the_next_token_and_share_memory(stride):
    numbers = np.arange(50, dtype=np.int64)
    pieces = windows(numbers, 7, stride=stride)
    assert len(pieces) == (50 - 8) // stride + 1
    x, y = pieces[:]
    np.testing.assert_array_equal(y, x + 1)
    assert x[:, 0].tolist() == list(range(0, 43, stride))
    assert np.shares_memory(x, numbers)


def test_windows_need_a_text():
    for wrong in [(np.arange(5), 5), (np.arange(5), 0), (np.ones((2, 9)), 3)]:
        with pytest.raises(ValueError, match="need a text"):
            windows(*wrong)
