"""A made-up class of 30, the same every time, to try grading with.

It looks as a download of Canvas does: good and partial work, banked mistakes (some of them common),
stubs, late ones, second attempts, handin zips, and files that are no notebooks.
"""

import csv
import io
import json
import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from diydl.course.catalog import exercise_ids, find_exercise
from diydl.course.grading.command.handin import Work, pack_handin
from diydl.course.index import Chapter, chapters_dir, clone_root
from diydl.course.judge import check_cell
from diydl.course.record import Record
from diydl.storage import write_atomically

DEADLINE = datetime(2026, 11, 20, 23, 59, tzinfo=UTC)
_NAMES = """Ada Lovelace, Alan Turing, Grace Hopper, Emmy Noether, Sofia Kovalevskaya, Carl Gauss,
Leonhard Euler, Maryam Mirzakhani, Katherine Johnson, Srinivasa Ramanujan, Zoë Müller, Jürgen Groß,
José Núñez, Li Wei, Aiko Tanaka, Olga Petrova, Kwame Mensah, Fatima Zahra, Lars Ångström,
Nguyễn An, Siobhán O'Brien, Ibrahim Diallo, Chiara Rossi, Mateo García, Hana Kim, Tomáš Novák,
Amara Okafor, Noah Smith, Mia Jones, Ravi Patel, Eva Absent, Otto Missing"""
_FIRST_ID = 4001

# Good answers where no clone with solutions/ is at hand.
_ANSWERS = {
    "00/relu": "def relu(x):\n    return dl.maximum(x, 0)",
    "00/accuracy": "def accuracy(scores, labels):\n"
    "    return float(np.mean(np.argmax(scores, axis=1) == labels))",
}
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


class ExampleError(Exception):
    """No example class can be made; the message says what to do."""


class _Desk:
    """What the made-up learners write with: the notebook, good answers, named mistakes."""

    def __init__(self, chapter: Chapter):
        self.chapter = chapter
        self.stub = json.loads((chapters_dir() / chapter.notebook).read_bytes())
        ids = exercise_ids(chapter.number)
        self.ids = [id for id in ids if find_exercise(id).kind == "code"]
        self.good = _good(chapter, self.ids)
        self.wrong = {id: _mistakes(id) for id in self.ids}

    def notebook(self, answers: Mapping[str, str]) -> dict:
        """Return the notebook with these cells written into it."""
        notebook = json.loads(json.dumps(self.stub))
        for cell in notebook["cells"]:
            id = cell["metadata"].get("exercise")
            if id in answers:
                cell["source"] = answers[id].splitlines(keepends=True)
        return notebook

    def saved(self, answers: Mapping[str, str]) -> bytes:
        """Return that notebook as Jupyter saves it."""
        return json.dumps(self.notebook(answers), indent=1, ensure_ascii=False).encode()

    def mistaken(self, which: int, *places: int) -> dict[str, str]:
        """Return good answers, but for the exercises at `places`, whose mistake is `which`."""
        answers = dict(self.good)
        for place in places:
            id = self.ids[place % len(self.ids)]
            wrong = self.wrong[id]
            answers[id] = wrong[which % len(wrong)] if wrong else "x = 1"
        return answers

    def first(self, count: int) -> dict[str, str]:
        """Return good answers to the first exercises only."""
        return {id: self.good[id] for id in self.ids[:count]}


def write_example(folder: Path, chapter: Chapter) -> str:
    """Write the class into a folder that is new or empty; return what to do with it.

    Raises `ExampleError`.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExampleError(f"{folder} is not empty; name a new folder with -o")
    desk = _Desk(chapter)
    names = [name.strip() for name in _NAMES.replace("\n", " ").split(",")]
    submissions = folder / "submissions"
    submissions.mkdir(parents=True)
    times = {}
    for k, make in enumerate(_SUBMISSIONS):
        id, name = str(_FIRST_ID + k), names[k]
        late, files = make(desk, id, name)
        times[id] = (
            DEADLINE - timedelta(hours=2 + 7 * k % 60) if late == 0 else DEADLINE + late * _DAY
        )
        prefix = f"{_sortable(name)}_{'LATE_' if late else ''}{id}"
        for number, (file, content) in enumerate(files):
            path = submissions / f"{prefix}_{880001 + 10 * k + number}_{file}"
            path.write_bytes(content)
            os.utime(path, (times[id].timestamp(),) * 2)
    (submissions / ".DS_Store").write_bytes(b"\0")
    write_atomically(folder / "roster.csv", _roster(names, times))
    command = (
        f"diydl grade {chapter.number} submissions --roster roster.csv "
        f"--deadline {DEADLINE.isoformat(timespec='minutes')} --late 10%/day -j 2 -o marks"
    )
    write_atomically(folder / "README.md", _readme(chapter, command))
    return f"30 submissions are in {submissions}. Try:\n  cd {folder}\n  {command}"


_DAY = timedelta(days=1)
Files = list[tuple[str, bytes]]
Made = tuple[float, Files]


def _plain(answers: Callable[[_Desk], Mapping[str, str]], late: float = 0) -> Callable:
    """Make a submission of one notebook."""

    def make(desk: _Desk, id: str, name: str) -> Made:
        return late, [(desk.chapter.notebook, desk.saved(answers(desk)))]

    return make


def _own_words(desk: _Desk) -> dict[str, str]:
    note = "# I drew the shapes on paper first.\n"
    return {id: note + cell for id, cell in desk.good.items()}


def _own_helper(desk: _Desk) -> dict[str, str]:
    return desk.good | {desk.ids[-1]: _HELPER + desk.good[desk.ids[-1]]}


def _copied_helper(desk: _Desk) -> dict[str, str]:
    """The same as its neighbour's, with other names and without the comment."""
    copied = "\n".join(line for line in _HELPER.split("\n") if "#" not in line)
    for old, new in _RENAMED.items():
        copied = re.sub(rf"\b{old}\b", new, copied)
    return desk.good | {desk.ids[-1]: copied + desk.good[desk.ids[-1]]}


