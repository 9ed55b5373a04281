"""Gradients by backpropagation against gradients by small steps."""

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import numpy as np

from diydl.backend import (
    array_module,
    as_array,
    default_dtype,
    seeded,
    set_default_dtype,
    to_numpy,
)
from diydl.engines.tape import Tensor, no_grad
from diydl.parameter import Buffer
from diydl.testing.compare import first_difference
from diydl.value import Value


@dataclass(frozen=True)
class GradientReport:
    """What `gradient_checker` found; true where all gradients agree.

    Attributes
    ----------
    analytic, numeric : dict
        From the name of each checked input to its gradient, a float64 array. Elements of
        `numeric` that were not sampled are NaN.
    largest_error : float
        Largest absolute difference.
    first : tuple or None
        The first place where they differ: (name, index, analytic, numeric).
    differing, checked : int
        Number of elements.
    """

    analytic: dict = field(repr=False)
    numeric: dict = field(repr=False)
    largest_error: float
    first: tuple | None
    differing: int
    checked: int

    def __bool__(self):
        return self.first is None

    def __repr__(self):
        count = f"{self.checked} element{'s' if self.checked != 1 else ''} of {self._names()}"
        if self.first is None:
            return f"<gradients agree: {count}, largest error {self.largest_error:.1e}>"
        name, index, analytic, numeric = self.first
        return (
            f"<gradients differ, first at {name}{list(index)}: analytic {analytic:.6g}, "
            f"numeric {numeric:.6g}; {self.differing} of {count}, "
            f"largest error {self.largest_error:.1e}>"
        )

    def _names(self):
        return ", ".join(self.analytic)


def gradient_checker(
    f, *inputs, parameters=(), eps=1e-6, rtol=1e-5, atol=1e-7, at_most=200, seed=0
):
    """Compare the gradients of `f` that backward computes with small steps, in float64.

    The result may have any shape: it is weighted with random numbers, so that an upstream
    gradient other than 1 is tested too. The seed is set before every call of `f`, so dropout and
    the like can be checked. Afterwards data, dtypes, ``.grad``, buffers and the state of the
    random draws are as before.

    Parameters
    ----------
    f : callable
        From tensors to one tensor. A module is checked with its own parameters.
    inputs : array, tensor, number or list
        Arguments of `f`. Those of floats are checked, the others passed as they are.
    parameters : parameters, buffers or tensors
        What `f` reads besides. Buffers are not checked, but put back.
    eps : float
        The step to either side.
    rtol, atol : float
        Allowed difference: ``atol + rtol * abs(numeric)``.
    at_most : int
        Elements checked per input; of larger ones a random sample.
    seed : int
        For the draws of `f`, the weights and the sample.

    Returns
    -------
    GradientReport

    Examples
    --------
    >>> gradient_checker(lambda x: x * x, [1.0, 2.0, 3.0]).first is None
    True
    >>> def wrong(x):
    ...     return x * x.detach()
    >>> report = gradient_checker(wrong, [1.0, 2.0, 3.0])
    >>> bool(report), report.first[:2], report.differing
    (False, ('input 0', (0,)), 3)
    """
    arguments = [_argument(x) for x in inputs]
    states = [*parameters, *_states_of(f)]
    checked = {f"input {i}": x for i, x in enumerate(arguments) if _is_checked(x)}
    with _undisturbed(states), seeded(seed):
        for i, state in enumerate(states):
            if i < len(parameters) and state.dtype.kind == "f" and not isinstance(state, Buffer):
                state.requires_grad = True  # who is named is checked, frozen or not
            if _is_checked(state):
                checked[getattr(state, "name", "") or f"parameter {i}"] = state
        if not checked:
            raise ValueError("nothing to check: no input or parameter holds floating-point numbers")
        probe = _Probe(f, arguments, states, seed)
        analytic = probe.analytic(checked)
        numeric = {name: probe.numeric(x, eps=eps, at_most=at_most) for name, x in checked.items()}
    return _report(analytic, numeric, rtol, atol)


