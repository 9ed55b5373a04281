"""How long a class takes to grade: python -m tests.benchmarks.grading [CHAPTER] [COUNT].

As an instructor would: `diydl grade` in a process of its own, on a folder of good notebooks that
differ in a comment, on two processes; then the same folder again, where nothing is left to do.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from diydl.course.index import find_chapter

ROOT = Path(__file__).parents[2]
PROCESSES = 2


def hand_in(folder, chapter, count):
    """Write good notebooks, each with a comment of its own in its answers."""
    notebook = json.loads((ROOT / "solutions" / chapter.notebook).read_text(encoding="utf-8"))
    answers = [cell for cell in notebook["cells"] if "exercise" in cell["metadata"]]
    texts = ["".join(cell["source"]) for cell in answers]
    for number in range(count):
        for cell, text in zip(answers, texts, strict=True):
            cell["source"] = f"{text}\n# learner {number}"
        path = folder / f"learner{number:03}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")


def seconds(folder, out, chapter):
    """Grade the folder; return the seconds, those of the processors, and who got full points."""
    command = [sys.executable, "-m", "diydl", "grade", chapter.number, str(folder)]
    began, used = time.perf_counter(), os.times()
    subprocess.run(
        [*command, "-o", str(out), "-j", str(PROCESSES)], cwd=ROOT, check=True, capture_output=True
    )
    took, now = time.perf_counter() - began, os.times()
    worked = sum(now[2:4]) - sum(used[2:4])  # of processes that ended; 0 on Windows
    learners = json.loads((out / "scores.json").read_text(encoding="utf-8"))["learners"]
    return took, worked, {row["points"] == row["max"] for row in learners}


def main(number="03", count="120"):
    """Print the table; return 1 where a good notebook did not get full points."""
    chapter, count = find_chapter(number), int(count)
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "in", Path(place) / "out"
        folder.mkdir()
        hand_in(folder, chapter, count)
        full = set()
        for what in ("first", "again"):
            took, worked, all_full = seconds(folder, out, chapter)
            full |= all_full
            sys.stdout.write(
                f"{chapter.id}, {count} good notebooks, -j {PROCESSES}, {what}: {took:.1f} s, "
                f"{1000 * took / count:.0f} ms a notebook ({1000 * worked / count:.0f} ms of "
                f"a processor)\n"
            )
            sys.stdout.flush()
    return int(full != {True})


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
