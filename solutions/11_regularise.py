# %% [markdown]
# # Norms and noise
#
# *About 120 minutes, in two sittings if you like: the end of section 3 is a good place to stop. You need
# chapters 01 to 03 and 07 to 10: broadcasting, VJPs, layers, losses, optimizers, the training loop.*
#
# At the end of this notebook you can
#
# - see **over-fitting** in two curves, and say why a small loss proves nothing;
# - write **dropout**, forward and backward, and say why it needs two modes;
# - write **batch norm**: its statistics, its running averages, its way back; and **layer norm**, which needs
#   neither a batch nor a mode;
# - name the traps of all of them, most of which raise no error;
# - use weight decay, moved pictures and early stopping;
# - **measure** a cure: over several seeds, with an error bar, on the pictures that count.

# %% tags=["given"]
from functools import cache

import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import draw, nn, optim
from diydl.course import check, hint, library_picture, use_mine, watch
from diydl.data import ArrayDataset, Augment, DataLoader, RandomCrop, load_digits
from diydl.data.image import crop, pad
from diydl.ops.channel import along, others
from diydl.train import EarlyStopping, Trainer, metrics

dl.seed(0)

# %% [markdown]
# ## The library so far

# %% tags=["given"]
library_picture("11")

# %% [markdown]
# ## Before we start
#
# Four questions about what you know already. Answer from memory, then run the check.
#
# **Chapter 07.** A layer with 50 inputs and a ReLU behind it begins as He proposed. What is the standard
# deviation of its weights, in hundredths?

# %% tags=["exercise"] exercise="11/recall-he"
### BEGIN SOLUTION
hundredths = 20
### END SOLUTION

# %% tags=["check"]
check("11/recall-he", hundredths)

# %% [markdown]
# **Chapter 09.** A weight is 100, and its gradient is 0. AdamW makes one step with `lr=0.1` and
# `weight_decay=0.1`. What is the weight now?

# %% tags=["exercise"] exercise="11/recall-decay"
### BEGIN SOLUTION
decayed = 99
### END SOLUTION

# %% tags=["check"]
check("11/recall-decay", decayed)

# %% [markdown]
# **Chapters 02 and 03.** `out = x - dl.mean(x)`, where x has four numbers. From above comes
# `g = [1, 0, 0, 0]`. What does `x[1]` get, in hundredths?

# %% tags=["exercise"] exercise="11/recall-centred"
### BEGIN SOLUTION
sent_back = -25
### END SOLUTION

# %% tags=["check"]
check("11/recall-centred", sent_back)

# %% [markdown]
# **Chapter 10.** This program prepares 30 rows to learn from and 10 to test on. Which line gives something
# away?

# %% tags=["given"]
check.lines("11/recall-leak")

# %% tags=["exercise"] exercise="11/recall-leak"
### BEGIN SOLUTION
leaking_line = 4
### END SOLUTION

# %% tags=["check"]
check("11/recall-leak", leaking_line)

# %% [markdown]
# ## 1. By heart
#
# So far our networks had 1,500 digits to learn from. Now take most of them away, and leave **a hundred**:
# ten of each digit. The exam stays: 297 new pictures. The network has two hidden layers of 64 units. `few(seed)`
# picks a hundred; another seed picks others, and with it we begin with other weights, too.

# %% tags=["given"]
pool, exam = load_digits()
all_pictures, all_labels = pool[:]
new_pictures, new_labels = exam[:]


