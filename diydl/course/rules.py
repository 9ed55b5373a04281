"""What a chapter's source must keep to, so that every cell works for learner, check and grader."""

import ast
import difflib
import re
from collections.abc import Iterator

from diydl.course.source import BOOK_TAGS, TAGS, Cell

_ID = re.compile(r"(?P<chapter>\d\d)/[a-z][a-z0-9_-]*")
_METADATA = {"mystnb"}  # what else a header may carry: captions and alt texts for the book


def apply_rules(cells: list[Cell]) -> None:
    """Raise `SourceError` at the first cell that breaks a rule.

    Examples
    --------
    >>> from pathlib import Path
    >>> apply_rules([Cell(Path("s/01_tiny.py"), 3, "code", "x = 1", tags=("givn",))])
    Traceback (most recent call last):
    diydl.course.source.SourceError: s/01_tiny.py:3: unknown tag 'givn'; did you mean 'given'?
    """
    for cell in cells:
        _header(cell)
        if cell.kind == "code":
            cell.tree()
            _regions(cell)
    exercises = _exercises(cells)
    owners = _owners(list(exercises.values()))
    _checks(cells, exercises)
    for cell in cells:
        if cell.kind == "code" and "exercise" not in cell.tags:
            _leaves_names_alone(cell, owners)
    _no_leak(cells)
    _open_where_modified(cells)


def checked_exercise(cell: Cell) -> tuple[str, str]:
    """Id and object's name in the `check("00/relu", relu)` that a check cell consists of.

    Examples
    --------
    >>> from pathlib import Path
    >>> checked_exercise(Cell(Path("01_tiny.py"), 1, "code", 'check("01/sum", my_sum)'))
    ('01/sum', 'my_sum')
    """
    body = cell.tree().body
    match body[-1].value if body and isinstance(body[-1], ast.Expr) else None:
        case ast.Call(
            func=ast.Name(id="check"),
            args=[ast.Constant(value=str(exercise)), ast.Name(id=name)],
        ):
            return exercise, name
    raise cell.error('a check cell ends with one call such as check("00/relu", relu)')


def _header(cell: Cell) -> None:
    for tag in cell.tags:
        if tag not in TAGS | BOOK_TAGS:
            raise cell.error(f"unknown tag {tag!r}{_nearest(tag, TAGS | BOOK_TAGS)}")
    for key in cell.metadata:
        if key not in _METADATA:
            known = _METADATA | {"tags", "exercise", "id"}
            raise cell.error(f"unknown key {key!r} in the cell's header{_nearest(key, known)}")
    if len({"given", "exercise", "check"} & set(cell.tags)) > 1:
        raise cell.error(f"a cell is one of given, exercise and check, got {list(cell.tags)}")
    if cell.exercise and "exercise" not in cell.tags:
        raise cell.error('a cell with exercise="..." needs tags=["exercise"]')
    if cell.id is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", cell.id):
        raise cell.error(f"an id has 1 to 64 letters, digits, '-' and '_', got {cell.id!r}")


def _regions(cell: Cell) -> None:
    solutions = [region for region in cell.regions() if region.kind == "SOLUTION"]
    if "exercise" not in cell.tags and cell.regions():
        raise cell.error('solution text outside an exercise cell; tag it tags=["exercise"]')
    if "exercise" in cell.tags and not solutions:
        raise cell.error(
            "an exercise cell without a solution; write the answer between "
            "'### BEGIN SOLUTION' and '### END SOLUTION'"
        )


def _exercises(cells: list[Cell]) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for cell in cells:
        if "exercise" not in cell.tags:
            continue
        number = cell.path.name[:2]
        match = _ID.fullmatch(cell.exercise or "")
        if not match or match["chapter"] != number:
            raise cell.error(f'expected exercise="{number}/name", got {cell.exercise!r}')
        if cell.exercise in found:
            first = found[cell.exercise].line
            raise cell.error(f"duplicated exercise {cell.exercise}; the first is in line {first}")
        found[cell.exercise] = cell
    return found


