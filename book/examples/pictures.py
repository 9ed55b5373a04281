# %% [markdown]
# # Pictures of graphs
#
# `draw.graph` draws what a value was computed from, and what a network does. This page shows all that it can
# draw. The pictures here are alive, without Python behind them:
#
# - Move the mouse over a box, or go there with the Tab and arrow keys: its inputs stand out.
# - Click a module, or press Enter: it unfolds, and folds again.
# - *Step* and *Play* show step by step how values are computed and how gradients come back.
# - Drag a box, or move it with Shift and an arrow key. *Tidy up* puts all back.
#
# The list below each picture says the same in words.

# %%
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

import diydl as dl
from diydl import draw, nn

dl.seed(0)

# %% [markdown]
# ## An expression, forward and backward
#
# A function is run once on the inputs that follow it. `values` shows what each operation gave, and
# `gradients="compute"` how the result changes with each of them. Press *Step* until the gradients have come
# back: `w` is used twice, and gets its gradient in two parts.

# %%
w = dl.Parameter([2.0, 3.0], name="w")


def total(x):
    """Sum (w x - 1) w."""
    return ((w * x - 1) * w).sum()


expression = draw.graph(
    total, [3.0, 4.0], values=True, gradients="compute", names={"w": w}, title="An expression"
)
expression

# %% [markdown]
# The history of a value that is there already is drawn in the same way: `draw.graph(loss)`.
#
# ## A network, and a deep one
#
# A model is run on an example of its input. Its innermost modules are boxes with their parameters; what it
# does beside them is drawn in between. Unfold `Linear 0`.

# %%
perceptron = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
draw.graph(perceptron, np.ones((5, 4), np.float32), title="A perceptron")

# %% [markdown]
# In a deep network the same is repeated again and again. Equal parts that follow each other, wired in the same
# way, are drawn once. Click the title of the frame, once for all twelve blocks, and again for one closed box.

# %%


class Block(nn.Module):
    """Two layers with a shortcut around them."""

    def __init__(self, width):
        self.a = nn.Linear(width, width)
        self.b = nn.Linear(width, width)

    def forward(self, x):
        """Add what the layers make of x."""
        return x + self.b(dl.relu(self.a(x)))


class Residual(nn.Module):
    """A deep network of equal blocks."""

    def __init__(self, blocks, width=16):
        self.stem = nn.Linear(8, width)
        self.blocks = nn.Sequential(*(Block(width) for _ in range(blocks)))
        self.head = nn.Linear(width, 4)

    def forward(self, x):
        """Compute four scores."""
        return self.head(self.blocks(self.stem(x)))


deep = draw.graph(Residual(12), np.ones((5, 8), np.float32), title="A residual network")
deep

# %% [markdown]
# ## A recurrence
#
# A recurrence applies one cell at every time step. Written out over twenty steps it has more than a hundred
# operations. They are folded into one step, which the weights enter from outside: they are the same in every
# step.

# %%


class Cell(nn.Module):
    """One step: a new state from the old one and from what is seen now."""

    def __init__(self):
        self.seen = nn.Linear(3, 4)
        self.state = nn.Linear(4, 4)

    def forward(self, x, h):
        """Return the next state."""
        return dl.tanh(self.seen(x) + self.state(h))


class Recurrent(nn.Module):
    """A recurrence over the first axis, with an output at each step."""

    def __init__(self):
        self.cell = Cell()
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        """Return the outputs of all steps, one behind the other."""
        h, outputs = dl.zeros((x.shape[1], 4)), []
        for t in range(x.shape[0]):
            h = self.cell(x[t], h)
            outputs.append(self.out(h))
        return dl.stack(*outputs)


steps = draw.graph(Recurrent(), np.ones((20, 2, 3), np.float32), title="A recurrence")
steps

# %% [markdown]
# ## Every engine
#
# The library has several engines, and all their graphs are drawn alike. A `ComputationalGraph` knows shapes and
# no numbers; `B` is the size of the batch, which is still open.

# %%
graph = dl.ComputationalGraph()
picture = graph.placeholder((None, 4), name="picture")
label = graph.placeholder((None,), "int64", name="label")
loss = nn.cross_entropy(perceptron(picture), label).named("loss")
draw.graph(graph, names=dict(perceptron.named_parameters()), title="A graph")

# %% [markdown]
# Given the context that ran it, its values are there too: `draw.graph(loss, values=context)`. A `Net` has nodes
# that keep their last value and gradient, and frames for its scopes.

# %%
net = dl.Net()
with net.scope("layers"):
    scores = perceptron(net.data((None, 4), id="picture"))
net.add_loss((scores * scores).mean().rename("loss"))
net.forward({"layers/picture": np.ones((2, 4), np.float32)})
net.backward()
draw.graph(net, values=True, gradients=True, depth=1, direction="TB", title="A net")

# %% [markdown]
# ## Colours and directions
#
# The colours of a picture tell one thing. As they come, they tell parameters, data, constants and what is
# computed apart, for every kind of colour vision. Three older projects had colours of their own, which are here
# as well: whether something is trained (`"training"`, as in DeepFusion), what it is (`"roles"`, as in
# Macrograd), or whether it goes in or comes out (`"ends"`, as in pydeeptoy). Words and outlines always say the
# same.

# %%
frozen = nn.Sequential(nn.Linear(4, 3).freeze(), nn.Tanh(), nn.Linear(3, 2))
draw_frozen = partial(draw.graph, frozen, np.ones((5, 4), np.float32), depth=1)
draw_frozen(colours="training", title="A network, half frozen")

# %%
draw_frozen(colours="ends", direction="BT", title="A network, half frozen")

# %% [markdown]
# ## A page of its own
#
# A picture becomes a file that can be sent and opened anywhere, without Python and without a network:

# %%
page = Path(mkdtemp()) / "deep.html"
page.write_text(deep.page(), encoding="utf-8")
f"{page.name}: {page.stat().st_size / 1000:.0f} KB"

# %% [markdown]
# For a graph that was exported, the terminal does it: `diydl graph model.json -o model.html`. In a notebook
# `deep.widget()` gives the same picture as a widget, whose folds and selected node Python can see and set.
