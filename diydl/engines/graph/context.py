"""Running a graph: the numbers of one run, and parameters of one's own.

A graph holds no values, so that any number of contexts can run it, each with its own copies of the
parameters. What a run does not need is not computed.
"""

from dataclasses import dataclass, field

import numpy as np

from diydl.backend import as_array
from diydl.dim import Dim, resolved
from diydl.engines.graph.build import needed
from diydl.engines.graph.connection import Placeholder
from diydl.exercise import exercise
from diydl.parameter import State
from diydl.symbol import checked_mode, numbers


class SimulationContext:
    """Runs a graph, and keeps what it computed.

    Parameters
    ----------
    graph : ComputationalGraph
    keep : bool
        Whether all values of a run can be looked at afterwards. False frees each array when
        nothing needs it any more, and keeps those that were asked for.

    Attributes
    ----------
    values : dict of Connection to array
        Of the last run.

    Examples
    --------
    >>> from diydl import Parameter, assign
    >>> from diydl.engines.graph import ComputationalGraph
    >>> graph, w = ComputationalGraph(), Parameter([1.0], name="w")
    >>> y = graph.placeholder((1,), name="x") * w
    >>> step = assign(w, y + 1)
    >>> context = SimulationContext(graph)
    >>> context.run([y, step], {"x": [5.0]})
    [array([5.], dtype=float32), array([6.], dtype=float32)]
    >>> context[w], w
    (array([6.], dtype=float32), Parameter([1.]))
    >>> context.commit()
    >>> w
    Parameter([6.])
    """

    def __init__(self, graph, *, keep=True):
        self.graph, self.keep, self.values = graph, keep, {}
        self._copies, self._written = {}, set()
        self.refresh()

    def run(self, fetches, feed=None, *, training=None):
        """Compute what is asked for, and no more; return it as arrays.

        Parameters
        ----------
        fetches : node, name, or list, tuple or dict of such
            An assignment is done because it is asked for, or because it belongs to a node that is
            computed. Reads and writes of parameters keep the order in which they were described.
        feed : dict of (node or name) to array
            Values of placeholders.
        training : bool, optional
            Whether dropout and the like train; as each was described, if left out.

        Raises
        ------
        KeyError, ValueError, TypeError
            If a placeholder is unknown, is missing, or gets another shape or dtype.

        Examples
        --------
        >>> from diydl.engines.graph import ComputationalGraph
        >>> graph = ComputationalGraph()
        >>> x = graph.placeholder((None,), name="x")
        >>> SimulationContext(graph).run({"mean": x.mean(), "max": x.max()}, {x: [1, 2, 6]})
        {'mean': array(3., dtype=float32), 'max': array(6., dtype=float32)}
        """
        asked = [self.graph.find(node) for node in _listed(fetches)]
        order = needed(asked)
        run = Run(self, checked_mode(training)).feed({} if feed is None else feed)
        run.require(order)
        self.values = evaluate(order, run.compute, {} if self.keep else last_uses(order, asked))
        return _like(fetches, [self._handed_out(node) for node in asked])

    def _handed_out(self, node):
        """Return a value that may be written into: no parameter, constant, or what is kept here."""
        array, shared = as_array(self.values[node]), self.keep or node.prim is None
        return array.copy() if shared or node.prim.view else array

    def __getitem__(self, x):
        """Return a copy: of a node's value in the last run, or of a parameter in this context."""
        if isinstance(x, State):
            return self.read(x).copy()
        node = self.graph.find(x)
        if node not in self.values:
            raise KeyError(f"{node!r} has no value here: the last run did not need it")
        return as_array(self.values[node]).copy()

    def read(self, state):
        """Return the array of this context for a parameter or buffer; not to be written into."""
        if state not in self._copies:
            self._copies[state] = state.data.copy()
        return self._copies[state]

    def write(self, state, value):
        """Replace the array of this context for a parameter or buffer; return the new one.

        The old array is left as it is: whoever read it earlier in a run goes on with it.
        """
        old = self.read(state)
        if value is old:  # what a modal primitive returns in use
            return old
        if value.shape != state.shape:
            raise ValueError(
                f"cannot write shape {value.shape} into {state._called()} of shape {state.shape}"
            )
        self._copies[state] = value.astype(state.dtype, copy=True)
        self._written.add(state)
        return self._copies[state]

    def set(self, state, value):
        """Give a parameter or buffer a value in this context: a learning rate, a start.

        Examples
        --------
        >>> from diydl import Buffer
        >>> from diydl.engines.graph import ComputationalGraph
        >>> rate, context = Buffer(0.1), SimulationContext(ComputationalGraph())
        >>> context.set(rate, 0.01)
        >>> context[rate], rate
        (array(0.01, dtype=float32), Buffer(0.1))
        """
        self.write(state, numbers(value))

    def commit(self):
        """Write what has changed here into the parameters and buffers themselves."""
        for state in self._written:
            state.write(self._copies[state])
        self._written.clear()

    def refresh(self):
        """Copy all parameters and buffers anew: what has not been committed is lost."""
        self._copies, self._written = {}, set()
        for state in self.graph.states():
            self.read(state)

    def forget(self):
        """Drop the values of the last run; parameters stay."""
        self.values = {}

    def __repr__(self):
        kept = sum(array.nbytes for array in self.values.values())
        return f"<SimulationContext of {self.graph!r}: {len(self.values)} values, {kept:,} bytes>"


