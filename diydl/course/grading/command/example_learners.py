"""What the made-up learners of the example class hand in, one function for each kind."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from diydl.course.grading.command.example_desk import Desk
from diydl.course.grading.command.handin import Work, pack_handin
from diydl.course.record import Record

DEADLINE = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
_HELPER = """def how_far(found, wanted):
    # my own way to look where it goes wrong
    worst, place = 0.0, -1
    for k, pair in enumerate(zip(found, wanted)):
        gap = abs(pair[0] - pair[1])
        if gap > worst:
            worst, place = gap, k
    print("largest difference", worst, "at", place)
    return worst


"""
_RENAMED = {
    "how_far": "compare_all",
    "found": "mine",
    "wanted": "theirs",
    "worst": "biggest",
    "place": "spot",
    "k": "i",
    "pair": "both",
    "gap": "diff",
}

Files = list[tuple[str, bytes]]
Made = tuple[float, Files]


def _plain(answers: Callable[[Desk], Mapping[str, str]], late: float = 0) -> Callable:
    """Make a submission of one notebook."""

    def make(desk: Desk, id: str, name: str) -> Made:
        return late, [(desk.chapter.notebook, desk.saved(answers(desk)))]

    return make


def _own_words(desk: Desk) -> dict[str, str]:
    note = "# I drew the shapes on paper first.\n"
    return {id: note + cell for id, cell in desk.good.items()}


def _own_helper(desk: Desk) -> dict[str, str]:
    return desk.good | {desk.ids[-1]: _HELPER + desk.good[desk.ids[-1]]}


def _copied_helper(desk: Desk) -> dict[str, str]:
    """The same as its neighbour's, with other names and without the comment."""
    copied = "\n".join(line for line in _HELPER.split("\n") if "#" not in line)
    for old, new in _RENAMED.items():
        copied = re.sub(rf"\b{old}\b", new, copied)
    return desk.good | {desk.ids[-1]: copied + desk.good[desk.ids[-1]]}


def _syntax_error(desk: Desk) -> dict[str, str]:
    answers, last = dict(desk.good), desk.ids[-1]
    answers[last] = answers[last].replace("):", ")", 1)
    return answers


def _endless(desk: Desk) -> dict[str, str]:
    answers, id = dict(desk.good), desk.ids[0]
    first, _, rest = answers[id].partition("\n")
    answers[id] = f"{first}\n    n = 1\n    while n > 0:\n        n += 1\n{rest}"
    return answers


def _two_attempts(desk: Desk, id: str, name: str) -> Made:
    early, then = desk.saved(desk.mistaken(0, 0, 1)), desk.saved(desk.good)
    again = desk.chapter.notebook.replace(".ipynb", "-1.ipynb")
    return 0, [(desk.chapter.notebook, early), (again, then)]


def _byte_order_mark(desk: Desk, id: str, name: str) -> Made:
    return 0, [(desk.chapter.notebook, b"\xef\xbb\xbf" + desk.saved(desk.good))]


def _utf16(desk: Desk, id: str, name: str) -> Made:
    text = desk.saved(desk.mistaken(1, 0)).decode()
    return 0, [(desk.chapter.notebook, b"\xff\xfe" + text.encode("utf-16-le"))]


def _colab(desk: Desk, id: str, name: str) -> Made:
    notebook = desk.notebook(desk.good)
    notebook["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}}
    for k, cell in enumerate(notebook["cells"]):
        cell["id"] = f"c0lab{k:03}"
        cell["metadata"]["id"] = f"c0lab{k:03}"
    file = desk.chapter.notebook.replace("_", " ")
    return 0, [(f"Copy of {file}", json.dumps(notebook).encode())]


def _truncated(desk: Desk, id: str, name: str) -> Made:
    content = desk.saved(desk.good)
    return 0, [(desk.chapter.notebook, content[: len(content) // 2])]


def _no_notebook(desk: Desk, id: str, name: str) -> Made:
    return 0, [("Report final.pdf", b"%PDF-1.4 a picture of a notebook")]


def _garbled(desk: Desk, id: str, name: str) -> Made:
    return 0, [(desk.chapter.notebook, b"<!DOCTYPE html><title>404</title>")]


def _handin(desk: Desk, id: str, name: str) -> Made:
    return 0, [
        (f"handin-{desk.chapter.id}-{id}.zip", _packed(desk, desk.good, desk.good, id, name))
    ]


def _disagreeing(desk: Desk, id: str, name: str) -> Made:
    """The stored answers are right; in the notebook one of them was broken afterwards."""
    packed = _packed(desk, desk.mistaken(0, 1), desk.good, id, name)
    return 0, [(f"handin-{desk.chapter.id}-{id}.zip", packed)]


def _packed(desk: Desk, notebook: Mapping, answers: Mapping, id: str, name: str) -> bytes:
    records = []
    for k, exercise in enumerate(desk.ids):
        when = DEADLINE - timedelta(days=1, hours=8) + k * timedelta(minutes=6 + int(id) % 7)
        passed = {
            "when": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "status": "passed",
            "points": 1,
            "max": 1,
            "cell": answers[exercise],
        }
        records.append(Record(exercise, 2 + k, (k + int(id)) % 3, passed))
    work = Work(desk.chapter, desk.saved(notebook), 0.0, tuple(records))
    return pack_handin([work], id, name, made=DEADLINE.timestamp() - 86400)


def _common(desk: Desk) -> dict[str, str]:
    return desk.mistaken(0, 0)


SUBMISSIONS: list[Callable[[Desk, str, str], Made]] = [
    _handin,
    _plain(_own_words),
    _plain(_own_helper),
    _plain(_copied_helper),
    _byte_order_mark,
    _colab,
    _plain(_common),
    _plain(_common),
    _plain(_common),
    _plain(lambda desk: desk.mistaken(1, 0)),
    _plain(lambda desk: desk.mistaken(1, 1)),
    _plain(lambda desk: desk.mistaken(0, 1)),
    _plain(lambda desk: desk.mistaken(2, 0, 1)),
    _plain(lambda desk: desk.mistaken(2, 1, 2)),
    _utf16,
    _plain(lambda desk: desk.first(1)),
    _plain(lambda desk: desk.first(1)),
    _plain(lambda desk: {**desk.first(2), **desk.mistaken(0, 0)}),
    _plain(lambda desk: {}),
    _plain(lambda desk: {}),
    _plain(_syntax_error),
    _plain(_endless),
    _plain(lambda desk: desk.good, late=0.2),
    _plain(lambda desk: desk.mistaken(1, 0), late=2.5),
    _two_attempts,
    _truncated,
    _garbled,
    _no_notebook,
    _handin,
    _disagreeing,
]
