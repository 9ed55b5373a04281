# %% [markdown]
# # Softmax regression
#
# Of which of three grape varieties is a wine? One layer gives a score for each, and softmax makes
# probabilities of them. scikit-learn calls this model `LogisticRegression`; with the same penalty both
# must find the same weights, since there is only one best.

# %%
import numpy as np
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.train import Trainer, confusion_matrix

dl.seed(0)
train, test = data.load_wine()
encoder = data.TableEncoder(numbers=train.features)


def columns(part):
    """Return the measurements of a dataset as a table."""
    return dict(zip(train.features, part.arrays[0].T, strict=True))


encoder.fit(columns(train))  # means and spreads of the training part alone
x, y = encoder.transform(columns(train)), train.arrays[1]
x_test, y_test = encoder.transform(columns(test)), test.arrays[1]
x.shape, x_test.shape

# %% [markdown]
# ## Train
#
# The penalty keeps the weights small; without it they would grow for ever, since 142 wines in 13 dimensions can be told
# apart perfectly. The biases go free.

# %%
STRENGTH = 0.01
model = nn.Linear(13, 3)
optimizer = optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
trainer = Trainer(
    model,
    nn.cross_entropy,
    optimizer,
    metrics=["accuracy"],
    penalty=lambda model: nn.l2_penalty(model, STRENGTH),
    progress=False,
)
batches = data.DataLoader(data.ArrayDataset(x, y), 142)
trainer.fit(batches, epochs=400)
print(trainer.evaluate(data.DataLoader(data.ArrayDataset(x_test, y_test), 36)))

# %% [markdown]
# ## The same as scikit-learn's
#
# Its `C` divides the penalty by the number of examples: C = 1 / (strength × N).

# %%
theirs = LogisticRegression(C=1 / (STRENGTH * len(x)), max_iter=10_000, tol=1e-8).fit(x, y)
ours = model.weight.numpy()
apart = float(np.abs(ours - theirs.coef_).max())
agree = float((model(x_test).numpy().argmax(axis=1) == theirs.predict(x_test)).mean())
print(
    f"largest difference of a weight: {apart:.1e}; the same answer for {agree:.0%} of the test wines"
)

# %% [markdown]
# ## Which measurement speaks for which variety?
#
# All measurements have the same spread now, so that weights can be compared.

# %%
with draw.style():
    fig = Figure(figsize=(6.5, 3.2))
    ax = fig.subplots()
    shown = ax.imshow(ours, cmap="PuOr", vmin=-1.5, vmax=1.5)
    ax.set_xticks(range(13), train.features, rotation=60, ha="right", fontsize=8)
    ax.set_yticks(range(3), train.classes)
    fig.colorbar(shown, ax=ax, label="weight", shrink=0.8)
strongest = train.features[int(np.abs(ours[0]).argmax())]
draw.figure(
    fig,
    alt=f"A table of weights, three classes by thirteen measurements. For class 0 the largest is that of {strongest}, "
    f"{ours[0, train.features.index(strongest)]:+.2f}.",
    data={
        "measurement": train.features,
        **{name: ours[k].round(3) for k, name in enumerate(train.classes)},
    },
)

# %% [markdown]
# ## Honest accuracy
#
# 36 wines are few: one more or less is 3 %. Cross-validation uses all 178: five times a fifth is held out, so that each
# wine is held out once. Means and spreads, too, are learned anew each time, from the wines that are not held out.

# %%
both = data.ArrayDataset(
    *(np.concatenate(arrays) for arrays in zip(train.arrays, test.arrays, strict=True)),
    features=train.features,
)
counts = np.zeros((3, 3), int)
for number, (learn, held) in enumerate(data.folds(both, 5, labels=both.arrays[1])):
    encoder.fit(columns(learn))
    dl.seed(number)
    model = nn.Linear(13, 3)
    optimizer = optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    fold = Trainer(
        model,
        nn.cross_entropy,
        optimizer,
        penalty=lambda model: nn.l2_penalty(model, STRENGTH),
        progress=False,
    )
    pairs = data.ArrayDataset(encoder.transform(columns(learn)), learn.arrays[1])
    fold.fit(data.DataLoader(pairs, 142), epochs=100)
    counts += confusion_matrix(model(encoder.transform(columns(held))), held.arrays[1])
accuracy = np.trace(counts) / counts.sum()
print(f"{accuracy:.1%} of {counts.sum()} wines, each judged by a model that has not seen it")
print(counts)
