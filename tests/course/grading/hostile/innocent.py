"""Awkward and innocent: each is worth full points, and some well-known graders give none."""

import json

from tests.course.grading.hostile.case import (
    Case,
    bytes_of,
    cell_of,
    code_cells,
    edited,
    handed_in,
    inside,
    right,
    solved,
    text_of,
    with_cells,
)


def _first_given(line: str):
    def change(notebook):
        cell = code_cells(notebook)[0]
        cell["source"] = line + "\n" + text_of(cell)

    return change


def _own_cell(text: str, at: int = 3):
    def change(notebook):
        cell = {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "id": "own"}
        notebook["cells"].insert(at, cell)

    return change


def _above(line: str, name: str = "standardise"):
    return lambda: with_cells(**{name: line + "\n" + right(name)})


def _below(line: str, name: str = "standardise"):
    return lambda: with_cells(**{name: right(name) + "\n" + line})


def _version_3() -> bytes:
    """nbformat 3: cells in worksheets, `input` in place of `source`, no metadata of cells."""
    cells = []
    for cell in solved()["cells"]:
        if cell["cell_type"] == "code":
            text = text_of(cell)
            cells.append({"cell_type": "code", "language": "python", "input": text, "outputs": []})
        else:
            cells.append({"cell_type": "markdown", "source": text_of(cell)})
    worksheets = [{"cells": cells, "metadata": {}}]
    return json.dumps(
        {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": worksheets}
    ).encode()


def _tabs(notebook):
    for cell in code_cells(notebook):
        cell["source"] = text_of(cell).replace("    ", "\t")


def _windows_lines(notebook):
    for cell in code_cells(notebook):
        cell["source"] = text_of(cell).replace("\n", "\r\n")


def _colab(notebook):
    notebook["metadata"] |= {
        "colab": {"provenance": [], "toc_visible": True},
        "accelerator": "GPU",
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
    }
    for number, cell in enumerate(notebook["cells"]):
        colab = {"base_uri": "https://localhost:8080/", "height": 35}
        kept = {"id": f"aB{number:08d}cd", "colab": colab, "outputId": "0f-1"}
        cell["metadata"] = kept  # Colab keeps no ids of cells and no tags
        cell.pop("id", None)


def _vs_code(notebook):
    for cell in notebook["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}
        cell["source"] = text_of(cell).splitlines(keepends=True)
    notebook["metadata"]["vscode"] = {"interpreter": {"hash": "0" * 64}}


def _renamed_imports(notebook):
    """`import numpy as xnp`, in every cell of the learner's own."""
    for cell in code_cells(notebook):
        if "exercise" in cell["metadata"]:
            text = text_of(cell)
            if "np." in text:
                cell["source"] = "import numpy as xnp\n" + text.replace("np.", "xnp.")


def _helpers_elsewhere(notebook):
    """A helper in a cell of the learner's own, as one does it in a notebook."""
    _own_cell("def my_mean(x):\n    return x.mean(axis=0, keepdims=True)\n")(notebook)
    cell = cell_of(notebook, "standardise")
    text = text_of(cell)
    assert "x.mean(axis=0, keepdims=True)" in text
    cell["source"] = text.replace("x.mean(axis=0, keepdims=True)", "my_mean(x)")


CASES = [
    Case("byte-order mark", "", lambda: handed_in(b"\xef\xbb\xbf" + bytes_of(solved()))),
    Case("UTF-16", "", lambda: handed_in(bytes_of(solved()).decode().encode("utf-16"))),
    Case("display", "", _below("display(standardise(np.ones((2, 2))))")),
    Case("get_ipython", "", _above("get_ipython().run_line_magic('matplotlib', 'inline')")),
    Case("x = !ls", "", _above("files = !ls")),
    Case("np.sum?", "", _above("np.sum?\n?np.mean\nnp.sum??")),
    Case("magics", "", _above("%matplotlib inline\n%timeit 1 + 1\nx = %pwd")),
    Case("a cell magic", "", _above("%%time")),
    Case("shell lines", "", lambda: edited(_own_cell("!pip install numpy\n!ls -l | head -3"))),
    Case("top-level await", "", _below("import asyncio\nawait asyncio.sleep(0)")),
    Case(
        "a missing optional package",
        "",
        _above("try:\n    import no_such_package\nexcept ImportError:\n    no_such_package = None"),
    ),
    Case(
        "a missing package elsewhere",
        "",
        lambda: edited(_own_cell("import no_such_package\nno_such_package.plot()")),
    ),
    Case("nbformat 3", "", lambda: handed_in(_version_3())),
    Case("cells reordered", "", lambda: edited(lambda notebook: notebook["cells"].reverse())),
    Case(
        "helpers in the exercise's cell",
        "",
        lambda: with_cells(
            standardise="HALF = 0.5\n\ndef helper(x):\n    return x * 2 * HALF\n\nclass Holder:\n"
            "    def __init__(self, x): self.x = x\n\n"
            + inside("standardise", "x = Holder(helper(x)).x")
        ),
    ),
    Case("a helper in another cell", "", lambda: edited(_helpers_elsewhere)),
    Case("tabs for spaces", "", lambda: edited(_tabs)),
    Case("Windows line ends", "", lambda: edited(_windows_lines)),
    Case("imports renamed", "", lambda: edited(_renamed_imports)),
    Case("Colab's metadata", "", lambda: edited(_colab)),
    Case("VS Code's metadata", "", lambda: edited(_vs_code)),
    Case(
        "noise on stderr",
        "",
        _above("import sys, warnings\nprint('hm', file=sys.stderr)\nwarnings.warn('careful')"),
    ),
    Case(
        "prints in the answer",
        "",
        lambda: with_cells(standardise=inside("standardise", "print('x is', x)")),
    ),
    Case("a plot in the cell", "", _below("plt.plot([1, 2])\nplt.show()")),
    Case("its own check call", "", _below('check("01/standardise", standardise)')),
    Case("a broken line elsewhere", "", lambda: edited(_own_cell("def broken(:\n    pass"))),
    Case("an error elsewhere", "", lambda: edited(_own_cell("1 / 0"))),
    Case(
        "annotations and a docstring in Greek",
        "",
        lambda: with_cells(
            standardise=right("standardise").replace(
                "def standardise(x):", "def standardise(x: 'np.ndarray') -> 'np.ndarray':"
            )
            + "\n# μ and σ: Ἀρχιμήδης, 標準化, 😀\n"
        ),
    ),
    Case("a given cell edited", "", lambda: edited(_first_given("print('mine')"))),
]
