"""What `diydl doctor` looks at. Each probe returns one `Finding`."""

import importlib.metadata
import importlib.util
import locale
import os
import platform
import shutil
import sys
import tempfile
import time
from pathlib import Path

from diydl.course.doctor import Finding
from diydl.course.folder import answers_folder, default_course_folder
from diydl.course.index import chapters_dir, clone_root, load_index
from diydl.course.probes_outside import gpu, kernel

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_VARIABLES = {
    "DIYDL_ANSWERS": "the answers folder",
    "DIYDL_DATA": "the folder of the large data sets",
    "DIYDL_MINE": "1: use your own functions from the start",
    "DIYDL_STRICT": "1: a check below full points raises",
}
_LITTLE = 200 * 2**20  # bytes of free disk


def python() -> Finding:
    """The interpreter: version against the package's bound, 64 bits, where it stands."""
    wanted = importlib.metadata.metadata("diydl")["Requires-Python"] or ">=3.11"
    where = "a virtual environment" if sys.prefix != sys.base_prefix else "no virtual environment"
    what = f"{platform.python_version()} on {platform.system()} {platform.machine()}, {where}"
    what += f", {sys.executable}"
    if not _fits(platform.python_version(), wanted):
        mend = "make an environment with a newer Python and install diydl there"
        return Finding("Python", "problem", what, f"diydl needs Python {wanted}.", mend)
    if sys.maxsize < 2**32:
        return Finding("Python", "note", what, "It has 32 bits: large arrays do not fit.")
    return Finding("Python", "ok", what)


def course() -> Finding:
    """The package and its chapters."""
    written = [chapter for chapter in load_index() if not chapter.planned]
    missing = [c.notebook for c in written if not (chapters_dir() / c.notebook).is_file()]
    kind = "a clone" if clone_root() else "an installed package"
    what = f"diydl {importlib.metadata.version('diydl')}, {kind}: {chapters_dir()}, "
    what += f"{len(written)} chapters"
    if missing:
        mend = "`diydl build`" if clone_root() else "install diydl again"
        follows = f"Missing: {', '.join(missing)}."
        return Finding("The course", "problem", what, follows, mend)
    return Finding("The course", "ok", what)


def packages() -> Finding:
    """Installed versions against the bounds that diydl states."""
    from packaging.requirements import Requirement

    found, bad = [], []
    for text in importlib.metadata.requires("diydl") or []:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            bad.append((f"{requirement.name} is not there", str(requirement)))
            continue
        found.append(f"{requirement.name} {version}")
        if not _fits(version, str(requirement.specifier)):
            bad.append((f"{found[-1]}, expected {requirement.specifier}", str(requirement)))
    if not bad:
        return Finding("Packages", "ok", ", ".join(found))
    wanted = " ".join(f'"{requirement}"' for _, requirement in bad)
    mend = f"{sys.executable} -m pip install {wanted}"
    what = "; ".join(reason for reason, _ in bad)
    return Finding("Packages", "problem", what, "Parts of the course will fail.", mend)


def numpy() -> Finding:
    """NumPy's linear algebra: which, how many threads, how fast, and whether it is right."""
    import numpy as np

    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]  # type: ignore[index,call-overload]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    what = f"{np.__version__} with {blas.get('name')} {blas.get('version')}, {_threads()}, "
    what += f"{cores} cores, {_speed(np):.0f} GFLOP/s in float32"
    if not np.array_equal(np.ones((3, 4)) @ np.ones((4, 5)), np.full((3, 5), 4.0)):
        mend = f"{sys.executable} -m pip install --force-reinstall numpy"
        return Finding("NumPy", "problem", what, "A product of matrices is wrong.", mend)
    held = [f"{name}={os.environ[name]}" for name in _THREADS if name in os.environ]
    follows = f"Set here: {', '.join(held)}." if held else ""
    return Finding("NumPy", "ok", what, follows)


def graphviz() -> Finding:
    """`dot` or pygraphviz, for the layout of graphs."""
    dot, package = shutil.which("dot"), importlib.util.find_spec("pygraphviz") is not None
    if dot or package:
        names = [dot] if dot else []
        return Finding("Graphviz", "ok", ", ".join(names + ["pygraphviz"] * package))
    return Finding(
        "Graphviz",
        "absent",
        "neither the program `dot` nor pygraphviz",
        "Graphs are laid out by diydl itself: always right, sometimes less tidy.",
        f'{sys.executable} -m pip install "pygraphviz>=2", or install Graphviz',
    )


