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
import gc
import importlib
import json
import os
import pkgutil
import random
import signal
import socket
import struct
import sys
import types
from pathlib import Path
from typing import NoReturn

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


def load_library(modules: list[str]) -> types.SimpleNamespace:
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
    parts = {
        part: importlib.import_module(f"diydl.course.{part}")
        for part in ("rebuild", "limits", "piece", "explain", "grading.wire", "grading.masking")
    }
    if sys.platform != "win32":  # what is in there are calls that Windows does not have
        parts["inside"] = importlib.import_module("diydl.course.grading.jail.inside")
    for name in [name for name in sys.modules if name.startswith("diydl.course.")]:
        del sys.modules[name]
    for name in [name for name, value in vars(course).items() if type(value) is type(course)]:
        delattr(course, name)
    course.__path__ = []
    for name in ("check", "hint", "use_mine", "watch", "library_picture", "progress"):
        setattr(course, name, Quiet())
    diydl.course = course
    builtins.display, builtins.get_ipython = Quiet(), Quiet()
    return types.SimpleNamespace(**{name.rpartition(".")[2]: m for name, m in parts.items()})


def _import_all(package: types.ModuleType) -> None:
    """Import what is below a package, the tools around the library apart."""
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if info.name.split(".")[1] in _TOOLS:
            continue
        with contextlib.suppress(ImportError):  # needs a package that is not installed
            module = importlib.import_module(info.name)
            if info.ispkg:
                _import_all(module)


class Session:
    """One exercise of one submission: build the answer, then call it."""

    def __init__(self, tools: types.SimpleNamespace):
        self.tools = tools
        self.output = tools.limits.CappedOutput()
        self.held: list = []

    def answer(self, request: list) -> list:
        """Do what was asked; return a value, or what went wrong."""
        contained, operation = self.tools.limits.contained, request[0]
        try:
            return ["value", getattr(self, f"do_{operation}")(contained, *request[1:])]
        except BaseException as error:
            return ["error", self._described(error)]

    def do_prepare(self, contained, plan: dict):
        """Get ready, before any code of the learner's has run: what fails here is our own fault."""
        self.plan = plan
        self.tools.masking.remove_references([plan["id"]])
        _seed(plan["seed"])
        self.drivers: dict = {"__name__": "driver"}
        exec(compile(plan["drivers"], "<driver>", "exec"), self.drivers)
        texts = [*plan["before"], plan["cell"]]
        names = self.tools.rebuild.given_names(
            plan["id"][:2], imports=_importable(plan["given"], texts)
        )
        sys.modules["__main__"] = types.ModuleType("__main__")
        self.namespace = sys.modules["__main__"].__dict__
        self.namespace.update(names)

    def do_open(self, contained):
        """Build the answer from its cell; describe its form."""
        tools, plan, namespace = self.tools, self.plan, self.namespace

        def run(function, *args):
            return contained(self.output, function, *args)

        for text in plan["before"]:
            with contextlib.suppress(tools.rebuild.AnswerError):
                tree = tools.rebuild.parse(text, "another cell")
                for _ in tools.rebuild.run_statements(tree, "<another cell>", namespace, run):
                    pass
        piece = tools.rebuild.rebuild(
            plan["cell"],
            plan["id"],
            plan["name"],
            run=run,
            elsewhere=plan["elsewhere"],
            namespace=namespace,
        )
        self._overlay(piece)
        return run(_form, piece)

    def do_call(self, contained, args: list, kwargs: dict):
        """Call the answer; tell the result and what happened to its arguments."""
        given = [*args, *kwargs.values()]
        watched = {k: v for k, v in enumerate(given) if _is_array(v) and not self._is_held(v)}
        before = {k: (v.shape, v.dtype, v.tobytes()) for k, v in watched.items()}
        result = contained(self.output, self.piece, *args, **kwargs)
        after = {k: (v.shape, v.dtype, v.tobytes()) for k, v in watched.items()}
        changed = [k for k in watched if before[k] != after[k]]
        shared = [k for k, v in watched.items() if _is_array(result) and _overlap(result, v)]
        return [result, changed, shared]

    def do_drive(self, contained, driver: str, args: list, kwargs: dict):
        """Run a driver on the answer."""
        pieces = types.SimpleNamespace(**{self.plan["name"]: self.piece})
        result = contained(self.output, self.drivers[driver], pieces, *args, **kwargs)
        return self.tools.piece.plain_data(result, f"driver {driver!r}")

    def do_put(self, contained, array):
        """Keep an array here, to be passed and changed in place."""
        self.held.append(array)
        return len(self.held) - 1

    def do_get(self, contained, number: int):
        """Show what a held array is now."""
        return self.held[number]

    def _overlay(self, piece) -> None:
        """Put the answer into its slot, for as long as this process lives."""
        from diydl.exercise import under_test

        self._until_the_end = contextlib.ExitStack()
        try:
            guarded = self._until_the_end.enter_context(under_test({self.plan["id"]: piece}))
            self.piece = guarded[self.plan["id"]]
        except TypeError:  # another header: the grader says so
            self.piece = piece

    def _is_held(self, value) -> bool:
        return any(value is array for array in self.held)

    def _described(self, error: BaseException) -> dict:
        filename = self.tools.rebuild.file_of(self.plan["id"])
        line, trace = None, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == filename:
                line = trace.tb_lineno
            trace = trace.tb_next
        missing = getattr(error, "name", None) if isinstance(error, NameError) else None
        return {
            "module": str(type(error).__module__),
            "name": type(error).__name__,
            "said": self.tools.explain.said_by(error),
            "line": line,
            "missing": missing if isinstance(missing, str) else None,
        }


