import re

from diydl.course.report import Line, Report

REPORT = Report(
    "97/f",
    "A <title>",
    points=1,
    max=3,
    summary="<b>bold</b>",
    lines=[
        Line("good", "passed", 1),
        Line("bad & worse", "failed", 2, "first\nsecond <x>", "look"),
        Line("later", "not run"),
    ],
    advice="a cause",
    printed="<script>alert(1)</script>",
    notes=["a note"],
    next="what next",
    answer="def f(): ...",
)


def test_the_text_has_it_all():
    text = repr(REPORT)
    for part in (
        "97/f A <title>: not yet, 1 of 3 points",
        "bold",
        "passed   good (1)",
        "second",
        "Hint: look",
        "not run  later",
        "a cause",
        "alert",
        "a note",
        "what next",
    ):
        assert part in text
    assert "def f()" not in text


def test_the_page_is_escaped_and_has_no_script():
    page = REPORT._repr_html_()
    assert "<script" not in page and "<x>" not in page and "<b>" not in page
    assert "onclick" not in page and "http" not in page
    assert "def f(): ..." in page


def test_the_page_says_in_words_what_it_says_in_colour():
    page = REPORT._repr_html_()
    for word in ("passed: good", "not yet: bad", "not run: later"):
        assert word in re.sub(r"<[^>]*>[✓✗–]<[^>]*> ", "", page)
    assert page.count("aria-hidden='true'") == 3
    assert "aria-label='Check of 97/f'" in page


def test_tags_are_closed():
    page = REPORT._repr_html_()
    for tag in ("div", "ul", "li", "p", "details", "pre", "span", "strong"):
        assert len(re.findall(f"<{tag}[ >]", page)) == page.count(f"</{tag}>"), tag


def test_a_bare_report_is_short():
    assert str(Report("97/f", status="unknown", summary="no")) == "97/f: unknown exercise\n  no"


def test_the_likely_cause_comes_first():
    for text in (repr(REPORT), REPORT._repr_html_()):
        assert text.index("a cause") < text.index("good")


def test_code_in_backticks_looks_like_code_and_stays_escaped():
    page = Report("97/f", summary="write `a < b`, with `dl.` in front")._repr_html_()
    assert "<code>a &lt; b</code>" in page
    assert "`" not in page


def test_a_question_is_not_followed_by_a_colon():
    report = Report("97/q", "How many?", status="not started")
    assert report.head == "97/q How many? not started"
