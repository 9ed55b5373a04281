import pytest

from diydl.course.grading.report.alike import GROUP, LEAST, alike, symbols_of
from tests.course.grading.sample import COPIED, OWN

OTHER = """def accuracy(scores, labels):
    guesses = scores.argmax(axis=1)
    equal = guesses == labels
    if equal.size == 0:
        return 0.0
    total = equal.sum(dtype=float)
    return float(total / equal.size)
"""


def names(text):
    return [symbol for symbol, _ in symbols_of(text)]


def found(**texts):
    return alike({id: {"00/accuracy": text} for id, text in texts.items()})


def test_names_comments_docstrings_and_spaces_do_not_hide_a_copy():
    disguised = COPIED.replace(
        "    n_right", '    """Count."""\n\n    # all mine\n    n_right', 1
    ).replace(" / ", "/")
    assert names(disguised) == names(OWN)
    (pair,) = found(ada=OWN, bob=disguised, eve=OTHER)
    assert pair.ids == ("ada", "bob")
    assert pair.share == 1.0
    assert pair.verbatim == 0 or pair.verbatim < 3
    assert pair.parts[0].texts == (OWN, disguised)


def test_what_the_library_and_the_language_name_stays():
    assert names("a = np.exp(b) if c else len(d)") == names("x = np.exp(y) if z else len(w)")
    assert names("np.exp(b)") != names("np.log(b)")
    assert names("len(b)") != names("sum(b)")


def test_lines_are_those_that_are_shared():
    mine = "def accuracy(a, b):\n    print('I begin')\n" + OWN.partition("\n")[2]
    (pair,) = found(ada=OWN, bob=mine)
    first, second = pair.parts[0].lines
    assert 2 not in first | second  # a comment; a line of one's own
    assert {5, 6, 7, 8, 9} <= first & second


def test_what_was_handed_out_or_is_the_answer_key_says_nothing():
    known = {"00/accuracy": [OWN]}
    texts = {"ada": {"00/accuracy": OWN}, "bob": {"00/accuracy": COPIED}}
    assert alike(texts)
    assert not alike(texts, known)


def test_what_much_of_the_class_shares_says_nothing():
    few = {f"s{k}": OWN for k in range(GROUP)}
    assert len(found(**few, **{f"t{k}": OTHER for k in range(20)})) == GROUP * (GROUP - 1) // 2
    many = {f"s{k}": OWN for k in range(GROUP + 1)}
    assert not found(**many, **{f"t{k}": f"x = {k}" for k in range(3)})


def test_short_answers_prove_nothing():
    one = "def relu(x):\n    return dl.maximum(x, 0) * 1\n"
    assert len(names(one)) < LEAST
    assert not found(ada=one, bob=one)


def test_different_work_is_not_alike():
    assert not found(ada=OWN, bob=OTHER)


def test_a_copy_of_one_part_among_much_else_is_not_called_alike():
    much = {
        f"0{k}/x": f"def f{k}(a):\n    return " + " + ".join(["a" * 3, "b"] * k * 9)
        for k in range(1, 5)
    }
    assert not alike(
        {
            "ada": {"00/accuracy": OWN, **much},
            "bob": {
                "00/accuracy": OTHER + OWN,
                **{k: v.replace("+", "*").replace("aaa", "(a - 1)") for k, v in much.items()},
            },
        }
    )


@pytest.mark.parametrize(
    "text", ["", "def f(:\n  ((", "%matplotlib inline\n!ls\nx = ?", "\x00", "'''", "\tif\n x"]
)
def test_any_text_has_symbols(text):
    assert isinstance(symbols_of(text), list)
    assert alike({"a": {"0": text}, "b": {"0": text}}) == []


def test_the_order_of_the_class_does_not_matter():
    texts = {"ada": {"0": OWN}, "bob": {"0": COPIED}, "eve": {"0": OTHER}}
    assert alike(texts) == alike(dict(reversed(texts.items())))