def few(seed, count=100):
    """Return so many pictures with their labels, equally many of each digit."""
    rng = np.random.default_rng(seed)
    chosen = [
        rng.permutation(np.flatnonzero(all_labels == digit))[: count // 10] for digit in range(10)
    ]
    return all_pictures[np.concatenate(chosen)], all_labels[np.concatenate(chosen)]


def network(norm=None, dropout=0.0):
    """Return a network of 64, 64, 64 and 10 units, with what is asked for behind each hidden layer."""
    layers = []
    for _ in range(2):
        layers += [nn.Linear(64, 64)] + ([norm(64)] if norm else [])
        layers += [nn.ReLU()] + ([nn.Dropout(dropout)] if dropout else [])
    return nn.Sequential(*layers, nn.Linear(64, 10))


def measure(model, pictures, labels):
    """Return loss and accuracy in use; the mode of the model stays as it was."""
    training = model.training
    model.eval()
    with dl.no_grad():
        scores = model(pictures)
        loss = nn.cross_entropy(scores, labels)
    model.train(training)
    return loss.item(), metrics.accuracy(scores, labels)


def fit(model, pictures, labels, *, seed=0, epochs=30, lr=0.01, decay=0.0, change=None, every=0):
    """Train with AdamW on batches of 50; with `every`, measure so often, else at the end alone."""
    optimizer = optim.AdamW(model.parameters(), lr=lr, weight_decay=decay)
    batches = DataLoader(
        ArrayDataset(pictures, labels), 50, shuffle=True, seed=seed, transform=change
    )
    history = {"epoch": [], "loss": [], "new loss": [], "accuracy": [], "new accuracy": []}
    for epoch in range(1, epochs + 1):
        for x, y in batches:
            loss = nn.cross_entropy(model(x.reshape(len(x), -1)), y)
            loss.backward()
            optimizer.step()
        if epoch == epochs or (every and epoch % every == 0):
            known = measure(model, pictures.reshape(len(pictures), -1), labels)
            new = measure(model, new_pictures, new_labels)
            row = (epoch, known[0], new[0], known[1], new[1])
            for column, value in zip(history.values(), row, strict=True):
                column.append(value)
    return history


# %% [markdown]
# **Run.** One network, watched while it learns:

# %% tags=["given", "skip-grade"]
dl.seed(0)
pictures, labels = few(0)
history = fit(network(), pictures, labels, epochs=80, every=2)


def two_curves(history, title=""):
    """Draw the loss of known and of new pictures."""
    with draw.style():
        fig, ax = plt.subplots(figsize=(5.5, 3))
        blue, orange = draw.COLOURS["blue"], draw.COLOURS["orange"]
        ax.plot(history["epoch"], history["loss"], color=blue, label="the hundred it learns from")
        ax.plot(history["epoch"], history["new loss"], "--", color=orange, label="297 new ones")
        ax.set(xlabel="epoch", ylabel="loss", ylim=(0, 2.4), title=title)
        ax.legend(frameon=False)
    return fig


draw.figure(
    two_curves(history),
    alt=f"The loss of the known pictures falls to {history['loss'][-1]:.3f}. That of new pictures "
    f"falls to {min(history['new loss']):.2f}, turns, and ends at {history['new loss'][-1]:.2f}.",
    caption="Two losses of one network.",
    data=history,
)

# %% tags=["given", "skip-grade"]
print(f"known pictures: {history['accuracy'][-1]:.1%} right, loss {history['loss'][-1]:.4f}")
print(
    f"new pictures:   {history['new accuracy'][-1]:.1%} right, loss {history['new loss'][-1]:.2f}"
)

# %% [markdown]
# The network knows its hundred pictures perfectly, and reads 87 of a hundred new ones. That gap is
# called **over-fitting**: what was learned fits the examples more closely than the thing itself. The two
# losses tell more than the accuracies: that of the new pictures reaches its lowest point early, and *rises*
# from there on, while that of the known ones goes on falling. Where it is wrong, the network gets ever surer
# of it.
#
# **Predict.** Now the labels are shuffled: each picture gets the label of some other one. There is nothing
# left to understand. After 100 epochs, how many percent of these hundred does the network get right?

# %% tags=["exercise"] exercise="11/predict-heart"
### BEGIN SOLUTION
percent_by_heart = 100
### END SOLUTION

# %% tags=["check"]
check("11/predict-heart", percent_by_heart)

# %% tags=["given", "skip-grade"]
dl.seed(1)
senseless = np.random.default_rng(1).permutation(labels)
history = fit(network(), pictures, senseless, epochs=100)
print(f"shuffled labels learned: {history['accuracy'][-1]:.0%}")
print(f"new pictures read:       {history['new accuracy'][-1]:.0%}")
print(f"parameters: {sum(p.size for p in network().parameters()):,}")

# %% [markdown]
# So a network of this size can learn *anything* by heart, and a small loss on what it has seen says nothing.
# (That large networks do so even with a million photographs, and yet learn well when there is something to
# learn, set off a long debate in 2017; see the sources.) What can be done?
#
# **More examples** are the best cure by far:

# %% tags=["given", "skip-grade"]
counts = [20, 50, 100, 200, 500]
gap = {"pictures": counts, "known": [], "new": []}
for count in counts:
    dl.seed(0)
    found = fit(network(), *few(0, count), epochs=max(20, 4000 // count))
    gap["known"].append(found["accuracy"][-1])
    gap["new"].append(found["new accuracy"][-1])
with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 2.8))
    ax.plot(counts, gap["known"], "o-", color=draw.COLOURS["blue"], label="known pictures")
    ax.plot(counts, gap["new"], "s--", color=draw.COLOURS["orange"], label="new pictures")
    ax.set(xscale="log", xticks=counts, xticklabels=counts, xlabel="pictures to learn from")
    ax.set(ylabel="accuracy", ylim=(0.5, 1.03))
    ax.minorticks_off()
    ax.legend(frameon=False, loc="lower right")
draw.figure(
    fig,
    alt=f"The accuracy on known pictures is about 1 for any number of them. On new pictures it grows "
    f"from {gap['new'][0]:.2f} with 20 examples to {gap['new'][-1]:.2f} with 500.",
    caption="The gap closes with more to learn from.",
    data=gap,
)

# %% [markdown]
# Where there are no more, one has to make it harder for the network to learn by heart. That is called
# **regularisation**, and this chapter tries one way after another, always on a hundred digits:
#
# | section | cure | the idea |
# |---|---|---|
# | 2 | dropout | no unit can rely on another |
# | 3, 4 | batch and layer norm | keep the numbers inside in shape; a batch brings noise along |
# | 5 | weight decay | large weights have to be worth their price |
# | 6 | moved pictures | more examples out of the same ones |
# | 7 | early stopping | stop at the lowest point |
#
# A word before. Between two runs that differ in nothing but the seed, the accuracy jumps by a percent or
# two. Whoever compares two single runs compares the seeds. So each cure in sections 2 to 6 is measured over **five seeds**, and
# we always show the mean and the **standard error**: the spread of the five, divided by the root of five. It
# says how far off the mean may easily be. That of a *difference* of two such means is the root of $e_1^2 + e_2^2$, from
# the errors of both. A difference smaller than about two of its standard errors is no
# difference yet.
#
# (Strictly, we look at the 297 far too often in this chapter: whoever *chooses* a cure by these tables needs another exam
# afterwards.)


# %% tags=["given", "skip-grade"]
networks, results = {}, {}


def five(name, make, **options):
    """Train five networks with five seeds; keep them, and their accuracies on new pictures."""
    networks[name], results[name] = [], np.zeros(5)
    for seed in range(5):
        dl.seed(seed)
        model, (pictures, labels) = make(), few(seed)
        found = fit(model, pictures.reshape(-1, 8, 8), labels, seed=seed, **options)
        networks[name].append(model)
        results[name][seed] = found["new accuracy"][-1]


def told(name, accuracies):
    """Return mean and standard error in words."""
    error = accuracies.std(ddof=1) / np.sqrt(len(accuracies))
    return f"{name:<24}{accuracies.mean():7.1%}  ± {error:.1%}"


five("nothing", network)
print(told("nothing", results["nothing"]))

# %% [markdown]
# ## 2. Noise: dropout
#
# In 2012 G. Hinton and his students had an idea that sounds absurd: while the network trains, **leave out
# half of its units**, others in each step. A unit can then no longer rely on one certain other unit's being
# there, and has to be of use by itself. A hundred pictures by heart is what such a network cannot easily
# learn: whatever it uses to know picture 17 again will be missing half of the time.
#
# In use all units are there. But then twice as much arrives at the next layer as in training! The first
# paper halved the weights in use. Today one does it the other way round: in training, what is *left* is
# doubled, or in general divided by `1 - p`, where p is the share that is dropped. This is **inverted
# dropout**, and in use there is nothing to do at all.
#
# **Predict.** A unit has the value 1. At p = 0.8, what is its value in the passes in which it is not
# dropped?

# %% tags=["exercise"] exercise="11/predict-scale"
### BEGIN SOLUTION
kept_one = 5
### END SOLUTION

# %% tags=["check"]
check("11/predict-scale", kept_one)

# %% [markdown]
# **A worked example.** Plain dropout, by hand: draw which numbers are kept, and multiply. In use everything is
# multiplied by the share that was kept.

# %% tags=["given"]
rng = np.random.default_rng(0)
x = np.ones(10, "float32")


def plain_dropout(x, p, training):
    """The kind of the first paper: scaled in use, not in training."""
    if not training:
        return x * (1 - p)
    kept = rng.random(x.shape) >= p
    return x * kept


for run in range(3):
    print(f"training, run {run}:", plain_dropout(x, 0.5, True))
print("in use:         ", plain_dropout(x, 0.5, False))

# %% [markdown]
# **Make.** `drop(x, kept, p)` is the heart of the inverted kind: `kept` holds booleans, True where a number
# stays, and is drawn already. Return a new array with the dtype of `x`: what is kept, divided by `1 - p`;
# 0 elsewhere. `kept` may be smaller than `x` and broadcast: that is how whole channels of a picture are
# dropped. `x` stays as it is.


# %% tags=["exercise"] exercise="11/drop"
def drop(x, kept, p):
    """Return `x` with only those numbers that are `kept`, each divided by ``1 - p``."""
    ### BEGIN SOLUTION
    return x * kept / (1 - p)
    ### END SOLUTION


# %% tags=["check"]
check("11/drop", drop)

# %% [markdown]
# Now the way back. A number that was dropped had no effect, and gets no gradient. One that was kept was
# multiplied by `1 / (1 - p)`, so its gradient is multiplied by the same. In short: **the gradient goes through
# the same dropout, with the same draw**.
#
# The same draw: that is the catch. One may keep the booleans until the way back, a byte for each number. Our
# library keeps *nothing*. Its random numbers come from a **key** of three numbers, (seed, draw, run), and the
# same key always gives the same numbers. The layer counts the run up by one in each pass:

# %% tags=["given"]
key = np.array([0, 0, 0], "uint64")
x = np.ones(8)
print("a key:           ", dl.dropout(x, key, p=0.5, training=True))
print("the same key:    ", dl.dropout(x, key, p=0.5, training=True))
key[2] += np.uint64(1)
print("the next run:    ", dl.dropout(x, key, p=0.5, training=True))
print("in use:          ", dl.dropout(x, key, p=0.5, training=False))

# %% [markdown]
# `dl.dropout(x, key, *, p, shared=(), inverted=True, training)` has four options. `shared` names axes along
# which one draw holds; `inverted=False` is the plain kind; and `training` is told when it *runs*, which in a
# graph like that of chapter 04 is later than when it was described.
#
# **Make.** `dropout_vjp` is its VJP. Nothing was saved but the key: neither `x` nor `out` may be read. One line
# will do; it has to be right in both modes, for both kinds, and with shared draws.


# %% tags=["exercise"] exercise="11/dropout_vjp"
def dropout_vjp(g, out, x, key, *, p, shared=(), inverted=True, training):
    """Return the gradient of `x`; nothing was saved but the key."""
    ### BEGIN SOLUTION
    return dl.dropout(g, key, p=p, shared=shared, inverted=inverted, training=training)
    ### END SOLUTION


# %% tags=["check"]
check("11/dropout_vjp", dropout_vjp)

# %% [markdown]
# Does it help? Move the knob: each setting was trained three times, with three seeds.


# %% tags=["given", "skip-grade"]
@cache
def dropped_out(rate):
    """Return the mean history of three seeds."""
    histories = []
    for seed in range(3):
        dl.seed(seed)
        histories.append(fit(network(dropout=rate), *few(seed), seed=seed, every=5))
    return {name: np.mean([h[name] for h in histories], axis=0) for name in histories[0]}


def words_of_dropout(rate):
    """Say what the picture shows."""
    history = dropped_out(rate)
    return (
        f"At a rate of {rate} the loss of known pictures ends at {history['loss'][-1]:.2f}, that of "
        f"new ones at {history['new loss'][-1]:.2f}; {history['new accuracy'][-1]:.1%} are read."
    )


draw.live(
    lambda rate: two_curves(
        dropped_out(rate), f"new pictures read: {dropped_out(rate)['new accuracy'][-1]:.1%}"
    ),
    alt=words_of_dropout,
    rate=draw.knob([0.0, 0.25, 0.5, 0.75], label="share dropped"),
    caption="Means of three seeds. Both losses are measured in use, when nothing is dropped.",
)

# %% tags=["given", "skip-grade"]
five("dropout 0.3", lambda: network(dropout=0.3))
for name, accuracies in results.items():
    print(told(name, accuracies))

# %% [markdown]
# **Investigate.** Which rate closes the gap between the curves most? Is it the one that reads most new
# pictures? What happens at 0.75, and what would a larger network change about that?
#
# **Run.** And the most common slip of all, *dropout in evaluation*. It raises no error:

# %% tags=["skip-grade"]
dl.seed(0)
model = network(dropout=0.5)
fit(model, *few(0))
for attempt in range(3):
    accuracy = metrics.accuracy(model(new_pictures), new_labels)
    print(f"in training mode, attempt {attempt}: {accuracy:.1%}")
print(f"in use: {metrics.accuracy(model.eval()(new_pictures), new_labels):.1%}")

# %% [markdown]
# **Modify.** Take the mean of the *scores* of thirty attempts in training mode, and read the digits from that:
# thirty networks, each with other units left out, vote. Is it better than one? (Some use the spread of such
# votes as a measure of how sure a network is.)

# %% [markdown]
# ## 3. Batch norm
#
# The second cure began as one for another illness. In chapter 07 you saw what becomes of a signal in a deep
# network: with weights a little too small it dies out, a little too large and it explodes. A good beginning
# prevents that, but only *at* the beginning. So S. Ioffe and C. Szegedy (2015) put into the network itself
# what you do with a table of data before you learn from it: subtract the mean, divide by the spread. For each
# unit, over the batch:
#
# $$\hat{x} = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} \qquad\qquad \text{out} = \hat{x} \, w + b$$
#
# Mean $\mu$ and variance $\sigma^2$ are those of the batch. The small $\epsilon$ (0.00001) keeps a unit that is
# constant from being divided by zero. Weight $w$ and bias $b$ are learned, one number for each unit, so that
# the network can have any mean and spread that it likes; but they are now *parameters*, and not the outcome
# of all the layers in front.
#
# **Run.** What it does to the signal, in twelve layers. The knob says by what all weights are multiplied,
# where 1 is He's beginning:


# %% tags=["given", "skip-grade"]
@cache
def spreads(factor, norm):
    """Return how far examples are apart behind each of twelve layers: their spread, in a unit."""
    dl.seed(0)
    x, found = all_pictures[:200], []
    for _ in range(12):
        layer = nn.Linear(64, 64, bias=False)
        layer.weight.write(factor * nn.init.he_normal((64, 64)))
        x = layer(x)
        x = dl.relu(norm(64)(x) if norm else x)
        found.append(max(float(x.numpy().std(axis=0).mean()), 1e-12))
    return found


NORMS = {"none": None, "batch norm": nn.BatchNorm1d, "layer norm": nn.LayerNorm}
LOOKS = {"none": "o-", "batch norm": "s--", "layer norm": "^:"}


def picture_of_spreads(factor):
    """Draw the spread of the signal, layer by layer."""
    with draw.style():
        fig, ax = plt.subplots(figsize=(5.5, 2.8))
        for (name, norm), colour in zip(NORMS.items(), ("black", "blue", "orange"), strict=True):
            layers, values = range(1, 13), spreads(factor, norm)
            ax.plot(layers, values, LOOKS[name], color=draw.COLOURS[colour], label=name)
        ax.set(xlabel="layer", ylabel="spread of the signal", yscale="log", ylim=(1e-9, 1e9))
        ax.legend(frameon=False, ncols=3, loc="upper center")
    return fig


draw.live(
    picture_of_spreads,
    alt=lambda factor: (
        f"With weights times {factor}, the spread behind layer 12 is "
        f"{spreads(factor, None)[-1]:.2g} without a norm, "
        f"{spreads(factor, nn.BatchNorm1d)[-1]:.2f} with batch norm and "
        f"{spreads(factor, nn.LayerNorm)[-1]:.2f} with layer norm."
    ),
    factor=draw.knob([0.3, 0.6, 1.0, 1.6, 3.0], label="weights times", start=0.6),
    caption="Behind a norm, the size of the weights in front no longer matters.",
)

# %% [markdown]
# ### The statistics
#
# In a table (B, C) the units are the columns, and there is one mean for each. In a batch of pictures,
# (B, C, H, W), the C **channels** are treated alike everywhere in the picture (chapter 12 will tell why), so
# there is one mean for each channel, over the batch *and* all pixels. In both cases: over all axes but axis 1.
#
# **Make.** Write `channel_statistics(xp, x)`, where `xp` is NumPy (or CuPy). It returns two arrays (C,) with
# the dtype of `x`: the mean of each channel, and its variance, the mean squared distance from that mean
# (divided by n). It has to be exact also for float32 numbers around 5,000 that differ by 1. Do you
# remember from chapter 02 what happens when two large, nearly equal numbers are subtracted?


# %% tags=["exercise"] exercise="11/channel_statistics"
def channel_statistics(xp, x):
    """Return the mean of each channel, and the mean squared distance from it."""
    ### BEGIN SOLUTION
    axes = (0, *range(2, x.ndim))
    mean = xp.mean(x, axis=axes, keepdims=True)  # (1, C, 1, ...)
    var = xp.mean((x - mean) ** 2, axis=axes)  # (C,)
    return mean.reshape(-1), var
    ### END SOLUTION


# %% tags=["check"]
check("11/channel_statistics", channel_statistics)

# %% [markdown]
# ### Two modes, and averages that run along
#
# In use there may be no batch: one picture comes, and shall be read. And even with a batch, what is said about
# a picture should not depend on who happens to stand beside it. So in use the norm needs a mean and a
# variance that are *fixed*. It gathers them while it trains, as **running averages**: after each batch,
#
# $$\text{running} \leftarrow (1 - m) \cdot \text{running} + m \cdot \text{batch}$$
#
# with a momentum $m$ of 0.1.
#
# **Predict.** A running mean begins at 0, and in every batch the mean is 100. What is it after two batches?

# %% tags=["exercise"] exercise="11/predict-average"
### BEGIN SOLUTION
after_two = 19
### END SOLUTION

# %% tags=["check"]
check("11/predict-average", after_two)

# %% [markdown]
# One thing more. The variance of a few examples, measured around *their own* mean, is on average too small by
# the factor (n - 1) / n: a batch of two knows only half of the variance. The batch itself is normalised by what
# it has, over n; but what goes into the average is multiplied by n / (n - 1). Both conventions side by side
# in one layer have confused people for years. PyTorch does the same.
#
# **Make.** `running_average(old, new, momentum, examples=None)` returns a new array. `examples` is None for a
# mean. For a variance it is n, and `new` has to be multiplied by n / (n - 1) first.


# %% tags=["exercise"] exercise="11/running_average"
def running_average(old, new, momentum, examples=None):
    """Return ``(1 - momentum) * old + momentum * new``, a variance put right first."""
    ### BEGIN SOLUTION
    if examples is not None:
        new = new * (examples / (examples - 1))
    return (1 - momentum) * old + momentum * new
    ### END SOLUTION


# %% tags=["check"]
check("11/running_average", running_average)

# %% [markdown]
# **Run.** Now the trap. The averages need time. Here a network with batch norm is stopped after a few steps and
# measured twice: with the statistics of the batch, as it trained, and in use, with its averages:

# %% tags=["given", "skip-grade"]
dl.seed(0)
model = network(nn.BatchNorm1d)
optimizer = optim.AdamW(model.parameters(), lr=0.01)
found = {"step": [], "batch": [], "averages": []}
pictures, labels = few(0)
for step in range(1, 41):
    order = np.random.default_rng(step).permutation(100)[:50]
    nn.cross_entropy(model(pictures[order]), labels[order]).backward()
    optimizer.step()
    if step in (1, 2, 3, 5, 7, 10, 15, 20, 30, 40):
        kept = model.state_dict()
        with dl.no_grad():
            scores = model(new_pictures)  # in training mode: and it moves the averages!
        model.load_state_dict(kept)
        found["step"].append(step)
        found["batch"].append(metrics.accuracy(scores, new_labels))
        found["averages"].append(measure(model, new_pictures, new_labels)[1])
with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 2.8))
    orange = draw.COLOURS["orange"]
    ax.plot(found["step"], found["batch"], "o-", color=draw.COLOURS["blue"], label="of the batch")
    ax.plot(found["step"], found["averages"], "s--", color=orange, label="running averages")
    ax.set(xlabel="steps of training", ylabel="new pictures read", ylim=(0, 1))
    ax.legend(frameon=False, loc="lower right", title="statistics")
