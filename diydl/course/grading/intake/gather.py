"""From paths to submissions: whose each file is, and what counts for each learner.

Nothing is graded, changed or unpacked here.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

from diydl.course.folder import MARKER
from diydl.course.grading.intake import layouts
from diydl.course.grading.intake.choose import Conflict, settle
from diydl.course.grading.intake.files import search
from diydl.course.grading.intake.found import FileFault, Found
from diydl.course.grading.intake.gradescope_export import places, read_metadata
from diydl.course.grading.intake.handed import ANSWER, Handed, Item
from diydl.course.grading.intake.layouts import Layout, Place, is_notebook, stem
from diydl.course.grading.intake.manifest import LARGEST, NAME, Manifest, one_line, parse_manifest
from diydl.course.index import Chapter

_LAYOUTS = {"canvas": layouts.canvas, "moodle": layouts.moodle, "nbgrader": layouts.nbgrader}
_CALLED = {
    "canvas": "a download of Canvas",
    "moodle": "a download of Moodle",
    "gradescope": "an export of Gradescope",
    "nbgrader": "nbgrader's folders",
    "plain": "a learner for each folder or file",
}


@dataclass
class Gathered:
    """What was found: submissions by id, and all that the instructor should be told."""

    handed: list[Handed] = field(default_factory=list)
    read_as: dict[str, list[str]] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    junk: Counter = field(default_factory=Counter)

    def said(self) -> list[str]:
        """Return what is worth saying, line by line, what was passed over last."""
        lines = []
        for how, paths in self.read_as.items():
            more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
            lines.append(f"{', '.join(paths[:3])}{more}: {how}")
        lines += self.notes
        if self.junk:
            kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(self.junk.items()))
            lines.append(f"passed over: {kinds}")
        return lines


def gather(
    paths: Sequence[Path],
    chapter: Chapter,
    *,
    ids: str | None = None,
    zone: tzinfo = UTC,
    leave_out: Path | None = None,
) -> Gathered:
    """Find the submissions for a chapter in notebooks, folders and zips.

    Parameters
    ----------
    ids
        One of `layouts.NAMES`, a regular expression, or None: recognise it.
    zone
        Meant where a time names no zone.
    leave_out
        A folder that is not looked into: that of the results.

    Raises `LayoutError` for an `ids` that cannot be used, `FileNotFoundError` for a path that is
    not there.
    """
    gathered, owned = Gathered(), defaultdict(list)
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(f"there is nothing at {path}")
        resolved = path.resolve()
        if resolved not in seen:
            seen.add(resolved)
            for place, found in _placed(path, chapter, ids, zone, leave_out, gathered):
                owned[_normal(place.id)].append((place, found, str(resolved)))
    for id in sorted(owned):
        try:
            handed = settle(id, _items(owned[id]), chapter, zone)
        except Conflict as conflict:
            gathered.conflicts.append(str(conflict))
            continue
        if handed:
            gathered.handed.append(handed)
        else:
            gathered.notes.append(f"{id}: nothing for {chapter.id}, only other chapters")
    return gathered


def _placed(path: Path, chapter, ids, zone, leave_out, gathered: Gathered):
    """Yield the files below a path with whose they are; note those of nobody."""
    files = list(search(path, gathered.junk, leave_out=leave_out))
    if ids is not None and ids not in layouts.NAMES:
        name, layout = f"learners by {ids}", layouts.by_regex(ids, zone)
    else:
        name = ids or layouts.recognised(files)
        layout = _LAYOUTS.get(name)
    if name == "gradescope":
        yield from _by_gradescope(files, gathered)
    else:
        layout = layout or _plain(path, files, chapter)
        for found in files:
            place = layout(found)
            if place is not None:
                yield place, found
            elif found.fault or layouts.is_work(found.name):
                why = f"has another name than those of {_CALLED.get(name, name)}"
                why = "is packed work beside a learner's own" if name == "plain" else why
                gathered.notes.append(f"left out: {found.fault or f'{found.where} {why}'}")
    how = _CALLED.get(name, name)
    read_as = f"read as {how}" if name in _LAYOUTS or name == "gradescope" else how
    gathered.read_as.setdefault(read_as, []).append(str(path))


def _by_gradescope(files: Sequence[Found], gathered: Gathered):
    members: dict = {}
    lists = [found for found in files if found.name == "submission_metadata.yml"]
    for found in sorted(lists, key=lambda found: len(found.parts))[:1]:  # a learner's own is none
        try:
            members = read_metadata(found)
        except FileFault as error:
            gathered.notes.append(f"{error}; folders' names are used instead of students'")
    if not lists:
        gathered.notes.append(
            "there is no submission_metadata.yml; folders' names are used instead of students'"
        )
    for found in files:
        for place in places(found, members):
            yield place, found


def _plain(path: Path, files: Sequence[Found], chapter: Chapter) -> Layout:
    """Return the layout of no platform: a folder or file each, or the one folder of a learner."""
    manifests = _manifests(files)
    own = path.resolve()
    top = {found.parts[0] for found in files}
    one = path.is_dir() and (path / MARKER).is_file()
    one |= any(len(f.parts) == 1 and stem(f.name) == chapter.id for f in files)
    one |= any(len(f.parts) == 1 and ANSWER.fullmatch(f.name) for f in files)
    one |= "answers" in top or () in manifests
    if own.is_file() and not own.name.lower().endswith(".zip"):
        own, one = own.parent, one and stem(own.name) == chapter.id
    whole = own.parent.name if own.name == "answers" else stem(own.name)

    def layout(found: Found) -> Place | None:
        if one and path.is_dir() and any(part.lower().endswith(".zip") for part in found.parts):
            return None  # what a learner has packed lies beside the work itself
        for k in range(len(found.parts)):
            if found.parts[:k] in manifests:
                told = manifests[found.parts[:k]]
                return Place(told.id, told.name, "/".join(found.parts[:k]), rest=found.parts[k:])
        if one:
            return Place(whole, rest=found.parts)
        first, *rest = found.parts
        if not rest and not (is_notebook(first) or found.fault):
            return None
        id = stem(first) if not rest else first.removesuffix(".zip")
        return Place(_without_chapter(id, chapter), item=first, rest=tuple(rest) or (first,))

    return layout


def _manifests(files: Iterable[Found]) -> dict[tuple[str, ...], Manifest]:
    """Return the manifests of `diydl handin`, by the folder or zip that they stand in."""
    told = {}
    for found in files:
        if found.name == NAME and not found.fault:
            try:
                manifest = parse_manifest(found.read(LARGEST))
            except FileFault:
                continue
            if manifest:
                told[found.parts[:-1]] = manifest
    return told


def _items(owned: Sequence[tuple[Place, Found, str]]) -> list[Item]:
    """Put together what was handed in together."""
    items: dict[tuple, Item] = {}
    for place, found, root in owned:
        key = (place.item,) if place.order is not None else (root, place.item)
        item = items.setdefault((*key, place.order), Item("\0".join(key), place.order))
        item.name = item.name or one_line(place.name)
        item.files.append((place, found))
    return list(items.values())


def _without_chapter(name: str, chapter: Chapter) -> str:
    """Take the chapter out of ``ada_03_tape``; a name that is nothing else stays as it is."""
    left = re.sub(rf"[\s_.-]*{chapter.id}[\s_.-]*", "_", name, flags=re.I).strip("_")
    return left if re.match(r"\w", left) else name


def _normal(id: str) -> str:
    return unicodedata.normalize("NFC", one_line(id, 200)) or "?"
