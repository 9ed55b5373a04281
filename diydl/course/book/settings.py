"""Settings of one build, read from the `settings.json` that was staged: an extension of Sphinx."""

import json
from pathlib import Path

# jupyter-book sets these for extensions that this book does not use.
_OTHERS = {"comments_config", "use_jupyterbook_latex"}


def setup(app):
    """Take over the cache's place; links to the source code only where solutions may be seen."""
    chosen = json.loads(Path(app.srcdir, "settings.json").read_text(encoding="utf-8"))
    app.config.nb_execution_cache_path = chosen["nb_execution_cache_path"]
    if chosen["viewcode"]:
        app.setup_extension("sphinx.ext.viewcode")
    for name in _OTHERS - set(app.config.values):
        app.add_config_value(name, None, "")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
