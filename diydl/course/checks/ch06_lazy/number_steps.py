"""06/number_steps: from objects that point at each other to numbers."""

from diydl.compile.describe import number_steps as reference
from diydl.course.bank import Code

exercise = Code(
    "06/number_steps",
    "From tensors to numbers",
    reference,
    hints=(
        "When the turn of a tensor comes, which of its inputs have a number already?",
        "Keep a dictionary from tensors to numbers. An input that is not in it is a leaf that "
        "nobody has met: it gets its number now.",
        "1. Begin with a copy of `given`.\n"
        "2. Go through `order`. For each of the inputs that has no number, call `leaf` and store "
        "what it returns.\n"
        "3. Make a tuple of the numbers of all inputs, in their order.\n"
        "4. Call `step` with the tensor and the tuple; store what it returns.\n"
        "5. Return the dictionary.",
    ),
)


class _Tensor:
    """Something described: a name and inputs. `==` has no answer, as with lazy tensors."""

    def __init__(self, name, inputs=()):
        self.name, self.inputs = name, inputs

    __hash__ = object.__hash__

    def __eq__(self, other):
        raise TypeError(f"{self.name} == {other!r} has no answer yet")


@exercise.driver
def numbered(pieces, leaves, rows, given=()):
    """Number what is described by rows (name, names of inputs); return calls and numbers."""
    made = {name: _Tensor(name) for name in leaves}
    order = []
    for name, inputs in rows:
        made[name] = _Tensor(name, tuple(made[x] for x in inputs))
        order.append(made[name])
    start = {made[name]: 100 + k for k, name in enumerate(given)}
    calls, next_number = [], iter(range(1000))

    def leaf(tensor):
        calls.append(["leaf", tensor.name])
        return next(next_number)

    def step(tensor, inputs):
        kind = "" if isinstance(inputs, tuple) else f" in a {type(inputs).__name__}"
        calls.append(["step", tensor.name, [*inputs], kind])
        next(next_number)  # a number may be left out: the library makes two slots for some
        return next(next_number)

    found = pieces.number_steps(order, start, leaf, step)
    kind = type(found).__name__
    plain = {x.name: k for x, k in found.items()} if isinstance(found, dict) else {}
    return {"kind": kind, "calls": calls, "numbers": plain, "given": len(start)}


@exercise.mistake(
    "`leaf` is called for each use. A parameter that is read twice would be two slots, and what is "
    "written into one not be seen in the other: ask whether it has a number already."
)
def leaf_for_each_use(order, given, leaf, step):
    numbers, computed = dict(given), set(order)
    for node in order:
        for x in node.inputs:
            if x not in computed and x not in given:
                numbers[x] = leaf(x)
        numbers[node] = step(node, tuple([numbers[x] for x in node.inputs]))
    return numbers


@exercise.mistake(
    "`given` is not looked at: what comes from outside has its number already, and a run would "
    "look for it there. Begin with a copy of it."
)
def without_given(order, given, leaf, step):
    numbers = {}
    for node in order:
        for x in node.inputs:
            if x not in numbers:
                numbers[x] = leaf(x)
        numbers[node] = step(node, tuple([numbers[x] for x in node.inputs]))
    return numbers


@exercise.mistake(
    "An operand that is used twice, as in x * x, is named once. One number for each entry of "
    "`node.inputs`, in that order."
)
def each_input_once(order, given, leaf, step):
    numbers = dict(given)
    for node in order:
        for x in node.inputs:
            if x not in numbers:
                numbers[x] = leaf(x)
        numbers[node] = step(node, tuple([numbers[x] for x in dict.fromkeys(node.inputs)]))
    return numbers


@exercise.mistake(
    "The numbers of the inputs are sorted. x - y is not y - x: keep the order of `node.inputs`."
)
def sorted_inputs(order, given, leaf, step):
    numbers = dict(given)
    for node in order:
        for x in node.inputs:
            if x not in numbers:
                numbers[x] = leaf(x)
        numbers[node] = step(node, tuple(sorted(numbers[x] for x in node.inputs)))
    return numbers


@exercise.mistake(
    "You count yourself. `step` says in which slot the result is: it may have made others before, "
    "so store what it returns."
)
def counts_itself(order, given, leaf, step):
    numbers = dict(given)
    for node in order:
        for x in node.inputs:
            if x not in numbers:
                numbers[x] = leaf(x)
        step(node, tuple([numbers[x] for x in node.inputs]))
        numbers[node] = len(numbers)
    return numbers


@exercise.mistake(
    "The inputs are handed over as a list. Later passes use them as a key, and a list can be none: "
    "make a tuple."
)
def inputs_in_a_list(order, given, leaf, step):
    numbers = dict(given)
    for node in order:
        for x in node.inputs:
            if x not in numbers:
                numbers[x] = leaf(x)
        numbers[node] = step(node, [numbers[x] for x in node.inputs])
    return numbers


@exercise.mistake(
    "You write into `given`, which is the caller's: begin with a copy, `dict(given)`."
)
def writes_into_given(order, given, leaf, step):
    for node in order:
        for x in node.inputs:
            if x not in given:
                given[x] = leaf(x)
        given[node] = step(node, tuple([given[x] for x in node.inputs]))
    return given


@exercise.mistake(
    "Leaves are missing in the dictionary that you return. Somebody may want to give one out as it "
    "is: all that have a number belong there."
)
def computed_only(order, given, leaf, step):
    numbers = dict(given)
    for node in order:
        for x in node.inputs:
            if x not in numbers:
                numbers[x] = leaf(x)
        numbers[node] = step(node, tuple([numbers[x] for x in node.inputs]))
    return {node: numbers[node] for node in order}
