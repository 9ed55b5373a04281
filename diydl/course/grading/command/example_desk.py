"""What the made-up learners of the example class write with: good answers, named mistakes."""

import json
from collections.abc import Mapping

from diydl.course.catalog import exercise_ids, find_exercise
from diydl.course.index import Chapter, chapters_dir, clone_root
from diydl.course.judge import check_cell

# Good answers where no clone with solutions/ is at hand.
_ANSWERS = {
    "00/relu": "def relu(x):\n    return dl.maximum(x, 0)",
    "00/accuracy": "def accuracy(scores, labels):\n"
    "    return float(np.mean(np.argmax(scores, axis=1) == labels))",
}


class ExampleError(Exception):
    """No example class can be made; the message says what to do."""


class Desk:
    """A chapter's notebook, good answers to it, and wrong ones that have a name."""

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
