"""Gradients at the nodes of a net against gradients by small steps."""

from contextlib import ExitStack, contextmanager
from itertools import chain

import numpy as np

from diydl.backend import to_numpy
from diydl.engines.net import Data
from diydl.parameter import State
from diydl.testing.gradient import _report


def net_gradients(
    net, *which, feed=None, output=None, eps=1e-6, rtol=1e-5, atol=1e-7, at_most=200, seed=0
):
    """Compare gradients that a net computes with small steps, at any of its nodes, in float64.

    A node may be a parameter, an input or a computed Data, frozen or not. The net stays in its
    mode. Nothing is written while checking, so that dropout draws the same again; afterwards all
    values, gradients and states are as before.

    Parameters
    ----------
    net : Net
    which
        Data, IDs, modules or layers as `Net.select` takes them; all parameters, if none is given.
    feed : dict, optional
        As for `Net.forward`.
    output : Data or str, optional
        What is differentiated, of any shape: it is weighted with random numbers. The loss of the
        net, if left out.
    eps, rtol, atol, at_most, seed
        As for `gradient_checker`.

    Returns
    -------
    GradientReport

    Examples
    --------
    >>> from diydl import Net, nn
    >>> net = Net()
    >>> x = net.data(value=[[1.0, 2.0, 3.0]], id="x")
    >>> hidden = nn.Linear(3, 4)(x).tanh().rename("hidden")
    >>> net.add_loss((hidden * hidden).mean())
    >>> bool(net_gradients(net, "x", "weight", "bias", "hidden"))
    True
    """
    random = np.random.default_rng(seed)
    for key, array in (feed or {}).items():
        net.select(key)[0].value = array
    nodes = {data.id: data for data in net.select(*which)}
    with _in_double(net, nodes.values()):
        net.forward()
        ends = list(net.losses) if output is None else net.select(output)
        weights = {end: _weight(net, end, output, random) for end in ends}
        net.backward(weights)
        analytic = {
            id: np.zeros(data.value.shape) if data.grad is None else to_numpy(data.grad)
            for id, data in nodes.items()
        }
        numeric = {
            id: _slopes(net, data, weights, random, eps, at_most) for id, data in nodes.items()
        }
    return _report(analytic, numeric, rtol, atol)


def _weight(net, end, output, random):
    if output is None:
        return np.full(end.value.shape, net.losses[end], np.float64)
    sign = random.choice([-1.0, 1.0], end.value.shape)
    return sign * random.uniform(0.5, 1.5, end.value.shape)


def _slopes(net, data, weights, random, eps, at_most):
    """Return slopes at sampled elements of a node, NaN elsewhere, and which were sampled."""
    here = to_numpy(data.value).copy()
    slopes, sampled = np.full(here.shape, np.nan), np.zeros(here.shape, bool)
    count = min(here.size, at_most)
    for at in sorted(random.choice(here.size, count, replace=False)) if count else ():
        index, ends = np.unravel_index(at, here.shape), []
        for step in (eps, -eps):
            moved = here.copy()
            moved[index] += step
            found = net.forward_from_node(data, moved, list(weights))
            ends.append(
                sum(np.sum(to_numpy(v) * w) for v, w in zip(found, weights.values(), strict=True))
            )
        slopes[index], sampled[index] = (ends[0] - ends[1]) / (2 * eps), True
    net.forward_from_node(data, here, list(weights))
    return slopes, sampled


@contextmanager
def _in_double(net, nodes):
    """Let `net` compute in float64, write nothing, and want gradients at `nodes`, in the block."""
    modules = net.modules
    every = [*net.leaves, *(module.output for module in modules)]
    with ExitStack() as back:
        for data in every:
            _remember(back, data, (*Data.__slots__, "dtype"))
            if data.state is not None:
                _remember(back, data.state, State.__slots__)
        for thing, names in chain(
            ((m, ("used", "read", "written")) for m in modules), [(net, _NET)]
        ):
            _remember(back, thing, names)
        net.writing, net.states = False, dict(net.states)
        for data in every:
            data.cut = False
            _widen(data)
        for data in nodes:
            data.unfreeze()
        yield


_NET = ("batch", "states", "writing")


def _remember(back, thing, names):
    for name in names:
        back.callback(setattr, thing, name, getattr(thing, name))


def _widen(data):
    if data.dtype.kind != "f":
        return
    data.dtype = np.dtype(np.float64)
    if data.state is not None:
        data.state.data = data.state.data.astype(np.float64)
    elif data.value is not None:
        data.put(data.value.astype(np.float64))
