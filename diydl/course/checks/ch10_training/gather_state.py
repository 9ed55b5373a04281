"""10/gather_state: all that the next step depends on."""

import numpy as np

import diydl as dl
from diydl import nn, optim
from diydl.course.bank import Code


def reference(model, optimizer, loader):
    """Model, optimizer and place in the data, each under a name of its own."""
    state = {"epoch": np.array(loader.epoch)}
    for name, array in model.state_dict().items():
        state[f"model/{name}"] = array
    for name, array in optimizer.state_dict().items():
        state[f"optimizer/{name}"] = array
    return state


exercise = Code(
    "10/gather_state",
    "All that the next step depends on",
    reference,
    hints=(
        "Somebody has your dictionary and nothing else. What do they need to make the next step "
        "exactly as you would have made it?",
        "Three things have a state: the model, the optimizer, the loader. The first two tell it "
        "as dictionaries of arrays; put both into one, each name with a prefix.",
        '1. Begin with a dictionary that holds `loader.epoch`, as an array, under "epoch".\n'
        '2. Add what `model.state_dict()` holds: each name with "model/" before it.\n'
        '3. Add what `optimizer.state_dict()` holds: each name with "optimizer/" before it.\n'
        "4. Return the dictionary.",
    ),
)


def _made():
    dl.seed(3)
    model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 2))
    return model, optim.Adam(model.parameters(), lr=0.01)


class _Place:
    """Stands for a loader: it knows in which epoch it is."""

    def __init__(self, epoch):
        self.epoch = epoch


def _step(model, optimizer, x, y):
    nn.mse_loss(model(x), y).backward()
    optimizer.step()


@exercise.driver
def gathered(pieces, x, y, epoch):
    """Train a little, gather, train on; return what was gathered, and what should have been."""
    model, optimizer = _made()
    _step(model, optimizer, x, y)
    expected = {f"model/{n}": np.array(a) for n, a in model.state_dict().items()}
    expected |= {f"optimizer/{n}": np.array(a) for n, a in optimizer.state_dict().items()}
    state = pieces.gather_state(model, optimizer, _Place(epoch))
    if not isinstance(state, dict):
        return {"kind": type(state).__name__, "early": {}, "late": {}, "expected": expected}
    early = {str(name): np.array(x) for name, x in state.items()}
    kinds = {str(name): type(x).__name__ for name, x in state.items()}
    _step(model, optimizer, x, y)
    late = {str(name): np.array(x) for name, x in state.items()}
    return {"kind": "dict", "early": early, "late": late, "kinds": kinds, "expected": expected}


def _prefixed(prefix, arrays):
    return {f"{prefix}/{name}": array for name, array in arrays.items()}


@exercise.mistake(
    "The weights alone are not all. Adam keeps two numbers for each weight, and how many steps it "
    "made: without them its next step is another one. Add `optimizer.state_dict()`."
)
def forgets_the_optimizer(model, optimizer, loader):
    return {"epoch": np.array(loader.epoch)} | _prefixed("model", model.state_dict())


@exercise.mistake(
    "Your state does not say in which epoch it was: whoever goes on sees the batches of epoch 0 "
    "again. Add `loader.epoch`, as an array."
)
def forgets_the_epoch(model, optimizer, loader):
    return _prefixed("model", model.state_dict()) | _prefixed("optimizer", optimizer.state_dict())


@exercise.mistake(
    "Parameters are not all that a model keeps. A dropout layer knows which of its draws comes "
    "next, and a batch norm its statistics: `state_dict` tells these buffers too."
)
def parameters_alone(model, optimizer, loader):
    weights = {name: np.array(p.data) for name, p in model.named_parameters()}
    state = {"epoch": np.array(loader.epoch)} | _prefixed("model", weights)
    return state | _prefixed("optimizer", optimizer.state_dict())


@exercise.mistake(
    "You hand out the model's own arrays. The next step writes into them, and the state that you "
    "kept changes with it: `state_dict` gives copies."
)
def no_copies(model, optimizer, loader):
    own = {name: p.data for name, p in model.named_parameters()}
    state = {"epoch": np.array(loader.epoch)} | _prefixed("model", model.state_dict() | own)
    return state | _prefixed("optimizer", optimizer.state_dict())


@exercise.mistake(
    'The prefixes are missing. Two layers or two parts may use one name; "model/" and "optimizer/" '
    "tell them apart."
)
def no_prefixes(model, optimizer, loader):
    return {"epoch": np.array(loader.epoch), **model.state_dict(), **optimizer.state_dict()}


@exercise.mistake(
    "The values are to be arrays, all of them, since a file of arrays is what they go into: "
    "`np.array(loader.epoch)`."
)
def a_plain_number(model, optimizer, loader):
    state = {"epoch": loader.epoch} | _prefixed("model", model.state_dict())
    return state | _prefixed("optimizer", optimizer.state_dict())
