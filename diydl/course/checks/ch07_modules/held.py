"""07/held: what a module holds itself."""

import numpy as np

from diydl import nn
from diydl.course.bank import Code
from diydl.nn.walk import held as reference
from diydl.parameter import State

exercise = Code(
    "07/held",
    "What a module holds itself",
    reference,
    hints=(
        "A list may stand in a dictionary that stands in a list. Which function could look into "
        "the inner one for you?",
        "First make pairs of a key and an object, whatever the container is. Then look at each "
        "object: is it wanted, is it a container to look into, or neither?",
        "1. Pairs: `container.contents()` of a module, `.items()` of a dictionary, `enumerate` of "
        "a list or tuple.\n"
        "2. The name of an object is the key as text, with the container's name and a dot before "
        "it if the container has a name.\n"
        "3. A parameter, buffer or module: yield its name and itself.\n"
        "4. A list, tuple or dictionary: `yield from` your own function, called with it and its "
        "name.\n"
        "5. Anything else is passed over.",
    ),
)


class _Plain(nn.Module):
    """A module whose attributes are set one by one."""


def _built(spec):
    """Build what a description says: plain data, so that it can cross between processes."""
    if isinstance(spec, dict):
        return {key: _built(x) for key, x in spec.items()}
    if isinstance(spec, list):
        return [_built(x) for x in spec[1:]] if spec[:1] == ["list"] else tuple(map(_built, spec))
    if spec == "parameter":
        return nn.Parameter(np.ones(2))
    if spec == "buffer":
        return nn.Buffer(0)
    if spec == "bend":
        return nn.Tanh()
    if spec == "layer":
        return nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    return spec


@exercise.driver
def found(pieces, spec, kind="module", name=""):
    """Look into a container; return the names and the kinds of what is found, in order."""
    container = _built(spec)
    if kind == "module":
        module = _Plain()
        for key, x in container.items():
            setattr(module, key, x)
        container = module
    pairs = list(pieces.held(container, name))
    kinds = (State, nn.Module)
    return [[str(key), type(x).__name__ if isinstance(x, kinds) else "neither"] for key, x in pairs]


@exercise.driver
def same_objects(pieces):
    """Tell whether what is yielded are the objects themselves."""
    parts = [nn.Parameter(np.ones(2)), nn.ReLU()]
    return [x is y for (_, x), y in zip(pieces.held(parts), parts, strict=True)]


@exercise.mistake(
    "You call your own function for the inner container, but hand nothing on of what it yields: "
    "`yield from held(x, inner)`."
)
def calls_without_yield(container, name=""):
    if isinstance(container, nn.Module):
        items = container.contents()
    else:
        items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, x in items:
        inner = f"{name}.{key}" if name else str(key)
        if isinstance(x, (State, nn.Module)):
            yield inner, x
        elif isinstance(x, (list, tuple, dict)):
            calls_without_yield(x, inner)


@exercise.mistake(
    "Tuples are passed over. `isinstance(x, (list, tuple, dict))` asks for all three at once."
)
def without_tuples(container, name=""):
    if isinstance(container, nn.Module):
        items = container.contents()
    elif isinstance(container, dict):
        items = container.items()
    else:
        items = enumerate(container)
    for key, x in items:
        inner = f"{name}.{key}" if name else str(key)
        if isinstance(x, (State, nn.Module)):
            yield inner, x
        elif isinstance(x, (list, dict)):
            yield from without_tuples(x, inner)


@exercise.mistake(
    "Of a dictionary you take the numbers of its entries, not their keys: `enumerate` counts. Its "
    "pairs are `.items()`."
)
def counts_the_dict(container, name=""):
    if isinstance(container, nn.Module):
        items = container.contents()
    elif isinstance(container, dict):
        items = enumerate(container.values())
    else:
        items = enumerate(container)
    for key, x in items:
        inner = f"{name}.{key}" if name else str(key)
        if isinstance(x, (State, nn.Module)):
            yield inner, x
        elif isinstance(x, (list, tuple, dict)):
            yield from counts_the_dict(x, inner)