class _Probe:
    """Calls `f` again and again under the same conditions, and weighs what it returns."""

    def __init__(self, f, arguments, states, seed):
        self.f, self.arguments, self.seed = f, arguments, seed
        self.buffers = [(x, x.data.copy()) for x in states if isinstance(x, Buffer)]
        self.random, self.weights = np.random.default_rng(seed), None

    def output(self):
        for buffer, data in self.buffers:
            buffer.data = data.copy()
        with seeded(self.seed):
            out = self.f(*self.arguments)
        if not isinstance(out, Value):
            raise TypeError(f"f returned a {type(out).__name__}, expected one tensor")
        if self.weights is None:
            weights = self.random.uniform(0.5, 1.5, out.shape)
            weights *= self.random.choice([-1.0, 1.0], out.shape)
            self.weights = array_module(out.data).asarray(weights)
        return out

    def analytic(self, checked):
        out = self.output()
        grads = [None] * len(checked)
        if out.requires_grad:
            weights = self.weights.astype(out.dtype)
            grads = out.engine.gradients(out, weights, list(checked.values()))
        return {
            name: np.zeros(x.shape) if g is None else to_numpy(g.data)
            for (name, x), g in zip(checked.items(), grads, strict=True)
        }

    def numeric(self, x, *, eps, at_most):
        slopes, sampled = np.full(x.shape, np.nan), np.zeros(x.shape, bool)
        count = min(x.data.size, at_most)
        chosen = sorted(self.random.choice(x.data.size, count, replace=False)) if count else ()
        for index in (np.unravel_index(i, x.shape) for i in chosen):
            here = x.data[index].copy()
            ends = []
            for step in (eps, -eps):
                x.data[index] = here + step
                with no_grad():
                    ends.append(float((self.output().data * self.weights).sum()))
            x.data[index] = here
            slopes[index] = (ends[0] - ends[1]) / (2 * eps)
            sampled[index] = True
        return slopes, sampled


def _report(analytic, numeric, rtol, atol):
    first, largest, differing, checked = None, 0.0, 0, 0
    for name, (slopes, sampled) in numeric.items():
        found = np.where(sampled, analytic[name], slopes)
        place = first_difference(found, slopes, rtol=rtol, atol=atol)
        if place is not None and first is None:
            first = (name, place, float(found[place]), float(slopes[place]))
        wrong = ~np.isclose(found, slopes, rtol=rtol, atol=atol, equal_nan=True)
        differing, checked = differing + int(wrong.sum()), checked + int(sampled.sum())
        if sampled.any():
            largest = max(largest, float(np.abs(found - slopes)[sampled].max()))
    slopes = {name: pair[0] for name, pair in numeric.items()}
    return GradientReport(analytic, slopes, largest, first, differing, checked)


def _argument(x):
    """Return a float64 leaf with a copy of `x`; what holds no floats stays as it is."""
    if isinstance(x, (str, type(None))):
        return x
    array = x.data if isinstance(x, Value) else as_array(x)
    if array.dtype.kind != "f":
        return x
    return Tensor(array.astype(np.float64), requires_grad=True)


def _is_checked(x):
    return isinstance(x, Value) and x.dtype.kind == "f" and x.requires_grad


def _states_of(f):
    """Return the parameters and buffers of a module."""
    found = []
    for name in ("parameters", "buffers"):
        listed = getattr(f, name, None)
        found += list(listed()) if callable(listed) else []
    return found


@contextmanager
def _undisturbed(states):
    """Let `states` hold float64 copies inside the block; put everything back afterwards."""
    with ExitStack() as back:
        back.callback(set_default_dtype, default_dtype())
        set_default_dtype(np.float64)
        for x in states:
            for name in ("data", "grad", "requires_grad", "version"):
                if hasattr(x, name):
                    back.callback(setattr, x, name, getattr(x, name))
            x.data = x.data.astype(np.float64 if x.dtype.kind == "f" else x.dtype)
        yield
