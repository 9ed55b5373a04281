# %% [markdown]
# # Moons
#
# Two and four interleaved half circles of points, which no straight line can part. One network for each,
# and a picture of what it takes every place of the plane for.

# %%
import numpy as np
from matplotlib.figure import Figure

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.testing import net_gradients
from diydl.train import metrics

# %% [markdown]
# A net is described once; how many rows it is then given does not matter.

# %%


def classifier(classes):
    """Return a net with the inputs x and y, the scores, and their loss."""
    dl.seed(0)
    net = dl.Net()
    x, y = net.data((None, 2), id="x"), net.data((None,), "int64", id="y")
    model = nn.Sequential(
        nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, classes)
    )
    net.adopt(model)
    net.add_loss(nn.cross_entropy(model(x).rename("scores"), y).rename("loss"))
    return net


def train(net, dataset, epochs=20, lr=0.005):
    """Train in batches of 50, at a rate that falls evenly to 0; return the loss of each epoch."""
    net.set_optimizer(optim.Adam, lr=lr)
    loader, losses = data.DataLoader(dataset, batch_size=50, shuffle=True), []
    for epoch in range(epochs):
        for parameter in net.select():
            parameter.optimizer.lr = lr * (1 - epoch / epochs)
        batches = []
        for rows, labels in loader:
            batches.append(net.forward({"x": rows, "y": labels}))
            net.backward()
            net.step()
        losses.append(np.mean(batches))
    return losses


# %% [markdown]
# ## Regions
#
# After training, the scores are asked for on a grid. Each place is drawn in the pattern of its class, and the
# test points on top, a mark of its own for each class.

# %%
GREYS = ["#d9d9d9", "#ffffff", "#bdbdbd", "#f0f0f0"]


def regions(net, dataset, accuracy):
    """Draw what the net takes each place for, and the points of `dataset`."""
    points, labels = dataset[:]
    low, high = points.min(axis=0) - 0.3, points.max(axis=0) + 0.3
    across, up = np.linspace(low[0], high[0], 240), np.linspace(low[1], high[1], 120)
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    taken = net.forward({"x": grid}, outputs="scores").argmax(axis=1).reshape(120, 240)
    classes = int(labels.max()) + 1
    with draw.style():
        fig = Figure(figsize=(6.5, 3))
        ax = fig.subplots()
        levels = np.arange(classes + 1) - 0.5
        ax.contourf(across, up, taken, levels=levels, colors=GREYS[:classes])
        ax.contour(across, up, taken, levels=levels[1:-1], colors="black", linewidths=1)
        for k, (mark, colour) in enumerate(zip("os^D", draw.COLOURS.values(), strict=False)):
            chosen = points[labels == k]
            if len(chosen):
                ax.plot(*chosen.T, mark, ms=4, color=colour, linestyle="", label=f"moon {k}")
        ax.set(xlabel="x", ylabel="y", aspect="equal")
        ax.legend(fontsize=8, loc="upper right")
    return draw.figure(
        fig,
        alt=f"{classes} interleaved moons of test points, and between them the borders that "
        f"the network has learned. {accuracy:.1%} of the points lie with their own moon.",
        data={"class": range(classes), "test points": np.bincount(labels)},
    )


# %% [markdown]
# ## Two moons

# %%
two = classifier(2)
losses = train(two, data.moons(2000, seed=0))
points, labels = data.moons(5000, seed=1)[:]
accuracy_of_two = metrics.accuracy(two.forward({"x": points}, "scores"), labels)
print(
    f"loss {losses[0]:.3f} at first, {losses[-1]:.3f} at last; {accuracy_of_two:.2%} of new points"
)

# %%
regions(two, data.moons(200, seed=1), accuracy_of_two)

# %% [markdown]
# ## Four moons
#
# The same net with two more columns of scores. The moons overlap a little: five of a thousand points lie
# nearer to another moon than to their own, so that no network can name more than about 99.5 % rightly.

# %%
four = classifier(4)
losses = train(four, data.moons(4000, classes=4, seed=0))
points, labels = data.moons(5000, classes=4, seed=1)[:]
accuracy_of_four = metrics.accuracy(four.forward({"x": points}, "scores"), labels)
print(
    f"loss {losses[0]:.3f} at first, {losses[-1]:.3f} at last; {accuracy_of_four:.2%} of new points"
)

# %%
regions(four, data.moons(400, classes=4, seed=1), accuracy_of_four)

# %% [markdown]
# ## Check
#
# All gradients of both nets, against small steps.

# %%
gradients_of_two = net_gradients(
    two, "x", "*weight", "*bias", feed={"x": points[:6], "y": labels[:6] % 2}
)
gradients_of_four = net_gradients(
    four, "x", "*weight", "*bias", feed={"x": points[:6], "y": labels[:6]}
)
gradients_of_two, gradients_of_four

# %% [markdown]
# ## Keep
#
# A net goes into one file, structure and all. Reading it runs no code, and what comes back needs none of the
# lines above.

# %%
import pathlib
import tempfile

path = pathlib.Path(tempfile.mkdtemp()) / "moons.safetensors"
four.save(path)
back = dl.Net.load(path)
print(f"{path.stat().st_size:,} bytes")
same = np.array_equal(back.forward({"x": points}, "scores"), four.forward({"x": points}, "scores"))
same