def serve(stream, tools: types.SimpleNamespace) -> None:
    """Answer requests until there are no more. A reply carries the token of its request."""
    pack, unpack, session = tools.wire.pack, tools.wire.unpack, Session(tools)
    own = os.getpid()
    _write(stream, pack("ready"))
    while (message := _read(stream)) is not None:
        token, *request = unpack(message, held=lambda number: session.held[number])
        reply = session.answer(request)
        try:
            packed = pack([token, *reply])
        except (tools.wire.WireError, MemoryError) as error:
            said = f"what came back is too much to look at: {error or 'no memory left'}"
            fault = {"module": "diydl.course.limits", "name": "AnswerStopped", "said": said}
            packed = pack([token, "error", {**fault, "line": None, "missing": None}])
        if os.getpid() != own:  # a copy of this process that a submission made: it has no say
            os._exit(0)
        _write(stream, packed)
    os._exit(0)


def zygote(control: socket.socket, config: dict, tools: types.SimpleNamespace) -> NoReturn:
    """Fork a process for each connection that comes in; end one when told."""
    _warm_up(tools)
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        from ctypes import CDLL

        CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER: orphans come to us, to be ended
    control.send(b"ready")
    while True:
        order, fds, _, _ = socket.recv_fds(control, 4096, 1)
        if not order:
            _end_children(0)
            os._exit(0)
        told = json.loads(order)
        if told["do"] == "end":
            _end_children(told["pid"])
            continue
        pid = os.fork()
        if pid == 0:
            _become_worker(control, fds[0], told, config, tools)
        os.close(fds[0])
        control.send(str(pid).encode())


def _warm_up(tools: types.SimpleNamespace) -> None:
    """Do once what every process does first, so that none of them has to load or compile it."""
    import numpy as np

    import diydl as dl

    importlib.import_module("numpy.random")  # NumPy loads it when it is first asked for
    session = Session(tools)
    plan = {"id": "99/f", "name": "f", "cell": "def f(x):\n    return dl.tanh(x)", "before": []}
    plan |= {"given": {"np": "import numpy as np", "dl": "import diydl as dl"}, "drivers": ""}
    x = np.ones((2, 3), np.float32)
    for request in (
        ["prepare", {**plan, "elsewhere": [], "seed": 0}],
        ["open"],
        ["call", [x], {}],
        ["call", ["no array"], {}],
    ):
        token, *asked = tools.wire.unpack(tools.wire.pack(["token", *request]))
        tools.wire.pack([token, *session.answer(asked)])
    y = dl.tensor(x, requires_grad=True)
    (dl.tanh(y @ y.T) * y.sum()).sum().backward()


