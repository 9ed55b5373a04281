# %% [markdown]
# # A training that can be trusted
#
# The `Trainer` runs the loop: batches, updates, what is measured, and everybody who listens. Here it learns
# digits, is broken off and goes on, ends when it should, says where a number went wrong, and works for
# scikit-learn.

# %%
import pathlib
import tempfile

import numpy as np

import diydl as dl
from diydl import data, draw, nn, optim, train

training, test = data.load_digits()
training, held_out = training.split(0.85, seed=0, stratify=True)


def batches():
    """Return the loader; its seed fixes the order of every epoch."""
    return data.DataLoader(training, batch_size=32, shuffle=True, seed=0)


# %% [markdown]
# ## Fit
#
# A model, a loss, an optimizer; then whatever else is wanted. The curves below grow while it learns, in the
# same place. On this page they are as they were at the end.

# %%


def made(*callbacks, epochs=8):
    """Return a trainer with everything in it that has a state."""
    dl.seed(0)
    model = nn.Sequential(nn.Linear(64, 96), nn.ReLU(), nn.Dropout(0.2), nn.Linear(96, 10))
    optimizer = optim.AdamW(model.parameters(), lr=0.004)
    steps = epochs * len(batches())
    return train.Trainer(
        model,
        nn.cross_entropy,
        optimizer,
        schedule=optim.WarmupCosineLR(optimizer, steps // 10, steps),
        schedule_every="step",
        metrics=["accuracy"],
        callbacks=callbacks,
    )


whole = made()
history = whole.fit(batches(), validation=data.DataLoader(held_out, 250), epochs=8)

# %% [markdown]
# What was measured is a plain dict of lists. The test images are looked at once, at the end; which digits are
# taken for which tells more than one number does.

# %%
accuracy = whole.evaluate(data.DataLoader(test, 250))["accuracy"]
counts = train.confusion_matrix(whole.predict(test.arrays[0]), test.arrays[1])
print(f"{accuracy:.1%} of {len(test)} test images; F1 {train.f1_score(counts):.3f}")
counts

# %% [markdown]
# ## Broken off, and on
#
# A checkpoint holds all that the rest of the training depends on: weights, the optimizer's memory, the schedule,
# the keys of dropout, the place in the data. This training is ended in the middle of an epoch, as a power
# cut would, and a new one goes on from the folder.

# %%


class PowerCut(train.Callback):
    """Ends the training after a number of steps."""

    def on_step_end(self, trainer):
        if trainer.step == 100:
            raise KeyboardInterrupt("the power is gone")


folder = pathlib.Path(tempfile.mkdtemp())
try:
    made(train.Checkpoints(folder, every_steps=10), PowerCut()).fit(
        batches(), validation=data.DataLoader(held_out, 250), epochs=8
    )
except KeyboardInterrupt as error:
    print(error)

again = made()
print("goes on from", again.resume(folder).name, again)

# %% [markdown]
# The same `fit`, asked for the same eight epochs, does what is left of them. The result is the same to the last
# bit.

# %%
again.progress = False
again.fit(batches(), validation=data.DataLoader(held_out, 250), epochs=8)
same = all(
    np.array_equal(x, again.model.state_dict()[name])
    for name, x in whole.model.state_dict().items()
)
print("equal weights:", same, "- equal losses:", again.history["loss"] == history["loss"])

# %% [markdown]
# ## In time
#
# Without a schedule and with a high rate, a network of this size soon knows the training images by heart. Early
# stopping waits for three epochs without a better loss on the images kept aside, and gives the best weights back.

# %%
dl.seed(0)
model = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 10))
early = train.EarlyStopping("validation loss", patience=3)
eager = train.Trainer(
    model,
    nn.cross_entropy,
    optim.Adam(model.parameters(), lr=0.02),
    metrics=["accuracy"],
    callbacks=[early],
    progress=False,
)
over = eager.fit(batches(), validation=data.DataLoader(held_out, 250), epochs=50)
print(eager.stopped, "- ended after epoch", eager.epoch)
draw.training_curve({name: over[name] for name in ("epoch", "loss", "validation loss")})

# %% [markdown]
# ## When a loss is no number
#
# A loss of nan says that something went wrong, not where. The step is done again, every result is looked at, and
# the error names the first that was not finite. Nothing was changed by that step.

# %%


class Entropy(nn.Module):
    """A layer that takes a log of what may be 0."""

    def forward(self, x):
        return x * dl.log(x)


dl.seed(0)
fragile = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), Entropy(), nn.Linear(32, 10))
trainer = train.Trainer(
    fragile, nn.cross_entropy, optim.SGD(fragile.parameters(), lr=0.1), progress=False
)
try:
    trainer.fit(batches())
except train.NonFiniteError as error:
    cause = error.finding
    print(error)

# %% [markdown]
# ## For scikit-learn
#
# `Classifier` and `Regressor` are estimators: they go into pipelines, searches and comparisons.

# %%
from sklearn.model_selection import GridSearchCV

search = GridSearchCV(
    train.Classifier(epochs=6, random_state=0),
    {"hidden": [(8,), (64,)], "dropout": [0.0, 0.2]},
    cv=3,
)
search.fit(*training[:600])
print(search.best_params_, f"{search.best_score_:.1%}")
