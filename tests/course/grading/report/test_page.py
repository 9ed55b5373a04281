import re
from html.parser import HTMLParser

import pytest

from diydl.course.grading.report.page import code, number, page, plain, table, unfold, words
from tests.course.grading.sample import BAD, HOSTILE


class Reader(HTMLParser):
    """All tags of a page, with their attributes, and all text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.said = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.said += data


@pytest.mark.parametrize("show", [words, code, lambda t: unfold(t, ""), lambda t: page(t, "")])
@pytest.mark.parametrize("text", [*HOSTILE, BAD])
def test_no_text_becomes_anything_but_text(show, text):
    wanted = [tag for tag, _ in Reader(show("harmless")).tags]
    found = Reader(show(text)).tags
    assert [tag for tag, _ in found if tag != "code"] == [t for t in wanted if t != "code"]
    assert not [name for _, attrs in found for name in attrs if name.startswith("on")]


def test_the_policy_forbids_scripts_and_stands_before_anything_else():
    text = page("title", "<p>body</p>")
    head = text.partition("<title>")[0]
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', head)[1]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy  # so the default holds
    assert "form-action 'none'" in policy


def test_unseen_characters_are_written_out():
    assert plain("a\x00b\x1b[0m\u202etxt\ud800\u200b") == "a\\x00b\\x1b[0m\\u202etxt\\ud800\\u200b"
    assert plain("tab\tand\r\nline\rend") == "tab\tand\nline\nend"
    page("half \ud83d", "").encode()


def test_long_text_is_cut_and_says_so():
    assert words("x" * 5000).endswith("x ... (1000 more characters)")


def test_tables_name_their_rows_and_scroll_by_themselves():
    text = table(["id", "points"], [["<b>a</b>", "1"]], numbers=(1,))
    assert "<th scope='row'><b>a</b></th><td class='n'>1</td>" in text
    assert "tabindex='0'" in text


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (7.50, "7.5"), (2 / 3, "0.67"), (1e2, "100")]
)
def test_numbers(value, shown):
    assert number(value) == shown
