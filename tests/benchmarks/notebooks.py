"""How long each notebook takes, and how long it may: python -m tests.benchmarks.notebooks [NN ...].

Solved and untouched notebooks, one after the other, each in a kernel of its own, as a learner would
run them. The time includes the start of the kernel. The status is 1 where one takes too long.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from diydl.course.index import load_index

ROOT = Path(__file__).parents[2]
SECONDS = dict.fromkeys(("10", "13", "17"), 60)  # chapters that train something larger
USUAL = 20


def seconds(path):
    """Run a notebook in an empty folder; return the seconds that it took."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}})
        began = time.perf_counter()
        client.execute()
        return time.perf_counter() - began


def main():
    """Print a row for each notebook; return 1 where one takes longer than it may."""
    chapters = {c.number: c for c in load_index() if not c.planned}
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.notebooks")
    parser.add_argument(
        "numbers", nargs="*", metavar="NN", help=f"of chapters, {', '.join(chapters)}; default: all"
    )
    numbers = parser.parse_args().numbers or list(chapters)
    if not set(numbers) <= set(chapters):
        parser.error(f"there is no chapter {', '.join(sorted(set(numbers) - set(chapters)))}")
    late = 0
    for chapter in map(chapters.get, numbers):
        for folder in ("solutions", "chapters"):
            took = seconds(ROOT / folder / chapter.notebook)
            most = SECONDS.get(chapter.number, USUAL)
            late += took > most
            sign = "too long" if took > most else "ok"
            sys.stdout.write(f"{folder:<10} {chapter.id:<16} {took:6.1f} s of {most} s  {sign}\n")
            sys.stdout.flush()
    return int(late > 0)


if __name__ == "__main__":
    sys.exit(main())
