# %% [markdown]
# # Layers and their beginnings
#
# *About 110 minutes, in two sittings if you like: the end of section 3 is a good place to stop. You need
# chapters 01 to 03: broadcasting, VJPs, the tape. Section 1 uses an idea of chapter 05. Two of the four questions below come
# from chapters 04 and 05; if you have not read those, leave them out.*
#
# At the end of this notebook you can
#
# - find every parameter of a model, however it is put together, and give each a name;
# - write the forward of a layer, and of a row of layers;
# - say what happens to a signal and to a gradient on their way through fifty layers, and begin the weights so
#   that both arrive;
# - train a network on flowers and on digits, save it, and bring it back on another computer;
# - tell somebody exactly what is wrong with a file of weights.

# %% tags=["given"]
import math
import pickle
import tempfile
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import draw, nn, optim
from diydl.course import check, hint, library_picture, use_mine, watch
from diydl.data import DataLoader, load_digits, load_iris
from diydl.nn import init
from diydl.nn.walk import held as library_held
from diydl.parameter import State
from diydl.train import metrics

dl.seed(0)

# %% [markdown]
# ## The library so far

# %% tags=["given"]
library_picture("07")

# %% [markdown]
# ## Before we start
#
# Four questions about what you know already. Answer from memory, then run the check.
#
# **Chapter 05.** Three modules read one weight. On the way back they send 2, 3 and 4. What is its gradient?

# %% tags=["exercise"] exercise="07/recall-shared"
### BEGIN SOLUTION
gradient_of_shared = 9
### END SOLUTION

# %% tags=["check"]
check("07/recall-shared", gradient_of_shared)

# %% [markdown]
# **Chapter 02.** `out = tanh(x)` at x = 0, and from above comes `g = 8`. What does the VJP return?

# %% tags=["exercise"] exercise="07/recall-slope"
### BEGIN SOLUTION
passed_back = 8
### END SOLUTION

# %% tags=["check"]
check("07/recall-slope", passed_back)

# %% [markdown]
# **Chapter 01.** `scores = x @ w.T + b`, where x has the shape (32, 64), w (10, 64) and b (10,). In how many
# places is a number of b added?

# %% tags=["exercise"] exercise="07/recall-scores"
### BEGIN SOLUTION
additions_of_bias = 320
### END SOLUTION

# %% tags=["check"]
check("07/recall-scores", additions_of_bias)

# %% [markdown]
# **Chapter 04.** A graph describes `s = a + b` and `d = a + 1`, for single numbers. Then
# `context.run(s, feed)` is called twice. How many additions have been carried out?

# %% tags=["exercise"] exercise="07/recall-runs"
### BEGIN SOLUTION
additions_run = 2
### END SOLUTION

# %% tags=["check"]
check("07/recall-runs", additions_run)

# %% [markdown]
# ## 1. Where are the parameters?
#
# In chapter 03 the digit network was a function of four parameters, and you carried them around: `w1`, `b1`,
# `w2`, `b2`. Fifty layers would have a hundred names. So let parameters live where they are used. A **module** is
# an object that holds its parameters, and knows what to compute with them. Here is one, without any help from
# a library:

# %% tags=["given"]