draw.figure(
    fig,
    alt=f"After 5 steps {found['batch'][3]:.0%} of the new pictures are read with the statistics of "
    f"the batch, and {found['averages'][3]:.0%} with the running averages. After 40 steps both read "
    "about as many.",
    caption="The same weights, measured in both modes.",
    data=found,
)

# %% [markdown]
# The weights are the same; what lags behind is the averages. Three ways into this trap: too few steps, as here;
# a fine-tuning of a few steps on *other* pictures, whose averages have not caught up; and a
# test that is accidentally run in training mode, which **moves the averages** even inside `no_grad`.
#
# Another one is the batch of one: it has no spread, and the library refuses it in training, as PyTorch does.

# %% tags=["given"]
layer = nn.BatchNorm1d(3)
try:
    layer(np.ones((1, 3), "float32"))
except ValueError as error:
    print("ValueError:", error)
print("in use:", layer.eval()(np.ones((1, 3), "float32")))

# %% [markdown]
# ### The way back
#
# **Predict.** A layer in front of a batch norm adds 7 to all numbers of a channel. By how much, in training, does that
# change what comes out of the norm?

# %% tags=["exercise"] exercise="11/predict-bias"
### BEGIN SOLUTION
changed_by = 0
### END SOLUTION

# %% tags=["check"]
check("11/predict-bias", changed_by)

