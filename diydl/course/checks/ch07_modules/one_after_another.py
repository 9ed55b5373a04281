"""07/one_after_another: a model that is a row of layers."""

import diydl as dl
from diydl import nn
from diydl.course.bank import Code
from diydl.nn.container import Sequential
from diydl.probe import Probe, probing

exercise = Code(
    "07/one_after_another",
    "One layer after another",
    Sequential.forward,
    hints=(
        "What does the second layer get: the picture, or what the first layer made of it?",
        "Go through the layers in order; what comes out of one goes into the next.",
        "1. `for layer in self:` goes through them.\n"
        "2. In each round, call the layer with `x`, and let the result be the new `x`.\n"
        "3. After the loop, return `x`.",
    ),
)

FUNCTIONS = {
    "double": lambda x: x * 2.0,
    "plus three": lambda x: x + 3.0,
    "negative": lambda x: -x,
}


def _layers(names):
    return [nn.ReLU() if name == "relu" else FUNCTIONS[name] for name in names]


@exercise.driver
def applied(pieces, names, x):
    """Apply a Sequential of these layers; return the result."""
    out = nn.Sequential(*_layers(names))(dl.tensor(x))
    return None if out is None else out.numpy()


@exercise.driver
def calls(pieces, x):
    """Return which modules a probe was told of, while a Sequential ran."""

    class Told(Probe):
        def returned(self, module, out):
            told.append(type(module).__name__)

    told = []
    model = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.Sigmoid())
    with probing(Told()):
        model(x)
    return told


@exercise.mistake(
    "Every layer gets the picture itself, and what the others did is thrown away. Hand the result "
    "of each to the next: `x = layer(x)`."
)
def each_gets_the_first(self, x):
    out = x
    for layer in self:
        out = layer(x)
    return out


@exercise.mistake(
    "You return within the loop, so only the first layer is applied: return after it."
)
def returns_too_early(self, x):
    for layer in self:
        return layer(x)
    return x


@exercise.mistake("The last layer comes first. Go through them as they stand.")
def from_the_end(self, x):
    for layer in reversed([*self]):
        x = layer(x)
    return x


@exercise.mistake(
    "Plain functions are passed over. A layer is whatever can be called: a module or a function."
)
def modules_only(self, x):
    for layer in self:
        if isinstance(layer, nn.Module):
            x = layer(x)
    return x


@exercise.mistake(
    "You add up what the layers make. They stand one behind the other: the result of one is the "
    "input of the next."
)
def adds_up(self, x):
    total = x
    for layer in self:
        total = total + layer(x)
    return total


@exercise.mistake(
    "You call `layer.forward`. A module is called itself, `layer(x)`: on the way it chooses the "
    "engine, and tells a summary or a profiler that it runs. And a plain function has no forward."
)
def past_the_call(self, x):
    for layer in self:
        x = layer.forward(x) if isinstance(layer, nn.Module) else layer(x)
    return x


@exercise.mistake(
    "An empty row of layers gives None. Where there is nothing to do, x comes out as it came."
)
def nothing_of_nothing(self, x):
    out = None
    for number, layer in enumerate(self):
        out = layer(x if number == 0 else out)
    return out
