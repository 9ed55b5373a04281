# %% [markdown]
# # Two steps with one set of weights
#
# Two moments of something that moves are read one after the other **by the same layer**: what it made of the
# first is handed to it together with the second. In a net this is plain to see. The weights are one node that
# two modules read, and the gradients of both add up in it.

# %%
import numpy as np

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.testing import net_gradients
from diydl.train import metrics

dl.seed(0)

# %% [markdown]
# The task: a point is seen twice on a circle. Does it turn left or right? One moment tells nothing; only both
# together do.

# %%


def turns(count, seed):
    """Return `count` pairs of moments (count, 2, 2), and 1 where the point turns left."""
    random = np.random.default_rng(seed)
    start = random.uniform(0, 2 * np.pi, count)
    left = random.integers(0, 2, count)
    by = random.uniform(0.2, 1.2, count) * np.where(left, 1, -1)
    angles = np.stack([start, start + by], axis=1)  # (count, 2)
    return data.ArrayDataset(np.stack([np.cos(angles), np.sin(angles)], axis=-1), left)


train, test = turns(1000, seed=0), turns(1000, seed=1)
train

# %% [markdown]
# ## Build
#
# `read` is one layer. It is applied twice, and its weight and bias are in the net once.

# %%
net = dl.Net()
first, second = net.data((None, 2), id="first"), net.data((None, 2), id="second")
left = net.data((None,), "int64", id="left")

read, recall, answer = nn.Linear(2, 24), nn.Linear(24, 24, bias=False), nn.Linear(24, 2)
for name, layer in {"read": read, "recall": recall, "answer": answer}.items():
    net.adopt(layer, name)


def step(moment, memory):
    """Return the memory after one more moment."""
    return (read(moment) + recall(memory)).tanh()


start = read(first).tanh().rename("after one")
end = step(second, start).rename("after two")
scores = answer(end).rename("scores")
net.add_loss(nn.cross_entropy(scores, left).rename("loss"))

weight = net.get_node("read.weight")
[module.id for module in net.modules if any(data is weight for data in module.inputs)]

# %%
draw.graph(net, direction="TB")

# %% [markdown]
# ## Train

# %%
net.set_optimizer(optim.Adam, lr=0.005)
loader = data.DataLoader(train, batch_size=64, shuffle=True)
losses = []
for _ in range(25):
    for moments, labels in loader:
        net.forward({"first": moments[:, 0], "second": moments[:, 1], "left": labels})
        net.backward()
        net.step()
    moments, labels = train[:]
    losses.append(net.forward({"first": moments[:, 0], "second": moments[:, 1], "left": labels}))
draw.training_curve({"loss": losses})

# %%
moments, labels = test[:]
found = net.forward({"first": moments[:, 0], "second": moments[:, 1]}, scores)
accuracy = metrics.accuracy(found, labels)
print(f"{accuracy:.1%} of new turns")

# %% [markdown]
# ## The gradient of what is shared
#
# To see both shares apart, the second step is given a copy of the weight: one edge is taken away and another
# put in its place. Then each weight has its own gradient, and their sum is what the shared one had.

# %%
given = {"first": moments[:50, 0], "second": moments[:50, 1], "left": labels[:50]}
net.forward(given)
net.backward()
shared = weight.grad.copy()

copied = net.data(value=nn.Parameter(weight.value, "copy"))
module = net.get_node("affine_2")
module.disconnect("w")
module.connect("w", copied)
net.forward(given)
net.backward()
print(f"first step {np.abs(weight.grad).mean():.5f}, second {np.abs(copied.grad).mean():.5f}")
print(
    f"together   {np.abs(weight.grad + copied.grad).mean():.5f}, shared {np.abs(shared).mean():.5f}"
)
adds_up = np.allclose(weight.grad + copied.grad, shared, atol=1e-6)
adds_up

# %%
module.disconnect("w")
module.connect("w", weight)
net.prune()
net

# %% [markdown]
# ## Check

# %%
gradients = net_gradients(
    net, "first", "after one", "*weight", "*bias", feed={k: v[:6] for k, v in given.items()}
)
gradients