# %% [markdown]
# So the gradient of such a bias has to be zero: and that is where the statistics come in. In training they are
# made of x, and each x acts in two ways: directly, and through mean and variance. Whoever forgets the second
# way gets gradients that look fine and are wrong.
#
# The library makes two primitives of it, so that each way has a VJP of its own, and the sweep adds them up:
#
# - `batch_statistics(x, running_mean, running_var)`: means and variances, (2, C);
# - `batch_norm(x, statistics, weight, bias)`: the formula.
#
# **Partly worked.** Write the VJP of the second. For one channel, with `root` for $1 / \sqrt{\sigma^2 + \epsilon}$:
#
# $$\text{out} = (x - \mu) \cdot \text{root} \cdot w + b$$
#
# Five letters, five derivatives. $b$, $w$, $\mu$ and $\sigma^2$ are one number for the whole channel, so what
# comes back for them is **summed** over `axes`; `along(v, x.ndim)` makes a (C,) array fit beside x. Use the
# library's own `dl.sum`, `dl.stack` and operators: they work on arrays and on Tensors. The head of the function
# is there; what comes back for the bias, too.


# %% tags=["exercise"] exercise="11/batch_norm_vjp"
def batch_norm_vjp(g, out, x, statistics, weight, bias, *, eps):
    """Return what comes back for x, for the statistics (2, C), for weight and for bias."""
    ### BEGIN STARTER
    # axes = others(x.ndim)  # all but axis 1
    # mean, root = statistics[0], dl.rsqrt(statistics[1] + eps)  # (C,)
    # centred = x - along(mean, x.ndim)
    #
    # # bias: it was added to every number of its channel.
    # to_bias = dl.sum(g, axis=axes)  # (C,)
    #
    # # weight: it was multiplied with the normalised x.
    # raise NotImplementedError  # your code here
    #
    # # x, directly: it was multiplied by root and by weight.
    #
    # # mean: it was subtracted from every number of its channel.
    #
    # # variance: the derivative of (var + eps) ** (-1/2) is -1/2 times root ** 3.
    #
    # # Return all four, in the order of the operands; mean and variance stacked, (2, C).
    ### END STARTER
    ### BEGIN SOLUTION
    axes = others(x.ndim)  # all but axis 1
    mean, root = statistics[0], dl.rsqrt(statistics[1] + eps)  # (C,)
    centred = x - along(mean, x.ndim)

    # bias: it was added to every number of its channel.
    to_bias = dl.sum(g, axis=axes)  # (C,)

    # weight: it was multiplied with the normalised x.
    to_weight = dl.sum(g * centred, axis=axes) * root

    # x, directly: it was multiplied by root and by weight.
    scale = weight * root
    to_x = g * along(scale, x.ndim)

    # mean: it was subtracted from every number of its channel.
    to_mean = -scale * to_bias

    # variance: the derivative of (var + eps) ** (-1/2) is -1/2 times root ** 3.
    to_var = -0.5 * scale * root * to_weight

    return to_x, dl.stack(to_mean, to_var, axis=0), to_weight, to_bias
    ### END SOLUTION


