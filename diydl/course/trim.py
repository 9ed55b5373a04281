"""Cutting Python files down to what a smaller library holds; what stays keeps its text.

`trim_package` does it for `__init__.py` files, `trim_tests` for files of tests.
"""

import ast
from collections.abc import Callable, Iterable

_WIDTH = 100


def trim_package(source: str, keeps: Callable[[str, str], bool]) -> tuple[str, set[str]]:
    """Cut an `__init__.py` down; return its new text and the names that it still offers.

    `keeps(module, name)` tells whether `from module import name` stays. `__all__` follows; the
    docstring and all other statements stay.

    Examples
    --------
    >>> source = "from a import x, y\\n\\n__all__ = ['x', 'y']\\n"
    >>> text, names = trim_package(source, lambda module, name: name == "x")
    >>> print(text)
    from a import x
    <BLANKLINE>
    __all__ = ["x"]
    <BLANKLINE>
    """
    tree, parts, offered = ast.parse(source), [], set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            text = import_line(node, [a for a in node.names if keeps(node.module or "", a.name)])
            offered |= {a.asname or a.name for a in node.names if keeps(node.module or "", a.name)}
        elif names_of(node) == {"__all__"}:
            known = [name for name in ast.literal_eval(node.value) if name in offered]
            text = _wrap("__all__ = [", [f'"{name}"' for name in known], "]") if known else ""
        else:
            text = ast.get_source_segment(source, node) or ""
            offered |= names_of(node)
        if text:
            between = "\n" if parts and _is_import(node) and parts[-1][0] else "\n\n"
            parts.append((_is_import(node), between if parts else "", text))
    return "".join(before + text for _, before, text in parts) + "\n", offered


def import_line(node: ast.ImportFrom, aliases: Iterable[ast.alias]) -> str:
    """Write a `from ... import ...` anew with some of its names; "" without any.

    Examples
    --------
    >>> node = ast.parse("from a import x, y as z").body[0]
    >>> import_line(node, node.names[1:])
    'from a import y as z'
    """
    names = [f"{a.name} as {a.asname}" if a.asname else a.name for a in aliases]
    head = f"from {node.module} import "
    if not names or len(head + ", ".join(names)) <= _WIDTH:
        return head + ", ".join(names) if names else ""
    return _wrap(head + "(", names, ")")


def trim_tests(source: str, lacks: Callable[[str, str], bool]) -> str:
    """Cut a file of tests down to those that need nothing which is lacking.

    `lacks(module, name)` tells whether `from module import name` would fail; it is asked too
    about attributes of imported modules (`dl.tensor`). What uses such a name goes, and so does
    what uses that, fixtures included. An empty text means that no test is left.

    Examples
    --------
    >>> source = '''import lib
    ...
    ... def half(): return lib.old(1)
    ...
    ... def test_half(): assert half() == lib.gone(2)
    ...
    ... def test_old(): assert half()
    ... '''
    >>> print(trim_tests(source, lambda module, name: name == "gone"))
    import lib
    <BLANKLINE>
    def half(): return lib.old(1)
    <BLANKLINE>
    def test_old(): assert half()
    <BLANKLINE>
    """
    body = ast.parse(source).body
    modules = _modules(body)
    missing: set[str] = set()
    dropped: set[int] = set()
    imports: dict[int, str] = {}
    for k, node in enumerate(body):
        if isinstance(node, ast.ImportFrom):
            gone = {a.asname or a.name for a in node.names if lacks(node.module or "", a.name)}
            if gone:
                missing |= gone
                kept = [a for a in node.names if (a.asname or a.name) not in gone]
                imports[k] = import_line(node, kept)
        elif isinstance(node, ast.Import):
            gone = {a.asname or a.name for a in node.names if lacks(a.name, "")}
            if gone:  # one name a line is our style
                missing |= gone
                imports[k] = ""
    missing -= {name for k, n in enumerate(body) if k not in imports for name in names_of(n)}
    while True:
        more = {
            k
            for k, node in enumerate(body)
            if k not in dropped and not _is_import(node) and _needs(node, missing, modules, lacks)
        }
        if not more:
            break
        dropped |= more
        missing |= {name for k in more for name in names_of(body[k])}
    tests = [n for k, n in enumerate(body) if k not in dropped and _is_test(n)]
    return _without(source, body, dropped, imports) if tests else ""


def names_of(node: ast.stmt) -> set[str]:
    """Return the names that a top-level statement defines.

    Examples
    --------
    >>> names_of(ast.parse("a, b = 1, 2").body[0]) == {"a", "b"}
    True
    """
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and _stores(n)}


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_test(node: ast.stmt) -> bool:
    return any(name.startswith(("test_", "Test")) for name in names_of(node))


def _modules(body: list[ast.stmt]) -> dict[str, str]:
    """Map names to the modules that they may stand for: "dl" to "diydl"."""
    found = {}
    for node in body:
        if isinstance(node, ast.Import):
            found |= {a.asname or a.name.split(".")[0]: a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return found


def _needs(
    node: ast.stmt, missing: set[str], modules: dict[str, str], lacks: Callable[[str, str], bool]
) -> bool:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and inner.id in missing:
            return True
        if isinstance(inner, ast.arg) and inner.arg in missing:  # a fixture
            return True
        if isinstance(inner, ast.ImportFrom) and any(
            lacks(inner.module or "", a.name) for a in inner.names
        ):
            return True
        path = _dotted(inner)
        if path and path[0] in modules and lacks(modules[path[0]], path[1]):
            return True
    return False


def _dotted(node: ast.AST) -> tuple[str, str] | None:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id, node.attr
    return None


def _without(source: str, body: list[ast.stmt], dropped: set[int], imports: dict[int, str]) -> str:
    """Leave statements out, with the comments above them; write some imports anew."""
    lines, out, done = source.splitlines(), [], 0
    for k, node in enumerate(body):
        decorators = getattr(node, "decorator_list", [])
        start = min([node.lineno, *(d.lineno for d in decorators)]) - 1
        above = lines[done:start]
        done = node.end_lineno or start
        if k in dropped or imports.get(k) == "":
            continue
        out += above + (imports[k].splitlines() if k in imports else lines[start:done])
    out += lines[done:]
    while out and not out[0].strip():
        out.pop(0)
    return "\n".join(out).rstrip() + "\n"


def _wrap(head: str, items: list[str], tail: str) -> str:
    whole = head + ", ".join(items) + tail
    if len(whole) <= _WIDTH:
        return whole
    return "\n".join([head, *(f"    {item}," for item in items), tail])
