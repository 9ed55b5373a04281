"""05/pass_back: a module hands gradients back."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.engines.net.module import Module
from diydl.primitive import PRIMITIVES

exercise = Code(
    "05/pass_back",
    "A module hands gradients back",
    Module.pass_back,
    hints=(
        "What has arrived at the output? Who among the inputs wants a share of it?",
        "Ask the VJP of the primitive for all wanted shares at once; bring them into form; hand "
        "each to its Data.",
        "1. A list of `data.wanted`, and a list of `data.value`, over `self.inputs`.\n"
        "2. `self.prim.pull(wanted, g, out, arrays, self.used)`: g and out are the gradient and "
        "the value of `self.output`.\n"
        "3. `self.fitted` brings what came into form.\n"
        "4. For each input and its share: unless the share is None, `data.receive` it.",
    ),
)


class _Recorder:
    """A primitive that notes what its VJPs are asked for."""

    def __init__(self, prim, asked):
        self._prim, self._asked = prim, asked

    def __getattr__(self, name):
        return getattr(self._prim, name)

    def pull(self, needed, *args):
        self._asked.append([bool(need) for need in needed])
        return self._prim.pull(needed, *args)


def _net(arrays, frozen=()):
    """Make a net with a trained input "x0", "x1", ... for each array."""
    net = dl.Net()
    inputs = []
    for k, array in enumerate(arrays):
        data = net.data(value=array, id=f"x{k}")
        inputs.append(data if k in frozen else data.unfreeze())
    return net, inputs


@exercise.driver
def shares(pieces, name, arrays, g, params=None, frozen=(), same=False):
    """Run one operation forward, and back from `g`; return gradients and what was asked for."""
    net, inputs = _net(arrays, frozen)
    operands = inputs * (2 if same else 1)
    out = net.apply(PRIMITIVES[name], operands, params or {})
    asked = []
    net.forward(outputs=out)
    out.source.prim = _Recorder(out.source.prim, asked)
    net.backward({out: g})
    return {"grads": [data.grad for data in inputs], "asked": asked}


@exercise.driver
def joined(pieces, logits, labels):
    """Go back through a loss of scores and labels; return which of them got a gradient."""
    net, (x,) = _net([logits])
    loss = dl.nn.cross_entropy(x, net.data(value=labels, id="labels"))
    net.forward(outputs=loss)
    net.backward({loss: np.float32(1)})
    return {"scores": x.grad is not None, "labels": net.get_node("labels").grad is not None}


@exercise.mistake(
    "You begin with ones, as if this module computed the loss. What has arrived at the output, "
    "`self.output.grad`, is what the VJP has to be given."
)
def from_ones(self):
    wanted = [data.wanted for data in self.inputs]
    arrays = [data.value for data in self.inputs]
    ones = np.ones_like(self.output.grad)
    grads = self.prim.pull(wanted, ones, self.output.value, arrays, self.used)
    for data, g in zip(self.inputs, self.fitted(grads), strict=True):
        if g is not None:
            data.receive(g)


@exercise.mistake(
    "The VJP is asked for the gradients of all inputs, also of those that want none. That costs as "
    "much as those that are used: pass the list of `data.wanted`."
)
def asks_for_all(self):
    arrays = [data.value for data in self.inputs]
    everyone = [True] * len(arrays)
    grads = self.prim.pull(everyone, self.output.grad, self.output.value, arrays, self.used)
    for data, g in zip(self.inputs, self.fitted(grads), strict=True):
        if g is not None:
            data.receive(g)


@exercise.mistake(
    "You store the share in `data.grad`, and what somebody else has sent there is lost. A Data "
    "that is read twice gets two shares: `data.receive` adds them."
)
def stores(self):
    wanted = [data.wanted for data in self.inputs]
    arrays = [data.value for data in self.inputs]
    grads = self.prim.pull(wanted, self.output.grad, self.output.value, arrays, self.used)
    for data, g in zip(self.inputs, self.fitted(grads), strict=True):
        if g is not None:
            data.grad = g


@exercise.mistake(
    "You hand on what the VJP gave, without `self.fitted`. A float32 weight beside float64 data "
    "then gets a float64 gradient, and everything that it touches grows to twice the size."
)
def unfitted(self):
    wanted = [data.wanted for data in self.inputs]
    arrays = [data.value for data in self.inputs]
    grads = self.prim.pull(wanted, self.output.grad, self.output.value, arrays, self.used)
    for data, g in zip(self.inputs, grads, strict=True):
        if g is not None:
            data.receive(g)


@exercise.mistake(
    "For `out` the VJP of exp, tanh and others wants the value that was computed on the way "
    "forward, `self.output.value`. You pass something else in its place."
)
def gradient_for_out(self):
    wanted = [data.wanted for data in self.inputs]
    arrays = [data.value for data in self.inputs]
    grads = self.prim.pull(wanted, self.output.grad, self.output.grad, arrays, self.used)
    for data, g in zip(self.inputs, self.fitted(grads), strict=True):
        if g is not None:
            data.receive(g)


@exercise.mistake(
    "Only the first input gets its share. Go through all of them: a weight is rarely the first."
)
def first_only(self):
    wanted = [data.wanted for data in self.inputs]
    arrays = [data.value for data in self.inputs]
    grads = self.prim.pull(wanted, self.output.grad, self.output.value, arrays, self.used)
    for data, g in zip(self.inputs[:1], self.fitted(grads)[:1], strict=True):
        if g is not None:
            data.receive(g)


@exercise.mistake(
    "What was said by keyword does not reach the VJP: which axis was summed, for example. Pass "
    "`self.used` as the last argument."
)
def forgets_keywords(self):
    wanted = [data.wanted for data in self.inputs]
    arrays = [data.value for data in self.inputs]
    blank = {k: None if k == "axis" else v for k, v in self.used.items()}
    grads = self.prim.pull(wanted, self.output.grad, self.output.value, arrays, blank)
    for data, g in zip(self.inputs, self.fitted(grads), strict=True):
        if g is not None:
            data.receive(g)