# %% tags=["check"]
check("11/batch_norm_vjp", batch_norm_vjp)

# %% [markdown]
# The other VJP is short. A mean sends `g / n` back to each of its numbers; a variance sends
# `2 * g * (x - mean) / n` (that the mean itself moves with x makes no difference: around the mean the distances
# add up to 0). Here they are, in training:


# %% tags=["given"]
def statistics_vjp(g, out, x):
    """Return what mean and variance send back to x."""
    n = x.shape[0]
    to_mean, to_var = g[0] / n, g[1] / n
    return to_mean + 2 * to_var * (x - out[0])


rng = np.random.default_rng(0)
x, g = rng.normal(size=(2, 6, 3))
ones, zeros = np.ones(3), np.zeros(3)
statistics = np.stack([x.mean(axis=0), x.var(axis=0)])
direct, to_statistics, *_ = dl.ops.norm.batch_norm_vjp(
    g, None, x, statistics, ones, zeros, eps=1e-5
)
both = direct + statistics_vjp(to_statistics, statistics, x)
print("directly, summed over the batch:", direct.sum(axis=0).round(3))
print("both ways, summed over the batch:", both.sum(axis=0).round(3) + 0.0)

# %% [markdown]
# Both ways together add up to zero in each channel: the batch cannot be moved as a whole, as you predicted. In
# use the second way is closed, since the averages are constants. Libraries that people used
# have got the one or the other wrong.
#
# ### What it buys
#
# First, **larger steps**. The same deep network of six layers, trained for 30 steps of plain SGD at several learning rates:


# %% tags=["given", "skip-grade"]
def after_thirty_steps(lr, norm):
    """Return the loss of six layers after 30 steps of SGD; 5 where it is larger, or no number."""
    dl.seed(0)
    layers = []
    for _ in range(5):
        layers += [nn.Linear(64, 64)] + ([norm(64)] if norm else []) + [nn.ReLU()]
    model = nn.Sequential(*layers, nn.Linear(64, 10))
    optimizer = optim.SGD(model.parameters(), lr=lr)
    x, y = few(0, 500)
    rng = np.random.default_rng(0)
    with np.errstate(all="ignore"):  # what explodes may explode
        for _ in range(30):
            rows = rng.permutation(500)[:100]
            loss = nn.cross_entropy(model(x[rows]), y[rows])
            if not loss.item() < 5:
                return 5.0
            loss.backward()
            optimizer.step()
    return min(loss.item(), 5.0)


rates = [0.01, 0.1, 0.3, 1.0, 3.0]
reached = {"learning rate": rates}
for name, norm in NORMS.items():
    reached[name] = [after_thirty_steps(lr, norm) for lr in rates]
with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 2.8))
    for name, colour in zip(NORMS, ("black", "blue", "orange"), strict=True):
        ax.plot(rates, reached[name], LOOKS[name], color=draw.COLOURS[colour], label=name)
    ax.set(xscale="log", xlabel="learning rate", ylabel="loss after 30 steps", ylim=(0, 5.2))
    ax.legend(frameon=False)
draw.figure(
    fig,
    alt="Without a norm the loss stays at about 2.3 at every rate. With batch norm it falls from "
    f"{reached['batch norm'][0]:.1f} at the smallest rate to {min(reached['batch norm']):.2f}. With layer "
    "norm it falls at the smallest rate only.",
    caption="Plain SGD on six layers. 5 stands for everything above.",
    data=reached,
)

# %% [markdown]
# Without a norm the signal has half died out before the last layer, and thirty steps are not enough at any rate.
# With batch norm rates work that are a hundred times apart. Layer norm, which you meet in the next section, is
# touchier with plain SGD; one gives it Adam and a warm-up (chapter 09).
#
# Second, **a cure** on the side. Each picture is normalised with the others of its batch, and those differ from
# step to step: noise again, as in dropout, though nobody planned it.

# %% tags=["given", "skip-grade"]
five("batch norm", lambda: network(nn.BatchNorm1d))
for name, accuracies in results.items():
    print(told(name, accuracies))

# %% [markdown]
# ## 4. Layer norm
#
# Batch norm needs a batch, has two modes, and lets examples look at each other. All three are trouble: for
# texts of different lengths, for batches of one, in a network that writes one word after the other. **Layer
# norm** (J. Ba and others, 2016) turns the table by a quarter: it normalises each example over *its own*
# features. No batch, no averages, no modes. Language models have used it ever since.
#
# | norm | averages over | for pictures (B, C, H, W) | modes |
# |---|---|---|---|
# | batch norm | examples | (B, H, W) | two |
# | layer norm | features | (C, H, W), or the last axes | one |
# | group norm | a group of channels | (C / groups, H, W) | one |
#
# **Make.** `row_statistics(xp, x, *, axes, eps)` returns what a layer norm needs of each row, where a row is
# made of the last `axes` axes: an array (2, ...), first the means, then the factors
# $1 / \sqrt{\sigma^2 + \epsilon}$. The dots are the axes that do *not* belong to the row. float16 is reckoned in
# float32, and so are its statistics. And the numbers may again be far from zero.


