"""Pages of the API reference: the public names of each package, in the order of its files."""

import importlib
import inspect
import sys
from types import ModuleType

PACKAGES = {
    "diydl": "Tensors, gradients, devices",
    "diydl.ops": "Operations",
    "diydl.engines.graph": "Graphs that run later",
    "diydl.engines.net": "Nets",
    "diydl.engines.lazy": "Lazy tensors",
    "diydl.compile": "Plans",
    "diydl.nn": "Layers and losses",
    "diydl.optim": "Optimizers",
    "diydl.data": "Data",
    "diydl.train": "Training",
    "diydl.draw": "Figures",
    "diydl.testing": "Tools for tests",
    "diydl.course": "What notebooks of the course call",
}
# What `diydl` offers again.
_LIBRARY = (
    *(
        "diydl.compile",
        "diydl.data",
        "diydl.engines.graph",
        "diydl.engines.lazy",
        "diydl.engines.net",
    ),
    *("diydl.nn", "diydl.ops", "diydl.optim"),
)


def reference_page(package: str) -> str:
    """Write the page of a package in MyST: sections by file, autodoc directives in them.

    Examples
    --------
    >>> reference_page("diydl.optim").splitlines()[2]
    'Optimizers, schedules and clipping: from gradients to better parameters.'
    """
    about = inspect.getdoc(importlib.import_module(package)) or ""
    parts = [f"# `{package}`: {PACKAGES[package]}", about.partition("\n\n")[0]]
    if package == "diydl.ops":
        parts.append("All of them are reached through `diydl` itself: `dl.exp(x)`.")
    for module, names in sections(package).items():
        if module != package:
            words = (inspect.getdoc(sys.modules[module]) or "").partition("\n\n")[0]
            parts += [f"## `{module}`", words]
        parts.append("```{eval-rst}\n" + "\n".join(_directive(n) for n in names) + "```")
    return "\n\n".join(parts) + "\n"


def sections(package: str) -> dict[str, list[str]]:
    """Sort the public names of a package by the module that each comes from.

    Examples
    --------
    >>> sections("diydl.optim")["diydl.optim.sgd"]
    ['diydl.optim.SGD']
    """
    found: dict[str, list[str]] = {}
    for name in importlib.import_module(package).__all__:
        thing = getattr(sys.modules[package], name)
        if name.startswith("__") or _elsewhere(package, thing):
            continue
        module = getattr(thing, "__module__", None) or package
        if isinstance(thing, ModuleType):
            module = thing.__name__
        found.setdefault(module, []).append(f"{package}.{name}")
    return dict(sorted(found.items()))


def _elsewhere(package: str, thing) -> bool:
    """Tell whether another page has it already: what `diydl` and `diydl.nn` offer once more."""
    home = thing.__name__ if isinstance(thing, ModuleType) else getattr(thing, "__module__", "")
    if package == "diydl":
        return home.startswith(_LIBRARY)
    return package == "diydl.nn" and home == "diydl.parameter"


def _directive(name: str) -> str:
    package, _, last = name.rpartition(".")
    thing = getattr(sys.modules[package], last)
    if isinstance(thing, ModuleType):
        return "".join(f".. autofunction:: {name}.{f}\n" for f in _functions(thing))
    if inspect.isclass(thing):
        return f".. autoclass:: {name}{_arguments(thing)}\n   :members:\n{_borrowed(thing)}"
    if callable(thing):
        return f".. autofunction:: {name}\n"
    if isinstance(thing, tuple) and all(map(callable, thing)):
        order = ", ".join(f"``{function.__name__}``" for function in thing)
        return f".. py:data:: {name}\n\n   Functions, in this order: {order}.\n"
    keys = ", ".join(f"``{key!r}``" for key in list(thing)[:8])
    more = f", and {len(thing) - 8} more" if len(thing) > 8 else ""
    return f".. py:data:: {name}\n\n   A dict with the keys {keys}{more}.\n"


def _arguments(cls: type) -> str:
    """Write the arguments of a class that makes its objects itself: autodoc would not find them."""
    own = cls.__new__ is not object.__new__ and not issubclass(cls, BaseException)
    return str(inspect.signature(cls)) if own else ""


def _functions(module: ModuleType) -> list[str]:
    if hasattr(module, "__all__"):
        return module.__all__
    public = (name for name in vars(module) if not name.startswith("_"))
    return [n for n in public if getattr(getattr(module, n), "__module__", "") == module.__name__]


def _borrowed(thing):
    """Leave out the methods that scikit-learn writes into each estimator."""
    names = [name for name in dir(thing) if name.startswith("set_") and name.endswith("_request")]
    return f"   :exclude-members: {', '.join(names)}\n" if names else ""
