"""Layers beside PyTorch's: copied weights, the same inputs, outputs and every gradient compared."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import diydl as dl
from diydl import nn
from diydl.nn.walk import walk
from diydl.parameter import State

BATCHES = (8, 5, 1)


@dataclass(frozen=True)
class Twin:
    """A layer, PyTorch's twin of it, and the shape of one example that it takes."""

    name: str
    ours: Callable  # () -> Module
    theirs: Callable  # (torch.nn) -> module
    shape: tuple = (6,)
    modes: tuple = (True, False)
    smallest: int = 1  # of batches in training
    ids: int = 0  # inputs are integers below this number
    rename: tuple = ()  # pairs of names, ours and PyTorch's

    def __str__(self):
        return self.name

    def pair(self, seed=0):
        """Return both layers with the same random parameters and buffers."""
        import torch

        random = np.random.default_rng(seed)
        dl.seed(seed)
        ours, theirs = self.ours(), self.theirs(torch.nn)
        state = theirs.state_dict()
        for name, own in walk(ours, State):
            if own.dtype.kind != "f":
                continue  # a counter, or the key of dropout
            drawn = random.normal(size=own.shape) + 2 * (random.random(own.shape) < 0.5)
            drawn = np.abs(drawn) + 0.5 if "var" in name else drawn
            own.write(drawn.astype(own.dtype))
            state[dict(self.rename).get(name, name)] = torch.tensor(own.numpy().copy())
        theirs.load_state_dict(state)
        return ours, theirs

    def inputs(self, random, batch):
        """Return the numbers of a batch."""
        if self.ids:
            return random.integers(0, self.ids, (batch, *self.shape))
        return (2 * random.normal(size=(batch, *self.shape)) + 0.5).astype(np.float32)


def _same(name, *arguments, **options):
    return (
        lambda: getattr(nn, name)(*arguments, **options),
        lambda theirs: getattr(theirs, name)(*arguments, **options),
    )


def _twin(text, name, *arguments, shape=(6,), smallest=1, ids=0, rename=(), **options):
    ours, theirs = _same(name, *arguments, **options)
    return Twin(text, ours, theirs, shape, (True, False), smallest, ids, rename)


def _mlp(library):
    bends = [library.ReLU(), library.SiLU(), library.Identity()]  # what saturates rounds badly
    layers = [library.Linear(6, 8), library.Linear(8, 7, bias=False), library.Linear(7, 4)]
    return library.Sequential(*(x for pair in zip(layers, bends, strict=True) for x in pair))


def _residual(library):
    """PyTorch has no layer that adds: a Linear of its own name, and the sum around it."""
    inside = library.Linear(6, 6)

    class Residual(library.Module):
        def __init__(self):
            super().__init__()
            self.add_module("1", inside)

        def forward(self, x):
            return x + inside(x)

    return Residual()


IMAGE = (4, 3, 5)
TWINS = [
    _twin("ReLU", "ReLU"),
    _twin("LeakyReLU", "LeakyReLU", 0.2),
    _twin("PReLU", "PReLU"),
    _twin("PReLU, per channel", "PReLU", 4, shape=IMAGE),
    _twin("ELU", "ELU", 0.7),
    _twin("GELU", "GELU"),
    _twin("GELU, tanh", "GELU", approximate="tanh"),
    _twin("SiLU", "SiLU"),
    _twin("Sigmoid", "Sigmoid"),
    _twin("Tanh", "Tanh"),
    _twin("Softplus", "Softplus"),
    _twin("Softplus, beta 3", "Softplus", beta=3.0),
    Twin("Softmax", lambda: nn.Softmax(-1), lambda theirs: theirs.Softmax(-1)),
    Twin("LogSoftmax", lambda: nn.LogSoftmax(1), lambda theirs: theirs.LogSoftmax(1), IMAGE),
    _twin("Linear", "Linear", 6, 4),
    _twin("Linear, no bias", "Linear", 6, 4, bias=False, shape=(3, 6)),
    Twin("Sequential", lambda: _mlp(nn), _mlp),
    Twin("Add, residual", lambda: nn.Add(nn.Identity(), nn.Linear(6, 6)), _residual),
    _twin("Flatten", "Flatten", shape=IMAGE),
    _twin("Identity", "Identity"),
    _twin("Embedding", "Embedding", 9, 4, shape=(3,), ids=9),
    _twin("Embedding, padding", "Embedding", 5, 4, padding_idx=2, shape=(3,), ids=5),
    _twin("BatchNorm1d", "BatchNorm1d", 6, smallest=2),
    _twin("BatchNorm1d, signals", "BatchNorm1d", 4, shape=(4, 7)),
    _twin("BatchNorm1d, plain", "BatchNorm1d", 6, affine=False, smallest=2),
    _twin("BatchNorm2d", "BatchNorm2d", 4, shape=IMAGE),
    _twin("BatchNorm2d, all alike", "BatchNorm2d", 4, momentum=None, shape=IMAGE),
    _twin("BatchNorm2d, no averages", "BatchNorm2d", 4, track_running_stats=False, shape=IMAGE),
    _twin("LayerNorm", "LayerNorm", 6),
    _twin("LayerNorm, two axes", "LayerNorm", (3, 5), shape=IMAGE),
    _twin("LayerNorm, no bias", "LayerNorm", 6, bias=False, shape=(2, 6)),
    _twin("LayerNorm, plain", "LayerNorm", 6, elementwise_affine=False),
    _twin("GroupNorm", "GroupNorm", 2, 4, shape=IMAGE),
    _twin("GroupNorm, vectors", "GroupNorm", 2, 6),
    _twin("GroupNorm, instances", "GroupNorm", 4, 4, affine=False, shape=(4, 7)),
    Twin("Dropout, in use", lambda: nn.Dropout(0.3), lambda t: t.Dropout(0.3), modes=(False,)),
    Twin(
        "Dropout2d, in use",
        lambda: nn.Dropout2d(0.3),
        lambda t: t.Dropout2d(0.3),
        IMAGE,
        modes=(False,),
    ),
]


def compared(twin):
    """Yield (what, ours, PyTorch's) for all batches in all modes: arrays to be compared."""
    import torch

    ours, theirs = twin.pair()
    random = np.random.default_rng(1)
    for training in (*twin.modes, *twin.modes):
        ours.train(training), theirs.train(training)
        for batch in BATCHES:
            if training and batch < twin.smallest:
                continue
            x = twin.inputs(random, batch)
            mine = dl.tensor(x, requires_grad=not twin.ids)
            other = torch.tensor(x, requires_grad=not twin.ids)
            out, expected = ours(mine), theirs(other)
            yield "output", out.numpy(), expected.detach().numpy()
            g = random.normal(size=out.shape).astype(np.float32)
            theirs.zero_grad(set_to_none=True)
            if out.requires_grad:
                out.backward(g)
                expected.backward(torch.tensor(g))
            if not twin.ids:
                yield "gradient of x", mine.grad.numpy(), other.grad.numpy()
            for name, parameter in ours.named_parameters():
                wanted = dict(theirs.named_parameters())[dict(twin.rename).get(name, name)].grad
                yield f"gradient of {name}", parameter.grad.numpy(), wanted.numpy()
            state = theirs.state_dict()
            for name, buffer in ours.named_buffers():
                if name != "key":
                    yield name, buffer.numpy().copy(), state[name].numpy().copy()