class TwoLayers:
    """A network for digits that holds its own parameters."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.width = 48
        self.w1 = nn.Parameter((rng.normal(size=(48, 64)) / 8).astype("float32"))
        self.b1 = nn.Parameter(np.zeros(48, "float32"))
        self.w2 = nn.Parameter((rng.normal(size=(10, 48)) / 7).astype("float32"))
        self.b2 = nn.Parameter(np.zeros(10, "float32"))

    def __call__(self, x):
        hidden = dl.relu(x @ self.w1.T + self.b1)  # (B, 48)
        return hidden @ self.w2.T + self.b2  # (B, 10)


train, test = load_digits()
network = TwoLayers()
print("scores:", network(train[:32][0]).shape)

# %% [markdown]
# (A weight is written (out, in), one row for each output, as PyTorch does; in chapter 03 it was (in, out). Hence the `.T`.)
#
# An optimizer needs the parameters, to change them; a file needs them, to keep them; a GPU needs them, to
# have them near. So somebody must **find** them. Python keeps the attributes of an object in a dictionary,
# and `vars` shows it, in the order in which they were set:

# %% tags=["given"]
for name, value in vars(network).items():
    print(f"{name:6} {type(value).__name__:10} {getattr(value, 'shape', value)}")

# %% [markdown]
# That is all the magic there is. Pick those that are parameters, and be done? Almost. Modules hold other modules;
# and whoever has fifty of them keeps them in a list, or, by name, in a dictionary. `nn.Module` is a base class
# for all of them. Its method `contents()` returns the pairs (name, object) of its attributes.
#
# **A worked example.** Names of files in folders, once more (chapter 03 had them without recursion). Now with names that tell
# where each file lies, and with `yield`, which hands out one thing after another to whoever asks:


# %% tags=["given"]
def files_in(folder, path=""):
    """Yield (path, size) of all files in `folder`, which holds numbers (sizes) and other folders."""
    for label, content in folder.items():
        place = f"{path}/{label}"
        if isinstance(content, int):
            yield place, content
        elif isinstance(content, dict):
            yield from files_in(content, place)


print(*files_in({"a": 3, "b": {"c": 5, "d": {"e": 7}}, "f": "no file"}))

# %% [markdown]
# `yield from` passes on whatever the inner call hands out.
#
# **Make.** The same for modules: `held(container, name="")` yields the pairs (name, object) of what the container holds *itself*.
#
# - `container` is a module (its pairs are `container.contents()`), a dictionary, a list or a tuple (whose
#   keys are the numbers 0, 1, 2, ...).
# - A `State`, which is a parameter or a buffer, is yielded. (A buffer is kept with a model, but not trained: the step count of an
#   optimizer, say.) A module is yielded too, but not looked into: what it holds is its own affair.
# - Lists, tuples and dictionaries are looked into, however deep. Anything else is passed over.
# - Names join with dots, where the paths above had slashes: the first module of a list `blocks` is `blocks.0`.
#
# Sub-goals: *make pairs*, *name*, *look*. The first two are written. Stuck? `hint("07/held")`, in a cell of
# your own, opens a little more with each call.


# %% tags=["exercise"] exercise="07/held"
def held(container, name=""):
    """Yield (name, object) for the states and modules that `container` holds itself."""
    ### BEGIN STARTER
    # # Make pairs.
    # if isinstance(container, nn.Module):
    #     items = container.contents()
    # elif isinstance(container, dict):
    #     items = container.items()
    # else:
    #     items = enumerate(container)
    #
    # for key, x in items:
    #     # Name.
    #     inner = f"{name}.{key}" if name else str(key)
    #
    #     # Look: is it wanted, a container to look into, or neither?
    #     raise NotImplementedError  # your code here
    ### END STARTER
    ### BEGIN SOLUTION
    # Make pairs.
    if isinstance(container, nn.Module):
        items = container.contents()
    elif isinstance(container, dict):
        items = container.items()
    else:
        items = enumerate(container)

    for key, x in items:
        # Name.
        inner = f"{name}.{key}" if name else str(key)

        # Look: is it wanted, a container to look into, or neither?
        if isinstance(x, (State, nn.Module)):
            yield inner, x
        elif isinstance(x, (list, tuple, dict)):
            yield from held(x, inner)
    ### END SOLUTION


# %% tags=["check"]
check("07/held", held)

# %% [markdown]
# Now on into the modules inside, and into those inside them. Two things can go wrong there. A layer that is **shared**,
# held in two places, would be found twice, and an optimizer would step twice on its weights. And a
# module that knows its parent leads round in a **circle**. You know the cure from chapter 03: a set of `id(x)` of
# everything that was met, and a stack of your own.
#
# **Make.** Write `walk(module, kind)`: it yields (name, x) for everything of this kind that is reached from
# `module`, each **once**, under the first name by which it is met.
#
# - `kind` is a class, such as `nn.Parameter` or `nn.Module`. The module itself is reached too; its name is `""`.
# - Depth first, in order: all that is inside the first attribute comes before the second. (A stack gives back
#   first what was pushed last: push in `reversed` order.)
# - It must cope with two thousand modules, each inside the one before: no recursion.
#
# `library_held` is the library's `held`. Of what is held as `weight` by the module named `blocks.0`, the full name is
# `blocks.0.weight`; in the module named `""` it is `weight`.


# %% tags=["exercise"] exercise="07/walk"
def walk(module, kind):
    """Yield (name, x) for all x of this kind in `module` and inside: depth first, each once."""
    ### BEGIN SOLUTION
    seen, todo = set(), [("", module)]
    while todo:
        name, x = todo.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        if isinstance(x, kind):
            yield name, x
        if isinstance(x, nn.Module):
            inside = [(f"{name}.{key}" if name else key, y) for key, y in library_held(x)]
            todo.extend(reversed(inside))
    ### END SOLUTION


# %% tags=["check"]
check("07/walk", walk)

# %% [markdown]
# **Predict.** `shared` is a linear layer from 4 numbers to 4, with a bias. A model applies it, bends, applies it
# again, bends, and ends with a layer from 4 to 2. How many numbers are trained?

# %% tags=["exercise"] exercise="07/predict-shared"
### BEGIN SOLUTION
numbers_trained = 30
### END SOLUTION

# %% tags=["check"]
check("07/predict-shared", numbers_trained)

# %% [markdown]
# **Run.** `use_mine()` puts in what you have passed, and the library finds its parameters with it:

# %% tags=["given"]
use_mine()

# %% tags=["given"]


class Twice(nn.Module):
    """Applies one layer two times."""

    def __init__(self):
        shared = nn.Linear(4, 4)
        self.steps = [shared, dl.tanh, shared, dl.tanh]
        self.heads = {"species": nn.Linear(4, 2)}

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return self.heads["species"](x)


twice = Twice()
for name, parameter in twice.named_parameters():
    print(f"{name:22} {parameter.shape}")
print(twice.summary())

# %% [markdown]
# No word was said to the module about its parameters. They were found where they lie. From the same walk come
# `train()` and `eval()`, which tell all modules whether they train; `freeze()` and `to("cuda")`; and
# `state_dict()`, of which section 6 makes use.
#
# **Investigate.** What is *not* found? Make a layer within `forward`, where it is a local variable; how many parameters
# has the model then, and what happens to them from one call to the next?
#
# ## 2. What a layer computes
#
# Now that parameters have a home, a layer is little more than one line. A **linear layer** with `in` inputs and
# `out` outputs holds `weight` of the shape (out, in) and `bias` of the shape (out,), and computes
#
# $$y = x \, W^{\mathsf T} + b$$
#
# along the last axis of x, whatever stands before it: one example, a batch, a batch of sentences of words.
#
# **Make.** Write `affine(xp, x, w, b)`. It is the forward of the primitive of which the library's `Linear` is made, so
# its first argument is `xp`, which is `numpy` or `cupy`, as in chapter 03.
#
# - `x` is an array (..., in), `w` (out, in), `b` (out,). The result is (..., out), in the dtype of what went in.
# - A bias of another shape than (out,) is refused with a `ValueError`. A single number, say, would be broadcast without
#   a word, and all outputs would share it for ever.


# %% tags=["exercise"] exercise="07/affine"
def affine(xp, x, w, b):
    """Return ``x @ w.T + b``."""
    ### BEGIN SOLUTION
    if b.shape != w.shape[:1]:
        raise ValueError(f"the bias has shape {b.shape}, expected {w.shape[:1]}")
    return x @ w.T + b
    ### END SOLUTION


# %% tags=["check"]
check("07/affine", affine)

# %% [markdown]
# Why a primitive of its own, where `@`, `.T` and `+` would do? One step in place of three: the tape notes one function, and
# needs no detour over the turned weight on the way back; and the library's own version adds the bias into the product, where
# yours makes a new array. The layer is the rest:

# %% tags=["given"]


class Straight(nn.Module):
    """A linear layer."""

    def __init__(self, in_features, out_features):
        self.weight = nn.Parameter(np.zeros((out_features, in_features), "float32"))
        self.bias = nn.Parameter(np.zeros(out_features, "float32"))

    def forward(self, x):
        return dl.affine(x, self.weight, self.bias)  # (..., out_features)


print(
    Straight(64, 10)(train[:32][0]).shape, [name for name, _ in Straight(64, 10).named_parameters()]
)

# %% [markdown]
# A network is a row of layers, one behind the other. `nn.Sequential(first, second, third)` is a module that
# holds such a row; `for layer in self` goes through it. A layer is whatever can be called, a module or a plain
# function.
#
# **Make.** Write its forward, `one_after_another(self, x)`.


# %% tags=["exercise"] exercise="07/one_after_another"
def one_after_another(self, x):
    """Pass `x` through all layers."""
    ### BEGIN SOLUTION
    for layer in self:
        x = layer(x)
    return x
    ### END SOLUTION


# %% tags=["check"]
check("07/one_after_another", one_after_another)

# %% [markdown]
# **Predict.** A linear layer makes 48 numbers of 64. How many multiplications and additions is that, together,
# for one picture? (A sum of 64 products and a bias counts as 64 products and 64 additions.)

# %% tags=["exercise"] exercise="07/predict-cost"
### BEGIN SOLUTION
operations = 6144
### END SOLUTION

# %% tags=["check"]
check("07/predict-cost", operations)

# %% [markdown]
# **Run.** `summary` follows a shape through a model, and counts what each layer would cost, without computing
# anything. `None` leaves the size of the batch open: B stands for it. **FLOPs** are operations on floating-point numbers. What is
# kept for the way back is here the result of the ReLU: 48 numbers of 4 bytes for each picture.

# %%
reader = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
print(reader.summary((None, 64)))

# %% [markdown]
# **Modify.** Put `nn.Add(nn.Identity(), nn.Linear(48, 48))` behind the ReLU: a *residual* layer, which learns
# what to add to its input. What does it cost? And, with that layer in it, what does `reader.summary((None, 64))` show of a network that is
# twice as wide: which numbers (nearly) double, and which become (nearly) four times as large?
#
# ## 3. Beginnings
#
# A layer is there, but which numbers stand in its weight before the first step of training? Zeros would be
# simple. So would all the same number.
#
# **Predict.** All weights of the digit network begin at 0.01, all biases at 0. It is trained for a hundred steps of
# gradient descent. How many *different* hidden units, of the 48, does it have then? (A unit is a row of the first weight.)

# %% tags=["exercise"] exercise="07/predict-twins"
### BEGIN SOLUTION
different_units = 1
### END SOLUTION

# %% tags=["check"]
check("07/predict-twins", different_units)

# %% [markdown]
# **Run.** `init.fill(model, maker, ...)` gives all weights of a model a beginning, and sets the biases beside them to
# 0.


# %% tags=["given"]
def fit(model, data, epochs, lr=0.003, batch=32, rule=optim.Adam):
    """Train a model by a rule, which chapter 09 explains; return the mean loss of each epoch."""
    optimizer = rule(model.parameters(), lr=lr)
    loader, losses = DataLoader(data, batch_size=batch, shuffle=True, seed=0), []
    for _ in range(epochs):
        total = 0.0
        for x, y in loader:
            loss = nn.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
        losses.append(total / len(data))
    return losses


def score(model, data):
    """Return the share of a data set that a model gets right."""
    x, y = data[:]
    with dl.no_grad():
        return metrics.accuracy(model(x), y)


def make_reader():
    """Return a fresh network for digits."""
    return nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))


twins = init.fill(make_reader(), init.constant, value=0.01)
others = init.fill(make_reader(), init.normal, std=0.1)
for name, model in {"all 0.01": twins, "at random": others}.items():
    fit(model, train, epochs=2, lr=0.3, rule=optim.SGD)
    # What differs by rounding errors alone counts as the same.
    units = np.unique(model[0].weight.numpy().round(4), axis=0)
    print(f"{name:10} {len(units):2} different units, {score(model, test):.1%} of the test digits")

# %% tags=["given", "hide-input"]
with draw.style():
    fig, axes = plt.subplots(2, 10, figsize=(7, 1.8))
    for row, (name, model) in zip(axes, {"all 0.01": twins, "random": others}.items(), strict=True):
        units = model[0].weight.numpy()[:10]
        top = np.abs(units).max()
        for ax, unit in zip(row, units, strict=True):
            ax.imshow(unit.reshape(8, 8), cmap="PuOr", vmin=-top, vmax=top)
            ax.spines[:].set_visible(True)
            ax.set(xticks=[], yticks=[])
        row[0].set_ylabel(name, fontsize=8)
draw.figure(
    fig,
    alt="Two rows of ten small pictures: the weights of ten hidden units. In the upper row, which began at 0.01, "
    "all ten are the same; in the lower row, which began at random, each is different.",
    caption="What ten of the 48 hidden units look for, after two epochs; each row on a scale of its own.",
)

# %% [markdown]
# Units that begin alike compute the same, so they get the same gradient, so they move alike, for ever: 48 units, and
# one of a kind. Training cannot tell them apart; chance must do so at the beginning. That is called **breaking
# the symmetry**. (Biases may all be 0: the weights make the difference.)
#
# **Investigate.** In a cell of your own: `model = init.fill(make_reader(), init.constant, value=0.01)`, then
# `fit(model, train, epochs=2)`, which trains it by Adam, and count its units as above.
# Now you find two or three different ones. Nobody told them apart but rounding: sums were added up in another
# order. Why does Adam, which divides each gradient by its size, make so much of so little?
#
# So the weights are drawn at random. How large? In a network of two layers it hardly matters. This is a good place for a break; then
# we go deep.
#
# ## 4. Fifty layers
#
# Take one output of a linear layer: a sum of n products of a weight and an input, $y = \sum_{k=1}^{n} w_k x_k$. Let
# the weights be drawn independently, with mean 0 and variance $\sigma^2$. Then the products have mean 0, and their variances add up:
#
# $$E[y^2] = n \, \sigma^2 \, E[x^2]$$
#
# $E[x^2]$ is the **mean square** of the inputs, the size of the signal. Each layer multiplies it by $n \sigma^2$.
#
# **Predict.** A layer has 100 inputs, and weights with variance 1. How many times as large is the mean
# square of its outputs?

# %% tags=["exercise"] exercise="07/predict-growth"
### BEGIN SOLUTION
times_larger = 100
### END SOLUTION

# %% tags=["check"]
check("07/predict-growth", times_larger)

# %% [markdown]
# **Run.** Fifty such layers, and three sizes of weights:

# %% tags=["given"]
rng = np.random.default_rng(0)
for spread in (1.0, 0.01, 0.1):
    x = rng.normal(size=(64, 100))
    for _ in range(50):
        x = x @ (spread * rng.normal(size=(100, 100))).T
    print(f"weights with a spread of {spread:4}: mean square after 50 layers {np.mean(x**2):8.1e}")

# %% [markdown]
# With the factor 100 the signal explodes, with the factor 0.01 it vanishes: in float32, which ends at about
# 1e38, both are lost. Only where $n \sigma^2 = 1$, here at 0.1, it keeps its size.
#
# On the way back the same happens to the gradient. The gradient of one input is a sum over all *outputs*,
# $g_x = \sum_j w_j g_j$: it keeps its size where $n_{out} \, \sigma^2 = 1$.
#
# Between linear layers stands a function that bends. What does it do to the mean square? ReLU cuts off one half of all numbers, so
# it halves it. In general, for z drawn from the standard normal distribution, with density proportional to $e^{-z^2/2}$:
#
# $$E[f(z)^2] = \frac{\int f(z)^2 \, e^{-z^2/2} \, dz}{\int e^{-z^2/2} \, dz}$$
#
# The weights can make up for it. They are multiplied by the **gain**, $1 / \sqrt{E[f(z)^2]}$.
#
# **Make.** Write `gain_of(function)`. `function` takes an array and works on each element. Replace both integrals by
# sums over a fine grid from -9 to 9, such as `np.linspace(-9, 9, 18001)`. Return a Python float. For
# the identity it is 1, for ReLU the root of 2.


# %% tags=["exercise"] exercise="07/gain_of"
def gain_of(function):
    """Return 1 / sqrt(E f(z)**2) for a standard normal z: what keeps the mean square at 1."""
    ### BEGIN SOLUTION
    z = np.linspace(-9, 9, 18001)
    likely = np.exp(-z * z / 2)
    square = np.sum(function(z) ** 2 * likely) / np.sum(likely)
    return float(1 / np.sqrt(square))
    ### END SOLUTION


# %% tags=["check"]
check("07/gain_of", gain_of)

# %% tags=["given"]
BENDS = {
    "none": lambda x: x,
    "tanh": dl.tanh,
    "relu": dl.relu,
    "gelu": lambda x: 0.5 * x * (1 + dl.erf(x / math.sqrt(2))),
}
for name, bend in BENDS.items():
    print(f"{name:5} gain {init.gain_of(bend):.4f}")

# %% [markdown]
# Now the number of inputs and outputs: the **fans** of a weight. For a linear layer they are the sizes of the
# weight (out, in). A convolution (chapter 12) has a weight (out, in, kh, kw): a sum for one output goes over
# `in * kh * kw` products, and an input takes part in `out * kh * kw` outputs.
#
# **Make.** Write `fans(shape)`: a pair (fan_in, fan_out) for a shape with two axes or more. For fewer axes,
# as of a bias, nobody can tell: raise a `ValueError`. `math.prod` multiplies; of nothing it makes 1.


# %% tags=["exercise"] exercise="07/fans"
def fans(shape):
    """Return how many inputs an output has, and how many outputs an input has."""
    ### BEGIN SOLUTION
    if len(shape) < 2:
        raise ValueError(f"a weight is (out, in) or (out, in, kh, kw), got the shape {shape}")
    places = math.prod(shape[2:])
    return shape[1] * places, shape[0] * places
    ### END SOLUTION


# %% tags=["check"]
check("07/fans", fans)

# %% [markdown]
# The signal wants the variance $1 / n_{in}$, the gradient $1 / n_{out}$. Where a layer is not square, both cannot be had.
# X. Glorot and Y. Bengio took in 2010 what lies between:
#
# $$\sigma^2 = \frac{2}{n_{in} + n_{out}}$$
#
# Numbers that are spread evenly between -b and b have the variance $b^2/3$, so they wrote
# $b = \sqrt{6 / (n_{in} + n_{out})}$. A gain multiplies b.
#
# **Make.** Write `xavier_uniform(shape, gain=1.0, *, nonlinearity=None, dtype=None)` (Xavier is Glorot's first
# name). It returns an array of the shape, drawn evenly between minus and plus the bound, which is multiplied by the gain. If
# `nonlinearity` is given, a name such as `"tanh"`, the gain is `init.calculate_gain(nonlinearity)` instead (for
# tanh that is 5/3, a rule of thumb that PyTorch has too, not the 1.59 of above). `init.fans` and
# `init.uniform(shape, low, high, dtype=...)` are there; the latter draws from the seed that `dl.seed` has set. `dtype` is handed on as
# it is; None means the library's default, float32.


# %% tags=["exercise"] exercise="07/xavier_uniform"
def xavier_uniform(shape, gain=1.0, *, nonlinearity=None, dtype=None):
    """Draw evenly within ±gain * sqrt(6 / (fan_in + fan_out))."""
    ### BEGIN STARTER
    # # Gain: the one given, or that of what follows.
    #
    # # Bound: the root of 6 by the sum of the fans, times the gain.
    #
    # # Draw, in the dtype that was asked for.
    # raise NotImplementedError  # your code here
    ### END STARTER
    ### BEGIN SOLUTION
    # Gain: the one given, or that of what follows.
    if nonlinearity is not None:
        gain = init.calculate_gain(nonlinearity)

    # Bound: the root of 6 by the sum of the fans, times the gain.
    fan_in, fan_out = init.fans(shape)
    bound = gain * math.sqrt(6 / (fan_in + fan_out))

    # Draw, in the dtype that was asked for.
    return init.uniform(shape, -bound, bound, dtype=dtype)
    ### END SOLUTION


# %% tags=["check"]
check("07/xavier_uniform", xavier_uniform)

# %% [markdown]
# Five years later the networks had thirty layers, and ReLU between them. K. He and others put in its gain, the root of 2,
# and chose one of the two fans as n: $\sigma^2 = \text{gain}^2 / n$. With `mode="fan_in"` the signal keeps its size, with
# `mode="fan_out"` the gradient does.
#
# **Make.** Write `he_normal(shape, *, nonlinearity="relu", mode="fan_in", dtype=None)`. It draws by `init.normal(shape, mean, std,
# dtype=...)`, around 0, with the gain `init.calculate_gain(nonlinearity)`; n is the fan that `mode` names. Any other mode is a
# `ValueError`.


# %% tags=["exercise"] exercise="07/he_normal"
def he_normal(shape, *, nonlinearity="relu", mode="fan_in", dtype=None):
    """Draw from a normal distribution with the variance gain**2 / fan."""
    ### BEGIN SOLUTION
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan_in, fan_out = init.fans(shape)
    fan = fan_in if mode == "fan_in" else fan_out
    std = init.calculate_gain(nonlinearity) / math.sqrt(fan)
    return init.normal(shape, 0.0, std, dtype=dtype)
    ### END SOLUTION


# %% tags=["check"]
check("07/he_normal", he_normal)

# %% [markdown]
# Now send a signal through, and a gradient back. The figure shows their mean squares after each layer, on a scale where one mark is a
# factor of ten thousand million; the gradient runs from right to left. On the right is what arrives at the end. Turn the
# knobs.

# %% tags=["given", "hide-input"]
use_mine()
BEGINNINGS = {
    "spread 0.01": lambda shape: init.normal(shape, std=0.01, dtype="float64"),
    "Xavier": lambda shape: init.xavier_uniform(shape, dtype="float64"),
    "He": lambda shape: init.he_normal(shape, dtype="float64"),
    "orthogonal": lambda shape: init.orthogonal(shape, dtype="float64"),
}
WIDTH, DEEPEST = 100, 50
WEIGHTS = {
    name: [draws((WIDTH, WIDTH)) for _ in range(DEEPEST)] for name, draws in BEGINNINGS.items()
}


@cache
def through(beginning, bend, gain, depth):
    """Return mean squares of signal and gradient, layer by layer, and the last activations."""
    random = np.random.default_rng(0)
    values = [dl.tensor(random.normal(size=(32, WIDTH)), requires_grad=True)]
    for weight in WEIGHTS[beginning][:depth]:
        values.append(BENDS[bend](values[-1] @ (gain * weight).T))
    g = random.normal(size=(32, WIDTH))
    found = values[-1].engine.gradients(values[-1], g, values[:-1])
    signal = [np.mean(value.numpy() ** 2) for value in values]
    gradient = [*(np.mean(one.numpy() ** 2) for one in found), np.mean(g**2)]
    return np.array(signal), np.array(gradient), values[-1].numpy().ravel()


def curve(squares):
    """Return the points of mean squares in the left picture, as far as they lie in it."""
    heights = np.log10(np.maximum(squares, 1e-300))
    inside = [(layer, height) for layer, height in enumerate(heights) if abs(height) < 34]
    return " ".join(f"{60 + 7.4 * layer:.0f},{115 - 2.8 * height:.0f}" for layer, height in inside)


def picture_of_depth(weights, bend, gain, depth):
    """Draw what becomes of signal and gradient, and the activations of the last layer."""
    signal, gradient, last = through(weights, bend, gain, depth)
    blue, orange = draw.COLOURS["blue"], draw.COLOURS["orange"]
    parts = ['<line x1="60" x2="430" y1="115" y2="115" stroke="#bbb"/>']
    for squares, colour, dash in ((signal, blue, ""), (gradient, orange, "7 4")):
        parts.append(
            f'<polyline points="{curve(squares)}" fill="none" stroke="{colour}" stroke-width="2.5" '
            f'stroke-dasharray="{dash}"/>'
        )
    for power in range(-30, 31, 10):
        y = 115 - 2.8 * power
        parts.append(f'<text x="52" y="{y + 4:.0f}" text-anchor="end">1e{power:+d}</text>')
        parts.append(f'<line x1="56" x2="60" y1="{y:.0f}" y2="{y:.0f}" stroke="#000"/>')
    for layer in range(0, 51, 10):
        parts.append(
            f'<text x="{60 + 7.4 * layer:.0f}" y="228" text-anchor="middle">{layer}</text>'
        )
    size = np.abs(last).max() or 1.0
    counts, _ = np.histogram(last / size, bins=40, range=(-1, 1))
    for k, count in enumerate(counts):
        tall = 170 * count / counts.max()
        parts.append(
            f'<rect x="{480 + 5 * k}" y="{210 - tall:.0f}" width="4.4" height="{tall:.0f}" fill="{blue}"/>'
        )
    words = {
        (
            70,
            14,
        ): f'<tspan fill="{blue}">signal</tspan>, <tspan fill="{orange}">gradient (dashed)</tspan>',
        (225, 248): "layer",
        (480, 228): f"{-size:.2g}",
        (528, 248): "last activations",
    }
    parts += [f'<text x="{x}" y="{y}">{text}</text>' for (x, y), text in words.items()]
    parts.append(f'<text x="680" y="228" text-anchor="end">{size:.2g}</text>')
    frame = '<path d="M60 20V210H430M480 210H680" fill="none" stroke="#000"/>'
    return (
        '<svg viewBox="0 0 700 256" width="700" xmlns="http://www.w3.org/2000/svg" '
        f'style="background:#fff;border-radius:4px" font-family="sans-serif" font-size="13">{frame}{"".join(parts)}</svg>'
    )


def words_of_depth(weights, bend, gain, depth):
    """Say what the picture shows."""
    signal, gradient, _ = through(weights, bend, gain, depth)
    return (
        f"{depth} layers, weights {weights} times {gain:g}, function {bend}: the mean square of the "
        f"signal becomes {signal[-1] / signal[0]:.1g} times what it was, that of the gradient "
        f"{gradient[0] / gradient[-1]:.1g} times."
    )


draw.live(
    picture_of_depth,
    alt=words_of_depth,
    weights=draw.knob(list(BEGINNINGS), start="Xavier"),
    bend=draw.knob(list(BENDS), start="relu", label="function"),
    gain=draw.knob([0.7, 1.0, 1.4], start=1.0),
    depth=draw.knob([10, 50], start=50),
    caption="Mean squares of the signal (forward, to the right) and of its gradient (back, to the left).",
)

# %% [markdown]
# **Investigate.**
#
# 1. Xavier with ReLU: which factor is lost in each layer? Which gain cures it, and why is that the same as He with
#    gain 1?
# 2. With tanh, set the gain to 1.4. The signal cannot explode: tanh holds it below 1. What do the last activations look
#    like: do they crowd at 1 and -1, where tanh is flat? Which of the two wins on the way back, the larger weights or
#    the smaller slope?
# 3. An *orthogonal* matrix turns its input and keeps its length. Without a function in between, compare it
#    with Xavier: signal and gradient are exactly level, at any depth (A. Saxe and others, 2014); with Xavier they wander. The picture is too coarse
#    for that: print `through("Xavier", "none", 1.0, 50)[0]`, and the same with "orthogonal".
# 4. GELU's gain is about 1.5, between the marks of the knob: print `through("Xavier", "gelu", gain, 50)[0][-1]` for gains of 1.4, 1.5 and
#    1.6. A mean square of exactly 1 would stay, but a little more is amplified, and a little less is weakened: no gain keeps it in balance
#    for ever. What else could bring each layer back to size 1? (Chapter 11 does it.)
#
# ## 5. Flowers and digits
#
# Put it to use: two data sets, two networks, your layers and your beginnings.

# %% tags=["given"]
use_mine()
flowers, new_flowers = load_iris()
mean, spread = flowers[:][0].mean(axis=0), flowers[:][0].std(axis=0)


class Scaled(nn.Module):
    """Bring each input to mean 0 and spread 1, with numbers that are kept with the model."""

    def __init__(self, mean, spread):
        self.mean, self.spread = nn.Buffer(mean), nn.Buffer(spread)

    def forward(self, x):
        return (x - self.mean) / self.spread


def make_botanist():
    """Return a fresh network for irises: four lengths in, three species out."""
    layers = [nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 3)]
    return nn.Sequential(Scaled(mean, spread), *layers)


dl.seed(0)
with watch() as ran:
    botanist = init.fill(make_botanist(), init.xavier_uniform, nonlinearity="tanh")
    reader = init.fill(make_reader(), init.he_normal)
    iris_losses = fit(botanist, flowers, epochs=40, lr=0.01, batch=16)
    digit_losses = fit(reader, train, epochs=20)
print(ran)
print(f"flowers: {score(botanist, new_flowers):.1%} of {len(new_flowers)} new ones named rightly")
print(f"digits:  {score(reader, test):.1%} of {len(test)} new ones read rightly")

# %% [markdown]
# The lengths of the flowers are centimetres, from 0.1 to 7.9. What was said about a signal of size 1 holds for
# the inputs too, so the first module brings them there. Its two buffers are not trained, and belong to the model
# all the same: whoever loads it needs them. (Thirty new flowers are few: each one is 3.3 %.)
#
# Now deep. Twelve layers with ReLU between them, eleven of them of 48 units, on the digits, with three beginnings. PyTorch's own, for a linear layer, is even
# between $-n^{-1/2}$ and $n^{-1/2}$, which has a variance of $1/(3n)$.


# %%
def make_deep():
    """Return a network of twelve layers for digits."""
    layers = [nn.Linear(64, 48), nn.ReLU()]
    for _ in range(10):
        layers += [nn.Linear(48, 48), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(48, 10))


STARTS = {
    "spread 0.01": (init.normal, {"std": 0.01}),
    "PyTorch's": (init.fan_in_uniform, {}),
    "He": (init.he_normal, {}),
}
histories = {}
for name, (maker, options) in STARTS.items():
    dl.seed(0)
    deep = init.fill(make_deep(), maker, **options)
    histories[name] = fit(deep, train, epochs=8, lr=0.001)
    print(f"{name:12} {score(deep, test):.1%} of the test digits after 8 epochs")
draw.training_curve(
    histories, caption="Twelve layers, three beginnings: each point is the mean loss of one epoch."
)

# %% [markdown]
# All three are the same network, trained in the same way on the same data. At 0.01 nothing arrives: the scores do not
# depend on the picture, and the loss stays at that of guessing, $\log 10 \approx 2.3$. For twenty years deep networks were held to be hard to train, and
# that was a good part of the reason.
#
# **Modify.** Twenty-four layers. Which of the beginnings still works? And with `nn.Tanh()` and `init.xavier_normal`?
#
# ## 6. To another computer and back
#
# What has been learned are numbers, and their names are known: your `walk` has found both. `state_dict()` returns
# them as a dictionary of arrays, and `save` writes that into a file.

# %% tags=["given"]
folder = Path(tempfile.mkdtemp())
path = folder / "botanist.safetensors"
botanist.save(path, metadata={"data": "iris"})
print(*botanist.state_dict(), sep=", ")
print(f"{path.stat().st_size:,} bytes")

# %% [markdown]
# The other computer builds the same model, by the same lines, and writes the numbers into it:

# %% tags=["given"]
copy = make_botanist()
print(f"before: {score(copy, new_flowers):.1%}")
copy.load(path).eval()
print(f"after:  {score(copy, new_flowers):.1%}")

# %% [markdown]
# Often what is loaded does not fit: a layer was renamed, a width was changed, the file belongs to another model.
# Then an error is worth as much as it tells.
#
# **Make.** Write `misfits(own, given)`. Both are dictionaries {name: (shape, dtype)}: of what the model has, and of what
# is offered. Return three lists of sentences:
#
# 1. *Faults*, in the order of `given`, of names on both sides: `"shape: w is (2, 3), got (3, 2)"` if the shapes differ; else `"dtype: w is float32, got complex64"`
#    if the numbers cannot be converted. `np.can_cast(dtype, wanted, "same_kind")` tells: whole numbers become
#    floating-point ones, float64 becomes float32, but 2.5 does not become a whole number.
# 2. *Missing* names, in the order of `own`: `"missing: body.weight"`.
# 3. *Unexpected* names, in the order of `given`: `"unexpected: body.wieght"`.
#
# A slip of the pen makes two of these at once. So a missing name is followed by the name that looks most like it
# among the *unexpected* ones, if there is one: `"missing: body.weight (is it body.wieght?)"`; and the other way
# round. The helper `nearest` is written: it belongs to the cell.


# %% tags=["exercise"] exercise="07/misfits"
def nearest(name, candidates):
    """Return " (is it ...?)" with the candidate that looks most like `name`, or ""."""
    close = get_close_matches(name, candidates, n=1)
    return f" (is it {close[0]}?)" if close else ""


def misfits(own, given):
    """Compare what a model has with what is offered; return three lists of complaints."""
    ### BEGIN SOLUTION
    faults = []
    for name, (shape, dtype) in given.items():
        if name not in own:
            continue
        own_shape, own_dtype = own[name]
        if shape != own_shape:
            faults.append(f"shape: {name} is {own_shape}, got {shape}")
        elif not np.can_cast(dtype, own_dtype, "same_kind"):
            faults.append(f"dtype: {name} is {own_dtype}, got {dtype}")
    absent = [name for name in own if name not in given]
    extra = [name for name in given if name not in own]
    missing = [f"missing: {name}{nearest(name, extra)}" for name in absent]
    unexpected = [f"unexpected: {name}{nearest(name, absent)}" for name in extra]
    return faults, missing, unexpected
    ### END SOLUTION


# %% tags=["check"]
check("07/misfits", misfits)

# %% tags=["given"]
use_mine()
arrays = botanist.state_dict()
arrays["1.wieght"] = arrays.pop("1.weight")
arrays["3.bias"] = np.zeros(17)
try:
    copy.load_state_dict(arrays)
except ValueError as error:
    print("ValueError:", error)

# %% [markdown]
# **Why not pickle?** Python can write any object into a file with `pickle`, and for years models were exchanged that way.
# But a pickle is not data. It is a small program, and whoever loads it runs it. This one is harmless. It
# could have been anything.


# %% tags=["given"]
class Trap:
    """Looks like a model; when it is loaded, it calls a function of its maker's choice."""

    def __reduce__(self):
        return print, ("This was printed by a file that you only wanted to load.",)


