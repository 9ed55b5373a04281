"""The way out: the same sources with plain Sphinx, myst-nb and sphinx-book-theme.

`diydl book` leaves them in book/_build/source. Then:

    sphinx-build -W --keep-going book/_build/source book/_build/plain
"""

from pathlib import Path

import yaml

_book = yaml.safe_load(Path(__file__).with_name("_config.yml").read_text(encoding="utf-8"))

project = _book["title"]
author = _book["author"]
copyright = f"{_book['copyright']}, {author}"
external_toc_path = "_toc.yml"
external_toc_exclude_missing = _book["only_build_toc_files"]
exclude_patterns = ["_build", "LICENSES.md"]
html_theme = "sphinx_book_theme"
nb_execution_mode = _book["execute"]["execute_notebooks"]
nb_execution_timeout = _book["execute"]["timeout"]
bibtex_bibfiles = _book["bibtex_bibfiles"]
bibtex_reference_style = _book["bibtex_reference_style"]
globals().update(_book["sphinx"]["config"])
