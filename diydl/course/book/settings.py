"""Settings of one build, read from the `settings.json` that was staged: an extension of Sphinx."""

import json
from pathlib import Path

_WIDGETS = "application/vnd.jupyter.widget-state+json"
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
    app.connect("autodoc-process-docstring", _keep_property, priority=400)
    app.connect("autodoc-process-docstring", _restore_property, priority=600)
    app.connect("html-page-context", _without_widgets, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _keep_property(app, what, name, thing, options, lines):
    """Keep a property's single line from napoleon, which takes words before a colon for a type."""
    if what in ("property", "attribute") and len([line for line in lines if line]) == 1:
        app.env.temp_data["diydl-property"] = list(lines)


def _restore_property(app, what, name, thing, options, lines):
    kept = app.env.temp_data.pop("diydl-property", None)
    if kept is not None:
        lines[:] = kept


def _without_widgets(app, pagename, templatename, context, doctree):
    """Leave the state of widgets out: the pages show figures that need no kernel in their place."""
    context["script_files"] = [
        file
        for file in context["script_files"]
        if getattr(file, "attributes", {}).get("type") != _WIDGETS
    ]
