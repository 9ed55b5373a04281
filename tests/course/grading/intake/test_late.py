import pytest

from diydl.course.grading.intake.late import LateError, read_deadline, read_rule, said

DAY = 86400


@pytest.mark.parametrize(
    ("rule", "late", "raw", "taken"),
    [
        ("accept", 10 * DAY, 18, 0),
        ("zero", 0, 18, 0),
        ("zero", 1, 18, 18),
        ("10%/day", 1, 18, 2),
        ("10%/day", DAY, 18, 2),
        ("10%/day", DAY + 1, 18, 4),
        ("10%/day", 30 * DAY, 18, 18),
        ("10%/day,max=50%", 30 * DAY, 18, 10),
        ("10%/day,grace=15min", 900, 18, 0),
        ("10%/day,grace=15min", 901, 18, 2),
        ("5%/hour", 2 * 3600, 18, 2),
        ("2.5%/week", 1, 18, 0.5),
        ("10%/day", DAY, 1.5, 1.5),
    ],
)
def test_what_lateness_costs_of_twenty_points(rule, late, raw, taken):
    assert read_rule(rule).penalty(late, raw, 20) == taken


@pytest.mark.parametrize(
    "rule",
    ["", "half", "10%", "10/day", "-10%/day", "10%/day,grace", "zero,max=5", "10%/day;max=5%"],
)
def test_a_rule_that_is_none_is_refused(rule):
    with pytest.raises(LateError, match="expected accept, zero or a rule"):
        read_rule(rule)


@pytest.mark.parametrize(
    ("text", "message"), [("tomorrow", "is no time"), ("2026-11-20T23:59", "has no zone")]
)
def test_a_deadline_needs_a_time_and_a_zone(text, message):
    with pytest.raises(LateError, match=message):
        read_deadline(text)


def test_a_deadline_in_two_zones_is_one_moment():
    assert read_deadline("2026-11-20T23:59+01:00") == read_deadline("2026-11-20 22:59Z")


@pytest.mark.parametrize(
    ("late", "text"),
    [(0, "in time"), (1, "1 min late"), (3600, "1 h 0 min late"), (3 * DAY, "3 days 0 h late")],
)
def test_lateness_in_words(late, text):
    assert said(late) == text
