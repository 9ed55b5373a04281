"""Which cell answers an exercise, and which others it leans on.

The answer is the exercise's own cell, and the last one in which the learner did something; else the
last cell of theirs that defines the function. Given cells and check cells never count, however they
were changed: an import or an assignment of the name is no answer.
"""

import ast
import builtins
import functools
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from diydl.course.bank import Code
from diydl.course.index import chapters_dir, find_chapter
from diydl.course.notebook import CodeCell, code_cell, is_own
from diydl.course.rebuild import AnswerError, defines, given_imports, parse
from diydl.course.rules import bound_names

_TRIED = 4  # cells at most, where the first ones turn out to be untouched


@dataclass(frozen=True)
class Released:
    """What the chapter handed out: its code cells, and the given ones among them by text."""

    cells: tuple[CodeCell, ...]

    @property
    def given(self) -> list[CodeCell]:
        """The given cells, in order."""
        return [cell for cell in self.cells if "given" in cell.tags]

    def is_machinery(self, cell: CodeCell) -> bool:
        """Tell whether a cell is a given or a check cell: by its tag, its id, or its text."""
        if cell.tags & {"given", "check", "skip-grade"}:
            return True
        if cell.names & _ids(self, "given") or cell.names & _ids(self, "check"):
            return True
        return "".join(cell.text.split()) in _texts(self)

    def is_stub(self, text: str) -> bool:
        """Tell whether a text is an exercise cell as it was handed out."""
        bare = "".join(text.split())
        return any("".join(c.text.split()) == bare for c in self.cells if "exercise" in c.tags)


@functools.cache
def released(chapter: str) -> Released:
    """Return the chapter as it was handed out.

    >>> len(released("00").given) > 3
    True
    """
    path = chapters_dir() / find_chapter(chapter).notebook
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return Released(tuple(code_cell(cell) for cell in cells if cell["cell_type"] == "code"))


def candidates(cells: Sequence[CodeCell], exercise: Code, handed_out: Released) -> list[int]:
    """Return the places of cells that may answer an exercise, the likeliest first.

    Untouched stubs come last, so that a stub in the place of an answer costs nobody an answer
    that stands elsewhere.
    """
    header = re.compile(rf"^\s*(?:async\s+)?(?:def|class)\s+{re.escape(exercise.name)}\b", re.M)
    own, others, bare = [], [], []
    for k in range(len(cells) - 1, -1, -1):
        cell = cells[k]
        mine = is_own(cell, exercise.id)
        if not mine and (not header.search(cell.text) or handed_out.is_machinery(cell)):
            continue
        if not header.search(cell.text) or not defines(cell.text, exercise.name):
            bare += [k] if mine else []
        else:
            (own if mine else others).append(k)
        if len(own) + len(others) > 200:
            break
    found = [*own, *others]
    touched = [k for k in found if not handed_out.is_stub(cells[k].text)]
    stubs = [k for k in found if k not in touched]
    texts: dict[str, int] = {}
    for k in [*touched, *bare, *stubs]:
        texts.setdefault(cells[k].text, k)
    return list(texts.values())[:_TRIED]


def leans_on(
    cells: Sequence[CodeCell], place: int | None, text: str, handed_out: Released
) -> list[str]:
    """Return the texts of other cells that define names which an answer's cell uses.

    They come in the order of the notebook, and bring what they lean on themselves. Of two cells
    that define a name the last one above the answer counts, else the last of all; a given cell as
    it was handed out only where no cell of the learner's defines it.
    """
    place = len(cells) if place is None else place
    pool = _pool(cells, place, handed_out)
    chapter_names = {name for cell in handed_out.given for name in _imports(cell.text)}
    wanted, seen, kept = _free(text) - chapter_names, set(), set()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        providers = pool.get(name) or pool.get("*")  # from numpy import *
        if not providers:
            continue
        above = [k for k in providers if k[1] < place]
        chosen = (above or providers)[-1]
        if chosen not in kept:
            kept.add(chosen)
            wanted |= _free(chosen[2]) - seen - chapter_names
    return [text for _, _, text in sorted(kept)]


def _pool(
    cells: Sequence[CodeCell], place: int, handed_out: Released
) -> dict[str, list[tuple[int, int, str]]]:
    """Map each name to the cells that bind it: (0 given or 1 learner's, place, text)."""
    pool: dict[str, list[tuple[int, int, str]]] = {}
    rows = [(0, -1, cell.text) for cell in handed_out.given]
    for k, cell in enumerate(cells):
        untouched = "".join(cell.text.split()) in _texts(handed_out)
        if k != place and not untouched and "check" not in cell.tags:
            rows.append((1, k, cell.text))
    for row in rows[-3000:]:
        for name in _bound(row[2]):
            group = pool.setdefault(name, [])
            if group and group[-1][0] < row[0]:
                group.clear()
            group.append(row)
    return pool


@functools.lru_cache(4096)
def _bound(text: str) -> frozenset[str]:
    try:
        return frozenset(name for name, _ in bound_names(parse(text, "")))
    except AnswerError:
        return frozenset()


@functools.lru_cache(4096)
def _imports(text: str) -> frozenset[str]:
    try:
        body = parse(text, "").body
    except AnswerError:
        return frozenset()
    nodes = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    return frozenset(a.asname or a.name.split(".")[0] for node in nodes for a in node.names)


@functools.lru_cache(4096)
def _free(text: str) -> set[str]:
    """Return the names that a cell reads and binds nowhere."""
    try:
        tree = parse(text, "")
    except AnswerError:
        return set()
    read, bound = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
    return read - bound - _bound(text) - set(dir(builtins)) - {"display", "get_ipython"}


@functools.cache
def _texts(handed_out: Released) -> frozenset[str]:
    return frozenset(
        "".join(cell.text.split())
        for cell in handed_out.cells
        if cell.tags & {"given", "check"} and cell.text.strip()
    )


@functools.cache
def _ids(handed_out: Released, tag: str) -> frozenset[str]:
    return frozenset(name for cell in handed_out.cells if tag in cell.tags for name in cell.names)


def given_statements(chapter: str) -> dict[str, str]:
    """Return the import statement for each name that the given cells import."""
    return given_imports(find_chapter(chapter).number)


def names_in(text: str) -> set[str]:
    """Return the names that a cell reads and binds nowhere.

    >>> names_in("def f(x):\\n    return helper(x)")
    {'helper'}
    """
    return set(_free(text))


def elsewhere_of(texts: Iterable[str], used: set[str]) -> list[str]:
    """Return which of the ``used`` names some cell binds, sorted.

    >>> elsewhere_of(["helper = 3", "other = 4"], {"helper", "np"})
    ['helper']
    """
    if not used:
        return []
    words = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(used))) + r")\b")
    return sorted(used & {name for text in texts if words.search(text) for name in _bound(text)})
