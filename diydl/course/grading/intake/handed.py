"""What one learner handed in, as it lies on disk, and how to read it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from diydl.course.grading.intake.found import FileFault, Found
from diydl.course.grading.intake.layouts import Place, is_notebook
from diydl.course.grading.submission import Submission
from diydl.course.record import Record, parse_record

ANSWER = re.compile(r"(\d\d)-[A-Za-z0-9_-]{1,80}\.(json|py)")
_RECORD = 8 * 2**20  # bytes


@dataclass
class Item:
    """What one learner handed in together."""

    key: str
    order: tuple | None
    name: str = ""
    files: list[tuple[Place, Found]] = field(default_factory=list)

    def notebooks(self) -> list[Found]:
        """Return the notebooks in it."""
        return [found for _, found in self.files if is_notebook(found.name)]

    def answers(self) -> list[Found]:
        """Return the files of an answers folder in it."""
        return [found for _, found in self.files if ANSWER.fullmatch(found.name)]

    @property
    def where(self) -> str:
        """One place to look for it."""
        works = [*self.notebooks(), *self.answers(), *(found for _, found in self.files)]
        return works[0].where


@dataclass
class Handed:
    """One learner's submission as it lies on disk."""

    id: str
    name: str = ""
    notebook: Found | None = None
    answers: list[Found] = field(default_factory=list)
    submitted: datetime | None = None
    submitted_from: str = ""
    marked_late: bool | None = None
    ignored: tuple[str, ...] = ()
    where: str = ""
    problems: list[str] = field(default_factory=list)

    def submission(self, number: str) -> Submission:
        """Read it: the notebook, and the stored answers of chapter `number`."""
        problems, notebook = list(self.problems), None
        if self.notebook is not None:
            try:
                notebook = self.notebook.read()
            except FileFault as error:
                problems.append(self.notebook.told(str(error)))
        records, cells = _read_answers(self.answers, number, problems)
        return Submission(
            self.id,
            notebook,
            cells,
            records,
            self.name,
            self.submitted,
            attempt=1 + len(self.ignored),
            problems=problems,
        )


def with_times(handed: Handed, time: datetime) -> Handed:
    """Return the submission with the time that the roster tells."""
    return replace(handed, submitted=time, submitted_from="roster")


def _read_answers(files: Sequence[Found], number: str, problems: list[str]):
    """Return the records and the cells of a chapter; a damaged record leaves its cell."""
    records: dict[str, Record] = {}
    cells: dict[str, str] = {}
    for found in sorted(files, key=lambda found: found.name, reverse=True):  # .py before .json
        match = ANSWER.fullmatch(found.name)
        if not match or match[1] != number:
            continue
        id = found.name.rpartition(".")[0].replace("-", "/", 1)
        try:
            content = found.read(_RECORD)
            if match[2] == "py":
                cells[id] = content.decode("utf-8", "replace")
                continue
            record = records[id] = parse_record(id, content)
        except FileFault as error:
            problems.append(found.told(str(error)))
        except ValueError as error:
            problems.append(f"{found.name} in the answers folder is damaged ({error})")
        else:
            cell = (record.passed or record.last or {}).get("cell")
            if cell:
                cells[id] = cell
    return records, {id: cells[id] for id in sorted(cells)}
