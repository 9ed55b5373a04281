# %% [markdown]
# # Linear regression
#
# A weighted sum, found by walking downhill, and compared with the exact solution, which for this one model
# there is.

# %%
import numpy as np
from matplotlib.figure import Figure

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.train import R2, Trainer

dl.seed(0)
TRUE = np.array([2.0, -1.0, 0.5])


def rule(x):
    """Return what the data follow: a weighted sum, and 3."""
    return x @ TRUE + 3


train = data.regression(400, rule, features=3, noise=0.2, seed=0)
test = data.regression(400, rule, features=3, noise=0.2, seed=1)
train

# %% [markdown]
# ## The exact solution
#
# Of all weights, those with the smallest mean squared error on the training data solve a system of linear
# equations. NumPy's `lstsq` does it, with a column of ones for the bias.

# %%
x, y = train[:]
exact, *_ = np.linalg.lstsq(np.c_[x, np.ones(len(x))], y, rcond=None)
print("exact:  ", exact[:, 0].round(4))
print("the rule:", [*TRUE.tolist(), 3.0], "(the noise hides it a little)")

# %% [markdown]
# ## Downhill
#
# A `Linear` layer with one output is the same model. The Trainer walks; after each epoch we note how far it is from the
# exact solution.

# %%
model = nn.Linear(3, 1)
apart = []


def note_distance(trainer):
    """Note how far the weights are from the exact ones."""
    found = np.append(model.weight.numpy(), model.bias.numpy())
    apart.append(float(np.abs(found - exact[:, 0]).max()))


optimizer = optim.SGD(model.parameters(), lr=0.2)
trainer = Trainer(
    model,
    nn.mse_loss,
    optimizer,
    schedule=optim.ExponentialLR(optimizer, 0.9),
    metrics=[R2()],
    callbacks=[note_distance],
    progress=False,
)
trainer.fit(data.DataLoader(train, 40, shuffle=True), epochs=60)
print("found:  ", np.append(model.weight.numpy(), model.bias.numpy()).round(4))
print(f"furthest weight from the exact solution: {apart[-1]:.1e}")

# %%
with draw.style():
    fig = Figure(figsize=(6, 3))
    ax = fig.subplots()
    ax.semilogy(range(1, len(apart) + 1), apart, color=draw.COLOURS["orange"])
    ax.set(xlabel="epoch", ylabel="distance from the exact weights")
draw.figure(
    fig,
    alt=f"The distance from the exact weights falls from {apart[0]:.2g} after the first epoch to "
    f"{apart[-1]:.1g} after the last, on a logarithmic scale.",
    data={"epoch": range(1, len(apart) + 1, 5), "distance": apart[::5]},
)

# %% [markdown]
# ## Check
#
# On new data the error is that of the noise, 0.04, and no model can do better. R² is the share of the variance that is
# explained.

# %%
result = trainer.evaluate(data.DataLoader(test, 400))
print(f"mean squared error {result['loss']:.4f}, R2 {result['R2']:.3f}")
