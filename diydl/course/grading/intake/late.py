"""What lateness costs: a rule such as ``10%/day,grace=15min,max=50%``."""

import math
import re
from dataclasses import dataclass
from datetime import datetime

_UNITS = {"min": 60, "minute": 60, "h": 3600, "hour": 3600, "day": 86400, "week": 604800}
_PER = re.compile(r"(?P<percent>\d+(?:\.\d+)?)%/(?P<unit>hour|day|week)")
_SPAN = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>min|minute|h|hour|day|week)s?")
_WANTED = "expected accept, zero or a rule such as 10%/day, perhaps with ,grace=15min and ,max=50%"


class LateError(ValueError):
    """A rule or time cannot be understood; the message says what is."""


@dataclass(frozen=True)
class LateRule:
    """How many of the points that can be had lateness takes off.

    `percent` for each started `unit` (in seconds) after the deadline; within `grace` seconds
    nothing, after that counted from the deadline. Never more than `most` percent, nor than was
    earned.
    """

    percent: float = 0.0
    unit: float = 86400
    grace: float = 0.0
    most: float = 100.0

    def penalty(self, late: float, raw: float, best: float) -> float:
        """Return the points that go, for `late` seconds, of `raw` earned and `best` possible.

        Examples
        --------
        >>> read_rule("10%/day").penalty(3600, raw=18, best=20)
        2.0
        >>> read_rule("zero,grace=5min").penalty(299, raw=18, best=20)
        0.0
        """
        if late <= self.grace:
            return 0.0
        percent = min(self.percent * math.ceil(late / self.unit), self.most)
        return round(min(best * percent / 100, raw), 2)


def read_rule(text: str) -> LateRule:
    """Read a rule; raises `LateError` for one that is none.

    Examples
    --------
    >>> read_rule("10%/day,grace=15min,max=50%")
    LateRule(percent=10.0, unit=86400, grace=900.0, most=50.0)
    >>> read_rule("half")
    Traceback (most recent call last):
    diydl.course.grading.intake.late.LateError: --late half: expected accept, zero or ...
    """
    rule, *rest = (part.strip().lower() for part in text.split(","))
    per = _PER.fullmatch(rule)
    if not per and rule not in ("accept", "zero"):
        raise LateError(f"--late {text}: {_WANTED}")
    percent, unit = (float(per["percent"]), _UNITS[per["unit"]]) if per else (0.0, 86400)
    if rule == "zero":
        percent = 100.0
    told = {}
    for part in rest:
        key, _, value = part.partition("=")
        if key == "grace" and (span := _SPAN.fullmatch(value)):
            told["grace"] = float(span["number"]) * _UNITS[span["unit"]]
        elif key == "max" and re.fullmatch(r"\d+(\.\d+)?%", value):
            told["most"] = float(value.rstrip("%"))
        else:
            raise LateError(f"--late {text}: {part!r} is no part of a rule; {_WANTED}")
    return LateRule(percent, unit, **told)


def read_deadline(text: str) -> datetime:
    """Read a deadline in ISO form with its zone; raises `LateError`.

    Examples
    --------
    >>> str(read_deadline("2026-11-20T23:59+01:00"))
    '2026-11-20 23:59:00+01:00'
    """
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise LateError(
            f"{text!r} is no time; expected date, time and zone: 2026-11-20T23:59+01:00"
        ) from error
    if time.tzinfo is None:
        raise LateError(f"{text!r} has no zone; write {time.isoformat()}+01:00, or Z for UTC")
    return time


def said(late: float) -> str:
    """Say how late: "2 h 5 min late", "3 days late".

    Examples
    --------
    >>> said(7500), said(0)
    ('2 h 5 min late', 'in time')
    """
    if late <= 0:
        return "in time"
    minutes = math.ceil(late / 60)
    if minutes >= 2 * 1440:
        return f"{minutes // 1440} days {minutes % 1440 // 60} h late"
    return f"{minutes // 60} h {minutes % 60} min late" if minutes >= 60 else f"{minutes} min late"
