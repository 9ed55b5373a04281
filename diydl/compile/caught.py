"""What a function finds outside itself, and the mode of the modules among it."""

import dis
import types
from functools import lru_cache

LIMIT = 100  # entries of a container that are looked at


def caught(function):
    """Return {name: object} of what a function takes from outside: closure, globals, itself.

    Examples
    --------
    >>> def outer(scale):
    ...     return lambda x: x * scale
    >>> caught(outer(3))
    {'scale': 3}
    """
    owner = getattr(function, "__self__", None)
    code_of = getattr(function, "__func__", function)
    found = {} if owner is None else {"self": owner}
    if not isinstance(code_of, types.FunctionType):
        return found or {"self": function}
    cells = zip(code_of.__code__.co_freevars, code_of.__closure__ or (), strict=True)
    for name, cell in cells:
        try:
            found[name] = cell.cell_contents
        except ValueError:  # defined later
            continue
    outside = code_of.__globals__
    for name in _names(code_of.__code__):
        if name in outside and not isinstance(outside[name], (types.ModuleType, type)):
            found.setdefault(name, outside[name])
    return found


@lru_cache(maxsize=256)
def _names(code):
    """Return the global names that a function and those inside it look up."""
    found = [step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"]
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found += _names(constant)
    return list(dict.fromkeys(found))


def modules_in(things, depth=3):
    """Return all modules (of `diydl.nn`) that are reachable from `things`, each once.

    Examples
    --------
    >>> from diydl import nn
    >>> len(modules_in([{"model": nn.Sequential(nn.ReLU(), nn.Dropout())}]))
    3
    """
    found, seen = {}, set()
    _look(list(things), depth, found, seen)
    return list(found)


def _look(things, depth, found, seen):
    for x in things:
        if id(x) in seen or isinstance(x, (type, types.ModuleType, str, bytes, int, float)):
            continue
        seen.add(id(x))
        if callable(getattr(x, "modules", None)) and hasattr(x, "training"):
            found.update(dict.fromkeys(x.modules()))
        elif depth:
            _look(_inside(x), depth - 1, found, seen)


def _inside(x):
    if isinstance(x, dict):
        return list(x.values())[:LIMIT]
    if isinstance(x, (list, tuple)):
        return x[:LIMIT]
    if isinstance(x, types.FunctionType):
        return list(caught(x).values())
    if isinstance(x, types.MethodType):
        return [x.__self__]
    return list(getattr(x, "__dict__", {}).values())[:LIMIT]
