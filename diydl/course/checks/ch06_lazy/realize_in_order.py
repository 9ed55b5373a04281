"""06/realize_in_order: compute, forget, let go."""

import weakref

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.engines.lazy.run import realize_in_order as reference

exercise = Code(
    "06/realize_in_order",
    "Compute, forget, let go",
    reference,
    hints=(
        "An array is freed when nobody holds the tensor that it belongs to. Who holds the tensors "
        "that you have dealt with already? There are two answers.",
        "Take each tensor out of the list before you compute it, the first one first. Once it is "
        "computed, it need not know what it was computed from.",
        "1. Turn the list round in place, so that its first element can be taken from the end.\n"
        "2. While the list is not empty: take a tensor out with `pop`.\n"
        "3. Compute it.\n"
        "4. Unless `retain_graph`, tell it to forget.",
    ),
)


class _Held:
    """Stands for an array of which it can be asked whether somebody still holds it."""


class _Node:
    """A tensor that waits; it can forget."""

    def __init__(self, number, inputs, log):
        self.number, self.inputs, self.log, self.array = number, inputs, log, None

    def forget(self):
        """Drop the inputs."""
        self.log.append(["forget", self.number])
        self.inputs = ()


@exercise.driver
def run(pieces, inputs, retain_graph=False, fails=None):
    """Run a graph given by the numbers of inputs; return what happened, and what is left."""
    log, nodes = [], []
    for number, row in enumerate(inputs):
        nodes.append(_Node(number, tuple(nodes[k] for k in row), log))

    def compute(node):
        if node.number == fails:
            raise ValueError("this one cannot be computed")
        expected = len(inputs[node.number])
        there = len(node.inputs) == expected and all(x.array is not None for x in node.inputs)
        log.append(["compute" if there else "inputs are missing", node.number])
        node.array = node.number

    order, error = list(nodes), ""
    try:
        pieces.realize_in_order(order, compute, retain_graph=retain_graph)
    except ValueError as raised:
        error = str(raised)
    return {"log": log, "left": sorted(node.number for node in order), "error": error}


@exercise.driver
def held(pieces, length):
    """Run a chain of which nobody holds anything but the end; return the most arrays at a time."""
    end = _Node(0, (), [])
    order = [end]
    while len(order) < length:
        end = _Node(len(order), (end,), [])
        order.append(end)
    alive, most = weakref.WeakSet(), []

    def compute(node):
        node.array = _Held()
        alive.add(node.array)
        most.append(len(alive))

    pieces.realize_in_order(order, compute)
    return [max(most), len(alive) if end.array is not None else 0]


@exercise.driver
def in_library(pieces, array):
    """Realize real tensors and an assignment between two reads; return the values."""
    graph, w = dl.Graph(), dl.Parameter(array, name="w")
    with dl.engine(graph):
        before = w * 10.0
        dl.assign(w, w + 1.0)
        after = w * 10.0
    dl.realize(graph)
    return [np.array(x.data) for x in (before, after)]


@exercise.mistake(
    "You take the last tensor first: its inputs have no numbers yet. `pop()` takes from the end, "
    "so turn the list round before you begin."
)
def from_the_end(order, compute, *, retain_graph=False):
    while order:
        node = order.pop()
        compute(node)
        if not retain_graph:
            node.forget()


@exercise.mistake("A tensor forgets its inputs before it is computed from them. Compute first.")
def forgets_first(order, compute, *, retain_graph=False):
    order.reverse()
    while order:
        node = order.pop()
        if not retain_graph:
            node.forget()
        compute(node)


@exercise.mistake(
    "While you walk along the list, the list holds every tensor, and each of them its array: "
    "nothing is freed before the end. Take each one out of the list before it is computed."
)
def walks_along(order, compute, *, retain_graph=False):
    for node in order:
        compute(node)
        if not retain_graph:
            node.forget()
    order.clear()


@exercise.mistake(
    "You walk along a copy of the list. The copy holds every tensor, so nothing is freed on the "
    "way, and the list that you were given is as full as before."
)
def walks_a_copy(order, compute, *, retain_graph=False):
    for node in list(order):
        compute(node)
        if not retain_graph:
            node.forget()


@exercise.mistake(
    "Nothing is forgotten: each tensor holds its inputs, these theirs, and so the end of a chain "
    "holds all of it. Call `node.forget()` once it is computed."
)
def remembers_all(order, compute, *, retain_graph=False):
    order.reverse()
    while order:
        compute(order.pop())


@exercise.mistake(
    "Tensors forget all together, at the end. Until then each holds its inputs: let each forget "
    "as soon as it is computed."
)
def forgets_at_the_end(order, compute, *, retain_graph=False):
    done = []
    order.reverse()
    while order:
        done.append(order.pop())
        compute(done[-1])
    for node in done:
        if not retain_graph:
            node.forget()


@exercise.mistake(
    "`retain_graph` is not looked at. Who passes True wants to describe gradients later, and for "
    "these the tensors must remember what they were computed from."
)
def always_forgets(order, compute, *, retain_graph=False):
    order.reverse()
    while order:
        node = order.pop()
        compute(node)
        node.forget()


@exercise.mistake(
    "You empty the list at once and go on with one of your own. When something fails, the caller "
    "looks into the list for what was not tried yet, and finds nothing there."
)
def empties_at_once(order, compute, *, retain_graph=False):
    todo = order[::-1]
    order.clear()
    while todo:
        node = todo.pop()
        compute(node)
        if not retain_graph:
            node.forget()


@exercise.mistake(
    "You catch the error and go on. What is computed from the lost value fails as well, and the "
    "caller does not hear of it: let errors pass."
)
def goes_on(order, compute, *, retain_graph=False):
    order.reverse()
    while order:
        node = order.pop()
        try:
            compute(node)
        except ValueError:
            continue
        if not retain_graph:
            node.forget()
