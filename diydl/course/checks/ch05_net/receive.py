"""05/receive: whoever is read twice gets the sum."""

import numpy as np

import diydl as dl
from diydl.course.bank import Code
from diydl.engines.net.data import Data

exercise = Code(
    "05/receive",
    "The sum of all shares",
    Data.receive,
    hints=(
        "Two modules read this Data, and each sends a share. What is in `self.grad` when the "
        "second one arrives?",
        "Nothing there yet: keep what came. Something there: add, and make a new array for the "
        "sum.",
        "1. If `self.grad` is None, set it to `g`.\n"
        "2. Otherwise set it to the sum of both, written as `a + b`: `+=` would write into an "
        "array that others hold.",
    ),
)


@exercise.driver
def received(pieces, shares):
    """Let a new Data receive these shares, one after the other; return what it has in the end."""
    data = dl.Net().data(value=np.zeros(np.shape(shares[0])), id="x")
    for g in [share.copy() for share in shares]:
        pieces.receive(data, g)
    return data.grad


@exercise.driver
def same_twice(pieces, g):
    """Let a new Data receive one and the same array twice; return what it has in the end."""
    data, g = dl.Net().data(value=np.zeros(g.shape), id="x"), g.copy()
    pieces.receive(data, g)
    pieces.receive(data, g)
    return data.grad


@exercise.driver
def others_share(pieces, g, more):
    """Let two Data receive one array, and the first another one; return what the second has."""
    net = dl.Net()
    first = net.data(value=np.zeros(g.shape), id="first")
    second = net.data(value=np.zeros(g.shape), id="second")
    g = g.copy()
    pieces.receive(first, g)
    pieces.receive(second, g)
    pieces.receive(first, more)
    return second.grad


@exercise.mistake(
    "The last share wins, and those before it are lost: a weight that is used eight times would "
    "learn from one use. Add to what is there."
)
def last_wins(self, g):
    self.grad = g


@exercise.mistake(
    "The first share stays, and those that come later are lost. Add them to what is there."
)
def first_wins(self, g):
    self.grad = g if self.grad is None else self.grad


@exercise.mistake(
    "`+=` writes into the array that is there, and others hold the same array: the VJP of a sum "
    "hands one array to both of its inputs. Make a new one: `self.grad + g`."
)
def writes_into(self, g):
    if self.grad is None:
        self.grad = g
    else:
        self.grad += g


@exercise.mistake(
    "The same array twice counts once for you. It is two shares: in x + x both uses of x send the "
    "same numbers, and the gradient is their sum, 2."
)
def same_array_once(self, g):
    if self.grad is None:
        self.grad = g
    elif g is not self.grad:
        self.grad = self.grad + g


@exercise.mistake(
    "You take the mean of what is there and what comes. Shares add: whoever moves a weight that "
    "acts in two places gets both effects."
)
def mean_of_both(self, g):
    self.grad = g if self.grad is None else (self.grad + g) / 2


@exercise.mistake(
    "All shares arrive but the first, which you count twice: with nothing there yet, `g` alone is "
    "the sum."
)
def first_twice(self, g):
    self.grad = g + (g if self.grad is None else self.grad)
