"""Which of a learner's files count: the latest attempt, the notebook of the chapter.

Where two things claim to be one learner's work and neither is an earlier attempt of the other,
neither counts: it is a conflict for a person to solve.
"""

from collections import defaultdict
from datetime import UTC, datetime, tzinfo

from diydl.course.catalog import exercise_ids
from diydl.course.grading.intake.found import FileFault, Found
from diydl.course.grading.intake.handed import ANSWER, Handed, Item
from diydl.course.grading.intake.layouts import is_notebook, parse_time, stem
from diydl.course.index import Chapter, load_index


class Conflict(Exception):
    """Two submissions of one learner, of which neither may stand for the other."""


def settle(id: str, items: list[Item], chapter: Chapter, zone: tzinfo) -> Handed | None:
    """Choose what counts of one learner's items; None where all are of other chapters.

    Raises `Conflict` that names both where two claim to be it.
    """
    name = next((item.name for item in items if item.name), "")
    for item in items:
        item.files = [pair for pair in item.files if not _of_another(pair[1], chapter)]
    items = [item for item in items if item.files]
    works = [item for item in items if item.notebooks() or item.answers()]
    if not works:
        return _without_work(id, name, items, zone) if items else None
    newest, ignored = _latest(works)
    latest = _of_chapter(newest, chapter)
    chosen, left = _choose(latest, chapter)
    left += [found for item in newest if item not in latest for found in item.notebooks()]
    folders = _answer_folders(latest)
    if len(chosen) > 1:
        raise Conflict(_both(id, chosen))
    if len(folders) > 1 and not chosen:
        raise Conflict(_both(id, [files[0] for files in folders]))
    faults = [found.told() for item in latest for _, found in item.files if found.fault]
    beside = [f"{found.name} lay beside the notebook and was not graded" for found in left]
    handed = Handed(id, name, chosen[0] if chosen else None, folders[0] if folders else [])
    handed.ignored = tuple(item.where for item in ignored)
    handed.problems = [fault for fault in faults if fault != chosen[0].told()] if chosen else faults
    handed.problems += beside
    handed.where = (handed.notebook or handed.answers[0]).where
    _timed(handed, latest, zone)
    return handed


def _both(id: str, files: list[Found]) -> str:
    more = f" (and {len(files) - 2} more)" if len(files) > 2 else ""
    return (
        f"{id} has two submissions, and neither is an earlier attempt of the other: "
        f"{files[0].where} and {files[1].where}{more}. Take away the one that shall not count"
    )


def _without_work(id: str, name: str, items: list[Item], zone: tzinfo) -> Handed:
    """Return a submission that holds neither notebook nor answers, with words for what it holds."""
    files = [found for item in items for _, found in item.files]
    faults = [found.told() for found in files if found.fault]
    names = ", ".join(sorted({found.name for found in files})[:3])
    expected = f"expected a notebook (.ipynb), an answers folder or a handin zip; got {names}"
    handed = Handed(id, name, where=files[0].where, problems=faults or [expected])
    _timed(handed, items, zone)
    return handed


def _latest(items: list[Item]) -> tuple[list[Item], list[Item]]:
    """Part the latest attempt of each item from the earlier ones."""
    by_key: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_key[item.key].append(item)
    latest, ignored = [], []
    for same in by_key.values():
        same.sort(key=lambda item: item.order or ())
        latest.append(same[-1])
        ignored += same[:-1]
    return latest, ignored


def _of_chapter(items: list[Item], chapter: Chapter) -> list[Item]:
    """Of several files of one upload, those of this chapter, and those with answers only.

    Where no platform says that it was one upload, none is passed over.
    """
    if len(items) == 1 or any(item.order is None for item in items):
        return items
    fitting = [i for i in items if any(_mentions(f, chapter) for f in i.notebooks())]
    return [i for i in items if i in fitting or not i.notebooks()] if fitting else items


def _choose(items: list[Item], chapter: Chapter) -> tuple[list[Found], list[Found]]:
    """Return the notebook to grade (more than one is a conflict) and those that lie beside it."""
    notebooks = [found for item in items for found in item.notebooks()]
    if len(notebooks) < 2:
        return notebooks, []
    sound = [found for found in notebooks if not found.fault]
    chosen = sound or notebooks[:1]  # what cannot be read is no second submission
    if sum(bool(item.notebooks()) for item in items) == 1:  # in one folder, a name can decide
        for fits in (
            lambda found: stem(found.name) == chapter.id,
            lambda found: chapter.id in found.name.lower(),
            lambda found: _mentions(found, chapter),
        ):
            chosen = [found for found in chosen if fits(found)] or chosen
    if len({_content(found) for found in chosen}) == 1:
        chosen = chosen[:1]
    return chosen, [found for found in notebooks if found not in chosen]


def _timed(handed: Handed, items: list[Item], zone: tzinfo) -> None:
    """Note when it was handed in, from the most trustworthy that there is."""
    pairs = [pair for item in items for pair in item.files]
    handed.marked_late = next((p.late for p, _ in pairs if p.late is not None), None)
    told = [place.time for place, _ in pairs if place.time]
    stamps = [found for _, found in pairs if found.name == "timestamp.txt"]
    if told:
        handed.submitted, handed.submitted_from = max(told), "platform"
    elif stamps and (time := _stamp(stamps[0])):
        handed.submitted, handed.submitted_from = time, "timestamp.txt"
    elif any(place.downloaded for place, _ in pairs):
        return
    else:
        found = handed.notebook or (handed.answers or [found for _, found in pairs])[0]
        if found.time:
            handed.submitted = found.time if found.time.tzinfo else found.time.replace(tzinfo=zone)
            handed.submitted_from = found.time_from


def _stamp(found: Found) -> datetime | None:
    try:
        return parse_time(found.read(1000).decode("utf-8", "replace"), UTC)
    except FileFault:
        return None


def _answer_folders(items: list[Item]) -> list[list[Found]]:
    """Return the answers folders, the one nearest to the top first."""
    folders: dict[tuple, list[Found]] = defaultdict(list)
    for item in items:
        for found in item.answers():
            folders[found.parts[:-1]].append(found)
    return [folders[key] for key in sorted(folders, key=lambda key: (len(key), key))]


def _of_another(found: Found, chapter: Chapter) -> bool:
    """Tell whether a file is named as another chapter's."""
    match = ANSWER.fullmatch(found.name)
    if match:
        return match[1] != chapter.number
    others = {other.id for other in load_index()} - {chapter.id}
    return is_notebook(found.name) and any(id in found.name.lower() for id in others)


def _mentions(found: Found, chapter: Chapter) -> bool:
    content = _content(found)
    words = [w for id in exercise_ids(chapter.number) for w in (id, id.replace("/", "-"))]
    return any(w.encode(code) in content for w in words for code in ("utf-8", "utf-16-le"))


def _content(found: Found) -> bytes:
    try:
        return found.read()
    except FileFault as error:
        return str(error).encode()
