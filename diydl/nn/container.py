"""Modules made of modules."""

from diydl.nn.module import Module


class Sequential(Module):
    """Apply modules (or plain functions) one after the other.

    Parameters
    ----------
    *layers : callable
        Each takes the result of the one before.

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
    """

    def __init__(self, *layers):
        for position, layer in enumerate(layers):
            if not callable(layer):
                raise TypeError(
                    f"Sequential: layer {position} is a {type(layer).__name__}, expected a module "
                    "or a function; pass layers one by one, a list as Sequential(*layers)"
                )
        self.layers = list(layers)

    def forward(self, x):
        """Pass `x` through all layers."""
        for layer in self.layers:
            x = layer(x)
        return x

    def contents(self):
        """Name the layers by their number alone, as PyTorch does: "0.weight"."""
        rest = {name: x for name, x in vars(self).items() if name != "layers"}
        return [*enumerate(self.layers), *rest.items()]

    def __len__(self):
        return len(self.layers)

    def __iter__(self):
        return iter(self.layers)

    def __getitem__(self, index):
        """Return a layer, or for a slice a Sequential that shares its layers."""
        chosen = self.layers[index]
        return Sequential(*chosen) if isinstance(index, slice) else chosen
