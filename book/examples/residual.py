# %% [markdown]
# # Shortcuts through a deep network
#
# Forty layers of ten numbers, one behind the other, hardly learn: on its way back the gradient is
# multiplied forty times. With a shortcut around every second layer it has a way on which nothing is
# multiplied (He et al., 2015). Here both are trained side by side; afterwards a whole block is cut out of
# the one that learns.

# %%
import numpy as np
from matplotlib.figure import Figure

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.testing import net_gradients
from diydl.train import metrics

# %% [markdown]
# ## Build
#
# A block is two layers. With `shortcut` its input is added to what they compute. A scope puts the number of
# the block before the names of all that is made in it.

# %%


def deep(shortcut, blocks=20, width=10):
    """Return a net of `blocks` blocks of two layers each."""
    dl.seed(0)
    net = dl.Net()
    x, y = net.data((None, 2), id="x"), net.data((None,), "int64", id="y")
    hidden = nn.Linear(2, width)(x).tanh().rename("start")
    for k in range(blocks):
        with net.scope(f"block{k}"):
            inner = nn.Linear(width, width)(nn.Linear(width, width)(hidden).tanh()).tanh()
            hidden = (hidden + inner if shortcut else inner).rename("end")
    net.add_loss(nn.cross_entropy(nn.Linear(width, 2)(hidden).rename("scores"), y))
    net.set_optimizer(optim.Adam, lr=0.002)
    return net


plain, residual = deep(shortcut=False), deep(shortcut=True)
residual

# %% [markdown]
# ## Where the gradient goes
#
# Every node keeps its gradient, so one look tells what reaches the first block.

# %%
train = data.moons(500, seed=0)
rows, labels = train[:]
sizes = {}
for name, net in {"plain": plain, "residual": residual}.items():
    net.forward({"x": rows, "y": labels})
    net.backward()
    sizes[name] = [np.abs(net.get_node(f"block{k}/end").grad).mean() for k in range(20)]

with draw.style():
    fig = Figure(figsize=(6, 3))
    ax = fig.subplots()
    for name, values in sizes.items():
        ax.semilogy(range(20), values, "o-" if name == "plain" else "s--", ms=4, label=name)
    ax.set(xlabel="block", ylabel="mean size of the gradient")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend()
share = {name: values[0] / values[-1] for name, values in sizes.items()}
draw.figure(
    fig,
    alt="Size of the gradient behind each of 20 blocks. Towards the first block it falls to "
    f"{share['plain']:.1g} of what it is behind the last in the plain network, and to "
    f"{share['residual']:.2g} in the residual one.",
    data={"block": range(20), **sizes},
)

# %% [markdown]
# ## Train

# %%


def train_for(net, epochs=15):
    """Train in batches of 64; return the loss of each epoch over all examples."""
    losses = []
    for _ in range(epochs):
        for batch in batches:
            net.forward(dict(zip("xy", batch, strict=True)))
            net.backward()
            net.step()
        losses.append(net.forward({"x": rows, "y": labels}))
    return losses


batches = list(data.DataLoader(train, batch_size=64, shuffle=True))
history = {"plain": train_for(plain), "residual": train_for(residual)}
draw.training_curve(history)

# %%
points, kinds = data.moons(1000, seed=1)[:]
accuracy = {
    name: metrics.accuracy(net.forward({"x": points}, "scores"), kinds)
    for name, net in {"plain": plain, "residual": residual}.items()
}
accuracy

# %% [markdown]
# ## Surgery
#
# The trained residual network loses one block: its `end` is taken away from the next block and the end of the
# one before is put there. A network with shortcuts hardly notices; each block only adds a little.

# %%
before = residual.get_node("block9/end")
removed = residual.get_node("block10/end")
for module in residual.modules:
    for name, read in zip(module.names, module.inputs, strict=True):
        if read is removed:
            module.disconnect(name)
            module.connect(name, before)
residual.prune("scores")
without = metrics.accuracy(residual.forward({"x": points}, "scores"), kinds)
print(f"{accuracy['residual']:.1%} with all blocks, {without:.1%} without the eleventh")
residual

# %% [markdown]
# ## Check

# %%
gradients = net_gradients(
    residual,
    "x",
    "block9/end",
    "block0/weight",
    "block0/bias",
    feed={"x": rows[:4], "y": labels[:4]},
)
gradients
