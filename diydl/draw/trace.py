"""A model or a function as a picture: it is run once, and what it did is drawn."""

import inspect
from dataclasses import replace

from diydl.draw.history import swept
from diydl.draw.noted import applied, noted, number
from diydl.draw.picture import Group, Node, Picture
from diydl.draw.recorder import Recorder
from diydl.draw.structure import described
from diydl.draw.symbols import held, leaf_kind
from diydl.engines.tape import Tensor
from diydl.nn.module import Module
from diydl.parameter import Buffer, Parameter, State
from diydl.reverse import toposort
from diydl.symbol import Symbol
from diydl.value import Value


def trace(function, *inputs, gradients=False, names=None):
    """Run ``function(*inputs)`` and return what it did as a `Picture`, with a group per module.

    Parameters
    ----------
    function : Module or callable
    *inputs : tensors, arrays or lists of numbers
    gradients : bool
        Whether to run a backward pass too; the result must then be one number.
    names : dict of str to tensor, optional

    Examples
    --------
    >>> import diydl as dl
    >>> print(trace(lambda x: dl.exp(x).sum(), [0.0, 1.0]).text())
    1. x: data, shape (2,), value [0, 1]
    2. exp: from x (1), shape (2,), value [1, 2.718]
    3. sum: from exp (2), shape (), value 3.718
    """
    given = [x if isinstance(x, Value) else Tensor(x) for x in inputs]
    engines = [x.engine for x in given if isinstance(x, Symbol)]
    with Recorder(*engines).listening() as recorder:
        results = [x for x in _flat(function(*given)) if id(x) in recorder.made]
    if not results:
        raise ValueError(
            f"{_called(function)} returned nothing that operations of diydl have computed, so "
            "there is no graph to draw; plain NumPy is not seen"
        )
    drawn = _Traced(recorder, results, skip=isinstance(function, Module))
    drawn.name(_words(function, given), names or {})
    if gradients:
        drawn.pull(results)
    return drawn.picture()


class _Traced:
    """The picture of what a recorder wrote down."""

    def __init__(self, recorder, results, *, skip):
        self.steps, self.made, self.calls = recorder.steps, recorder.made, recorder.calls
        self.results, self.skip = {id(x) for x in results}, skip
        self.nodes, self.edges, self.groups = [], [], []
        self.place, self.numbers, self.users = {}, {}, {}
        self.names, self.modules, self.grads, self.states = {}, {}, {}, set()

    def name(self, inputs, names):
        """Say what values are called: inputs by the arguments, parameters by their modules."""
        self.names |= {id(x): x.name for s in self.steps for x in s.operands if _titled(x)}
        self.names |= {id(x): word for word, x in names.items() if not word.startswith("_")}
        self.names |= {id(x): word for x, word in inputs}
        for module in self.calls[::-1]:  # the first call is the outermost: it names last
            self.names |= {id(p): name for name, p in module.named_parameters()}
            self.names |= {id(p): name for name, p in module.named_buffers()}
            self.modules |= {id(m): name for name, m in module.named_modules()}

    def pull(self, results):
        """Compute the gradient of the result with respect to everything."""
        if len(results) != 1 or getattr(results[0], "node", None) is None:
            raise ValueError(
                f"gradients need one result that depends on a parameter, got {len(results)} "
                "result(s); draw a loss, or make an input with requires_grad=True"
            )
        found = swept(toposort(results[0].node))
        for x in (x for s in self.steps for x in (s.result, *s.operands)):
            node = getattr(x, "node", None) or x
            if id(node) in found:
                self.grads[id(x)] = found[id(node)]

    def picture(self):
        """Return the picture."""
        for step in (self.steps[k] for k in sorted(self._needed())):
            group = self._group(step.calls[self.skip :])
            sources = [self._source(x, group) for x in step.operands]
            self.place[id(step.result)] = here = len(self.nodes)
            self.edges += [(source, here) for source in sources]
            kind = "result" if id(step.result) in self.results else "computed"
            label = applied(step.prim, step.params)
            shape = tuple(step.result.shape)
            self.nodes.append(Node(label, kind, shape, self._notes(step.result), group))
        for k, groups in self.users.items():
            node, group = self.nodes[k], self._common(groups)
            if node.kind != "data" and group is not None:  # its name, within its module
                label = node.label.rpartition(".")[2] if k in self.states else node.label
                self.nodes[k] = replace(node, group=group, label=label)
        return Picture(self.nodes, self.edges, self.groups)

    def _needed(self):
        """Return the numbers of the steps that lead to the results."""
        todo, needed = [self.made[x] for x in self.results], set()
        while todo:
            k = todo.pop()
            if k not in needed:
                needed.add(k)
                todo += [self.made[id(x)] for x in self.steps[k].operands if id(x) in self.made]
        return needed

    def _group(self, calls):
        """Return the number of the group of the innermost call."""
        parent = None
        for call in calls:
            if call not in self.numbers:
                self.numbers[call] = len(self.groups)
                self.groups.append(self._described(self.calls[call], parent))
            parent = self.numbers[call]
        return parent

    def _described(self, module, parent):
        name = self.modules.get(id(module), "").rpartition(".")[2]
        kind, _, notes = described(module)
        return Group(f"{type(module).__name__} {name}".strip(), parent, "".join(notes), kind=kind)

    def _source(self, x, group):
        """Return the number of the node for an operand; leaves are made where they are used."""
        if id(x) not in self.place:
            self.place[id(x)] = len(self.nodes)
            self.nodes.append(self._leaf(x))
            if isinstance(x, State):
                self.states.add(self.place[id(x)])
        if self.nodes[self.place[id(x)]].kind not in ("computed", "result"):
            self.users.setdefault(self.place[id(x)], []).append(group)
        return self.place[id(x)]

    def _leaf(self, x):
        label, notes = self.names.get(id(x), ""), self._notes(x)
        if isinstance(x, Symbol):
            kind, label = "data" if label else leaf_kind(x), label or x.name
        elif isinstance(x, Parameter):
            kind = "parameter" if x.requires_grad else "frozen"
        elif isinstance(x, Buffer) or (not label and not isinstance(x, Tensor)):
            kind = "constant"
        else:
            kind = "data"
        if kind == "constant" and not label and x.size == 1 and _array(x) is not None:
            return Node(number(_array(x)), kind, tuple(x.shape))
        return Node(label or kind, kind, tuple(x.shape), notes)

    def _notes(self, x):
        notes = [] if _array(x) is None else [noted("value", _array(x))]
        if id(x) in self.grads:
            notes.append(noted("gradient", self.grads[id(x)]))
        return tuple(notes)

    def _common(self, groups):
        """Return the innermost group around all users of a leaf."""
        chains = []
        for group in groups:
            chain = []
            while group is not None:
                chain.append(group)
                group = self.groups[group].parent
            chains.append(chain)
        return next((g for g in chains[0] if all(g in chain for chain in chains)), None)


def _flat(x):
    if isinstance(x, (list, tuple)):
        return [y for item in x for y in _flat(item)]
    return _flat(list(x.values())) if isinstance(x, dict) else [x]


def _titled(x):
    return isinstance(x, State) and x.name


def _array(x):
    if isinstance(x, Symbol):
        return held(x)
    return x.data if isinstance(x, Value) else x


def _words(function, given):
    """Return pairs (input, name of the argument)."""
    try:
        words = list(inspect.signature(getattr(function, "forward", function)).parameters)
    except (TypeError, ValueError):
        words = []
    words += ["input"] * (len(given) - len(words))
    return list(zip(given, words, strict=False))


def _called(function):
    return getattr(function, "__name__", type(function).__name__)