@dataclass
class Run:
    """What one run has been given."""

    context: SimulationContext
    training: bool | None = None
    fed: dict = field(default_factory=dict)
    batch: int | None = None
    sized_by: Placeholder | None = None

    def feed(self, feed):
        """Check what was fed, and find the size of the batch; returns itself."""
        if not isinstance(feed, dict):
            raise TypeError(f"feed is a dict such as {{'x': array}}, got a {type(feed).__name__}")
        for key, value in feed.items():
            node = self.context.graph.find(key)
            if not isinstance(node, Placeholder):
                raise TypeError(f"{node!r} is computed and cannot be fed; only placeholders can")
            self.fed[node] = self._checked(node, value)
        return self

    def require(self, order):
        """Refuse to go on if a placeholder in `order` has not been fed."""
        missing = [node for node in order if isinstance(node, Placeholder) and node not in self.fed]
        if missing:
            listed = ", ".join(node.described() for node in missing)
            raise KeyError(f"not fed: {listed}; run(..., feed={{{missing[0].name!r}: array}})")

    def size_of(self, node):
        """Return the size of the batch, which `node` needs."""
        if self.batch is None:
            raise ValueError(
                f"{node!r} depends on the size of the batch, which is not known: feed a "
                "placeholder whose shape has None"
            )
        return self.batch

    def compute(self, node, arrays):
        """Return the value of `node` from those of its inputs."""
        try:
            out = node.value(self, arrays)
        except (ValueError, TypeError, IndexError) as error:
            raise type(error)(f"at {node.name!r}: {error}") from error
        if node.open and out.shape != resolved(node.shape, self.batch):
            raise ValueError(
                f"at {node.name!r}: described as {node.shape}, but with a batch of {self.batch} "
                f"it has shape {out.shape}"
            )
        return out

    def _checked(self, node, value):
        array = numbers(value)
        if not np.can_cast(array.dtype, node.dtype, "same_kind"):
            raise TypeError(f"placeholder {node.described()} was fed {array.dtype}; convert it")
        fits = array.ndim == node.ndim
        if fits:
            self._measure(node, array.shape)
        if not fits or array.shape != resolved(node.shape, self.batch):
            raise ValueError(f"placeholder {node.described()} was fed shape {array.shape}")
        return array.astype(node.dtype, copy=False)

    def _measure(self, node, shape):
        """Take the size of the batch from the first open axis that is fed."""
        for n, size in zip(node.shape, shape, strict=True):
            if type(n) is not Dim:
                continue
            if self.batch is None:
                self.batch, self.sized_by = size, node
            if self.batch != size:
                raise ValueError(
                    f"placeholder {node.described()} was fed shape {shape}, a batch of {size}, but "
                    f"{self.sized_by.name!r} a batch of {self.batch}: a run has one size"
                )


@exercise("04/evaluate")
def evaluate(order, compute, spent):
    """Compute all nodes of `order`, each once.

    Parameters
    ----------
    order : list of Connection
        Inputs stand before their users.
    compute : callable
        ``compute(node, arrays)`` returns the value of a node from those of its inputs.
    spent : dict of Connection to list of Connection
        After which node which values are needed no more; a node that is no key frees none.

    Returns
    -------
    dict of Connection to array
        Of all that were not freed.

    Examples
    --------
    >>> from diydl.engines.graph import ComputationalGraph
    >>> x = ComputationalGraph().placeholder((), name="x")
    >>> square = x * x
    >>> values = evaluate([x, square], lambda node, arrays: sum(arrays) or 3, {square: [x]})
    >>> values[square], x in values
    (6, False)
    """
    values = {}
    for node in order:
        values[node] = compute(node, [values[x] for x in node.inputs])
        for x in spent.get(node, ()):
            del values[x]
    return values


@exercise("04/last_uses")
def last_uses(order, kept):
    """Return {node: nodes that nothing needs after it}, except those of `kept`.

    Parameters
    ----------
    order : list of Connection
        As they will be computed.
    kept : list of Connection
        Those that somebody wants to see in the end.

    Examples
    --------
    >>> from diydl.engines.graph import ComputationalGraph
    >>> x = ComputationalGraph().placeholder((), name="x")
    >>> y = x + x
    >>> last_uses([x, y], [y])[y] == [x]
    True
    """
    seen, spent = set(kept), {}
    for node in reversed(order):
        spent[node] = [x for x in dict.fromkeys((node, *node.inputs)) if x not in seen]
        seen.update(spent[node])
    return spent


def _listed(fetches):
    if isinstance(fetches, dict):
        return fetches.values()
    return fetches if isinstance(fetches, (list, tuple)) else [fetches]


def _like(fetches, arrays):
    if isinstance(fetches, dict):
        return dict(zip(fetches, arrays, strict=True))
    if isinstance(fetches, (list, tuple)):
        return arrays if isinstance(fetches, list) else tuple(arrays)
    return arrays[0]