trap = folder / "model.pickle"
trap.write_bytes(pickle.dumps(Trap()))
pickle.loads(trap.read_bytes())
try:
    copy.load(trap)
except ValueError as error:
    print("ValueError:", str(error).partition(": it is")[0].replace(str(folder), "..."))

# %% [markdown]
# A **safetensors** file, into which the library writes, holds a list of names, shapes and dtypes, and then
# numbers. There is nothing in it that could run; and a file that contradicts itself is refused.
#
# **Order.** Bring a trained model to another computer, and ask it. First what this computer does, then the other:
# build, fill, switch to use, ask. Two lines do not belong. Write the letters as a string.

# %% tags=["given"]
check.lines("07/order-reload")

# %% tags=["exercise"] exercise="07/order-reload"
### BEGIN SOLUTION
reload_order = "dhgafc"
### END SOLUTION

# %% tags=["check"]
check("07/order-reload", reload_order)

# %% [markdown]
# ## 7. Bug hunt
#
# A friend builds a deeper network. It runs, and it learns, though not as well as it should; and each time it is loaded, it
# answers differently. The program prints 3,610, and that should have been 8,314. Which line is wrong?

# %% tags=["given"]
check.lines("07/bug-hunt")

# %% tags=["exercise"] exercise="07/bug-hunt"
### BEGIN SOLUTION
lossy_line = 4
### END SOLUTION