# %% tags=["exercise"] exercise="11/row_statistics"
def row_statistics(xp, x, *, axes, eps):
    """Return the mean of each row, and 1 / sqrt(variance + eps): an array (2, ...)."""
    ### BEGIN SOLUTION
    x = x.astype("float32") if x.dtype == "float16" else x
    over = tuple(range(-axes, 0))
    mean = xp.mean(x, axis=over, keepdims=True)
    var = xp.mean((x - mean) ** 2, axis=over)
    factor = 1 / xp.sqrt(var + x.dtype.type(eps))
    return xp.stack([mean.reshape(var.shape), factor])
    ### END SOLUTION


# %% tags=["check"]
check("11/row_statistics", row_statistics)

# %% tags=["given"]
batch = np.random.default_rng(0).normal(5, 2, size=(4, 6)).astype("float32")
of_batch, of_layer = nn.BatchNorm1d(6)(batch).numpy(), nn.LayerNorm(6)(batch).numpy()
print("means of the columns:", np.abs(of_batch.mean(axis=0)).max().round(6), "after batch norm")
print("means of the rows:   ", np.abs(of_layer.mean(axis=1)).max().round(6), "after layer norm")
alone = nn.LayerNorm(6)(batch[:1]).numpy()
print("first row alone, as in the batch:", np.allclose(alone, of_layer[:1]))

# %% tags=["given", "skip-grade"]
five("layer norm", lambda: network(nn.LayerNorm))
for name, accuracies in results.items():
    print(told(name, accuracies))

# %% [markdown]
# Layer norm brings no noise along, and yet it helps: on these hundred digits, about as much. Why norms help at
# all is still argued about. The first paper spoke of an "internal covariate shift"; S. Santurkar and others
# (2018) showed that the shift may well stay, and that the landscape gets smoother.

# %% [markdown]
# ## 5. Weight decay
#
# To tell a hundred pictures apart by heart, a network needs sharp edges, and sharp edges need large weights. So
# let large weights cost something. Either in the loss, as in chapter 08, with `nn.l2_penalty(model, strength)`;
# or in the step, as in chapter 09: **weight decay** multiplies each weight by `1 - lr * decay`. For plain SGD
# that is the same. For Adam it is not, which is what the W in AdamW stands for.
#
# Below each setting was trained three times. Watch the weights, and both accuracies:


# %% tags=["given", "skip-grade"]
@cache
def decayed_weights(strength):
    """Return all weights of three networks, and the means of their accuracies."""
    weights, known, new = [], [], []
    for seed in range(3):
        dl.seed(seed)
        model = network()
        found = fit(model, *few(seed), seed=seed, decay=strength)
        weights += [layer.weight.numpy().ravel() for layer in model if isinstance(layer, nn.Linear)]
        known.append(found["accuracy"][-1])
        new.append(found["new accuracy"][-1])
    return np.concatenate(weights), np.mean(known), np.mean(new)


def picture_of_decay(strength):
    """Draw how the weights are spread."""
    weights, known, new = decayed_weights(strength)
    with draw.style():
        fig, ax = plt.subplots(figsize=(5.5, 2.8))
        ax.hist(weights, bins=np.linspace(-1, 1, 81), color=draw.COLOURS["sky"])
        ax.set(xlabel="weight", ylabel="how many", xlim=(-1, 1), ylim=(0, 6000))
        ax.set(title=f"known pictures {known:.1%}, new pictures {new:.1%}")
    return fig


def words_of_decay(strength):
    """Say what the picture shows."""
    weights, known, new = decayed_weights(strength)
    return (
        f"With a decay of {strength} the weights have a spread of {weights.std():.3f}; known "
        f"pictures {known:.1%}, new pictures {new:.1%}."
    )


draw.live(
    picture_of_decay,
    alt=words_of_decay,
    strength=draw.knob([0.0, 1.0, 3.0, 10.0], label="decay"),
    caption="All weights of three networks. (The highest bar may reach beyond the picture.)",
)

# %% tags=["given", "skip-grade"]
five("weight decay 1", network, decay=1.0)
for name, accuracies in results.items():
    print(told(name, accuracies))

# %% [markdown]
# **Investigate.** How large may the decay be before the network no longer learns even its hundred pictures?
# (The common value for large networks, 0.01 to 0.1, is for hundreds of thousands of steps; ours makes 60.)
#
# Is the difference from *nothing* larger than two standard errors of that difference? If not, all that one may say is: here, with
# five seeds, we cannot tell.

# %% [markdown]
# ## 6. More out of the same: moved pictures
#
# A digit that is moved by a pixel is the same digit. **Augmentation** makes new examples out of old ones by
# changes that *do not matter*: in each epoch the network sees each picture a little differently, and a picture
# that is never the same twice is hard to learn by heart.
#
# **Predict.** Here are some of the new pictures, each moved at random by up to one pixel, up or down and left
# or right. A network that reads 86 % of the pictures as they are: how many percent does it read of these?

# %% tags=["given", "skip-grade"]
mover = np.random.default_rng(7)
shift = RandomCrop(1)
moved_pictures = np.stack([shift(p.reshape(8, 8), mover).ravel() for p in new_pictures])
draw.digit_grid(
    np.concatenate([new_pictures[:8], moved_pictures[:8]]),
    labels=np.concatenate([new_labels[:8], new_labels[:8]]),
    columns=8,
    caption="Eight new pictures as they are, and below each of them moved.",
)

# %% tags=["exercise"] exercise="11/predict-moved"
### BEGIN SOLUTION
percent_of_moved = 35
### END SOLUTION

# %% tags=["check"]
check("11/predict-moved", percent_of_moved)

# %% [markdown]
# **Make.** The library moves pictures by `RandomCrop(padding)`: it puts a border around the picture and cuts a
# piece of the old size out, at random. Write what it does when it is called: `random_crop(self, image, rng)`.
#
# - `image` is (..., H, W), of any dtype. What is cut out has the size `self.size`, (rows, columns), or that of
#   the picture if `self.size` is None.
# - `pad(image, self.padding, mode=self.mode)` returns the bordered picture, `crop(image, top, left, height,
#   width)` cuts.
# - Every place where the piece fits has the same chance. Draw **first the top, then the left**, each with one
#   call of `rng.integers(n)`, which draws from 0 to n - 1.


# %% tags=["exercise"] exercise="11/random_crop"
def random_crop(self, image, rng):
    """Return a piece of the bordered picture, cut out at random."""
    ### BEGIN SOLUTION
    height, width = self.size or image.shape[-2:]
    bordered = pad(image, self.padding, mode=self.mode)
    top = rng.integers(bordered.shape[-2] - height + 1)
    left = rng.integers(bordered.shape[-1] - width + 1)
    return crop(bordered, top, left, height, width)
    ### END SOLUTION


# %% tags=["check"]
check("11/random_crop", random_crop)

# %% [markdown]
# `DataLoader(..., transform=Augment(RandomCrop(1)))` calls it for each example, with a generator that depends on
# (seed, epoch, example): a run can be repeated, with any number of workers. Now measure: trained on pictures as
# they are, and on moved ones; tested on pictures as they are, and on moved ones. Before you run it, say what
# you expect of each of the four.


# %% tags=["skip-grade"]
def on_both(name):
    """Return the accuracies of five networks on new pictures as they are, and on moved ones."""
    tests = (new_pictures, moved_pictures)
    return np.array([[measure(model, p, new_labels)[1] for model in networks[name]] for p in tests])


