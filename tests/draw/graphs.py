"""Networks and pictures that several tests draw."""

import itertools

import numpy as np

import diydl as dl
from diydl import nn
from diydl.draw.picture import Node, Picture


class Block(nn.Module):
    """Two layers with a shortcut around them."""

    def __init__(self, width):
        self.a = nn.Linear(width, width)
        self.b = nn.Linear(width, width)

    def forward(self, x):
        return x + self.b(dl.relu(self.a(x)))


class Residual(nn.Module):
    """A deep net of equal blocks."""

    def __init__(self, blocks=12, width=16):
        self.stem = nn.Linear(8, width)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(blocks)))
        self.head = nn.Linear(width, 4)

    def forward(self, x):
        return self.head(self.blocks(self.stem(x)))


class Cell(nn.Module):
    """One step of a recurrence."""

    def __init__(self):
        self.w = nn.Linear(3, 4)
        self.u = nn.Linear(4, 4)

    def forward(self, x, h):
        return dl.tanh(self.w(x) + self.u(h))


class Recurrent(nn.Module):
    """A recurrence over the first axis, with an output at each step."""

    def __init__(self):
        self.cell = Cell()
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        h, outputs = dl.zeros((x.shape[1], 4)), []
        for t in range(x.shape[0]):
            h = self.cell(x[t], h)
            outputs.append(self.out(h))
        return dl.stack(*outputs)


def ones(*shape):
    """Return ones in float32."""
    return np.ones(shape, np.float32)


def chain(count, labels=("tanh",)):
    """Return a picture of a row of operations, the labels in turn."""
    nodes = [Node("x", "data"), *(Node(labels[k % len(labels)]) for k in range(count))]
    return Picture(nodes, [(k, k + 1) for k in range(count)])


def points_of(route, steps=10):
    """Yield points along a curve of cubic Bezier pieces."""
    for k in range(0, len(route) - 1, 3):
        a, b, c, d = route[k : k + 4]
        for t in (n / steps for n in range(steps + 1)):
            yield tuple(
                (1 - t) ** 3 * p + 3 * t * (1 - t) ** 2 * q + 3 * t * t * (1 - t) * r + t**3 * s
                for p, q, r, s in zip(a, b, c, d, strict=True)
            )


def drawn_crossings(layout):
    """Count pairs of drawn curves that cross, apart from those that leave or arrive together."""
    lines = [list(points_of(route)) for route, _, _ in layout.pieces]
    return sum(_cross(a, b) for a, b in itertools.combinations(lines, 2))


def _cross(one, two):
    close = any(
        abs(p[0] - q[0]) + abs(p[1] - q[1]) < 1.5
        for p in (one[0], one[-1])
        for q in (two[0], two[-1])
    )
    if close:  # they meet in a port
        return False
    return any(
        _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0
        for a, b in itertools.pairwise(one)
        for c, d in itertools.pairwise(two)
    )


def _side(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
