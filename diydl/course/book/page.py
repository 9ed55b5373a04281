"""A chapter's page: its notebook, with every exercise as the stub, then the solution in a fold."""

import json
import re
from collections.abc import Iterable, Iterator

from diydl.course.index import Chapter

_MARKS = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", re.M)
# What is not prose: code blocks, code in a line, formulas, headings.
_NOT_PROSE = re.compile(r"(^```.*?^```|`[^`\n]+`|\$\$.*?\$\$|\$[^$\n]+\$|^#.*?$)", re.M | re.S)
_SOLUTION = {"code_prompt_show": "Show a solution", "code_prompt_hide": "Hide the solution"}
_CHECK = {"code_prompt_show": "Show what the check says", "code_prompt_hide": "Hide it"}


def chapter_page(
    chapter: Chapter,
    solved: bytes,
    stubs: bytes,
    *,
    solutions: bool = True,
    others: Iterable[Chapter] = (),
) -> bytes:
    """Make the notebook of a chapter's page from those of `solutions/` and `chapters/`.

    With `solutions`, an exercise is its stub, which is shown and not run, the solution in a closed
    fold, and the check's cell, whose verdict is folded as well. Without, it is what a learner gets,
    unsolved. Where the text says "chapter 02" and that one is among `others`, it becomes a link.

    Examples
    --------
    >>> title = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# A"}
    >>> notebook = json.dumps({"cells": [title]}).encode()
    >>> page = json.loads(chapter_page(Chapter("01_tiny", "A"), notebook, notebook))
    >>> page["cells"][0]["source"].splitlines()[0]
    '# A'
    """
    notebook = json.loads(stubs)
    answers = {cell["id"]: cell for cell in json.loads(solved)["cells"]}
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cells.append(_made(cell, source=link_chapters(_text(cell), chapter, others)))
        elif solutions:
            cells += _solved(cell, answers[cell["id"]])
        else:
            cells.append(_made(cell))
    cells[0]["source"] = _with_links(cells[0]["source"], chapter, solutions=solutions)
    notebook["cells"] = cells
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False).encode()


def link_chapters(text: str, here: Chapter, others: Iterable[Chapter]) -> str:
    """Make links of the chapters named in prose; a chapter does not link to itself.

    Examples
    --------
    >>> link_chapters("See chapter 02.", Chapter("01_a", "A"), [Chapter("02_b", "B")])
    'See [chapter 02](02_b.ipynb).'
    """
    known = {other.number: other.notebook for other in others if other.id != here.id}

    def link(match):
        name = known.get(match[1])
        return f"[{match[0]}]({name})" if name else match[0]

    parts = _NOT_PROSE.split(text)
    parts[::2] = [re.sub(r"\b[Cc]hapter\s(\d\d)\b", link, part) for part in parts[::2]]
    return "".join(parts)


def _solved(stub: dict, answer: dict) -> Iterator[dict]:
    tags = stub["metadata"].get("tags", [])
    if "exercise" in tags:
        yield _made(stub, id=f"{stub['id']}-stub", tags=["exercise", "skip-execution"])
        text = _MARKS.sub("", _text(answer)).rstrip()
        folded = ["solution", "hide-input"]
        yield _made(answer, source=text, tags=folded, mystnb=_SOLUTION)
    elif "check" in tags:
        yield _made(stub, tags=["check", "hide-output"], mystnb=_CHECK)
    else:
        yield _made(stub)


def _made(cell: dict, *, source=None, id=None, tags=None, mystnb=None) -> dict:
    """Copy a cell for the page: nbgrader's metadata and the locks stay behind."""
    tags = tags or cell["metadata"].get("tags")
    mystnb = mystnb or cell["metadata"].get("mystnb")
    metadata = {"tags": tags} if tags else {}
    if mystnb:
        metadata["mystnb"] = mystnb
    return {
        **cell,
        "id": id or cell["id"],
        "metadata": metadata,
        "source": _text(cell) if source is None else source,
    }


def _with_links(text: str, chapter: Chapter, *, solutions: bool) -> str:
    """Put the downloads below the title and the line with minutes and prerequisites."""
    links = [f"{{download}}`The notebook <../notebooks/{chapter.notebook}>`"]
    if solutions:
        links.append(f"{{download}}`solved <../notebooks/solved/{chapter.notebook}>`")
    links.append(f"in JupyterLab: `diydl lab {chapter.number}`")
    line = "```{div} chapter-links\n" + " · ".join(links) + "\n```"
    title, _, rest = text.partition("\n\n")
    if rest.startswith("*"):
        intro, _, rest = rest.partition("\n\n")
        title = f"{title}\n\n{intro}"
    return "\n\n".join(part for part in (title, line, rest) if part)


def _text(cell: dict) -> str:
    return "".join(cell["source"])
