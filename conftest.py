"""Set up for all tests: what cannot run here says so, and nothing touches a learner's answers."""

import importlib.util
import os
import runpy
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent

# No network, here and in every Python that a test starts: kernels too.
OFFLINE = ROOT / "tests" / "offline"
if OFFLINE.is_dir():  # not so in an export of the library
    paths = [str(OFFLINE), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    runpy.run_path(str(OFFLINE / "sitecustomize.py"))

# The checks of the exercises are pytest files too, but run through `check(...)` only.
collect_ignore_glob = ["diydl/course/checks/*", "work/*"]

# Whoever runs the tests may be learning in this clone: their settings stay out of it.
for name in ("DIYDL_ANSWERS", "DIYDL_MINE", "DIYDL_STRICT"):
    os.environ.pop(name, None)
os.environ["IPYTHONDIR"] = tempfile.mkdtemp(prefix="diydl-ipython-")  # no start-up files either


def _no_gpu() -> str:
    if importlib.util.find_spec("cupy") is None:
        return "not run on GPU: CuPy is not installed"
    import cupy

    try:
        found = cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError:
        found = 0
    return "" if found else "not run on GPU: there is none"


def _no_torch() -> str:
    return "" if importlib.util.find_spec("torch") else "not run: PyTorch is not installed"


def _no_data() -> str:
    folder = os.environ.get("DIYDL_DATA")
    if not folder:
        return "not run: DIYDL_DATA does not name the large data sets"
    return "" if Path(folder).is_dir() else f"not run: no large data sets in {folder}"


def _no_book() -> str:
    needed = ("jupyter_book", "jupytext", "latex2mathml", "codespell_lib")
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    return f"not run: {', '.join(missing)} not installed (extra `book`)" if missing else ""


def _no_nbgrader() -> str:
    found = importlib.util.find_spec("nbgrader")
    return "" if found else "not run: nbgrader is not installed (extra `nbgrader`)"


_MISSING = {
    "gpu": _no_gpu,
    "torch": _no_torch,
    "data": _no_data,
    "book": _no_book,
    "nbgrader": _no_nbgrader,
}


def pytest_addoption(parser):
    parser.addoption("--slow", action="store_true", help="run also what takes its time")


def pytest_collection_modifyitems(config, items):
    reasons = {name: look() for name, look in _MISSING.items()}
    named = {(config.invocation_params.dir / word.split("::")[0]).resolve() for word in config.args}
    for item in items:
        hurried = not config.getoption("slow") and item.path not in named
        slow = "not run: slow; --slow runs them, or the name of their file" if hurried else ""
        for name, reason in {**reasons, "slow": slow}.items():
            if reason and item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))


_STARTS: dict[int, dict] = {}


@pytest.fixture(autouse=True)
def same_draws(request):
    """Start the generator that the tests of a module share anew for each of them.

    Else what a test draws depends on which tests ran before it in the same process.
    """
    shared = getattr(request, "module", None)
    for name in ("rng", "RNG"):
        generator = getattr(shared, name, None)
        if isinstance(generator, np.random.Generator):
            start = _STARTS.setdefault(id(generator), generator.bit_generator.state)
            generator.bit_generator.state = start


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Before nbval starts a kernel: in solutions/ a check below full points is an error."""
    os.environ.pop("DIYDL_STRICT", None)
    if item.path.suffix == ".ipynb" and item.path.parent == ROOT / "solutions":
        os.environ["DIYDL_STRICT"] = "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """After nbval has run a cell: each figure that it showed has a text instead."""
    result = yield
    outputs = getattr(item, "test_outputs", None)
    if outputs:
        from diydl.course.alt import figures_without_text

        faults = figures_without_text(outputs)
        if faults:
            pytest.fail("; ".join(faults), pytrace=False)
    return result


def pytest_terminal_summary(terminalreporter):
    """Say in one place what was not run, and why."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    for reason, count in sorted(reasons.items()):
        reason = reason if reason.startswith("not run") else f"not run: {reason}"
        terminalreporter.write_line(f"{reason} ({count} {'test' if count == 1 else 'tests'})")
