"""Arguments and results within tuples, lists and dicts."""


def mapped(f, x):
    """Return `x` with ``f(leaf)`` in place of each leaf.

    Examples
    --------
    >>> mapped(abs, (-1, [-2, {"a": -3}]))
    (1, [2, {'a': 3}])
    """
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return type(x)(*[mapped(f, part) for part in x])
    if type(x) in (tuple, list):
        return type(x)(mapped(f, part) for part in x)
    if type(x) is dict:
        return {name: mapped(f, part) for name, part in x.items()}
    return f(x)


def gather(x):
    """Return all leaves, in order.

    Examples
    --------
    >>> gather((1, [2, {"a": 3}]))
    [1, 2, 3]
    """
    found = []
    mapped(found.append, x)
    return found


def structure(f, x):
    """Return something hashable that is equal for equal nesting and equal ``f(leaf)``.

    Examples
    --------
    >>> structure(type, [1]) == structure(type, [2]) != structure(type, (1,))
    True
    """
    if isinstance(x, (tuple, list)):
        return (type(x), *[structure(f, part) for part in x])
    if type(x) is dict:
        return (dict, *[(name, structure(f, part)) for name, part in x.items()])
    return f(x)
