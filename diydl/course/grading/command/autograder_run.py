"""What runs in Gradescope's container for each submission: `run_autograder` of the zip.

The folder given holds `submission/` (what was handed in), `source/` (the zip, unpacked) and
`results/`, as Gradescope lays them out.
"""

import json
import shutil
import sys
from pathlib import Path

from diydl.course.grading.batch.batch import Batch, Entry
from diydl.course.grading.batch.runner import Wanted, grade_class, versions
from diydl.course.grading.intake.gather import Gathered, gather
from diydl.course.grading.points import worth
from diydl.course.grading.report.gradescope import write_results
from diydl.course.grading.settings import Settings
from diydl.course.index import find_chapter
from diydl.course.say import say


def run(root: Path) -> int:
    """Grade the submission below `root` and write `results/results.json`; return an exit status.

    A submission without a notebook, or with two, gets 0 points and a text that says so. An error
    of the grader writes nothing.
    """
    root = Path(root).resolve()
    settings = _settings(root / "source")
    chapter = find_chapter(settings.chapter)
    work = root / "work"
    shutil.rmtree(work, ignore_errors=True)
    handed = work / "handed"
    shutil.copytree(root / "submission", handed / "submission", symlinks=True)
    gathered = gather([handed], chapter, ids="plain")
    for line in [*gathered.said(), *gathered.conflicts]:
        say(line)
    if gathered.conflicts or not gathered.handed:
        batch = _nothing(gathered, settings)
    else:
        batch = grade_class(gathered, settings, Wanted(work / "out", force=True))
    for entry in batch.graded:
        if entry.status == "grader error":
            say(f"the grader failed: {entry.message}\n{entry.traceback}")
            return 2
        if entry.graded is not None:
            say(entry.graded.sandbox)
    write_results(batch, root / "results" / "results.json")
    return 0


def _nothing(gathered: Gathered, settings: Settings) -> Batch:
    chapter = find_chapter(settings.chapter)
    most = sum(
        sum(t.values()) for t in worth(chapter.number, settings.points, settings.hidden).values()
    )
    message = " ".join(gathered.conflicts) or (
        f"No work for this chapter was found. Hand in {chapter.notebook}, or the zip that "
        "`diydl handin` makes."
    )
    entry = Entry("submission", "unreadable", max=most, message=message)
    return Batch(chapter.id, [entry], settings=settings, versions=versions())


def _settings(source: Path) -> Settings:
    told = json.loads((source / "settings.json").read_text(encoding="utf-8"))
    told["hidden"] = source / "hidden" if told["hidden"] else None
    told["points"] = source / "points.toml" if told["points"] else None
    return Settings(**told)


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
