"""What all optimizers share: groups of parameters, and state that can be kept.

An update has two forms. `operation` describes it with operations of the library, so that it can be
part of a graph or plan; `rule` computes it at once, in place, block by block. Both read and write
the same state, and a test holds them equal. An optimizer of your own needs only the first.
"""

import numpy as np

from diydl.backend import array_module, device_of
from diydl.ops import cast, stop_gradient
from diydl.optim.blocks import Blocks
from diydl.optim.group import ParamGroup, as_group, listed_groups
from diydl.optim.keep import restore, stored
from diydl.parameter import Buffer, assign
from diydl.probe import span
from diydl.value import ARRAYS, current_engine, engine, engine_of


class Optimizer:
    """Base class: writes new values into parameters, from their gradients.

    A subclass hands its options to this constructor, says in `checked` which values they may have,
    names its arrays per parameter in `buffers`, and defines the update in `operation`. To be fast
    it defines it once more, in `rule`.

    Parameters
    ----------
    params : list of Parameter, or list of dict
        A dict is a group: parameters under "params", and options that differ from those given here.
    lr, weight_decay, maximize, **options
        What every group has unless it says otherwise.

    Attributes
    ----------
    param_groups : list of ParamGroup
    params : list of Parameter
        Those of all groups, in order.
    counts : list of Buffer
        How often each parameter was updated.
    state : list of (dict of Buffer, or None)
        What is kept for each parameter, from its first update on.

    Examples
    --------
    >>> from diydl import nn, ops, optim
    >>> class SignDescent(optim.Optimizer):
    ...     '''Steps of one length, whatever the gradient.'''
    ...
    ...     def operation(self, group, p, g, step, lr):
    ...         return (p - lr * ops.sign(g),)
    >>> w = nn.Parameter([1.0, 1.0])
    >>> optimizer = SignDescent([w], lr=0.25)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    Parameter([0.75, 0.75])
    """

    buffers = ()
    scratch = 1  # how many arrays of one block's size `rule` works in
    coupled = True  # whether weight decay is added to the gradient
    pieces = ()  # slots that `operation` is made of: one that is swapped is what `step` runs too

    def __init__(self, params, lr, *, weight_decay=0.0, maximize=False, **options):
        self._defaults = {"lr": lr, **options, "weight_decay": weight_decay, "maximize": maximize}
        self.param_groups, self.params, self.counts = [], [], []
        self.state: list[dict | None] = []
        for members, own in listed_groups(params):
            self._add(members, own)
        self._blocks = Blocks(self.scratch + 1)

    def add_param_group(self, group):
        """Train further parameters: a dict of "params" and of options that differ.

        Examples
        --------
        >>> from diydl import nn, optim
        >>> body, head = nn.Linear(4, 3), nn.Linear(3, 2)
        >>> optimizer = optim.SGD(head.parameters(), lr=0.1)
        >>> optimizer.add_param_group({"params": body.parameters(), "lr": 0.01})
        >>> [group["lr"] for group in optimizer.param_groups]
        [0.1, 0.01]
        """
        members, own = as_group(group)
        listed_groups([*self.params, *members])  # none of them twice
        self._add(members, own)

    def _add(self, members, own):
        unknown = sorted(set(own) - set(self._defaults))
        if unknown:
            raise ValueError(
                f"{type(self).__name__} has no option {unknown[0]!r} for a group; "
                f"it has {', '.join(self._defaults)}"
            )
        options, number = {**self._defaults, **own}, len(self.param_groups)
        self.param_groups.append(ParamGroup(members, options, self.checked, number))
        for parameter in members:
            i = len(self.params)
            self.params.append(parameter)
            self.counts.append(Buffer(np.array(0), f"{i}.step"))
            self.state.append(None)

    def checked(self, options):
        """Return the options of a group, other than the shared ones, or raise a ValueError."""
        return options

    @property
    def lr(self):
        """The learning rate of the first group, as a number; setting it sets that of all groups.

        It may be changed at any time, for the next step on.
        """
        return self.param_groups[0]["lr"]

    @lr.setter
    def lr(self, value):
        for group in self.param_groups:
            group["lr"] = value

    @property
    def learning_rate(self):
        """The rate of the first group as a Buffer, which graphs and plans read at every run."""
        return self.param_groups[0].learning_rate

    @property
    def steps(self):
        """How often each parameter was updated, as a list of numbers."""
        return [int(count.data) for count in self.counts]

    def step(self):
        """Change every parameter that has a gradient and is not frozen, in place."""
        changes = [
            (group, i, parameter)
            for group, i, parameter in self.members()
            if parameter.grad is not None and parameter.requires_grad
        ]
        swapped = any(piece.intercepted for piece in self.pieces)
        with span("optimizer", self):
            if swapped or type(self).rule is Optimizer.rule:
                self._step_by_operation(changes)
            else:
                self._step_in_blocks(changes)

    def _step_in_blocks(self, changes):
        jobs, changed, updates = [], [], {}  # of a group and step, which many parameters share
        for group, i, parameter in changes:
            state, step = self._kept(group, i), self._counted(i)
            changed += [parameter, *state]
            key = (id(group), step)
            if key not in updates:
                updates[key] = self._update(group, step), self.at_once(group)
            update, at_once = updates[key]
            p, g = parameter.data, parameter.grad.data
            if at_once is None or not at_once(p, g):
                jobs.append((update, [p, g, *(buffer.data for buffer in state)]))
        self._blocks.run(jobs)
        for state in changed:
            state.changed()

    def members(self):
        """Yield (group, number of the parameter, parameter) for all parameters."""
        groups = (group for group in self.param_groups for _ in group["params"])
        for i, (group, parameter) in enumerate(zip(groups, self.params, strict=True)):
            yield group, i, parameter

    def _counted(self, i):
        count = self.counts[i]
        step = int(count.data) + 1
        count.data.fill(step)
        count.changed()
        return step

    def _update(self, group, step):
        """Return ``update(p, g, *buffers, *scratch)`` with the gradient that the rule wants."""
        rule = self.rule(group, step)
        decay = group["weight_decay"] if self.coupled else 0.0
        if not decay and not group["maximize"]:
            return lambda *arrays: rule(*arrays[:-1])
        combine = "subtract" if group["maximize"] else "add"

        def update(p, g, *arrays):
            xp, own = array_module(p), arrays[-1]
            if decay:
                xp.multiply(p, decay, out=own)
                getattr(xp, combine)(own, g, out=own)
            else:
                xp.negative(g, out=own)
            rule(p, own, *arrays[:-1])

        return update

    def _step_by_operation(self, changes):
        with engine(ARRAYS):
            for group, i, parameter in changes:
                state = self._kept(group, i)
                g = self._wanted(group, parameter.data, parameter.grad.data)
                arrays = [buffer.data for buffer in state]
                step = self._counted(i)
                new = self.operation(group, parameter.data, g, step, group["lr"], *arrays)
                for kept, value in zip((parameter, *state), new, strict=True):
                    assign(kept, value)

    def operations(self, gradients):
        """Describe a step with operations, for a graph; under an eager engine it happens at once.

        Parameters
        ----------
        gradients : list
            One for each parameter, in the same order; None leaves a parameter alone.

        Returns
        -------
        list
            What `assign` returns for each parameter and each piece of state that is written: under
            a graph engine an object to fetch, so that the update runs; None under an eager one.

        Notes
        -----
        Rates are read when the update runs. A `SimulationContext` has copies of them, as of all
        parameters: there one is changed by ``context.set(optimizer.learning_rate, 0.01)``.

        Examples
        --------
        >>> import diydl as dl
        >>> from diydl import nn, optim
        >>> w = nn.Parameter([1.0, 2.0])
        >>> optimizer = optim.SGD([w], lr=0.5)
        >>> _ = optimizer.operations([dl.tensor([1.0, 1.0])])
        >>> w
        Parameter([0.5, 1.5])
        """
        gradients = list(gradients)
        if len(gradients) != len(self.params):
            raise ValueError(
                f"operations takes one gradient (or None) for each of {len(self.params)} "
                f"parameters, got {len(gradients)}"
            )
        written = []
        chosen = engine_of(*gradients) or current_engine()
        with engine(chosen), span("optimizer", self):
            for (group, i, parameter), g in zip(self.members(), gradients, strict=True):
                if g is not None and parameter.requires_grad:
                    written += self._described(group, i, parameter, stop_gradient(g))
            return [assign(state, value) for state, value in written]

    def _described(self, group, i, parameter, g):
        """Return the pairs (state, new value) of the update of one parameter."""
        state, count = self._kept(group, i), self.counts[i]
        for buffer in (group.learning_rate, count):
            buffer.to(device_of(parameter.data))
        p, step = stop_gradient(parameter), count + 1
        lr = cast(group.learning_rate, dtype=parameter.dtype)
        exact = cast(step, dtype=np.float64)
        new = self.operation(group, p, self._wanted(group, p, g), exact, lr, *state)
        return zip((parameter, *state, count), (*new, step), strict=True)

    def _wanted(self, group, p, g):
        """Return the gradient that a group wants to descend along."""
        g = -g if group["maximize"] else g
        return g + group["weight_decay"] * p if self.coupled and group["weight_decay"] else g

    def _kept(self, group, i):
        """Return the buffers of parameter `i`, made when first asked for."""
        names = self.needed(group)
        if self.state[i] is None:
            data = self.params[i].data
            self.state[i] = {
                name: Buffer(self.start(group, name, data), f"{i}.{name}") for name in names
            }
        return [self.state[i][name] for name in names]

    def needed(self, group):
        """Names of the arrays that are kept for every parameter of a group."""
        return self.buffers

    def start(self, group, name, like):
        """Return what the buffer `name` of a parameter begins with: zeros."""
        return array_module(like).zeros_like(like)

    def at_once(self, group):
        """Return ``f(p, g)`` if one call can do what `rule` does, else None.

        It changes the whole of `p` and returns True, or nothing, and returns False.
        """

    def rule(self, group, step):
        """Return ``update(p, g, *buffers, *scratch)``, which changes a block in place.

        `g` must be left as it is. `step` counts the updates of a parameter, from 1. What is
        returned serves all parameters of the group that are at that step.
        """
        raise NotImplementedError(f"{type(self).__name__} has no rule(self, group, step)")

    def operation(self, group, p, g, step, lr, *buffers):
        """Return new values of the parameter and of each of its buffers, made by operations.

        `step` (the number of this update, from 1) and `lr` are values too in a graph: operators
        apply to them, and Python's ``if`` does not.
        """
        raise NotImplementedError(
            f"{type(self).__name__} has no operation(self, group, p, g, step, lr, *buffers)"
        )

    def zero_grad(self):
        """Forget the gradients. Only needed with ``backward(accumulate=True)``."""
        for parameter in self.params:
            parameter.grad = None

    def state_dict(self):
        """Return options and buffers as a dict of arrays, ready for `diydl.storage.save_arrays`.

        Examples
        --------
        >>> from diydl import nn, optim
        >>> optimizer = optim.SGD(nn.Linear(2, 1).parameters(), lr=0.1)
        >>> float(optimizer.state_dict()["param_groups.0.lr"])
        0.1
        """
        return stored(self)

    def load_state_dict(self, arrays):
        """Go on from `arrays`, as `state_dict` returned them.

        Raises
        ------
        ValueError
            If they belong to another kind of optimizer, to other groups or to other parameters;
            then nothing has been changed.

        Examples
        --------
        >>> from diydl import nn, optim
        >>> params = nn.Linear(2, 1).parameters()
        >>> optimizer = optim.Adam(params)
        >>> optimizer.load_state_dict(optim.Adam(params, lr=0.5).state_dict())
        >>> optimizer.lr
        0.5
        """
        restore(self, arrays)

    def __repr__(self):
        name, count = type(self).__name__, len(self.params)
        if len(self.param_groups) == 1:
            options = self.param_groups[0].options().items()
            listed = ", ".join(f"{key}={value}" for key, value in options)
            return f"{name}({count} parameters, {listed})"
        groups = "\n".join(f"  {group}" for group in self.param_groups)
        return f"{name}({count} parameters in {len(self.param_groups)} groups)\n{groups}"