def _become_worker(control, fd: int, told: dict, config: dict, tools) -> None:
    """Go into the jail, then serve; this process never comes back to the zygote's loop."""
    stream = socket.socket(fileno=fd).makefile("rwb")
    try:
        control.close()
        _silence()
        if config["spec"]:
            config["spec"]["folder"] = told["folder"]
        _enter(tools, config["spec"], told["folder"], config)
    except BaseException as error:
        _write(stream, tools.wire.pack(["failed", f"{type(error).__name__}: {error}"]))
        os._exit(1)
    with contextlib.suppress(BaseException):
        serve(stream, tools)
    os._exit(1)


def _enter(tools, spec: dict | None, folder: str, config: dict) -> None:
    if spec:
        tools.inside.enter(spec)
        spec.clear()
    else:
        os.chdir(folder)
        with contextlib.suppress(OSError, AttributeError):
            os.setsid()
    os.environ.update(HOME=folder, TMPDIR=folder, TMP=folder, TEMP=folder)
    if sys.platform != "win32":
        tools.inside.limit_resources(mem_mb=config["mem_mb"], cpu_s=config["cpu_s"])
    config.clear()  # paths of the grader's are nobody's business from here on


def _end_children(pid: int) -> None:
    """End one process in an orderly way, then whatever is left below the zygote."""
    if pid:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGTERM)
        if not _gone(pid, tries=200):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
    for _ in range(100):
        left = _children()
        if not left:
            return
        for child in left:
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.waitpid(child, 0)


def _gone(pid: int, tries: int) -> bool:
    from time import sleep

    for _ in range(tries):
        try:
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                return True
        except OSError:
            return True
        sleep(0.0005 if _ < 100 else 0.01)
    return False


def _children() -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:
        return []


def _seed(seed: int) -> None:
    import numpy as np

    import diydl

    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002
    diydl.seed(seed)


def _form(piece) -> dict:
    """Describe a function so that its header can be compared on the other side."""
    import inspect

    kind = "class" if isinstance(piece, type) else "function"
    if inspect.iscoroutinefunction(piece):
        kind = "coroutine"
    if not callable(piece):
        return {"kind": type(piece).__name__, "parameters": None}
    try:
        parameters = [
            [p.name, int(p.kind), None if p.default is p.empty else repr(p.default)]
            for p in inspect.signature(piece).parameters.values()
        ]
    except (ValueError, TypeError):
        parameters = None
    return {"kind": kind, "parameters": parameters}


def _importable(given: dict[str, str], texts: list[str]) -> dict[str, str]:
    """Return the given imports that some text uses, without packages that are not installed."""
    import re

    used = {name for text in texts for name in re.findall(r"[^\W\d]\w*", text)}
    found = {}
    for name in used & set(given):
        with contextlib.suppress(ImportError):
            exec(compile(given[name], "<given imports>", "exec"), {})
            found[name] = given[name]
    return found


def _is_array(value) -> bool:
    import numpy as np

    return issubclass(type(value), np.ndarray)


def _overlap(a, b) -> bool:
    import numpy as np

    return bool(np.may_share_memory(a, b))


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nowhere, fd)


def _read(stream) -> bytes | None:
    head = stream.read(8)
    return stream.read(struct.unpack("<Q", head)[0]) if len(head) == 8 else None


def _write(stream, message: bytes) -> None:
    stream.write(struct.pack("<Q", len(message)) + message)
    stream.flush()


def main() -> None:
    """Load the library; then wait as a zygote, or serve the connection on standard input."""
    if sys.argv[1:] == ["zygote"]:
        control = socket.socket(fileno=0)
        config = json.loads(control.recv(2**18))
        sys.path[:] = config["path"]
        zygote(control, config, load_library(config["modules"]))
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    stream = types.SimpleNamespace(read=reader.read, write=writer.write, flush=writer.flush)
    config = json.loads(_read(stream) or b"")
    sys.path[:] = config["path"]
    tools = load_library(config["modules"])
    _silence()
    _enter(tools, None, config["folder"], config)
    serve(stream, tools)


if __name__ == "__main__":
    main()
