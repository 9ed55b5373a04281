"""One exercise of one submission, in the submission's own process.

What is asked comes from the grader. What is answered goes to it as data from a stranger: nothing in
this process knows an expected value, and no test.
"""

import contextlib
import inspect
import random
import re
import sys
import types

import numpy as np

import diydl
from diydl.course.explain import said_by
from diydl.course.grading.process.masking import remove_references
from diydl.course.limits import CappedOutput, contained
from diydl.course.piece import plain_data
from diydl.course.rebuild import (
    AnswerError,
    file_of,
    given_names,
    parse,
    rebuild,
    run_statements,
)
from diydl.exercise import under_test


class Session:
    """One exercise of one submission: build the answer, then call it."""

    def __init__(self):
        self.output = CappedOutput()
        self.held: list = []

    def answer(self, request: list) -> list:
        """Do what was asked; return a value, or what went wrong."""
        operation, *arguments = request
        try:
            return ["value", getattr(self, f"do_{operation}")(*arguments)]
        except BaseException as error:
            return ["error", self._described(error)]

    def do_prepare(self, plan: dict):
        """Get ready, before any code of the learner's has run: what fails here is our own fault."""
        self.plan = plan
        remove_references([plan["id"]])
        _seed(plan["seed"])
        self.drivers: dict = {"__name__": "driver"}
        exec(compile(plan["drivers"], "<driver>", "exec"), self.drivers)
        texts = [*plan["before"], plan["cell"]]
        names = given_names(plan["id"][:2], imports=_importable(plan["given"], texts))
        sys.modules["__main__"] = types.ModuleType("__main__")
        self.namespace = sys.modules["__main__"].__dict__
        self.namespace.update(names)

    def do_open(self):
        """Build the answer from its cell; describe its form."""
        plan, namespace = self.plan, self.namespace

        def run(function, *args):
            return contained(self.output, function, *args)

        for text in plan["before"]:
            with contextlib.suppress(AnswerError):
                tree = parse(text, "another cell")
                for _ in run_statements(tree, "<another cell>", namespace, run):
                    pass
        piece = rebuild(
            plan["cell"],
            plan["id"],
            plan["name"],
            run=run,
            elsewhere=plan["elsewhere"],
            namespace=namespace,
        )
        self._overlay(piece)
        return run(_form, piece)

    def do_call(self, args: list, kwargs: dict):
        """Call the answer; tell the result and what happened to its arguments."""
        given = [*args, *kwargs.values()]
        watched = {k: v for k, v in enumerate(given) if _is_array(v) and not self._is_held(v)}
        before = {k: (v.shape, v.dtype, v.tobytes()) for k, v in watched.items()}
        result = contained(self.output, self.piece, *args, **kwargs)
        after = {k: (v.shape, v.dtype, v.tobytes()) for k, v in watched.items()}
        changed = [k for k in watched if before[k] != after[k]]
        shared = [k for k, v in watched.items() if _is_array(result) and _overlap(result, v)]
        return [result, changed, shared]

    def do_drive(self, driver: str, args: list, kwargs: dict):
        """Run a driver on the answer."""
        pieces = types.SimpleNamespace(**{self.plan["name"]: self.piece})
        result = contained(self.output, self.drivers[driver], pieces, *args, **kwargs)
        return plain_data(result, f"driver {driver!r}")

    def do_put(self, array):
        """Keep an array here, to be passed and changed in place."""
        self.held.append(array)
        return len(self.held) - 1

    def do_get(self, number: int):
        """Show what a held array is now."""
        return self.held[number]

    def _overlay(self, piece) -> None:
        """Put the answer into its slot, for as long as this process lives."""
        self._until_the_end = contextlib.ExitStack()
        try:
            guarded = self._until_the_end.enter_context(under_test({self.plan["id"]: piece}))
            self.piece = guarded[self.plan["id"]]
        except TypeError:  # another header: the grader says so
            self.piece = piece

    def _is_held(self, value) -> bool:
        return any(value is array for array in self.held)

    def _described(self, error: BaseException) -> dict:
        filename = file_of(self.plan["id"])
        line, trace = None, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == filename:
                line = trace.tb_lineno
            trace = trace.tb_next
        missing = getattr(error, "name", None) if isinstance(error, NameError) else None
        return {
            "module": str(type(error).__module__),
            "name": type(error).__name__,
            "said": said_by(error),
            "line": line,
            "missing": missing if isinstance(missing, str) else None,
        }


def _seed(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002
    diydl.seed(seed)


def _form(piece) -> dict:
    """Describe a function so that its header can be compared on the other side."""
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
    used = {name for text in texts for name in re.findall(r"[^\W\d]\w*", text)}
    found = {}
    for name in used & set(given):
        with contextlib.suppress(ImportError):
            exec(compile(given[name], "<given imports>", "exec"), {})
            found[name] = given[name]
    return found


def _is_array(value) -> bool:
    return issubclass(type(value), np.ndarray)


def _overlap(a, b) -> bool:
    return bool(np.may_share_memory(a, b))
