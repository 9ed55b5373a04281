"""The submission's side: a process that holds the library, one answer, and no test.

Run as a script, `python -I worker.py`. It loads the library once. Then it either serves the one
connection on its standard input, or (`worker.py zygote`, Linux) forks a process for each connection
that it is handed: each goes into its own jail before it reads a word of a submission. The zygote
itself never runs any code of a learner.

What a learner's code can do to this process it does to itself: nothing here knows an expected
value, and the grader reads every reply as data from a stranger.
"""

import builtins
import contextlib
import importlib
import json
import os
import pkgutil
import socket
import struct
import sys
import types
from pathlib import Path

_TOOLS = {"course", "cli", "draw", "testing", "__main__"}
_ONLY_THEMSELVES = ("diydl.draw", "diydl.testing")  # what is below them draws widgets, or tests


class Quiet:
    """Stand for what a notebook talks to and a grader does not need: check, display, IPython."""

    def __call__(self, *args, **kwargs):
        """Take anything, do nothing."""
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def __iter__(self):
        return iter(())

    def __repr__(self):
        return ""


def load_library(modules: list[str]) -> types.ModuleType:
    """Import the library, and of the course only what this side needs; shut the door behind it.

    ``modules`` are those of the tools that hold the reference of an exercise.
    """
    import diydl

    course = types.ModuleType("diydl.course")
    course.__path__ = [str(Path(diydl.__file__).parent / "course")]
    sys.modules["diydl.course"] = course
    _import_all(diydl)
    for name in (*_ONLY_THEMSELVES, *modules):
        importlib.import_module(name)
    serving = importlib.import_module("diydl.course.grading.process.serving")
    if sys.platform == "linux":
        serving.zygote = importlib.import_module("diydl.course.grading.process.zygote").zygote
    for name in [name for name in sys.modules if name.startswith("diydl.course.")]:
        del sys.modules[name]
    for name in [name for name, value in vars(course).items() if type(value) is type(course)]:
        delattr(course, name)
    course.__path__ = []
    for name in ("check", "hint", "use_mine", "watch", "library_picture", "progress"):
        setattr(course, name, Quiet())
    diydl.course = course
    builtins.display, builtins.get_ipython = Quiet(), Quiet()
    return serving


def _import_all(package: types.ModuleType) -> None:
    """Import what is below a package, the tools around the library apart."""
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if info.name.split(".")[1] in _TOOLS:
            continue
        with contextlib.suppress(ImportError):  # needs a package that is not installed
            module = importlib.import_module(info.name)
            if info.ispkg:
                _import_all(module)


def main() -> None:
    """Load the library; then wait as a zygote, or serve the connection on standard input."""
    if sys.argv[1:] == ["zygote"]:
        control = socket.socket(fileno=0)
        config = json.loads(control.recv(2**18))
        sys.path[:] = config["path"]
        load_library(config["modules"]).zygote(control, config)
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    stream = types.SimpleNamespace(read=reader.read, write=writer.write, flush=writer.flush)
    config = json.loads(reader.read(struct.unpack("<Q", reader.read(8))[0]))
    sys.path[:] = config["path"]
    serving = load_library(config["modules"])
    serving.silence()
    serving.enter(None, config["folder"], config)
    serving.serve(stream)


if __name__ == "__main__":
    main()
