# %% [markdown]
# # Several inputs, several losses
#
# An iris is described by its petals and its sepals. Each pair of lengths goes into an input of its own, with
# layers of its own, before both meet. And the net is asked for two things at once: which of three kinds the
# flower is, and, from the sepals alone, how long its petals are. Two losses pull at the same parameters.

# %%
import numpy as np

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.testing import net_gradients
from diydl.train import metrics

dl.seed(0)
train, test = data.load_iris()
train

# %% [markdown]
# ## Build

# %%
net = dl.Net()
sepals, petals = net.data((None, 2), id="sepals"), net.data((None, 2), id="petals")
kind = net.data((None,), "int64", id="kind")
length = net.data((None, 1), id="length")

branches = {name: nn.Linear(2, 16) for name in ("sepals", "petals")}
head, ruler = nn.Linear(32, 3), nn.Linear(16, 1)
for name, layer in [*branches.items(), ("head", head), ("ruler", ruler)]:
    net.adopt(layer, name)

seen = branches["sepals"](sepals).tanh().rename("seen")
both = dl.concat(seen, branches["petals"](petals).tanh(), axis=1)  # (B, 32)
scores = head(both).rename("scores")
guess = ruler(seen).rename("guess")

which = nn.cross_entropy(scores, kind).rename("which")
how_long = nn.mse_loss(guess, length).rename("how long")
net.add_loss(which)
net.add_loss(how_long, weight=0.5)
net.regularize(nn.l2_penalty, "head.weight", "ruler.weight", strength=0.01)
draw.graph(net, direction="TB")

# %% [markdown]
# The loss that is reported is what is minimised: both losses, each with its weight, and the penalty on large
# weights.
#
# ## Train
#
# The two branches learn at different rates: every parameter has an optimizer of its own.

# %%


def feed(dataset, mean, spread):
    """Return what the four inputs are fed with: lengths, centred and scaled."""
    lengths, kinds = dataset[:]
    scaled = (lengths - mean) / spread
    return {
        "sepals": scaled[:, :2],
        "petals": scaled[:, 2:],
        "kind": kinds,
        "length": scaled[:, 2:3],
    }


lengths = train[:][0]
scale = lengths.mean(axis=0), lengths.std(axis=0)
net.set_optimizer(optim.Adam, lr=0.02)
net.set_optimizer(optim.Adam, branches["sepals"], lr=0.005)
history = {"loss": [], "which": [], "how long": []}
for _ in range(150):
    history["loss"].append(net.forward(feed(train, *scale)))
    history["which"].append(float(which.value))
    history["how long"].append(float(how_long.value))
    net.backward()
    net.step()
draw.training_curve(history)

# %%
given = feed(test, *scale)
found = net.forward({"sepals": given["sepals"], "petals": given["petals"]}, [scores, guess])
accuracy = metrics.accuracy(found[0], given["kind"])
off = float(np.sqrt(np.mean((found[1] - given["length"]) ** 2)) * scale[1][2])
print(
    f"{accuracy:.0%} of the test flowers are named rightly; "
    f"their petals are guessed to {off:.1f} cm"
)

# %% [markdown]
# ## One loss at a time
#
# What each loss wants of a shared parameter is seen by running backward from it alone.

# %%
net.forward(feed(train, *scale))
shares = {}
for loss in (which, how_long):
    net.backward({loss: 1.0})
    shares[loss.id] = net.get_node("sepals.weight").grad.copy()
    print(f"{loss.id:9} reaches", [leaf.id for leaf in net.select() if leaf.grad is not None])

net.losses[which], net.losses[how_long] = 1.0, 0.5
net.backward()
together = shares["which"] + 0.5 * shares["how long"]
adds_up = np.allclose(together, net.get_node("sepals.weight").grad, atol=1e-6)
adds_up

# %% [markdown]
# ## Check

# %%
few = {name: array[:6] for name, array in given.items()}
gradients = net_gradients(net, "sepals", "petals", "seen", "*weight", "*bias", feed=few)
gradients
