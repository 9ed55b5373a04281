"""Points of an exercise, read from the marks of its check without running it."""

import ast
import math
from pathlib import Path

CHECKS = Path(__file__).parent / "checks"


def check_file(exercise: str, checks: Path = CHECKS) -> Path:
    """File with the check of an exercise; raises `LookupError` where there is none.

    Examples
    --------
    >>> check_file("99/none")
    Traceback (most recent call last):
    LookupError: exercise 99/none has no check; expected diydl/course/checks/ch99_*/test_none.py
    """
    number, name = exercise.replace("-", "_").split("/")
    found = sorted(checks.glob(f"ch{number}_*/test_{name}.py"))
    if len(found) == 1:
        return found[0]
    expected = f"diydl/course/checks/ch{number}_*/test_{name}.py"
    if found:
        raise LookupError(f"exercise {exercise} has {len(found)} checks; keep one {expected}")
    raise LookupError(f"exercise {exercise} has no check; expected {expected}")


def points(exercise: str, checks: Path = CHECKS) -> float:
    """Points that the check of an exercise can return: the sum over its tests.

    A prediction, an ordering or a bug hunt has a bank (`name.py`) and no test file: 0 points.
    """
    number, name = exercise.replace("-", "_").split("/")
    banks = list(checks.glob(f"ch{number}_*/{name}.py"))
    if banks and not banks[0].with_name(f"test_{name}.py").exists():
        return 0.0
    tests = ast.parse(check_file(exercise, checks).read_text(encoding="utf-8")).body
    return math.fsum(
        mark.args[0].value
        for test in tests
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_")
        for mark in test.decorator_list
        if isinstance(mark, ast.Call) and ast.unparse(mark.func).endswith("points")
    )