# %% tags=["check"]
check("07/bug-hunt", lossy_line)

# %% [markdown]
# ## 8. What the real frameworks do
#
# PyTorch does not look for parameters when they are wanted: it notices when they are set. Every assignment to an
# attribute goes through `__setattr__` of `torch.nn.Module`, which sorts:
#
# ```python
# def __setattr__(self, name, value):                  # the idea of it; the real one has about 100 lines
#     if isinstance(value, Parameter):
#         self._parameters[name] = value
#     elif isinstance(value, Module):
#         self._modules[name] = value
#     else:
#         object.__setattr__(self, name, value)
# ```
#
# So a list of layers is not noticed, and its layers are never trained: one needs `torch.nn.ModuleList`, and
# `super().__init__()` must come before everything else, or there are no such dictionaries yet. Our walk needs neither. In exchange it looks
# through all attributes each time.
#
# Equinox, on JAX, goes further: a module *is* a tree of arrays, there is no list of parameters at all, and a model after a step is a new model:
#
# ```python
# class Linear(eqx.Module):
#     weight: jax.Array
#     bias: jax.Array
#
# grads = eqx.filter_grad(loss)(model, x, y)           # a tree of the same form
# updates, state = descent.update(grads, state)
# model = eqx.apply_updates(model, updates)
# ```
#
# | piece | in diydl | in PyTorch | elsewhere |
# |---|---|---|---|
# | finding parameters | `held`, `walk` in `diydl/nn/walk.py` | `__setattr__`, `_named_members` in `torch/nn/modules/module.py` | `tree_flatten` in Equinox's `_module`; `Tracker` in Keras's `utils/tracking.py` |
# | lists of layers | any list | `ModuleList` in `container.py` | Keras wraps lists in `TrackedList`; Chainer had `ChainList` |
# | linear layer | `diydl/nn/linear.py` | `linear.py`, weight (out, in) | `Dense` in Keras, kernel (in, out), made at the first call |
# | beginnings | `diydl/nn/init.py` | `torch/nn/init.py` | `initializers` in Keras; zero, random, Xavier and others in pydeeptoy and DeepFusion |
# | default for a linear layer | even, up to $\pm n^{-1/2}$ | the same, written `kaiming_uniform_(a=sqrt(5))` | `GlorotUniform` in Keras; LeCun's in Flax |
# | what does not fit | `misfits` in `diydl/nn/state.py` | `load_state_dict` in `module.py` | `expected 2 variables, but received 0` in Keras |
# | file | safetensors | a zip with a pickle; `weights_only=True` since 2.6 | HDF5, and a zip of JSON and HDF5, in Keras |
#
# Keras waits for the first batch before it makes a weight, so that nobody has to say how many inputs there are.
# The price: before that batch there is nothing to count, to save, or to load into.