five("moved", network, change=Augment(RandomCrop(1)))
both_tests = {"as they are": on_both("nothing"), "moved": on_both("moved")}
print("learned from pictures   tested as they are    tested on moved ones")
for name, (straight, moved) in both_tests.items():
    print(told(name, straight) + told("", moved)[20:])

# %% [markdown]
# Were you right about all four? Moving the pictures **costs** about ten percent on pictures as they are, and nearly
# **doubles** what is read of moved ones. The digits of this set were centred by those who made it: there, moving
# a picture by an eighth of its width is a change that *does* matter, and the network wastes its 64 units on
# cases that never come. But people who draw with a mouse do not centre.
#
# So the question about an augmentation is never "does it help?", but "**are these the changes that will come?**"
# Mirrored digits would be worse still, and mirrored photographs of cats are fine.
#
# **Modify.** `diydl.data` has more of them: `RandomRotation(10)`, `Cutout(2)`. Train five networks with
# one of them, `five("turned", network, change=Augment(RandomRotation(10)))`, and measure both with `on_both("turned")`.

# %% [markdown]
# ## 7. Early stopping
#
# The first figure showed it: the loss of new pictures has a lowest point, and then rises. So stop there!
# "There" cannot be told by the test, for whoever chooses by the test has trained on it. Part of the pictures is
# set aside, the **validation**, and the rule is: stop when the validation loss has not got better for so many
# epochs in a row (the *patience*), and **go back to the weights of the best one**.
#
# **Order.** One epoch with a look at the validation. Which lines, in which order? One does not belong. Write
# the letters as a string.

# %% tags=["given"]
check.lines("11/order-epoch")

# %% tags=["exercise"] exercise="11/order-epoch"
### BEGIN SOLUTION
epoch_order = "bfeac"
### END SOLUTION

# %% tags=["check"]
check("11/order-epoch", epoch_order)

# %% [markdown]
# **Make.** In chapter 10 you wrote the rule as `early_stop`. Write it once more, from memory; and mind the order: here the
# *end* comes first, then the best epoch. `stop_early(losses, patience)` gets the validation losses in their order,
# and returns two whole numbers, as a tuple: the epoch after which training ends, and the epoch whose weights
# are kept, both counted from 1. As good as the best is no better. If the losses run out first, training ends with the
# last of them.


# %% tags=["exercise"] exercise="11/stop_early"
def stop_early(losses, patience):
    """Return the epoch in which training ends, and the one whose weights are kept."""
    ### BEGIN SOLUTION
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, best_epoch, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            return epoch, best_epoch
    return len(losses), best_epoch
    ### END SOLUTION


# %% tags=["check"]
check("11/stop_early", stop_early)

# %% [markdown]
# The Trainer of chapter 10 has it as a callback. Of the hundred pictures, seventy are to learn from, and thirty
# are set aside:

# %% tags=["given", "skip-grade"]
dl.seed(0)
pictures, labels = few(0)
order = np.random.default_rng(0).permutation(100)
learn, aside = order[:70], order[70:]
model = network()
early = EarlyStopping("validation loss", patience=8)
trainer = Trainer(
    model,
    nn.cross_entropy,
    optim.AdamW(model.parameters(), lr=0.01),
    metrics=["accuracy"],
    callbacks=[early],
)
history = trainer.fit(
    DataLoader(ArrayDataset(pictures[learn], labels[learn]), 35, shuffle=True, seed=0),
    validation=DataLoader(ArrayDataset(pictures[aside], labels[aside]), 30),
    epochs=80,
)
print(f"ended after epoch {trainer.epoch}: {trainer.stopped}")
print(
    f"new pictures, with the weights of epoch {early.best_epoch}: "
    f"{measure(model, new_pictures, new_labels)[1]:.1%}"
)

# %% tags=["given", "skip-grade"]
with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 2.8))
    epochs = range(1, trainer.epoch + 1)
    ax.plot(epochs, history["loss"], color=draw.COLOURS["blue"], label="70 to learn from")
    orange = draw.COLOURS["orange"]
    ax.plot(epochs, history["validation loss"], "--", color=orange, label="30 set aside")
    ax.axvline(early.best_epoch, color=draw.COLOURS["black"], linewidth=0.8, linestyle=":")
    ax.set(xlabel="epoch", ylabel="loss", ylim=(0, 2.4), xticks=range(0, trainer.epoch + 1, 5))
    ax.legend(frameon=False)
draw.figure(
    fig,
    alt=f"The validation loss is lowest in epoch {early.best_epoch}, marked by a dotted line; training "
    f"ends {trainer.epoch - early.best_epoch} epochs later.",
    caption="The dotted line marks the weights that are kept.",
    data={"epoch": list(epochs), **history},
)

# %% [markdown]
# It saves time. Here it has a price, though: it reads fewer new pictures than the network of section 1, which learned from
# all hundred. Thirty of them are not learned from, and thirty pictures are a shaky judge. (One run each. The accuracy hardly falls after the best epoch; it
# is the *loss* that gets worse, that is, how sure the network is of its errors.)
#
# ### Leaving out whole layers
#
# Very deep networks have a kin of dropout. In a residual network (chapter 13) each block adds something to what
# passes through, `x + block(x)`; **stochastic depth** leaves whole blocks out, for each example by itself. The
# key, the two modes and the scaling are those of dropout, with one draw for each example:

# %% tags=["given"]
dl.seed(0)
depth = nn.StochasticDepth(0.5)
print(depth(dl.ones((4, 3))))
print(depth.eval()(dl.ones((2, 3))))

# %% [markdown]
# ## 8. All together
#
# The promise of the beginning: measured, with honest error bars, on the pictures that count. Suppose that
# people will draw these digits, and that they do not centre. First put in what you have passed, and look at one
# way there and back, with batch norm, dropout and moved pictures in it:

# %% tags=["given"]
use_mine()

# %% tags=["given"]
dl.seed(0)
model = network(nn.BatchNorm1d, dropout=0.2)
loader = DataLoader(
    ArrayDataset(all_pictures[:50].reshape(-1, 8, 8), all_labels[:50]),
    50,
    seed=0,
    transform=Augment(RandomCrop(1)),
)
with watch() as ran:
    (x, y), *_ = loader
    nn.cross_entropy(model(x.reshape(50, -1)), y).backward()
print(ran)

# %% tags=["given", "skip-grade"]
moving = Augment(RandomCrop(1))
five("moved, norm", lambda: network(nn.BatchNorm1d), change=moving)
five("all of them", lambda: network(nn.BatchNorm1d, dropout=0.3), change=moving, decay=1.0)
recipes = ("nothing", "dropout 0.3", "weight decay 1", "batch norm")
recipes += ("moved", "moved, norm", "all of them")
table = {name: on_both(name) for name in recipes}

