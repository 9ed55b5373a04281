# %% [markdown]
# # Four engines, one set of primitives
#
# A layer says *what* is computed: a product, a sum, a `tanh`. *When* that happens, and what is kept of it, it leaves
# open: this is decided by the **engine** of the values that it is given. diydl has four of them. Each is one of
# the ways in which real frameworks have been built, and all run the same primitives, layers, losses and optimizers.
#
# | engine | give a layer | what applying an operation does | take it | built that way |
# |---|---|---|---|---|
# | tape | a `Tensor` | compute now, remember for `backward` | **every day**: any Python, easy to look into | PyTorch, Chainer |
# | graph | a placeholder of a `ComputationalGraph` | describe, to be run in a `SimulationContext` | to run one description often, in several states at once, or to write it to a file and read it elsewhere | TensorFlow 1, Theano |
# | net | `Data` of a `Net` | add a module, with an ID | to take a network apart: look up, freeze, rewire, start in the middle, train an input | Caffe |
# | lazy | a `LazyTensor` | wait until numbers are asked for | to compute only what is needed, all of it together | tinygrad |
#
# If in doubt, take the tape. Here is the same training under each. There are batch norm, dropout and a last batch that
# is smaller than the others, so that states, random numbers and sizes have to agree too.

# %%
import numpy as np

import diydl as dl
from diydl import data, nn, optim

points, kinds = data.moons(200, seed=0)[:]
batches = [(points[k : k + 64], kinds[k : k + 64]) for k in range(0, 200, 64)]
[len(x) for x, _ in batches]


# %%
def model():
    """Return a small network, always with the same weights."""
    dl.seed(1)
    return nn.Sequential(
        nn.Linear(2, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 2)
    )


# %% [markdown]
# ## Tape: compute now, remember
#
# `loss` has its number at once, and behind it the way back.


# %%
def on_tape(epochs):
    layers = model()
    optimizer = optim.Adam(layers.parameters(), lr=0.01)
    losses = []
    for _ in range(epochs):
        for x, y in batches:
            loss = nn.cross_entropy(layers(dl.tensor(x)), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


# %% [markdown]
# ## Graph: describe first, run later
#
# The loss, its gradients and the optimizer's updates are nodes. None of them has a number, and the size of the batch
# is open. The context does the running, on copies of the parameters; `commit()` writes them back.


# %%
def on_graph(epochs):
    layers, graph = model(), dl.ComputationalGraph()
    place = graph.placeholder((None, 2), name="x")
    kind = graph.placeholder((None,), kinds.dtype, name="y")
    loss = nn.cross_entropy(layers(place), kind)
    weights = list(layers.parameters())
    updates = optim.Adam(weights, lr=0.01).operations(graph.gradients(loss, weights))

    context = dl.SimulationContext(graph)
    return [
        context.run([loss, *updates], {"x": x, "y": y})[0].item()
        for _ in range(epochs)
        for x, y in batches
    ]


# %% [markdown]
# ## Net: objects with names
#
# Every number and every operation can be looked up, frozen, rewired. The net itself runs forward, runs backward and
# makes the optimizers' steps.


# %%
def on_net(epochs):
    net = dl.Net()
    place, kind = net.data((None, 2), id="x"), net.data((None,), kinds.dtype, id="y")
    net.add_loss(nn.cross_entropy(model()(place), kind))
    net.set_optimizer(optim.Adam, lr=0.01)
    losses = []
    for _ in range(epochs):
        for x, y in batches:
            losses.append(net.forward({"x": x, "y": y}))
            net.backward()
            net.step()
    return losses


# %% [markdown]
# ## Lazy: wait until asked
#
# It reads as the tape does. But after `backward()` nothing has been computed yet: the optimizer is the first who asks
# for numbers, and then loss and gradients are computed together.


# %%
def on_lazy(epochs):
    layers = model()
    optimizer = optim.Adam(layers.parameters(), lr=0.01)
    losses = []
    for _ in range(epochs):
        for x, y in batches:
            loss = nn.cross_entropy(layers(dl.LazyTensor(x)), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


# %% [markdown]
# ## Do they agree?

# %%
losses = {"tape": on_tape(5), "graph": on_graph(5), "net": on_net(5), "lazy": on_lazy(5)}
print("step " + "".join(f"{name:>10}" for name in losses))
for step in (0, 1, 2, 3, 10, 19):
    print(f"{step:4d} " + "".join(f"{found[step]:10.6f}" for found in losses.values()))

apart = {
    name: float(np.abs(np.subtract(found, losses["tape"])).max()) for name, found in losses.items()
}
apart

# %% [markdown]
# They do, over twenty steps, every fourth of them with a batch of 8 instead of 64. Dropout is no exception: its random
# numbers follow from the seed, the layer and the count of its runs, and no engine draws any others.
#
# The project's tests hold this for every primitive (448 cases, values and gradients) and for eight models (in training
# and in use, with batches of 8, 5 and 1, a recurrence of 2,000 steps among them).
# `python -m tests.engines.agreement` prints how far each engine is from the tape:
#
# | engine | primitives to the last bit as on the tape | largest difference there | largest of the eight models |
# |---|---|---|---|
# | graph | 70 of 70 | 0 | 0 |
# | net | 70 of 70 | 0 | 7e-8 |
# | lazy | 69 of 70 | 6e-8 | 0 |
#
# float32 numbers near 1 are 6e-8 to 12e-8 apart: where a difference is left, it is one in the last bit.
#
# ## What they cost
#
# A recurrence over 10,000 steps (64 hidden values, batches of 32), its loss and gradients, on two cores;
# `python -m tests.benchmarks unrolled` measures it:
#
# | engine | describe | run | memory |
# |---|---|---|---|
# | tape | 0 s | 0.6 s | 106 MB |
# | graph | 2.1 s | 2.2 s | 2,080 MB: it keeps all values and gradients of the run to be looked at |
# | graph, `keep=False` | 2.1 s | 1.2 s | 166 MB |
# | net | 0.3 s | 0.9 s | 450 MB: each node keeps its value |
# | lazy | 0 s | 3.0 s, describing included | 174 MB |
#
# What is described once is paid for once: a graph and a net run again without being described again.
#
# ## Rules for all four
#
# - The operands choose: a value applies its own engine, inside or outside of any block. Two engines in one
#   expression are an error that names both.
# - Parameters belong to no engine. Where an expression has nothing but parameters, say which is meant:
#   `with dl.engine(graph): ...`.
# - A value without numbers refuses `bool()`, `float()` and NumPy, and says what to do instead.
# - Training or use is decided when it runs: `context.run(..., training=False)`, `net.set_mode("test")`,
#   `realize(..., training=False)`; on the tape, `model.eval()`.
#
# You build the tape yourself in [chapter 03](../chapters/03_tape.ipynb), the graph in
# [chapter 04](../chapters/04_graph.ipynb), pieces of a net in [chapter 05](../chapters/05_net.ipynb). The other examples
# here show what nets are good at; [graphs](../reference/diydl.engines.graph.md), [nets](../reference/diydl.engines.net.md) and
# [lazy tensors](../reference/diydl.engines.lazy.md) have pages in the reference.
