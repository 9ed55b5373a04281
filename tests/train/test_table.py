"""Tables as text and as HTML; numbers in readable units."""

import pytest

from diydl.train.table import Table, amount, duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, ""), (1.0, "1 s"), (0.9996, "1 s"), (0.4567, "457 ms"), (9.99e-7, "0.999 µs")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"), [(0, ""), (7, "7 B"), (1000, "1 kB"), (123_456, "123 kB"), (2e12, "2 TB")]
)
def test_amounts(count, text):
    assert amount(count, "B") == text


def test_html_has_headers_for_columns_and_rows_and_escapes():
    html = Table("A < B", ("name", "n"), [("<b>", "1"), ("", "2")])._repr_html_()
    assert html.count('scope="col"') == 2
    assert html.count('scope="row"') == 1  # a header without a word would say nothing
    assert "&lt;b&gt;" in html
    assert 'aria-label="A &lt; B"' in html
    assert "<b>" not in html
