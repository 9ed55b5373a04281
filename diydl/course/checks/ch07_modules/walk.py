"""07/walk: everything that is inside, each once."""

import itertools

import numpy as np

from diydl import nn
from diydl.course.bank import Code
from diydl.nn.walk import held
from diydl.nn.walk import walk as reference

exercise = Code(
    "07/walk",
    "All that is inside",
    reference,
    hints=(
        "Chapter 03 walked a graph without recursion, and met no node twice. What did it keep?",
        "Keep a stack of pairs (name, object) still to do, and a set of what was met. Pop one, "
        "yield it if it is of the kind, and push what it holds.",
        "1. Begin with an empty set, and a stack that holds the pair of the name "
        '"" and the module.\n'
        "2. While the stack is not empty, pop a pair. If `id(x)` was met, go on with the next; "
        "else note it.\n"
        "3. If `x` is of the wanted kind, yield its name and itself.\n"
        "4. If `x` is a module, take the pairs that it holds, put the module's name and a dot "
        "before each name (unless the name is empty), and push them in reversed order, so that "
        "the first one is popped first.",
    ),
)

KINDS = {"Parameter": nn.Parameter, "Buffer": nn.Buffer, "Module": nn.Module}


class _Part(nn.Module):
    """A module of attributes given by name."""

    def __init__(self, **parts):
        for name, x in parts.items():
            setattr(self, name, x)


_numbers = itertools.count()


def _weight(value=None):
    return nn.Parameter(np.full(2, float(next(_numbers)) if value is None else value))


def _model(kind):
    if kind == "nested":
        inner = _Part(w=_weight(), count=nn.Buffer(0), v=_weight())
        return _Part(first=inner, own=_weight(), more=[_Part(w=_weight()), (_Part(b=_weight()),)])
    if kind == "shared":
        one, weight = _Part(w=_weight()), _weight()
        return _Part(a=one, tied=weight, b=one, c=_Part(again=weight, own=_weight()))
    if kind == "circle":
        child = _Part(w=_weight())
        parent = _Part(child=child, v=_weight())
        child.parent = parent
        return parent
    if kind == "later":
        weight = _weight()
        return _Part(first=_Part(inside=weight), own=weight, last=_Part(inside=weight))
    model = _Part(w=_weight())
    for _ in range(2000):
        model = _Part(inside=model)
    return model


@exercise.driver
def names(pieces, model, kind):
    """Walk a model; return the names of what was found, in order."""
    pairs = pieces.walk(_model(model), KINDS[kind])
    found = []
    for name, x in pairs:
        found.append(str(name))
        if len(found) > 50:
            return [*found[:5], "and so on for ever"]
        if not isinstance(x, KINDS[kind]):
            return [*found, f"which is a {type(x).__name__}"]
    return found


@exercise.driver
def deep(pieces):
    """Walk a module in a module, 2,000 times; return how long the name of the parameter is."""
    try:
        found = [name for name, _ in pieces.walk(_model("deep"), nn.Parameter)]
    except RecursionError:
        return ["RecursionError"]
    return [f"{len(name.split('.'))} parts" for name in found]


@exercise.driver
def alike(pieces):
    """Walk two parameters whose numbers are the same; return the names."""
    model = _Part(a=_weight(1.0), b=_weight(1.0))
    return sorted(name for name, _ in pieces.walk(model, nn.Parameter))


@exercise.mistake(
    "Your function calls itself for each module, and Python allows about a thousand calls within "
    "calls. Keep a stack of your own, as in chapter 03."
)
def recursive(module, kind):
    seen = set()

    def visit(name, x):
        if id(x) in seen:
            return
        seen.add(id(x))
        if isinstance(x, kind):
            yield name, x
        if isinstance(x, nn.Module):
            for key, y in held(x):
                yield from visit(f"{name}.{key}" if name else key, y)

    yield from visit("", module)


@exercise.mistake(
    "What is reached by two ways comes twice: an optimizer would step twice on a shared weight, "
    "and modules that know their parent lead round in a circle. Keep a set of `id(x)`."
)
def twice(module, kind):
    todo = [("", module)]
    while todo:
        name, x = todo.pop()
        if isinstance(x, kind):
            yield name, x
        if isinstance(x, nn.Module):
            todo += reversed([(f"{name}.{key}" if name else key, y) for key, y in held(x)])


