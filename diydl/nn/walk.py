"""Finding what a module holds: in its attributes, and in lists, tuples and dicts among them."""

from diydl.exercise import exercise
from diydl.parameter import State


@exercise("07/held")
def held(container, name=""):
    """Yield (name, object) for the states and modules that `container` holds itself.

    A container is a module (it has ``contents()``), a dict, a list or a tuple.

    Examples
    --------
    >>> from diydl import nn
    >>> relu = nn.ReLU()
    >>> [name for name, _ in held({"act": relu, "more": [relu, 3, relu]})]
    ['act', 'more.0', 'more.2']
    """
    if _is_module(container):
        items = container.contents()
    elif isinstance(container, dict):
        items = container.items()
    else:
        items = enumerate(container)
    for key, x in items:
        inner = f"{name}.{key}" if name else str(key)
        if isinstance(x, State) or _is_module(x):
            yield inner, x
        elif isinstance(x, (list, tuple, dict)):
            yield from held(x, inner)


@exercise("07/walk")
def walk(module, kind):
    """Yield (name, x) for all x of this kind in `module` and inside: depth first, each once.

    Examples
    --------
    >>> from diydl import nn
    >>> [name for name, _ in walk(nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)), nn.Parameter)]
    ['0.weight', '0.bias', '1.weight', '1.bias']
    """
    seen, todo = set(), [("", module)]
    while todo:
        name, x = todo.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        if isinstance(x, kind):
            yield name, x
        if _is_module(x):
            todo += reversed([(f"{name}.{key}" if name else key, y) for key, y in held(x)])


def inside_out(module):
    """Yield all modules in `module`, each once: what is inside first, the module last.

    Examples
    --------
    >>> from diydl import nn
    >>> list(inside_out(nn.Sequential(nn.ReLU(), nn.Sequential(nn.Tanh()))))[:2]
    [ReLU(), Tanh()]
    """
    seen = {id(module)}

    def inside(x):
        for _, y in held(x):
            if _is_module(y) and id(y) not in seen:
                seen.add(id(y))
                yield from inside(y)
        yield x

    return inside(module)


def _is_module(x):
    return hasattr(type(x), "contents")