# %% [markdown]
# ## Summary
#
# - A **module** holds its parameters in plain attributes, lists and dictionaries; a **walk** finds them, each
#   once, and gives each a name.
# - A linear layer is `x @ weight.T + bias`; in a row of layers each hands its result to the next.
# - Weights begin at random, or units stay twins. Their **size** decides whether signal and gradient arrive: the
#   mean square is multiplied by $n \sigma^2$ in each layer, and by what the function between makes of it.
# - **Xavier** goes between both ways, **He** makes up for ReLU; a **gain** does it, for a signal of size 1, for any function.
# - A model in a file is names and numbers. Loading it runs nothing; what does not fit is said, all at once.
#
# **Next:** chapter 08 asks what to minimise: where losses come from, and how they survive scores of 1,000.
#
# **Sources.** Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, *Efficient BackProp*, in Neural Networks: Tricks of the
# Trade, 1998. X. Glorot and Y. Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS
# 2010. K. He and others, *Delving deep into rectifiers*, ICCV 2015. A. Saxe, J. McClelland and S. Ganguli, *Exact solutions to the
# nonlinear dynamics of learning in deep linear neural networks*, ICLR 2014. J. Martens, *Deep learning via Hessian-free
# optimization*, ICML 2010 (`init.sparse`). P. Kidger and C. Garcia, *Equinox: neural networks
# in JAX via callable PyTrees and filtered transformations*, 2021. R. A. Fisher, *The use of multiple measurements in taxonomic
# problems*, Annals of Eugenics 7, 1936 (the flowers). E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten
# Digits*, UCI, 1998.