error = {name: rows.std(axis=1, ddof=1) / np.sqrt(5) for name, rows in table.items()}
with draw.style():
    fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.8), sharey=True)
    for column, (ax, title) in enumerate(zip(axes, ("as they are", "moved"), strict=True)):
        places = range(len(table))
        means = [rows[column].mean() for rows in table.values()]
        ax.barh(places, means, color=draw.COLOURS["sky"])
        ax.errorbar(
            means,
            places,
            xerr=[2 * error[name][column] for name in table],
            fmt="none",
            color=draw.COLOURS["black"],
            capsize=3,
        )
        ax.set(title=f"new pictures {title}", xlim=(0, 1), xlabel="read correctly")
        ax.set_yticks(places, list(table))
        ax.invert_yaxis() if column == 0 else None
best = max(table, key=lambda name: table[name][1].mean())
draw.figure(
    fig,
    alt="Bars with error bars. On moved pictures the three recipes that learn from moved pictures "
    f"read about twice as many as the others; the best is '{best}' with "
    f"{table[best][1].mean():.0%}. On pictures as they are, those without moving do best.",
    caption="Means of five seeds; the lines reach two standard errors to both sides.",
    data={
        "recipe": list(table),
        "as they are": [rows[0].mean() for rows in table.values()],
        "± there": [error[name][0] for name in table],
        "moved": [rows[1].mean() for rows in table.values()],
        "± there (moved)": [error[name][1] for name in table],
    },
)

# %% [markdown]
# The same hundred digits are drawn for the same seed, whatever the recipe. So one may compare **pair by pair**,
# which is sharper than comparing two means: whatever made a seed lucky, it did so for both.


# %% tags=["skip-grade"]
def gained(name, column):
    """Return the gain over nothing, pair by pair, in words."""
    gain = table[name][column] - table["nothing"][column]
    off = gain.std(ddof=1) / np.sqrt(len(gain))
    return (
        f"{gain.mean():+7.1%} ± {off:.1%} {'' if abs(gain.mean()) > 2 * off else '(cannot tell)'}"
    )


print(f"{'gain over nothing':<20}{'pictures as they are':<28}moved pictures")
for name in list(table)[1:]:
    print(f"{name:<20}{gained(name, 0):<28}{gained(name, 1)}")

# %% [markdown]
# **What we see**, and what we may say:
#
# - On moved pictures one thing decides: to have learned from moved ones. No dropout and no decay makes up for
#   examples that are missing. Augmentation that fits is worth more than all the rest.
# - On pictures as they are, batch norm gains three or four percent, and that is more than chance. On moved ones,
#   alone, it even costs one or two percent: it made the network surer of something that does not come.
# - **Cures do not simply add up.** Batch norm, which alone costs a little on moved pictures, gains another fourteen percent
#   on top of moving. Dropout and decay on top of these two take more than half of that away again: each makes learning harder,
#   and a small network, trained for 30 epochs, is then cured of learning. More regularisation wants more units, and more
#   epochs.
#
# **Modify.** Test the last sentence: 150 epochs for "all of them" (`epochs=150` among its options).

# %% [markdown]
# ## 9. Bug hunt
#
# A friend's network has dropout, and this function is called for one epoch after the other. In the first epoch
# all is well; from the second on the network over-fits as if there were no dropout. Which line is wrong?

# %% tags=["given"]
check.lines("11/bug-hunt")

# %% tags=["exercise"] exercise="11/bug-hunt"
### BEGIN SOLUTION
wrong_line = 2
### END SOLUTION

# %% tags=["check"]
check("11/bug-hunt", wrong_line)

# %% [markdown]
# ## 10. What the real frameworks do
#
# The network of this chapter in PyTorch:
#
# ```python
# model = torch.nn.Sequential(
#     torch.nn.Linear(64, 64), torch.nn.BatchNorm1d(64), torch.nn.ReLU(), torch.nn.Dropout(0.3),
#     torch.nn.Linear(64, 64), torch.nn.BatchNorm1d(64), torch.nn.ReLU(), torch.nn.Dropout(0.3),
#     torch.nn.Linear(64, 10),
# )
# optimizer = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=1.0)
# ```
#
# and in Keras, where the mode is an argument of the call: `model(x, training=True)`.
#
# | piece | in diydl | in PyTorch | elsewhere |
# |---|---|---|---|
# | dropout | `dropout` in `diydl/ops/modal.py`: a key, no mask | `ATen/native/Dropout.cpp`: keeps the mask | JAX's Flax: a key, handed in by the user |
# | statistics | `channel_statistics` in `diydl/ops/norm.py` | `ATen/native/Normalization.cpp` | cuDNN's kernels, one for each mode |
# | way back | two VJPs, one for each way | one formula, in the same file | Caffe's `batch_norm_layer.cpp` |
# | momentum | weight of the **new** batch, 0.1 | the same | Keras: weight of the **old** average, 0.99 |
# | mode | `model.eval()`, told when it runs | `model.eval()` | Keras, Flax: an argument |
# | layer norm | `diydl/ops/layer_norm.py` | `ATen/native/layer_norm.cpp` | fused with what follows, in GPT code |
# | augmentation | by (seed, epoch, example) | by the state of each worker | TensorFlow's `stateless_*`: a seed |
#
# Two conventions are worth remembering when weights travel (chapter 22): Keras's momentum of 0.99 is our 0.01
# (`layer.keras_momentum`), and its `epsilon` is 0.001 where ours and PyTorch's is 0.00001.

# %% [markdown]
# ## Summary
#
# - A network with enough weights learns anything **by heart**, even shuffled labels. Only new examples tell what
#   it has understood; and the test is looked at once.
# - **Dropout** leaves out units at random and divides what is left by `1 - p`. The gradient goes through the
#   same draw. In use it does nothing: forget `eval()`, and it goes on dropping.
# - **Batch norm** normalises each channel over the batch. Its gradient has a second way, through the statistics.
#   In use it has running averages, which need time, and are moved by any pass in training mode.
# - **Layer norm** stays within each example: no batch, no modes.
# - **Weight decay** makes large weights pay. **Augmentation** helps against the changes that it makes, and
#   costs elsewhere. **Early stopping** keeps the best weights by a validation that is not the test.
# - A gain is a **mean over seeds with an error bar**, better still pair by pair. Cures do not simply add up.
#
# **Next:** chapter 12 builds knowledge about pictures into the network itself: convolutions read a digit
# wherever it stands.
#
# **Sources.** N. Srivastava and others, *Dropout*, Journal of Machine Learning Research 15, 2014. S. Ioffe and
# C. Szegedy, *Batch Normalization*, ICML 2015. J. Ba, J. Kiros and G. Hinton, *Layer Normalization*, 2016. Y. Wu
# and K. He, *Group Normalization*, ECCV 2018. S. Santurkar and others, *How does batch normalization help
# optimization?*, NeurIPS 2018. G. Huang and others, *Deep networks with stochastic depth*, ECCV 2016.
# I. Loshchilov and F. Hutter, *Decoupled weight decay regularization*, ICLR 2019. C. Zhang and others,
# *Understanding deep learning requires rethinking generalization*, ICLR 2017. L. Prechelt, *Early stopping, but
# when?*, in *Neural Networks: Tricks of the Trade*, Springer, 1998.