@exercise.mistake(
    "You look into a list, but not into a list in a list. Call your own function for what is "
    "inside: it does there what it did here."
)
def one_level(container, name=""):
    if isinstance(container, nn.Module):
        items = container.contents()
    else:
        items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, x in items:
        inner = f"{name}.{key}" if name else str(key)
        if isinstance(x, (State, nn.Module)):
            yield inner, x
        elif isinstance(x, (list, tuple, dict)):
            pairs = x.items() if isinstance(x, dict) else enumerate(x)
            for more, y in pairs:
                if isinstance(y, (State, nn.Module)):
                    yield f"{inner}.{more}", y


@exercise.mistake(
    "You go into modules as well. What a module inside holds is its own affair: yield the module, "
    "and leave the rest to the walk of the next exercise."
)
def goes_on_into_modules(container, name=""):
    if isinstance(container, nn.Module):
        items = container.contents()
    else:
        items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, x in items:
        inner = f"{name}.{key}" if name else str(key)
        if isinstance(x, (State, nn.Module)):
            yield inner, x
        if isinstance(x, (list, tuple, dict, nn.Module)):
            yield from goes_on_into_modules(x, inner)


@exercise.mistake(
    "What lies in a list or dictionary loses the name of the container: it should be `blocks.0`, "
    "not `0`. Hand the name on to the call for what is inside."
)
def loses_the_name(container, name=""):
    if isinstance(container, nn.Module):
        items = container.contents()
    else:
        items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, x in items:
        inner = f"{name}.{key}" if name else str(key)
        if isinstance(x, (State, nn.Module)):
            yield inner, x
        elif isinstance(x, (list, tuple, dict)):
            yield from loses_the_name(x)


@exercise.mistake(
    "In a list or dictionary without a name of its own, names begin with a dot: `.weight`. Put the "
    "dot only behind a name that is there."
)
def leading_dot(container, name=""):
    if isinstance(container, nn.Module):
        items = container.contents()
    else:
        items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, x in items:
        inner = str(key) if isinstance(container, nn.Module) else f"{name}.{key}"
        if isinstance(x, (State, nn.Module)):
            yield inner, x
        elif isinstance(x, (list, tuple, dict)):
            yield from leading_dot(x, inner)


@exercise.mistake(
    "Buffers are passed over. They are no parameters, and yet they are part of what a module "
    "holds: a batch norm without its averages is worth nothing. `State` stands for both."
)
def without_buffers(container, name=""):
    if isinstance(container, nn.Module):
        items = container.contents()
    else:
        items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, x in items:
        inner = f"{name}.{key}" if name else str(key)
        if isinstance(x, (nn.Parameter, nn.Module)):
            yield inner, x
        elif isinstance(x, (list, tuple, dict)):
            yield from without_buffers(x, inner)


@exercise.mistake(
    "Numbers, texts and functions are yielded too. Of these nobody wants a gradient: pass over "
    "what is neither a State nor a Module nor a container."
)
def everything(container, name=""):
    if isinstance(container, nn.Module):
        items = container.contents()
    else:
        items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, x in items:
        inner = f"{name}.{key}" if name else str(key)
        if isinstance(x, (list, tuple, dict)):
            yield from everything(x, inner)
        else:
            yield inner, x


@exercise.mistake(
    "You read the attributes with `vars`. A module says by `contents()` what shall be looked at, "
    "and under which names: of a Sequential these are the layers themselves."
)
def by_vars(container, name=""):
    if isinstance(container, nn.Module):
        items = vars(container).items()
    else:
        items = container.items() if isinstance(container, dict) else enumerate(container)
    for key, x in items:
        inner = f"{name}.{key}" if name else str(key)
        if isinstance(x, (State, nn.Module)):
            yield inner, x
        elif isinstance(x, (list, tuple, dict)):
            yield from by_vars(x, inner)


@exercise.driver
def found_in_sequential(pieces):
    """Look into a Sequential; return the names."""
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    return [str(key) for key, _ in pieces.held(model)]
