# %% [markdown]
# # Where the time goes
#
# Before you make something faster, measure it: the slow part is rarely where one thinks. `profile` watches a
# training step as it runs and tells how long each module and each primitive took, forward and backward, how
# much they computed, and how much memory was held. Here it looks at a network for digits, first as the tape
# runs it, then as a plan.

# %%
import numpy as np

import diydl as dl
from diydl import nn, optim
from diydl.compile import compute_graph
from diydl.train import profile

dl.seed(0)


class GELU(nn.Module):
    """A smooth ReLU, by tanh (Hendrycks and Gimpel, 2016)."""

    def forward(self, x):
        """Compute it number by number."""
        return x * 0.5 * (dl.tanh((x + x * x * x * 0.044715) * 0.7978845608) + 1)


model = nn.Sequential(
    *(nn.Linear(784, 512), nn.LayerNorm(512), GELU(), nn.Dropout(0.1)),
    *(nn.Linear(512, 512), nn.LayerNorm(512), GELU(), nn.Dropout(0.1)),
    nn.Linear(512, 10),
)
optimizer = optim.Adam(model.parameters())
rng = np.random.default_rng(0)
x, labels = dl.tensor(rng.normal(size=(512, 784)), dtype="float32"), rng.integers(0, 10, 512)


def step():
    """Train on one batch."""
    loss = nn.cross_entropy(model(x), labels)
    loss.backward()
    optimizer.step()
    return loss


# %% [markdown]
# ## The tape
#
# The first step makes buffers and fills caches, so it is left out. Then five steps are watched.

# %%
step()
with profile(model) as report:
    for _ in range(5):
        step()
report

# %% [markdown]
# The picture divides the whole from top to bottom: into phases, these into modules, modules into the modules
# inside, down to primitives. A bar is as wide as its share of the time. Hover over a bar to read it; all
# numbers are in the table behind *Data of this figure*.
#
# In the tables, `share` is the share of a row with everything inside, `own` without modules inside: over all
# rows `own` adds up to 100 %. The name of a module is that of `named_modules`. A gradient counts for the
# primitive, and for the module, whose gradient it is: the row `affine` has its product forward, and the two
# products of its backward. `FLOP/s` and `B/s` say how fast the work was done. Compare them with what the machine
# can do: a large matrix product is limited by the first, everything that works number by number by the second.
#
# So how far are these steps from the products alone?

# %%
products = next(row for row in report.primitives() if row.name == "affine")
f"matrix products: {products.own / report.seconds:.0%} of the time, {products.flops / report.flops:.1%} of the FLOPs"

# %% [markdown]
# The rest of the time goes into arithmetic that is cheap, but moves every array through the memory again and
# again.
#
# ## The same as a plan
#
# `compute_graph` sees the whole step before it runs. It joins what works number by number into chains that run
# block by block inside the cache, and lets buffers be used again.


# %%
@compute_graph
def planned(x, labels):
    """Train on one batch: loss, gradients and update in one plan."""
    loss = nn.cross_entropy(model(x), labels)
    loss.backward()
    optimizer.operations([p.grad for p in model.parameters()])
    return loss


planned(x, labels)
with profile(model) as plan_report:
    for _ in range(5):
        planned(x, labels)
plan_report.flame()

# %% [markdown]
# A chain belongs to the smallest module that holds all of it. Each step of the plan has a line of its own;
# these are the slowest:

# %%
steps = sorted(plan_report.steps(), key=lambda row: -row.own)[:8]
for row in steps:
    print(f"{row.own / 5 * 1e3:7.2f} ms  {row.name or '-':3}  {row.kind:.80}")

# %%
f"tape {report.seconds / 5 * 1e3:.1f} ms a step, plan {plan_report.seconds / 5 * 1e3:.1f} ms"

# %% [markdown]
# How much a plan gains depends on the machine and on the model. The products take what they take, in a plan as
# outside; what it saves are passes over the memory, and buffers.
#
# ## What the profiler costs
#
# Its own time is measured and not counted; the last line of a report says how much it was. Watching memory makes
# Python's own small allocations slower, so operations on small arrays look up to twice as slow as they are:
# `profile(model, memory=False)` leaves it out. On a GPU each primitive is waited for before the clock is read,
# else the time would be found where somebody waits at last.

# %%
with profile(model, memory=False) as quick:
    step()
quick.table("phase")
