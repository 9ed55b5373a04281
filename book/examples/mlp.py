# %% [markdown]
# # A multilayer perceptron
#
# Three arms of a spiral, which no straight line tells apart. A linear model is lost here; two hidden layers bend the plane
# until it is easy.

# %%
import numpy as np
from matplotlib.figure import Figure

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.train import EarlyStopping, Trainer

points = data.spirals(1200, turns=1.0, noise=0.04, seed=0)
train, validation = points.split(0.75, seed=0, stratify=True)
test = data.spirals(3000, turns=1.0, noise=0.04, seed=1)
train, validation, test

# %% [markdown]
# ## Train
#
# The same Trainer for both. It stops when the validation loss has not become lower for 15 epochs, and goes back to the best
# weights. The test points are not looked at before the end.


# %%
def trained(*layers):
    """Train a model for the spirals; return it and its Trainer."""
    dl.seed(0)
    model = nn.Sequential(*[layer() if callable(layer) else nn.Linear(*layer) for layer in layers])
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    early = EarlyStopping("validation loss", patience=15)
    trainer = Trainer(
        model, nn.cross_entropy, optimizer, metrics=["accuracy"], callbacks=[early], progress=False
    )
    batches = data.DataLoader(train, 60, shuffle=True)
    trainer.fit(batches, validation=data.DataLoader(validation, 300), epochs=100)
    return model, trainer


straight, _ = trained((2, 3))
model, trainer = trained((2, 64), nn.Tanh, (64, 64), nn.Tanh, (64, 3))
x, y = test[:]
accuracy = {
    name: float((m(x).numpy().argmax(axis=1) == y).mean())
    for name, m in (("one layer", straight), ("three layers", model))
}
print(f"{trainer.epoch} epochs;", *(f"{name}: {share:.1%}" for name, share in accuracy.items()))

# %%
draw.training_curve(trainer.history)

# %% [markdown]
# ## Regions

# %%
line = np.linspace(-1.25, 1.25, 200)
grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2).astype("float32")
with draw.style():
    fig = Figure(figsize=(7, 3.6))
    for ax, (name, m) in zip(
        fig.subplots(1, 2), (("one layer", straight), ("three layers", model)), strict=True
    ):
        taken = m(grid).numpy().argmax(axis=1).reshape(200, 200)
        ax.contourf(
            line,
            line,
            taken,
            levels=[-0.5, 0.5, 1.5, 2.5],
            colors=["#d9d9d9", "#ffffff", "#bdbdbd"],
        )
        for k, (mark, colour) in enumerate(zip("os^", draw.COLOURS.values(), strict=False)):
            ax.plot(*x[:600][y[:600] == k].T, mark, ms=3, color=colour, linestyle="")
        ax.set(title=f"{name}: {accuracy[name]:.1%}", aspect="equal", xlabel="x", ylabel="y")
draw.figure(
    fig,
    alt="Two pictures of 600 test points on three arms of a spiral. With one layer three straight-edged regions cut "
    f"through the arms: {accuracy['one layer']:.0%} right. With three layers each region winds along its arm: "
    f"{accuracy['three layers']:.1%} right.",
    data={"model": list(accuracy), "accuracy": list(accuracy.values())},
)
