"""Check answers in a process of its own, so that whatever they do ends with it.

The parent sends jobs as JSON on the child's standard input; the child answers with one line of JSON
each. A child that is silent for too long (a loop in C code) or that dies is ended, its job is
reported as stopped, and the jobs that remain go to a new child.
"""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from diydl.course.catalog import find_exercise

_GRACE = 10.0  # seconds past an exercise's own limit: to start, to import, to report


@dataclass(frozen=True)
class Job:
    """An answer to check: exercise, text of its cell, and names that other cells define."""

    id: str
    cell: str
    elsewhere: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Result:
    """What came of a job: the numbers, and the report as text."""

    id: str
    points: float
    max: float
    status: str
    mistake: str | None
    text: str


def check_apart(jobs: Sequence[Job], *, grace: float = _GRACE) -> Iterator[Result]:
    """Check jobs one after the other in another process; yield a result for each, in order."""
    waiting = list(jobs)
    while waiting:
        with _child(waiting) as lines:
            while waiting:
                limit = find_exercise(waiting[0].id).limit + grace
                try:
                    line = lines.get(timeout=limit)
                except queue.Empty:
                    line = f"nothing came back within {limit:g} seconds"
                result = _read(line)
                yield result or _stopped(waiting[0], line)
                waiting.pop(0)
                if result is None:
                    break


def _read(line: str) -> Result | None:
    try:
        return Result(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _stopped(job: Job, why: str) -> Result:
    from diydl.course.judge import unreadable  # loads pytest: 0.1 s

    why = why if why.startswith("nothing") else "the process that ran your code ended (a crash?)"
    report = unreadable(find_exercise(job.id), f"{why}, so the check was stopped", "stopped")
    return Result(job.id, 0.0, report.max, "stopped", None, str(report))


@contextlib.contextmanager
def _child(jobs: Sequence[Job]) -> Iterator["queue.Queue[str]"]:
    """Start a process on these jobs; give the lines that it writes, and "" at its end."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DIYDL_", "NBGRADER_"))}
    home = str(Path(__file__).resolve().parents[2])
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [home, env.get("PYTHONPATH")]))
    env["PYTHONIOENCODING"] = "utf-8"
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "diydl.course.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=env,
    )
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=_pump, args=(process.stdout, lines), daemon=True)
    reader.start()
    try:
        with contextlib.suppress(OSError):  # a child that died at once: its silence tells
            json.dump([vars(job) for job in jobs], process.stdin)  # type: ignore[arg-type]
            process.stdin.close()  # type: ignore[union-attr]
        yield lines
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stdout.close()  # type: ignore[union-attr]


def _pump(stream: TextIO, lines: "queue.Queue[str]") -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def main() -> None:
    """Answer jobs; what the learner's code writes to the standard streams goes nowhere."""
    from diydl.course.judge import check_cell

    jobs = [Job(**job) for job in json.load(sys.stdin)]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    for job in jobs:
        report = check_cell(find_exercise(job.id), job.cell, elsewhere=job.elsewhere)
        result: dict[str, Any] = {
            "id": job.id,
            "points": report.points,
            "max": report.max,
            "status": report.status,
            "mistake": report.mistake,
            "text": str(report),
        }
        answers.write(json.dumps(result) + "\n")
        answers.flush()
    os._exit(0)  # threads that an answer left behind do not keep us


if __name__ == "__main__":
    main()
