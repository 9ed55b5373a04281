"""The source of a chapter, `solutions/NN_name.py`, read cell by cell.

A cell begins with `# %%` (jupytext's percent format). Its header may carry

- `tags=["given"]`: belongs to the course, locked; `"exercise"`: the learner's; `"check"`: calls
  `check(...)`, locked; `"skip-grade"`: not run when graded (plots, training);
- `exercise="00/relu"`, on an exercise cell: which exercise it is;
- `id="setup"`: a cell id of one's own choice, where the derived one is not wanted.

In an exercise cell the answer stands between `### BEGIN SOLUTION` and `### END SOLUTION`. In the
learner's notebook an indented region becomes `raise NotImplementedError`, a region at the left
margin, which may only assign names (`guess = "b"`), becomes `guess = ...`. Where the learner
begins with code instead (a bug hunt, a partly worked example), that code stands commented out
between `### BEGIN STARTER` and `### END STARTER`, right above the solution.
"""

import ast
import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

TAGS = {"given", "exercise", "check", "skip-grade"}
BOOK_TAGS = {"hide-input", "hide-output", "hide-cell", "remove-input", "remove-output"}

_MARK = re.compile(r"^(?P<indent>[ \t]*)### (?P<edge>BEGIN|END) (?P<kind>SOLUTION|STARTER)[ \t]*$")
_TODO = "raise NotImplementedError  # your code here"


class SourceError(Exception):
    """A fault in a chapter's source; the message gives file, line and what to do."""

    def __init__(self, path: Path, line: int, message: str):
        super().__init__(f"{path.parent.name}/{path.name}:{line}: {message}")
        self.line = line


@dataclass(frozen=True)
class Region:
    """Lines `start` to `end` of a cell (both marks included), counted from 0."""

    kind: str
    indent: str
    start: int
    end: int


@dataclass
class Cell:
    """One cell of a source: its text, and the line of its header."""

    path: Path
    line: int
    kind: str
    text: str
    tags: tuple[str, ...] = ()
    exercise: str | None = None
    id: str | None = None
    metadata: dict = field(default_factory=dict)

    def error(self, message: str, line: int = -1) -> SourceError:
        """Build the error for a fault in line `line` of the text (from 0), or in the header."""
        at = self.line if line < 0 else self.line + 1 + line
        return SourceError(self.path, at, message)

    def tree(self) -> ast.Module:
        """Parse the code; lines for IPython (`%`, `!`) count as `pass`."""
        text = re.sub(r"^([ \t]*)[%!].*$", r"\1pass", self.text, flags=re.M)
        try:
            return ast.parse(text)
        except SyntaxError as error:
            line = (error.lineno or 1) - 1
            raise self.error(f"this is not Python: {error.msg}", line) from error

    def regions(self) -> list[Region]:
        """Find the marked regions, in order; raises where a mark has no partner."""
        found, begin = [], None
        for k, line in enumerate(self.text.splitlines()):
            mark = _MARK.match(line)
            if not mark:
                if re.search(r"#+\s*(BEGIN|END)\s+(SOLUTION|STARTER)", line, re.I):
                    raise self.error(f"expected a line '### BEGIN SOLUTION', got {line!r}", k)
                continue
            if (mark["edge"] == "BEGIN") == (begin is not None):
                raise self.error(f"'{line.strip()}' without its partner; write both marks", k)
            if begin is None:
                begin = (k, mark)
                continue
            first, opened = begin
            if (opened["kind"], opened["indent"]) != (mark["kind"], mark["indent"]):
                raise self.error("the two marks of a region must have one kind and one indent", k)
            found.append(Region(mark["kind"], mark["indent"], first, k))
            begin = None
        if begin is not None:
            raise self.error(f"'{begin[1].string.strip()}' is never closed", begin[0])
        return found

    def solved(self) -> str:
        """Text of the cell in solutions/: without starters; solution marks stay for nbgrader."""
        lines = self.text.splitlines()
        for region in reversed(self.regions()):
            if region.kind == "STARTER":
                del lines[region.start : region.end + 1]
        return "\n".join(lines)

    def stub(self) -> str:
        """Text of the cell in chapters/: starters in the place of solutions, or what to fill in."""
        lines = self.text.splitlines()
        regions = self.regions()
        for region, above in reversed(list(zip(regions, [None, *regions], strict=False))):
            inside = lines[region.start + 1 : region.end]
            started = above and above.kind == "STARTER" and above.end + 1 == region.start
            if region.kind == "STARTER":
                new = [self._uncomment(k, region) for k in range(region.start + 1, region.end)]
            elif started:
                new = []
            elif region.indent:
                new = [region.indent + _TODO]
            else:
                new = self._blank_assignments(inside, region)
            lines[region.start : region.end + 1] = new
        return "\n".join(lines)

    def solution_lines(self) -> list[tuple[int, str]]:
        """Give the code lines of all solutions, stripped, each with its place in the cell."""
        lines = self.text.splitlines()
        rows = [
            (k, lines[k].strip())
            for region in self.regions()
            if region.kind == "SOLUTION"
            for k in range(region.start + 1, region.end)
        ]
        return [(k, line) for k, line in rows if line and not line.startswith("#")]

    def _uncomment(self, k: int, region: Region) -> str:
        line = self.text.splitlines()[k]
        if line.strip() in ("", "#"):
            return ""
        if not line.startswith(region.indent + "# "):
            raise self.error(f"expected a commented line ('# code') in a STARTER, got {line!r}", k)
        return region.indent + line.removeprefix(region.indent + "# ")

    def _blank_assignments(self, inside: list[str], region: Region) -> list[str]:
        new = []
        for node in ast.parse(textwrap.dedent("\n".join(inside))).body:
            if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
                raise self.error(
                    "a solution at the left margin may only assign names (answer = 3), so that the "
                    "learner's cell runs unsolved; put code into a function",
                    region.start + node.lineno,
                )
            new.append(f"{node.targets[0].id} = ...  # your answer")
        return new


def read_source(path: str | Path) -> list[Cell]:
    """Read the cells of a chapter's source; raises `SourceError` or `OSError`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "01_tiny.py"
    >>> _ = path.write_text('# %% [markdown]\\n# # Tiny\\n\\n# %% tags=["given"]\\nx = 1\\n')
    >>> [(cell.line, cell.kind, cell.text) for cell in read_source(path)]
    [(1, 'markdown', '# Tiny'), (4, 'code', 'x = 1')]
    """
    import jupytext  # an author's tool: learners do without

    path = Path(path)
    text = path.read_text(encoding="utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    starts = [k for k, line in enumerate(text.splitlines(), 1) if re.match(r"# %%( |$)", line)]
    if len(starts) != len(notebook.cells):
        raise SourceError(
            path,
            1,
            f"expected every cell to begin with a line '# %%': {len(starts)} such lines make "
            f"{len(notebook.cells)} cells",
        )
    return [_cell(path, line, cell) for line, cell in zip(starts, notebook.cells, strict=True)]


def _cell(path: Path, line: int, cell) -> Cell:
    metadata = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}
    return Cell(
        path=path,
        line=line,
        kind=cell.cell_type,
        text=cell.source,
        tags=tuple(metadata.pop("tags", ())),
        exercise=metadata.pop("exercise", None),
        id=metadata.pop("id", None),
        metadata=metadata,
    )
