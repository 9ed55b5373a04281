"""Groups of parameters, each with options of its own: a learning rate, a weight decay."""

from collections.abc import Mapping, MutableMapping

import numpy as np

from diydl.backend import as_array
from diydl.parameter import Buffer, Parameter


class ParamGroup(MutableMapping):
    """Parameters that share options; used as the dict that PyTorch has in its place.

    Its keys are "params", "lr" and the other options of the optimizer. What is written is checked.

    Attributes
    ----------
    learning_rate : Buffer
        The rate, a float64 number. A plan or graph reads it at every run, so that ``group["lr"]``
        may change at any time. The other options are part of a plan, as they were when it was made.
    initial_lr : float or None
        The rate that schedules start from, once there is one.

    Examples
    --------
    >>> from diydl import nn, optim
    >>> optimizer = optim.SGD([{"params": nn.Linear(2, 1).parameters(), "lr": 0.5}], lr=0.1)
    >>> group = optimizer.param_groups[0]
    >>> group["lr"], group["momentum"], len(group["params"])
    (0.5, 0.0, 2)
    >>> group["lr"] = -1
    Traceback (most recent call last):
    ValueError: lr is a number from 0, got -1
    """

    def __init__(self, params, options, check, number):
        self._params, self._check = params, check
        self._options = self._checked(options)
        rate = np.array(self._options.pop("lr"), np.float64)
        self.learning_rate = Buffer(rate, f"learning_rate.{number}" if number else "learning_rate")
        self.initial_lr = None

    def __getitem__(self, name):
        if name == "params":
            return self._params
        return float(self.learning_rate.data) if name == "lr" else self._options[name]

    def __setitem__(self, name, value):
        if name not in self or name == "params":
            known = ", ".join(list(self)[1:])
            raise KeyError(f"{name!r} is no option that can be set; there are {known}")
        self.update_all({name: value})
        if name == "lr":
            self.initial_lr = None  # set by hand: the next schedule starts from here

    def __delitem__(self, name):
        raise TypeError(f"an option cannot be taken away; set {name!r} to another value")

    def __iter__(self):
        return iter(("params", "lr", *self._options))

    def __len__(self):
        return 2 + len(self._options)

    def __repr__(self):
        options = ", ".join(f"{name}={self[name]}" for name in list(self)[1:])
        return f"ParamGroup({len(self._params)} parameters, {options})"

    def options(self):
        """Return all options, without the parameters, as a plain dict."""
        return {name: self[name] for name in list(self)[1:]}

    def update_all(self, values):
        """Set several options: all of them, or none if one does not fit."""
        new = self.fitting(values)
        rate = new.pop("lr")
        if rate != self["lr"]:
            self.learning_rate.write(as_array(rate, np.float64))
        self._options = new

    def follow(self, rate):
        """Set the rate as a schedule does: what it started from is kept."""
        self.update_all({"lr": rate})

    def fitting(self, values):
        """Return all options with some of them changed, or raise a ValueError; change nothing."""
        return self._checked({**self.options(), **values})

    def _checked(self, options):
        options = dict(options)
        shared = {
            "lr": positive("lr", options.pop("lr"), zero=True),
            "weight_decay": positive("weight_decay", options.pop("weight_decay"), zero=True),
            "maximize": bool(options.pop("maximize")),
        }
        lr = {"lr": shared.pop("lr")}
        return lr | self._check(options) | shared


def listed_groups(params):
    """Return what an optimizer was given as a list of (list of parameters, dict of options).

    Raises
    ------
    TypeError, ValueError
        Where it is no list of parameters or of groups, holds none, or one twice.

    Examples
    --------
    >>> from diydl import nn
    >>> w, b = nn.Linear(2, 1).parameters()
    >>> [(len(params), options) for params, options in listed_groups([{"params": w, "lr": 1}])]
    [(1, {'lr': 1})]
    """
    if isinstance(params, Parameter):
        raise TypeError("an optimizer takes a list of parameters, got one: pass [parameter]")
    if callable(getattr(params, "parameters", None)):
        raise TypeError("an optimizer takes a list of parameters: pass model.parameters()")
    if isinstance(params, Mapping):
        raise TypeError("an optimizer takes a list of groups, got one: pass [group]")
    found = list(params)
    if not found:
        raise ValueError("an optimizer needs at least one parameter, got an empty list")
    groups = [as_group(g) for g in found] if isinstance(found[0], Mapping) else [(found, {})]
    seen = {}
    for parameter in (p for members, _ in groups for p in members):
        i = len(seen)
        if not isinstance(parameter, Parameter):
            advice = "pass model.parameters(), or wrap the array in Parameter(...)"
            raise TypeError(f"entry {i} is a {type(parameter).__name__}, no Parameter; {advice}")
        if id(parameter) in seen:
            raise ValueError(
                f"entries {seen[id(parameter)]} and {i} are the same parameter: it would be "
                "changed twice a step"
            )
        seen[id(parameter)] = i
    return groups


def as_group(given):
    """Return a group, given as a dict, as (list of parameters, dict of options).

    Examples
    --------
    >>> from diydl import nn
    >>> as_group({"params": nn.Parameter([1.0]), "lr": 0.5})
    ([Parameter([1.])], {'lr': 0.5})
    """
    if not isinstance(given, Mapping) or "params" not in given:
        raise TypeError(
            'every group is a dict with the key "params", such as {"params": head.parameters(), '
            f'"lr": 0.01}}, got {given!r:.60}'
        )
    members = given["params"]
    members = [members] if isinstance(members, Parameter) else list(members)
    if not members:
        raise ValueError("a group needs at least one parameter, got an empty list")
    return members, {name: value for name, value in given.items() if name != "params"}


def positive(name, value, *, zero=False, below=None):
    """Return `value` as a number above 0 (or from 0), and below `below`; else raise an error.

    Examples
    --------
    >>> positive("lr", 0.1)
    0.1
    >>> positive("beta", 1.5, below=1)
    Traceback (most recent call last):
    ValueError: beta is a number above 0 and below 1, got 1.5
    """
    try:
        number = float(value)
        fits = (number > 0 or (zero and number == 0)) and (below is None or number < below)
    except (TypeError, ValueError):
        fits = False
    if not fits or number == float("inf"):
        words = "from 0" if zero else "above 0"
        words += "" if below is None else f" and below {below}"
        raise ValueError(f"{name} is a number {words}, got {value!r}")
    return number


def two_shares(name, values):
    """Return a pair of numbers from 0 to below 1, such as Adam's betas; else raise an error.

    Examples
    --------
    >>> two_shares("betas", [0.9, 0.999])
    (0.9, 0.999)
    """
    values = np.asarray(values).tolist() if not isinstance(values, (tuple, list)) else values
    if not isinstance(values, (tuple, list)) or len(values) != 2:
        raise ValueError(f"{name} are two numbers, got {values!r}")
    return tuple(
        positive(f"{name}[{i}]", value, zero=True, below=1) for i, value in enumerate(values)
    )