def answers() -> Finding:
    """Where answers are stored, and whether they can be."""
    home = default_course_folder()
    folder = answers_folder() or (home / "answers" if home else None)
    if folder is None:
        follows = "Checks work, but nothing is recorded here."
        mend = "`diydl lab` or `diydl start DIR` makes a course folder"
        return Finding("Answers", "absent", "there is no course folder here", follows, mend)
    there = next(f for f in (folder, *folder.parents) if f.exists())
    if not there.is_dir():
        mend = "move that file, or set DIYDL_ANSWERS to another folder"
        follows = "Checks work, but nothing can be recorded."
        return Finding("Answers", "problem", f"{there} is a file, not a folder", follows, mend)
    free = shutil.disk_usage(there).free
    what = f"{folder}, {_count(folder)}, {free / 2**30:.1f} GiB free"
    problem = _unwritable(there)
    if problem:
        mend = "change its permissions or free space, or set DIYDL_ANSWERS to another folder"
        return Finding("Answers", "problem", what, f"It cannot be written: {problem}.", mend)
    if free < _LITTLE:
        return Finding("Answers", "note", what, "The disk is nearly full.", "free some space")
    return Finding("Answers", "ok", what)


def records() -> Finding:
    """Whether the stored answers can be read."""
    from diydl.course.standing import progress_in

    home = default_course_folder()
    found = progress_in(answers_folder() or (home / "answers" if home else None))
    what = f"{found.sum('passed'):g} exercises passed. {found.step}".rstrip(".")
    if found.folder is None or not found.folder.is_dir() or not found.notes:
        return Finding("Progress", "ok", what)
    follows = " ".join(found.notes)
    return Finding("Progress", "note", what, follows, "check those exercises again")


def encoding() -> Finding:
    """How text is encoded: UTF-8 everywhere, or signs may be lost."""
    names = {
        "files": locale.getpreferredencoding(False),
        "file names": sys.getfilesystemencoding(),
        "output": getattr(sys.stdout, "encoding", None) or "unknown",
    }
    what = ", ".join(f"{use} {name}" for use, name in names.items())
    what += f"; locale {'.'.join(part or '?' for part in locale.getlocale())}"
    if all(name.lower().replace("-", "").startswith("utf8") for name in names.values()):
        return Finding("Encoding", "ok", what)
    follows = "Signs and accents may show as question marks; notebooks and answers are UTF-8."
    return Finding("Encoding", "note", what, follows, "set PYTHONUTF8=1")


def variables() -> Finding:
    """The variables DIYDL_...: which are set, and whether diydl knows them."""
    given = {name: value for name, value in os.environ.items() if name.startswith("DIYDL_")}
    wrong = [f"{name} is no variable of diydl" for name in given if name not in _VARIABLES]
    data = given.get("DIYDL_DATA")
    if data and not Path(data).expanduser().is_dir():
        wrong.append(f"DIYDL_DATA names {data}, which is no folder")
    for name in ("DIYDL_MINE", "DIYDL_STRICT"):
        if given.get(name) not in (None, "", "0", "1"):
            wrong.append(f"{name} is {given[name]!r}, expected 1 or 0")
    meanings = [f"{k}={v} ({_VARIABLES[k]})" for k, v in given.items() if k in _VARIABLES]
    what = "; ".join(meanings) if meanings else "none of DIYDL_... is set"
    if wrong:
        mend = f"the names are {', '.join(_VARIABLES)}"
        return Finding("Variables", "note", what, "; ".join(wrong) + ".", mend)
    return Finding("Variables", "ok", what)


PROBES = (
    python,
    course,
    packages,
    numpy,
    gpu,
    graphviz,
    kernel,
    answers,
    records,
    encoding,
    variables,
)


def _fits(version: str, bounds: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(bounds).contains(version, prereleases=True)


def _threads() -> str:
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return "threads unknown"
    pools = [pool for pool in threadpool_info() if pool.get("user_api") == "blas"]
    return f"{pools[0]['num_threads']} threads" if pools else "threads unknown"


def _speed(np) -> float:
    """The best of three products of two matrices, 768 by 768: about 0.05 s in all."""
    a, best = np.ones((768, 768), np.float32), float("inf")
    for _ in range(3):
        start = time.perf_counter()
        np.matmul(a, a)
        best = min(best, time.perf_counter() - start)
    return 2 * 768**3 / best / 1e9


def _count(folder: Path) -> str:
    if not folder.is_dir():
        return "made by the first check"
    return f"{len(list(folder.glob('[0-9][0-9]-*.json')))} records"


def _unwritable(folder: Path) -> str:
    try:
        with tempfile.NamedTemporaryFile(prefix=".doctor-", dir=folder) as file:
            file.write(b"x" * 4096)
            file.flush()
    except OSError as error:
        return error.strerror or str(error)
    return ""
