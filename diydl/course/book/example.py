"""An example's page: a script in jupytext's percent format as a notebook, to be executed."""

import json
from pathlib import Path


def example_page(source: Path) -> bytes:
    """Make a notebook of an example under `book/examples`.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "tiny.py"
    >>> _ = path.write_text("# %% [markdown]\\n# # Tiny\\n\\n# %%\\n1 + 1\\n")
    >>> [cell["source"] for cell in json.loads(example_page(path))["cells"]]
    ['# Tiny', '1 + 1']
    """
    import jupytext

    notebook = jupytext.read(source, fmt="py:percent")
    cells = [
        {"cell_type": cell.cell_type, "id": f"{source.stem}-{k}", "metadata": dict(cell.metadata)}
        | {"source": cell.source}
        | ({"execution_count": None, "outputs": []} if cell.cell_type == "code" else {})
        for k, cell in enumerate(notebook.cells)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    page = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(page, indent=1, ensure_ascii=False).encode()