def _syntax_error(desk: _Desk) -> dict[str, str]:
    answers, last = dict(desk.good), desk.ids[-1]
    answers[last] = answers[last].replace("):", ")", 1)
    return answers


def _endless(desk: _Desk) -> dict[str, str]:
    answers, id = dict(desk.good), desk.ids[0]
    first, _, rest = answers[id].partition("\n")
    answers[id] = f"{first}\n    n = 1\n    while n > 0:\n        n += 1\n{rest}"
    return answers


def _two_attempts(desk: _Desk, id: str, name: str) -> Made:
    early, then = desk.saved(desk.mistaken(0, 0, 1)), desk.saved(desk.good)
    again = desk.chapter.notebook.replace(".ipynb", "-1.ipynb")
    return 0, [(desk.chapter.notebook, early), (again, then)]


def _byte_order_mark(desk: _Desk, id: str, name: str) -> Made:
    return 0, [(desk.chapter.notebook, b"\xef\xbb\xbf" + desk.saved(desk.good))]


def _utf16(desk: _Desk, id: str, name: str) -> Made:
    text = desk.saved(desk.mistaken(1, 0)).decode()
    return 0, [(desk.chapter.notebook, b"\xff\xfe" + text.encode("utf-16-le"))]


def _colab(desk: _Desk, id: str, name: str) -> Made:
    notebook = desk.notebook(desk.good)
    notebook["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3"}}
    for k, cell in enumerate(notebook["cells"]):
        cell["id"] = f"c0lab{k:03}"
        cell["metadata"]["id"] = f"c0lab{k:03}"
    file = desk.chapter.notebook.replace("_", " ")
    return 0, [(f"Copy of {file}", json.dumps(notebook).encode())]


def _truncated(desk: _Desk, id: str, name: str) -> Made:
    content = desk.saved(desk.good)
    return 0, [(desk.chapter.notebook, content[: len(content) // 2])]


def _no_notebook(desk: _Desk, id: str, name: str) -> Made:
    return 0, [("Report final.pdf", b"%PDF-1.4 a picture of a notebook")]


def _garbled(desk: _Desk, id: str, name: str) -> Made:
    return 0, [(desk.chapter.notebook, b"<!DOCTYPE html><title>404</title>")]


def _handin(desk: _Desk, id: str, name: str) -> Made:
    return 0, [
        (f"handin-{desk.chapter.id}-{id}.zip", _packed(desk, desk.good, desk.good, id, name))
    ]


def _disagreeing(desk: _Desk, id: str, name: str) -> Made:
    """The stored answers are right; in the notebook one of them was broken afterwards."""
    packed = _packed(desk, desk.mistaken(0, 1), desk.good, id, name)
    return 0, [(f"handin-{desk.chapter.id}-{id}.zip", packed)]


def _packed(desk: _Desk, notebook: Mapping, answers: Mapping, id: str, name: str) -> bytes:
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


def _common(desk: _Desk) -> dict[str, str]:
    return desk.mistaken(0, 0)


_SUBMISSIONS: list[Callable[[_Desk, str, str], Made]] = [
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


def _good(chapter: Chapter, ids: list[str]) -> dict[str, str]:
    """Return right answers: those of solutions/ in a clone, else the few kept here."""
    root = clone_root()
    path = root / "solutions" / chapter.notebook if root else None
    if path and path.is_file():
        cells = json.loads(path.read_bytes())["cells"]
        texts = {c["metadata"].get("exercise"): "".join(c["source"]) for c in cells}
        return {id: _without_marks(texts[id]) for id in ids}
    if all(id in _ANSWERS for id in ids):
        return {id: _ANSWERS[id] for id in ids}
    raise ExampleError(
        f"an example class of {chapter.id} needs a clone of the repository, for its solutions; 00 "
        "works here too"
    )


def _without_marks(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.strip().startswith("### "))


def _mistakes(id: str) -> list[str]:
    """Return up to three wrong answers that the check knows by name, as a learner writes them."""
    exercise, found = find_exercise(id), []
    for mistake in exercise.mistakes:
        cell = mistake.source.replace(f"def {mistake.name}(", f"def {exercise.name}(", 1)
        if check_cell(exercise, cell).mistake == mistake.name:
            found.append(cell)
        if len(found) == 3:
            break
    return found


def _sortable(name: str) -> str:
    """Return a name as Canvas writes it: last name first, no spaces, small letters."""
    first, _, last = name.partition(" ")
    return "".join(c for c in f"{last}{first}".lower() if c.isalnum())


def _roster(names: list[str], times: Mapping[str, datetime]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["id", "name", "email", "submitted"])
    for k, name in enumerate(names):
        id = str(_FIRST_ID + k)
        time = times.get(id)
        when = time.isoformat(timespec="minutes") if time else ""
        writer.writerow([id, name, f"u{id}@example.org", when])
    return text.getvalue()


def _readme(chapter: Chapter, command: str) -> str:
    return f"""# A made-up class

30 submissions for {chapter.id}, as a download of Canvas looks, and a roster of 32. Some are good,
some are not, some cannot be read; nobody in it is real.

```sh
diydl collect {chapter.number} submissions --roster roster.csv
{command}
```

Then open `marks/index.html`. The exit status is 1, as two of them cannot be read.
"""
