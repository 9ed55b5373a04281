# %% [markdown]
# # A curve through noise
#
# A network with one hidden layer follows noisy values of a sine. It is built as a **net**: the third
# way of this library to run the same operations, in which every number and every step is an object
# with a name.

# %%
import numpy as np
from matplotlib.figure import Figure

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.testing import net_gradients

dl.seed(0)
train = data.regression(200, noise=0.1, seed=0)
train

# %% [markdown]
# ## Build
#
# `net.data` makes an input. `None` stands for the size of the batch, which stays open. What is applied to
# Data, a layer or a plain operation, gives Data again; nothing is computed yet.

# %%
net = dl.Net()
x = net.data((None, 1), id="x")
y = net.data((None, 1), id="y")

model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
net.adopt(model)  # the parameters keep the names they have in the model
curve = model(x).rename("curve")
net.add_loss(nn.mse_loss(curve, y).rename("error"))
net

# %%
for node in net.nodes.values():
    print(node)

# %% [markdown]
# ## Train
#
# A run computes the loss, `backward` the gradients, and `step` changes each parameter with the optimizer
# that belongs to it. The last of seven batches is smaller than the others; nothing has to be done for it.

# %%
net.set_optimizer(optim.Adam, lr=0.02)
loader = data.DataLoader(train, batch_size=32, shuffle=True)
errors = []
for _ in range(150):
    for rows, targets in loader:
        net.forward({x: rows, y: targets})
        net.backward()
        net.step()
    errors.append(net.forward({"x": train[:][0], "y": train[:][1]}))
print(f"mean squared error {errors[-1]:.4f}; the noise alone has {0.1**2:.4f}")
draw.training_curve({"mean squared error": errors})

# %% [markdown]
# ## Look
#
# To draw the curve, only `curve` is asked for. What it does not need, the targets and the loss, is left
# alone.

# %%
line = np.linspace(-1, 1, 101)[:, None]
found = net.forward({"x": line}, outputs="curve")

with draw.style():
    fig = Figure(figsize=(6, 3))
    ax = fig.subplots()
    points, values = train[:]
    ax.plot(points, values, ".", color=draw.COLOURS["sky"], label="examples")
    ax.plot(line, np.sin(np.pi * line), "--", color=draw.COLOURS["black"], label="sine")
    ax.plot(line, found, "-", color=draw.COLOURS["orange"], label="network")
    ax.set(xlabel="x", ylabel="y")
    ax.legend()
distance = float(np.abs(found - np.sin(np.pi * line)).max())
draw.figure(
    fig,
    alt=f"200 noisy points around one period of a sine from -1 to 1. The network's curve runs through "
    f"them, nowhere further than {distance:.2f} from the sine.",
    data={"x": line[::5, 0], "network": found[::5, 0], "sine": np.sin(np.pi * line[::5, 0])},
)

# %% [markdown]
# ## Check
#
# The gradient at any node can be held against small steps: at parameters, at the input, and at what is
# computed in between.

# %%
gradients = net_gradients(
    net, "x", "0.*", "2.*", "tanh.out", feed={"x": points[:5], "y": values[:5]}
)
gradients
