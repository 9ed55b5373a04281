"""``hint(id)``: three steps of help, then the answer. Counted, never punished."""

import html
from dataclasses import dataclass

from diydl.course.catalog import UnknownExercise, find_exercise
from diydl.course.question import Question
from diydl.course.record import RecordError, count_hint, folder_in_use, read_record

_LEVELS = ("a question", "what to aim for", "the steps in order")
_opened: dict[str, int] = {}


@dataclass(frozen=True)
class Help:
    """Text for the learner: a heading and paragraphs, the last ones in full view."""

    title: str
    parts: tuple[str, ...]
    code: str = ""

    def __str__(self) -> str:
        return "\n\n".join([self.title, *self.parts, *([self.code] if self.code else [])])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = "".join(
            f"<p style='white-space:pre-wrap;margin:.3em 0'>{html.escape(part)}</p>"
            for part in self.parts
        )
        code = f"<pre>{html.escape(self.code)}</pre>" if self.code else ""
        return (
            f"<div role='note' style='border-left:4px solid #0072B2;padding:.2em .8em;"
            f"max-width:60em'><strong>{html.escape(self.title)}</strong>{parts}{code}</div>"
        )


def hint(id: str) -> Help:
    """Open the next hint to an exercise; after the third, and an attempt, the answer.

    How many were opened is recorded with the answers. It never costs points.

    Examples
    --------
    >>> print(hint("00/no-such-thing"))
    there is no exercise '00/no-such-thing'...
    """
    try:
        exercise = find_exercise(id)
    except UnknownExercise as error:
        return Help(str(error), ())
    seen, attempts, note = _count(exercise.id)
    notes = (note,) if note else ()
    if seen <= 3:
        opened = exercise.hints[:seen]
        title = f"Hint {seen} of 3 to {exercise.id}: {_LEVELS[seen - 1]}"
        return Help(title, (*opened[-1:], *notes))
    if not attempts:
        waits = 'That was the last. Run check(...) once; then hint("{}") shows the answer.'
        return Help(f"All 3 hints to {exercise.id}", (exercise.hints[-1], waits.format(id)))
    if isinstance(exercise, Question):
        return Help(f"The answer to {exercise.id}", (str(exercise.solution), *notes))
    return Help(f"One way to write {exercise.id}", notes, exercise.answer)


def lines(id: str) -> "Lines":
    """Show the lines of an ordering (lettered) or of a bug hunt (numbered).

    Examples
    --------
    >>> lines("00/order-step")
    a  loss = nn.cross_entropy(scores, labels)
    b  optimizer.step()
    c  scores = network(images)
    d  loss.backward()
    e  labels = scores.argmax(axis=1)
    """
    try:
        exercise = find_exercise(id)
    except UnknownExercise as error:
        return Lines([("", str(error))])
    rows = exercise.lines() if isinstance(exercise, Question) else []
    return Lines(rows or [("", f"{exercise.id} is written in its own cell; it has no lines")])


@dataclass(frozen=True)
class Lines:
    """Lines of code, each with a letter or number."""

    rows: list[tuple[str, str]]

    def __str__(self) -> str:
        width = max((len(mark) for mark, _ in self.rows), default=0)  # 9 and 10 stand in line
        return "\n".join(f"{mark:>{width}}  {line}".rstrip() for mark, line in self.rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre style='line-height:1.6'>{html.escape(str(self))}</pre>"


def _count(id: str) -> tuple[int, int, str]:
    """Open one more; return how many calls that makes (4: past the last), attempts and a note."""
    folder, note = folder_in_use(), ""
    before, attempts = _opened.get(id, 0), 0
    if folder is not None:
        try:
            record = read_record(id, folder)
            before, attempts = max(before, record.hints), record.attempts
            count_hint(id, folder)
        except RecordError as error:
            note = f"Note: {error}."
    _opened[id] = min(before + 1, 4)
    return _opened[id], attempts, note