@exercise.mistake(
    "Modules are met once, parameters again and again: a weight that two modules share comes "
    "twice. Whatever is popped goes into the set, not modules alone."
)
def modules_once_only(module, kind):
    seen, todo = set(), [("", module)]
    while todo:
        name, x = todo.pop()
        if isinstance(x, nn.Module):
            if id(x) in seen:
                continue
            seen.add(id(x))
        if isinstance(x, kind):
            yield name, x
        if isinstance(x, nn.Module):
            todo += reversed([(f"{name}.{key}" if name else key, y) for key, y in held(x)])


@exercise.mistake(
    "You note an object when it is pushed. A later attribute is pushed before the inside of an "
    "earlier one is met, and gives its name. Note it when it is popped."
)
def noted_when_pushed(module, kind):
    seen, todo = {id(module)}, [("", module)]
    while todo:
        name, x = todo.pop()
        if isinstance(x, kind):
            yield name, x
        if isinstance(x, nn.Module):
            new = [(f"{name}.{key}" if name else key, y) for key, y in held(x) if id(y) not in seen]
            seen.update(id(y) for _, y in new)
            todo += reversed(new)


@exercise.mistake(
    "The last attribute comes first: a stack gives back what was pushed last. Push in reversed "
    "order, so that weights keep the order in which they were set."
)
def last_first(module, kind):
    seen, todo = set(), [("", module)]
    while todo:
        name, x = todo.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        if isinstance(x, kind):
            yield name, x
        if isinstance(x, nn.Module):
            todo += [(f"{name}.{key}" if name else key, y) for key, y in held(x)]


@exercise.mistake(
    "You go level by level, since you take from the front of the list. All that is inside a module "
    "comes before its next neighbour: pop from the end."
)
def level_by_level(module, kind):
    seen, todo = set(), [("", module)]
    while todo:
        name, x = todo.pop(0)
        if id(x) in seen:
            continue
        seen.add(id(x))
        if isinstance(x, kind):
            yield name, x
        if isinstance(x, nn.Module):
            todo += [(f"{name}.{key}" if name else key, y) for key, y in held(x)]


@exercise.mistake(
    "You go into modules only where they are not of the wanted kind. If modules are asked for, "
    "those inside are missing: yield, and go on inside all the same."
)
def stops_where_found(module, kind):
    seen, todo = set(), [("", module)]
    while todo:
        name, x = todo.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        if isinstance(x, kind):
            yield name, x
        elif isinstance(x, nn.Module):
            todo += reversed([(f"{name}.{key}" if name else key, y) for key, y in held(x)])


@exercise.mistake(
    'The module itself is missing. It is inside too, under the name "": begin the stack with it.'
)
def without_itself(module, kind):
    seen, todo = {id(module)}, list(reversed([*held(module)]))
    while todo:
        name, x = todo.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        if isinstance(x, kind):
            yield name, x
        if isinstance(x, nn.Module):
            todo += reversed([(f"{name}.{key}", y) for key, y in held(x)])


@exercise.mistake(
    "Names lack the way that leads there: `weight` stands in every layer. Put the name of the "
    "module and a dot before the names of what it holds."
)
def short_names(module, kind):
    seen, todo = set(), [("", module)]
    while todo:
        name, x = todo.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        if isinstance(x, kind):
            yield name, x
        if isinstance(x, nn.Module):
            todo += reversed([*held(x)])


@exercise.mistake(
    "You keep in the set what the parameters hold, not which they are: two that begin with the "
    "same numbers count as one. The number by which Python knows an object is `id(x)`."
)
def by_content(module, kind):
    seen, todo = set(), [("", module)]
    while todo:
        name, x = todo.pop()
        mark = id(x) if isinstance(x, nn.Module) else x.data.tobytes()
        if mark in seen:
            continue
        seen.add(mark)
        if isinstance(x, kind):
            yield name, x
        if isinstance(x, nn.Module):
            todo += reversed([(f"{name}.{key}" if name else key, y) for key, y in held(x)])
