# %% [markdown]
# # A support vector machine
#
# The same layer as in softmax regression, with another loss: the right score shall stand **one** above the others, and
# what does so already is left alone. Only the examples near the border have a say; they are the support vectors.

# %%
import numpy as np
from matplotlib.figure import Figure
from sklearn.svm import LinearSVC

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.train import Trainer

dl.seed(0)
PETALS = ["petal length", "petal width"]
train, test = data.load_iris(features=PETALS)
(x, y), (x_test, y_test) = train[:], test[:]
train

# %% [markdown]
# ## Train
#
# `hinge_loss(..., kind="max")` counts, for each flower, the class that comes closest (Crammer and Singer, 2001). The
# penalty is on all weights, the bias included, as scikit-learn has it: it is a weight of a column of ones.

# %%
STRENGTH = 0.01
model = nn.Linear(2, 3)
optimizer = optim.Adam(model.parameters(), lr=0.1)
trainer = Trainer(
    model,
    lambda scores, labels: nn.hinge_loss(scores, labels, kind="max"),
    optimizer,
    schedule=optim.ExponentialLR(optimizer, 0.996),
    metrics=["accuracy"],
    penalty=lambda model: nn.l2_penalty(model, STRENGTH, biases=True),
    plan=True,
    progress=False,
)
trainer.fit(data.DataLoader(train, 120), epochs=1400)
accuracy = trainer.evaluate(data.DataLoader(test, 30))["accuracy"]
print(f"{accuracy:.1%} of 30 new flowers")

# %% [markdown]
# ## The same as scikit-learn's
#
# Both minimise the same function. Which one gets lower?

# %%
theirs = LinearSVC(
    C=1 / (STRENGTH * len(x)), multi_class="crammer_singer", max_iter=1_000_000, tol=1e-8
).fit(x, y)


def objective(weight, bias):
    """Return loss and penalty of any weights and biases."""
    loss = nn.hinge_loss(x @ weight.T + bias, y, kind="max")
    return float(loss + STRENGTH / 2 * ((weight**2).sum() + (bias**2).sum()))


ours_reached = objective(model.weight.numpy(), model.bias.numpy())
theirs_reached = objective(theirs.coef_.astype("float32"), theirs.intercept_.astype("float32"))
agree = float((model(x_test).numpy().argmax(axis=1) == theirs.predict(x_test)).mean())
print(
    f"diydl {ours_reached:.5f}, scikit-learn {theirs_reached:.5f}; the same answer for {agree:.0%}"
)

# %% [markdown]
# ## Regions and support vectors
#
# Circles mark the flowers whose right score is less than one above the next. All others could be taken away, and the
# borders would stay.

# %%
scores = model(x).numpy()
right = scores[np.arange(len(y)), y]
others = np.where(np.eye(3, dtype=bool)[y], -np.inf, scores).max(axis=1)
support = right - others < 1 + 1e-3
across, up = np.linspace(0.5, 7.2, 240), np.linspace(-0.1, 2.8, 160)
grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2).astype("float32")
taken = model(grid).numpy().argmax(axis=1).reshape(160, 240)
with draw.style():
    fig = Figure(figsize=(6.2, 3.6))
    ax = fig.subplots()
    ax.contourf(
        across, up, taken, levels=[-0.5, 0.5, 1.5, 2.5], colors=["#d9d9d9", "#ffffff", "#bdbdbd"]
    )
    for k, (mark, colour) in enumerate(zip("os^", draw.COLOURS.values(), strict=False)):
        ax.plot(*x[y == k].T, mark, ms=5, color=colour, linestyle="", label=train.classes[k])
    ax.plot(
        *x[support].T, "o", ms=11, mfc="none", mec="black", linestyle="", label="support vectors"
    )
    ax.set(xlabel="petal length in cm", ylabel="petal width in cm")
    ax.legend(fontsize=8, loc="upper left")
draw.figure(
    fig,
    alt=f"120 irises by petal length and width, in three regions with straight borders. {support.sum()} of them, near "
    "a border, are marked as support vectors.",
    data={
        "species": train.classes,
        "flowers": np.bincount(y),
        "support vectors": np.bincount(y[support], minlength=3),
    },
)
