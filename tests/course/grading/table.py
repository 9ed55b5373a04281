"""Print what each hostile and each awkward submission is worth, truly and by our grader.

Run with ``python -m tests.course.grading.table``.
"""

import sys
import time

from diydl.course.grading.grader import grade
from diydl.course.grading.settings import Settings
from tests.course.grading.hostile import code, files, innocent
from tests.course.grading.hostile.case import CHAPTER

GROUPS = {"hostile code": code, "hostile files": files, "awkward and innocent": innocent}


def rows(wanted: str = ""):
    """Yield group, case, our score and the seconds that it took."""
    for group, module in GROUPS.items():
        for case in module.CASES:
            if wanted in case.name:
                start = time.perf_counter()
                result, _ = grade(case.build(), Settings(CHAPTER, **case.settings))
                yield group, case, result, time.perf_counter() - start


def main() -> None:
    """Print the table; exit with 1 where a row is not true."""
    wrong, last = 0, ""
    for group, case, result, seconds in rows(*sys.argv[1:2]):
        if group != last:
            sys.stdout.write(f"\n{group:42}   true    ours  seconds\n")
            last = group
        wrong += result.points != case.true
        mark = "" if result.points == case.true else "  <-- "
        sys.stdout.write(
            f"{case.name:42} {case.true:6g}  {result.points:6g}  {seconds:7.2f}{mark}\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"\n{wrong} rows are not true\n")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
