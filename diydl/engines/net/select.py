"""What is meant by a name, a pattern, a module or a layer: the Data of a net."""

from diydl.engines.net.data import Data
from diydl.engines.net.module import Module
from diydl.parameter import Parameter, State


def found(net, one):
    """Return the Data that is meant by itself, by its ID, or by its Parameter or Buffer.

    Examples
    --------
    >>> from diydl import Net
    >>> net = Net()
    >>> x = net.data((None, 2), id="x")
    >>> found(net, "x") is found(net, x) is x
    True
    """
    data = net.get_node(one) if isinstance(one, str) else one
    data = net.states.get(data) if isinstance(data, State) else data
    if not isinstance(data, Data) or data.engine is not net:
        raise TypeError(f"expected Data of this net, or an ID of such, got {one!r}")
    return data


def meant(net, one):
    """Return a list of the Data that `one` means; see `Net.select`."""
    if isinstance(one, Module):
        return [x for x in one.inputs if x is not None and isinstance(x.state, Parameter)]
    if isinstance(one, str):
        nodes = net.nodes.matching(one)
        return [
            x for node in nodes for x in ([node] if isinstance(node, Data) else meant(net, node))
        ]
    if callable(getattr(one, "parameters", None)):
        return [found(net, parameter) for parameter in one.parameters()]
    return [found(net, one)]


def chosen(net, which):
    """Return a list of all Data that any of `which` means, each once; all parameters, if none."""
    if not which:
        return [leaf for leaf in net.leaves if isinstance(leaf.state, Parameter)]
    return list(dict.fromkeys(data for one in which for data in meant(net, one)))