def _owners(exercises: list[Cell]) -> dict[str, Cell]:
    owners: dict[str, Cell] = {}
    for cell in exercises:
        for name, line in bound_names(cell.tree()):
            if owners.setdefault(name, cell) is not cell:
                raise cell.error(
                    f"{name!r} is bound by exercise {owners[name].exercise} too; a name belongs to "
                    "one exercise in a chapter",
                    line,
                )
    return owners


def _checks(cells: list[Cell], exercises: dict[str, Cell]) -> None:
    checked: dict[str, Cell] = {}
    for cell in cells:
        if "check" not in cell.tags:
            continue
        exercise, name = checked_exercise(cell)
        if exercise not in exercises:
            known = _nearest(exercise, exercises)
            raise cell.error(f"the chapter has no exercise cell for {exercise!r}{known}")
        if exercise in checked:
            raise cell.error(f"a second check cell for {exercise}; keep one")
        owner = exercises[exercise]
        if owner.line > cell.line:
            raise cell.error(f"the check of {exercise} stands above the exercise; move it below")
        if name not in dict(bound_names(owner.tree())):
            raise cell.error(
                f"the exercise cell of {exercise} (line {owner.line}) does not define {name!r}"
            )
        checked[exercise] = cell
    for exercise, cell in exercises.items():
        if exercise not in checked:
            raise cell.error(
                f'exercise {exercise} has no check cell; add one, tags=["check"], with '
                f'check("{exercise}", ...)'
            )


def _leaves_names_alone(cell: Cell, owners: dict[str, Cell]) -> None:
    for name, line in bound_names(cell.tree()):
        if name == "*":
            raise cell.error("a star import may bind an exercise's name; import names", line)
        if name in owners:
            raise cell.error(
                f"this binds {name!r}, the name of exercise {owners[name].exercise}, and would "
                "hide the learner's own; use the library's by its qualified name (dl.name)",
                line,
            )


def _no_leak(cells: list[Cell]) -> None:
    """No whole line of a solution stands elsewhere in what the learner gets."""
    shown: dict[str, tuple[Cell, int]] = {}
    for cell in cells:
        text = cell.stub() if "exercise" in cell.tags else cell.text
        for k, line in enumerate(text.splitlines()):
            shown.setdefault(line.strip(), (cell, k))
    for cell in cells:
        if "exercise" not in cell.tags:
            continue
        for _, line in cell.solution_lines():
            place, k = shown.get(line, (cell, 0))
            if place is not cell and len(line) >= 12:
                raise place.error(f"gives away a line of exercise {cell.exercise}: {line!r}", k)


def _open_where_modified(cells: list[Cell]) -> None:
    """What a text asks to change is not locked."""
    above = None
    for cell in cells:
        if cell.kind == "code":
            above = cell
        elif "**Modify.**" in cell.text and above and "given" in above.tags:
            raise above.error(
                f"the text in line {cell.line} asks to modify this cell, but given cells are "
                "locked; take the tag away"
            )


def bound_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Names that running the code binds at the top level, each with its line (from 0).

    Examples
    --------
    >>> sorted(bound_names(ast.parse("import numpy as np\\nfor k in x:\\n    y = [z for z in x]")))
    [('k', 1), ('np', 0), ('y', 2)]
    """
    open_nodes: list[ast.AST] = list(tree.body)
    while open_nodes:
        node = open_nodes.pop()
        line = getattr(node, "lineno", 1) - 1
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, line
                continue
            case ast.ClassDef(name=name):
                yield name, line
                continue
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp():
                continue
            case ast.GeneratorExp():
                continue
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                for alias in names:
                    yield alias.asname or alias.name.split(".")[0], line
            case ast.Name(id=name, ctx=ast.Store()):
                yield name, line
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                yield name, line
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                yield name, line
        open_nodes.extend(ast.iter_child_nodes(node))


def _nearest(word: str, known) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(sorted(known))}"
