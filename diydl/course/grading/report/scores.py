"""The scores of a class as files: a table for a spreadsheet, the same in full as JSON, the times.

`scores.json` and `scores.csv` hold nothing of the machine and the hour: the same submissions,
checks and seed give the same bytes. What grading took stands in `timings.csv`.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.report.page import number, plain

FORMAT = 1
FIXED = (
    "id",
    "name",
    "status",
    "points",
    "max",
    "points before lateness",
    "lateness takes",
    "late by (hours)",
    "submitted",
    "attempt",
)
LAST = ("mistakes", "notes", "message")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST = 1000  # characters of a cell


def scores_csv(batch: Batch) -> bytes:
    """Return one row for each learner, for a spreadsheet: UTF-8 with the mark that Excel asks for.

    The columns are `FIXED`, the points of each exercise under its id, and `LAST`.

    Examples
    --------
    >>> rows = scores_csv(Batch("00_first_win", [Entry("=1+1", "no submission")])).decode("utf-8")
    >>> rows.splitlines()[1].split(",")[:3]
    ["'=1+1", '', 'no submission']
    """
    ids = exercise_ids(batch)
    return _table(
        [*FIXED, *map(safe_cell, ids), *LAST], (_row(entry, ids) for entry in batch.graded)
    )


def timings_csv(batch: Batch) -> bytes:
    """Return what grading took, one row for each learner.

    Examples
    --------
    >>> timings_csv(Batch("00_first_win", [Entry("ada", "graded", seconds=0.25)])).splitlines()[1]
    b'ada,0.25,no,no'
    """
    rows = (
        (
            entry.id,
            f"{entry.seconds:.3g}",
            "yes" if entry.graded is not None and entry.graded.timed_out else "no",
            "yes" if entry.resumed else "no",
        )
        for entry in batch.graded
    )
    return _table(["id", "seconds", "time ran out", "from an earlier run"], rows)


def scores_json(batch: Batch) -> bytes:
    """Return all results in full, sorted, with the seed and the versions that made them.

    Examples
    --------
    >>> batch = Batch("00_first_win", [Entry("ada", "graded", final=3.0, max=6.0)])
    >>> json.loads(scores_json(batch))["learners"][0]["points"]
    3.0
    """
    settings = batch.settings
    told = {
        "format": FORMAT,
        "chapter": batch.chapter,
        "seed": getattr(settings, "seed", None),
        "key": settings.key() if settings is not None else None,
        "versions": dict(batch.versions),
        "deadline": batch.deadline.isoformat() if batch.deadline else None,
        "late rule": batch.late_rule,
        "learners": [_learner(entry) for entry in sorted(batch.graded, key=lambda e: e.id)],
    }
    text = json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "backslashreplace")  # half a letter as JSON writes it


def exercise_ids(batch: Batch) -> list[str]:
    """Return the ids of all exercises that were graded, in the order of the chapter.

    Examples
    --------
    >>> exercise_ids(Batch("00_first_win", []))
    []
    """
    listed: dict[str, None] = {}
    for entry in batch.graded:
        if entry.graded is not None:
            listed |= dict.fromkeys(scored.id for scored in entry.graded.exercises)
    return list(listed)


def safe_cell(text: object) -> str:
    """Return text that no spreadsheet takes for a formula: a quote stands before what might be.

    Examples
    --------
    >>> safe_cell("=HYPERLINK(1)"), safe_cell("Ada"), safe_cell("  @sum")
    ("'=HYPERLINK(1)", 'Ada', "'  @sum")
    """
    shown = plain(text, _LONGEST)
    first = shown.lstrip(" ")[:1] or shown[:1]
    return "'" + shown if shown and first in _FORMULA else shown


def _row(entry: Entry, ids: Sequence[str]) -> list[str]:
    graded = entry.graded
    known = entry.status == "graded"
    points = {s.id: number(s.points) for s in graded.exercises} if graded is not None else {}
    mistakes = [f"{s.id}: {s.mistake}" for s in graded.exercises if s.mistake] if graded else []
    notes = graded.notes if graded is not None else []
    return [
        safe_cell(entry.id),
        safe_cell(entry.name),
        entry.status,
        number(entry.final) if known else "",
        number(entry.max) if entry.max else "",
        number(entry.raw) if known else "",
        number(entry.penalty) if known else "",
        number(entry.late / 3600) if entry.late > 0 else "",
        entry.submitted.isoformat() if entry.submitted else "",
        str(entry.attempt) if entry.submission is not None else "",
        *(points.get(id, "") if known else "" for id in ids),
        safe_cell("; ".join(mistakes)),
        safe_cell("; ".join(notes)),
        safe_cell(entry.message or (graded.message if graded is not None else "")),
    ]


def _learner(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "status": entry.status,
        "points": entry.final if entry.status == "graded" else None,
        "max": entry.max,
        "before lateness": entry.raw,
        "lateness takes": entry.penalty,
        "late by (seconds)": entry.late,
        "submitted": entry.submitted.isoformat() if entry.submitted else None,
        "submitted from": entry.submitted_from,
        "attempt": entry.attempt,
        "on the roster": entry.known,
        "message": entry.message,
        "result": None if entry.graded is None else json.loads(entry.graded.to_json()),
    }


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")  # as RFC 4180 has it
    writer.writerow(heads)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "backslashreplace")
