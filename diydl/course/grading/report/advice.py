"""What would help a learner most: one step for each exercise that is begun, the nearest first."""

from collections.abc import Sequence

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.report.page import words
from diydl.course.grading.result import Scored
from diydl.course.index import UnknownChapter, find_chapter, load_index

MEANS = {
    "not attempted": "Nothing was written here: the cell is missing, or still as it was handed "
    "out. That is no mistake, and brings no points.",
    "stopped": "It ran too long, used too much memory, or ended the program that ran it.",
    "refused": "It reaches for the library's own answer. Write your own lines.",
    "unreadable": "No function could be made of this cell.",
}


def next_steps(entry: Entry, batch: Batch, exercises: Sequence[Scored]) -> list[str]:
    """Return what would help this learner most, as HTML, the first thing first.

    Examples
    --------
    >>> next_steps(Entry("ada", "no submission"), Batch("00", []), [])
    []
    """
    if entry.status == "unreadable":
        return [
            "Open the notebook in Jupyter. If it opens, save it and hand it in once more.",
            "If it does not open: your answers that passed are kept in the folder "
            "<code>answers</code> beside it; <code>diydl handin</code> packs them.",
        ]
    if entry.status != "graded":
        return []
    begun = [s for s in exercises if s.status not in ("passed", "not attempted")]
    begun.sort(key=lambda s: (not s.mistake, -s.points / s.max if s.max else 0))
    steps = [_advice(scored) for scored in begun[:3]]
    if len(begun) > 3:
        steps.append(f"Then the other {len(begun) - 3} that are begun.")
    fresh = [s for s in exercises if s.status == "not attempted"]
    if fresh:
        names = ", ".join(f"<code>{words(s.id, 80)}</code>" for s in fresh[:6])
        more = f" and {len(fresh) - 6} more" if len(fresh) > 6 else ""
        steps.append(f"Not attempted yet: {names}{more}. Opening a hint costs nothing.")
    if steps:
        return steps
    following = _following(batch.chapter)
    return [f"All of it is right. {following}"] if exercises else []


def _advice(scored: Scored) -> str:
    link = f"<a href='#{anchor(scored.id)}'>{words(scored.id, 80)}</a>"
    if scored.mistake_message:
        return f"{link}: {words(scored.mistake_message)}"
    first = next((line for line in scored.lines if line.outcome == "failed"), None)
    if first is None:
        return f"{link}: {words(scored.summary or MEANS.get(scored.status, 'look at it again'))}"
    if first.hidden:
        return f"{link}: {words(first.hint or 'a test that is not shown does not pass yet')}"
    hint = f" {words(first.hint)}" if first.hint else ""
    return f"{link}: <em>{words(first.title)}</em> does not hold yet.{hint}"


def _following(chapter: str) -> str:
    try:
        here = find_chapter(chapter)
    except UnknownChapter:
        return ""
    later = [c for c in load_index() if c.id > here.id and not c.planned]
    if not later:
        return "It was the last chapter that is written."
    told = f"<code>diydl lab {later[0].number}</code>"
    return f"Next comes {words(later[0].title)}: {told}."


def anchor(id: str) -> str:
    """Return an exercise's place in the page.

    Examples
    --------
    >>> anchor("00/relu")
    'e-00-relu'
    """
    return "e-" + "".join(letter if letter.isalnum() else "-" for letter in id)
