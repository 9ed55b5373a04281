"""A made-up class of 30, the same every time, to try grading with.

It looks as a download of Canvas does: good and partial work, banked mistakes (some of them common),
stubs, late ones, second attempts, handin zips, and files that are no notebooks.
"""

import csv
import io
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from diydl.course.grading.command.example_desk import Desk, ExampleError
from diydl.course.grading.command.example_learners import DEADLINE, SUBMISSIONS
from diydl.course.index import Chapter
from diydl.storage import write_atomically

__all__ = ["ExampleError", "write_example"]

_NAMES = """Ada Lovelace, Alan Turing, Grace Hopper, Emmy Noether, Sofia Kovalevskaya, Carl Gauss,
Leonhard Euler, Maryam Mirzakhani, Katherine Johnson, Srinivasa Ramanujan, Zoë Müller, Jürgen Groß,
José Núñez, Li Wei, Aiko Tanaka, Olga Petrova, Kwame Mensah, Fatima Zahra, Lars Ångström,
Nguyễn An, Siobhán O'Brien, Ibrahim Diallo, Chiara Rossi, Mateo García, Hana Kim, Tomáš Novák,
Amara Okafor, Noah Smith, Mia Jones, Ravi Patel, Eva Absent, Otto Missing"""
_FIRST_ID = 4001

_DAY = timedelta(days=1)


def write_example(folder: Path, chapter: Chapter) -> str:
    """Write the class into a folder that is new or empty; return what to do with it.

    Raises `ExampleError`.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExampleError(f"{folder} is not empty; name a new folder with -o")
    desk = Desk(chapter)
    names = [name.strip() for name in _NAMES.replace("\n", " ").split(",")]
    submissions = folder / "submissions"
    submissions.mkdir(parents=True)
    times = {}
    for k, make in enumerate(SUBMISSIONS):
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
