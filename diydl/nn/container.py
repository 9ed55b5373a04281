"""Modules made of modules."""

from typing import Any

from diydl.exercise import exercise
from diydl.nn.module import Module


class Sequential(Module):
    """Apply modules (or plain functions) one after the other.

    Parameters
    ----------
    *layers : callable
        Each takes the result of the one before. Or one dict, whose keys are the names of the
        layers; else a layer is called by its number.

    Examples
    --------
    >>> from diydl import nn
    >>> model = Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    >>> model
    Sequential(
      (0): Linear(64, 32)
      (1): ReLU()
      (2): Linear(32, 10)
    )
    >>> len(model), model[-1], model[:2][0] is model[0]
    (3, Linear(32, 10), True)
    >>> model = Sequential({"body": nn.Linear(64, 32), "head": nn.Linear(32, 10)})
    >>> model["head"], list(model.state_dict())
    (Linear(32, 10), ['body.weight', 'body.bias', 'head.weight', 'head.bias'])
    """

    def __init__(self, *layers):
        if len(layers) == 1 and isinstance(layers[0], dict):
            named = layers[0].items()
        else:
            named = ((str(position), layer) for position, layer in enumerate(layers))
        self.layers = {}
        for name, layer in named:
            self._add(name, layer)

    @exercise("07/one_after_another")
    def forward(self, x):
        """Pass `x` through all layers."""
        for layer in self:
            x = layer(x)
        return x

    def append(self, layer, name=None):
        """Put one more layer at the end. Returns the module itself.

        Examples
        --------
        >>> from diydl import nn
        >>> len(Sequential().append(nn.Linear(4, 2)).append(nn.ReLU(), "bend"))
        2
        """
        self._add(str(len(self.layers)) if name is None else name, layer)
        return self

    def contents(self):
        """Name the layers by their names alone, as PyTorch does: "0.weight"."""
        rest = {name: x for name, x in vars(self).items() if name != "layers"}
        return [*self.layers.items(), *rest.items()]

    def __len__(self):
        return len(self.layers)

    def __iter__(self):
        return iter(self.layers.values())

    def __getitem__(self, index):
        """Return a layer by number or name; for a slice a Sequential that shares its layers."""
        if not isinstance(index, slice):
            return self.layers[self._name(index)]
        chosen = list(self.layers.items())[index]
        numbered = all(name.isdecimal() for name, _ in chosen)
        return Sequential(*[x for _, x in chosen]) if numbered else Sequential(dict(chosen))

    def __setitem__(self, index, layer):
        """Put another layer in the place of one."""
        name = self._name(index)
        self.layers[name] = _checked(name, layer)

    def _name(self, index):
        names = list(self.layers)
        if isinstance(index, str):
            if index not in names:
                raise KeyError(f"Sequential has no layer {index!r}; its layers are {names}")
            return index
        return names[index]

    def _add(self, name, layer):
        if not isinstance(name, str) or not name or "." in name:
            raise ValueError(f"Sequential: a name is text without a dot, got {name!r}")
        if name in self.layers:
            raise ValueError(f"Sequential: there is a layer {name!r} already; choose another name")
        self.layers[name] = _checked(name, layer)


def _checked(name, layer):
    if not callable(layer):
        raise TypeError(
            f"Sequential: layer {name} is a {type(layer).__name__}, expected a module "
            "or a function; pass layers one by one, a list as Sequential(*layers)"
        )
    return layer


class Add(Module):
    """Add up what several branches make of one input; or, without branches, several inputs.

    ``Add(Identity(), body)`` is a residual connection: `body` learns what to add to x.

    Parameters
    ----------
    *branches : callable
        Each takes x; their results have one shape.

    Examples
    --------
    >>> import numpy as np
    >>> from diydl import nn
    >>> nn.Add(nn.Identity(), nn.ReLU())(np.array([-1.0, 2.0]))
    array([-1.,  4.])
    >>> nn.Add()(np.array([1.0]), np.array([2.0]), np.array([3.0]))
    array([6.])
    """

    def __init__(self, *branches):
        self.branches = [_branch(n, branch) for n, branch in enumerate(branches)]

    def forward(self, *inputs):
        """Return the sum of the branches of the one input, or of all inputs.

        Raises
        ------
        ValueError
            If their shapes differ: what broadcasts here by accident trains badly, in silence.
        """
        if self.branches and len(inputs) != 1:
            raise TypeError(f"Add with branches takes one input, got {len(inputs)}")
        parts: Any = [branch(*inputs) for branch in self.branches] or inputs
        if not parts:
            raise TypeError("Add takes one input or more, got none")
        total = parts[0]
        for n, part in enumerate(parts[1:], 1):
            if part.shape != total.shape:
                raise ValueError(
                    f"Add: number 0 has shape {total.shape} and number {n} {part.shape}, expected "
                    "equal shapes; let a branch bring its result into the shape of the other"
                )
            total = total + part
        return total

    def contents(self):
        """Name the branches by their number alone: "1.weight"."""
        rest = {name: x for name, x in vars(self).items() if name != "branches"}
        return [*((str(n), branch) for n, branch in enumerate(self.branches)), *rest.items()]


def _branch(number, branch):
    if not callable(branch):
        raise TypeError(
            f"Add: branch {number} is a {type(branch).__name__}, expected a module or a function"
        )
    return branch
