"""A class, made up, as the batch hands it to the reports: of every kind one, and a hostile one."""

from datetime import UTC, datetime, timedelta

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.result import DIFFERS, Graded, Line, Scored
from diydl.course.grading.settings import Settings
from diydl.course.grading.submission import Submission
from diydl.course.record import Record

HOSTILE = (
    "<script>alert(1)</script>",
    "</title><script>alert(2)</script>",
    "' onmouseover='alert(3)",
    '" onfocus="alert(4)" autofocus="',
    "<img src=x onerror=alert(5)>",
    "`<b>bold</b>` [x](javascript:alert(6))",
    "]]><svg/onload=alert(7)>",
    "</style><style>body{display:none}",
    "&lt;script&gt;alert(8)&lt;/script&gt;",
    "\x1b[31mred\x00\u202egnp.exe\ud800",
    "{{7*7}} ${7*7} <%= 7*7 %>",
)
BAD = " ".join(HOSTILE)
DEADLINE = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
SANDBOX = "Each submission ran in namespaces of its own: no network, no view of tests or others."

RIGHT = "def relu(x):\n    return dl.maximum(x, 0)\n"
OWN = """def accuracy(scores, labels):
    # my own way: count by hand
    hits = 0
    for row, wanted in zip(scores, labels):
        best, place = None, -1
        for k, value in enumerate(row):
            if best is None or value > best:
                best, place = value, k
        hits += 1 if place == wanted else 0
    return float(hits) / max(len(labels), 1)
"""
COPIED = """def accuracy(scores, labels):
    n_right = 0
    for line, truth in zip(scores, labels):
        top, index = None, -1
        for i, number in enumerate(line):
            if top is None or number > top:
                top, index = number, i
        n_right += 1 if index == truth else 0
    return float(n_right) / max(len(labels), 1)
"""


def relu(status="passed", cell=RIGHT, **more):
    got = {"passed": 5.0, "partial": 3.0}.get(status, 0.0)
    first, second = ("passed", "passed") if status == "passed" else ("passed", "failed")
    if status in ("failed", "stopped", "refused"):
        first = "failed"
    lines = [
        Line("test_values", "Negative numbers become 0", 3.0, first, "", "compare with 0"),
        Line(
            "test_dtype",
            "The result has the dtype of `x`",
            2.0,
            second,
            "x is float32, and the result is float64" if second == "failed" else "",
            "`dl.maximum` keeps it",
        ),
    ]
    lines = [] if status == "not attempted" else lines
    if status == "not attempted":
        cell = ""
    return Scored(
        "00/relu",
        "Bend: negative becomes zero",
        got,
        5.0,
        status,
        lines=lines,
        cell=cell,
        source="notebook" if cell else "",
        **more,
    )


def accuracy(status="passed", cell=OWN, hidden=False, **more):
    got = 4.0 if status == "passed" else 0.0
    outcome = "passed" if status == "passed" else "failed"
    secret = "SECRET: expected 0.5 for the third row"
    line = Line("test_share", "SECRET title" if hidden else "A share of rows", 4.0, outcome)
    line = Line(
        line.test, line.title, 4.0, outcome, secret, "think of an empty batch", hidden=hidden
    )
    if status == "not attempted":
        return Scored("00/accuracy", "The share that is right", 0.0, 4.0, status)
    return Scored(
        "00/accuracy",
        "The share that is right",
        got,
        4.0,
        status,
        lines=[line],
        cell=cell,
        source="notebook",
        **more,
    )


def entry(id, *exercises, status="graded", notes=(), message="", penalty=0.0, records=None, **more):
    found = Graded(
        id,
        "00_first_win",
        status="unreadable" if status == "unreadable" else "graded",
        message=message,
        exercises=list(exercises),
        notes=list(notes),
        sandbox=SANDBOX,
    )
    more = {"file": id, "max": 9.0, "seconds": 0.21, **more}
    return Entry(
        id,
        status,
        submission=Submission(id, records=records or {}),
        graded=found,
        raw=found.points,
        penalty=penalty,
        final=found.points - penalty,
        submitted=more.pop("submitted", DEADLINE - timedelta(hours=5)),
        submitted_from="platform",
        **more,
    )


def records(minutes, attempts=3, hints=1):
    first = datetime(2026, 11, 19, 20, 0)
    times = {"00/relu": first, "00/accuracy": first + timedelta(minutes=minutes)}
    return {
        id: Record(
            id,
            attempts=attempts,
            hints=hints,
            passed={"when": f"{when:%Y-%m-%dT%H:%M:%SZ}", "status": "passed", "points": 4},
        )
        for id, when in times.items()
    }


def sample():
    wrong = "def relu(x):\n    return abs(x)\n"
    flip = "You take the absolute value: -3 becomes 3. Negative numbers become 0."
    double = "`np.where(x > 0, x, 0.0)` makes float64 of float32."
    found = [
        entry("ada", relu(), accuracy(), name="Ada Lovelace", records=records(12)),
        entry(
            "bob",
            relu("partial", cell=wrong, mistake="in_double", mistake_message=double),
            accuracy("failed", cell="def accuracy(a, b):\n    return 1.0\n", hidden=True),
            name="Bob Ross",
            penalty=0.6,
            late=7300.0,
            submitted=DEADLINE + timedelta(seconds=7300),
            records=records(38, 9, 3),
        ),
        entry(
            "cyd",
            relu("failed", cell=wrong, mistake="absolute", mistake_message=flip),
            accuracy("not attempted"),
            before=4.0,
            name="Cyd Charisse",
        ),
        entry(
            "dee",
            relu("failed", cell=wrong + "# mine\n", mistake="absolute", mistake_message=flip),
            accuracy(cell=COPIED, notes=[DIFFERS]),
            before=4.0,
            notes=["The file ends in the middle."],
        ),
        entry("eve", relu("stopped", summary="still running after 5 s"), accuracy("refused")),
        entry("fay", relu("not attempted"), accuracy("not attempted")),
        entry(
            "gus",
            status="unreadable",
            message="gus/00.ipynb is not a notebook: expected JSON; save it again from Jupyter",
            where="gus/00.ipynb",
        ),
        Entry("hal", "no submission", name="Hal Ashby", file="hal", max=9.0),
        Entry(
            "ivy", "grader error", file="ivy", max=9.0, message="KeyError: 'x' (a fault of ours)"
        ),
        entry(
            BAD,
            relu(
                "partial",
                cell=BAD,
                mistake=BAD,
                mistake_message=BAD,
                summary=BAD,
                notes=[BAD],
            ),
            Scored(BAD, BAD, 0.0, 4.0, "failed", lines=[Line(BAD, BAD, 4.0, "failed", BAD, BAD)]),
            name=BAD,
            file="hostile-12345678",
            notes=[BAD],
            where=BAD,
            known=False,
        ),
    ]
    return Batch(
        "00_first_win",
        sorted(found, key=lambda e: e.id),
        settings=Settings("00"),
        versions={"diydl": "0.1.0", "numpy": "2.3.4", "python": "3.11.7"},
        warnings=["the class list has 10 rows; one submission is on none of them"],
        deadline=DEADLINE,
        late_rule="10 % a day",
    )
