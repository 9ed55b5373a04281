# %% [markdown]
# # The training loop
#
# *About 120 minutes, in two sittings if you like: the end of section 4 is a good place to stop. You need
# chapters 01 to 05, and 07 to 09: layers, losses, optimizers.*
#
# At the end of this notebook you can
#
# - feed a network with batches in an order that looks like chance and can be repeated to the last number;
# - write an epoch of training, and an exam that changes nothing;
# - count honestly: accuracy, the best k, who is taken for whom;
# - split a data set so that every class has its share, and say when to stop;
# - make a large batch out of small ones;
# - write down all that a training depends on, and go on as if nothing had happened;
# - leave all that to a `Trainer`, and (where MNIST is at hand) read 97 of 100 digits after one epoch.

# %% tags=["given"]
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import data, draw, nn, optim, storage
from diydl.course import check, hint, library_picture, use_mine, watch
from diydl.train import (
    Callback,
    Checkpoints,
    EarlyStopping,
    TopKAccuracy,
    Trainer,
    confusion_matrix,
    metrics,
)

dl.seed(0)

# %% [markdown]
# ## The library so far

# %% tags=["given"]
library_picture("10")

# %% [markdown]
# ## Before we start
#
# Four questions about what you know already. Answer from memory, then run the check.
#
# **Chapter 00.** There are 1,500 digits to learn from, and batches of 32. How many steps does the optimizer
# make in two epochs?

# %% tags=["exercise"] exercise="10/recall-steps"
### BEGIN SOLUTION
steps_made = 94
### END SOLUTION

# %% tags=["check"]
check("10/recall-steps", steps_made)

# %% [markdown]
# **Chapter 01.** `x = np.arange(10)`, then `batch = x[[3, 1]]`, then `batch[0] = 99`. What is `x[3]` now?

# %% tags=["exercise"] exercise="10/recall-copy"
### BEGIN SOLUTION
third_of_x = 3
### END SOLUTION

# %% tags=["check"]
check("10/recall-copy", third_of_x)

# %% [markdown]
# **Chapter 09.** A network has 1,000 weights and is trained by Adam. How many numbers must be written down so
# that its next step is the one it would have made? (One more or less does not matter.)

# %% tags=["exercise"] exercise="10/recall-adam"
### BEGIN SOLUTION
numbers_to_keep = 3000
### END SOLUTION

# %% tags=["check"]
check("10/recall-adam", numbers_to_keep)

# %% [markdown]
# **Chapter 08.** A network knows nothing and gives the same probability to each of ten digits. What is its
# cross-entropy, times 100, rounded to a whole number?

# %% tags=["exercise"] exercise="10/recall-uniform"
### BEGIN SOLUTION
loss_of_a_guess = 230
### END SOLUTION

# %% tags=["check"]
check("10/recall-uniform", loss_of_a_guess)

# %% [markdown]
# ## 1. An order that can be repeated
#
# So far four lines went round: take a batch, compute the loss, go back, step. This chapter is about
# everything around those lines. It begins with the question where batches come from.
#
# The network that we train has one layer that is borrowed from chapter 11: **dropout**. While the network trains, it
# sets one in five numbers to zero, others each time; in use it does nothing. Here it matters for one reason: it makes
# training and exam two different things.

# %% tags=["given"]
train, exam = data.load_digits()


def new_network(seed=0):
    """Return a fresh network for the digits: 64 numbers, 48 bends, dropout, 10 scores."""
    dl.seed(seed)
    return nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Dropout(0.2), nn.Linear(48, 10))


train, exam

# %% [markdown]
# **Predict.** The digits are put in order: first all zeros, then all ones, up to the nines. The network is
# trained for one epoch in that order. What percentage of the exam will it get right?

# %% tags=["exercise"] exercise="10/predict-sorted"
### BEGIN SOLUTION
percent_right = 10
### END SOLUTION

# %% tags=["check"]
check("10/predict-sorted", percent_right)

# %% [markdown]
# **Run.**


# %% tags=["given"]
def share_right(model):
    """Return the share of the exam that a model gets right."""
    images, labels = exam[:]
    with dl.no_grad():
        return metrics.accuracy(model.eval()(images), labels)


def fit(network, batches, epochs=1):
    """Train by Adam; return the loss of each step."""
    network.train()
    adam, losses = optim.Adam(network.parameters(), lr=0.003), []
    for _ in range(epochs):
        for images, labels in batches:
            loss = nn.cross_entropy(network(images), labels)
            loss.backward()
            adam.step()
            losses.append(loss.item())
    return losses


in_order = train.subset(np.argsort(train.arrays[1], kind="stable"))
steps = {}
for name, batches in {
    "first all zeros, then all ones": data.DataLoader(in_order, 5),
    "shuffled": data.DataLoader(train, 5, shuffle=True),
}.items():
    model = new_network()
    steps[name] = fit(model, batches)
    print(f"{name}: {share_right(model):.0%} of the exam")

# %% tags=["given"]
with draw.style():
    fig, ax = plt.subplots(figsize=(6, 2.8))
    for (name, losses), colour in zip(steps.items(), ("orange", "sky"), strict=True):
        ax.plot(losses, "-", lw=1, color=draw.COLOURS[colour], label=name)
    ax.set(xlabel="step", ylabel="loss of the batch", ylim=(0, None))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)
draw.figure(
    fig,
    alt="Two curves of the loss over the 300 steps of one epoch. Shuffled, it falls, with much noise. In the "
    "order of the classes it falls and jumps up again whenever the next digit begins, to above 2.3.",
    caption="In order, the loss falls on each digit, and jumps when the next one begins.",
    data={"step": list(range(len(losses))), **steps},
)

# %% [markdown]
# A falling loss, ten times, and nothing learned: at every moment the network gets better at what it has just seen,
# and worse at all the rest; after each jump the loss is higher than that of somebody who guesses. A batch stands
# for the whole, and so it must look like the whole. Therefore each epoch has an order at random.
#
# **At random, and yet repeatable.** A training that stops in epoch 7 has to go on in epoch 7, with the order of
# epoch 7. If the orders come from one generator that draws on and on, we have to know how often it was asked
# before. Here is a better way: the order of an epoch is computed from *two numbers*, the seed and the number
# of the epoch, and from nothing else. NumPy takes a list as a seed:

# %% tags=["given"]
for seed in ([5, 0], [5, 1], [5, 0]):
    print(seed, "gives", np.random.default_rng(seed).integers(100, size=6))

# %% [markdown]
# **Make.** Write `epoch_order(count, seed, epoch)`. It returns the numbers from 0 to `count - 1` in a random
# order, as an array: that of a generator whose seed is the list `[seed, epoch]`. It leaves NumPy's global
# generator alone. Stuck? `hint("10/epoch_order")`, in a cell of your own, opens a little more with each call.


# %% tags=["exercise"] exercise="10/epoch_order"
def epoch_order(count, seed, epoch):
    """Return the numbers from 0 to ``count - 1`` in the random order of one epoch."""
    ### BEGIN SOLUTION
    return np.random.default_rng([seed, epoch]).permutation(count)
    ### END SOLUTION


# %% tags=["check"]
check("10/epoch_order", epoch_order)

# %% [markdown]
# Then the order is cut into batches.
#
# **Make.** Write `cut_batches(order, batch_size, drop_last=False)`. `order` is an array of numbers. Return a
# list of arrays: the first `batch_size` numbers, the next, and so on. The last one may be shorter; it is never
# empty. With `drop_last=True` a last batch that is not full is left out.


# %% tags=["exercise"] exercise="10/cut_batches"
def cut_batches(order, batch_size, drop_last=False):
    """Cut an order of examples into batches: a list of arrays of at most `batch_size` numbers."""
    ### BEGIN SOLUTION
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    if drop_last and batches and len(batches[-1]) < batch_size:
        batches.pop()
    return batches
    ### END SOLUTION


# %% tags=["check"]
check("10/cut_batches", cut_batches)

# %% [markdown]
# A `DataLoader` is these two functions and a loop. It counts epochs by itself; `set_epoch` tells it where to
# go on, and `order` shows what is coming.

# %%
loader = data.DataLoader(train, 32, shuffle=True, seed=5)
first, second = ([labels[:6].tolist() for _, labels in loader][0] for _ in range(2))
print("labels at the beginning of epoch 0:", first)
print("labels at the beginning of epoch 1:", second)

again = data.DataLoader(train, 32, shuffle=True, seed=5)
again.set_epoch(1)
print("another loader, told it is epoch 1:", next(iter(again))[1][:6].tolist())

# %% [markdown]
# **Modify.** Which orders do you get with seed 0 in epoch 1, and with seed 1 in epoch 0? Why would
# `default_rng(seed + epoch)` be a bad idea for somebody who compares seeds 0, 1 and 2?

# %% [markdown]
# ## 2. Nobody waits
#
# Our digits are in memory. Photographs are not: each has to be read from the disk, unpacked and changed a
# little, and during that time the network does nothing. So let somebody else prepare the next batches while
# this one is in use. In the figure, one row is the training, the others are **workers**. Move the knobs, or
# focus one with the Tab key and use the arrow keys.


# %% tags=["given", "hide-input"]
def schedule_of(workers, load, batches=8, step=1.0):
    """Return when each batch is loaded and used: (worker, start, end) and (start, end) lists."""
    loads, steps, free, now = [], [], [0.0] * max(workers, 1), 0.0
    for number in range(batches):
        if workers == 0:  # the training loads for itself
            loads.append((0, now, now + load))
            steps.append((now + load, now + load + step))
        else:
            who = int(np.argmin(free))
            begin = max(free[who], steps[number - 2 * workers][0] if number >= 2 * workers else 0.0)
            free[who] = begin + load
            loads.append((who, begin, begin + load))
            begin = max(now, begin + load)
            steps.append((begin, begin + step))
        now = steps[-1][1]
    return loads, steps


def picture_of_workers(workers, load):
    """Draw who works when."""
    loads, steps = schedule_of(workers, load)
    with draw.style():
        fig, ax = plt.subplots(figsize=(6.2, 2.8))
        for number, ((who, begin, end), (start, stop)) in enumerate(zip(loads, steps, strict=True)):
            row = 0 if workers == 0 else who + 1
            ax.barh(row, end - begin, left=begin, color=draw.COLOURS["sky"], edgecolor="black")
            size = 7 if end - begin < 1 else None
            ax.text((begin + end) / 2, row, str(number), ha="center", va="center", fontsize=size)
            ax.barh(0, stop - start, left=start, color=draw.COLOURS["orange"], edgecolor="black")
            ax.text((start + stop) / 2, 0, str(number), ha="center", va="center")
        rows = ["training"] + [f"worker {k + 1}" for k in range(workers)]
        ax.set_yticks(range(len(rows)), rows)
        ax.set(xlabel="time, in steps of training", xlim=(0, 33), ylim=(4.6, -0.6))
    return fig


def words_of_workers(workers, load):
    """Say what the picture shows."""
    _, steps = schedule_of(workers, load)
    total = steps[-1][1]
    return (
        f"{workers} worker{'s' * (workers != 1)}, loading takes {load:g} times as long as a step: eight batches are done after "
        f"{total:.1f}; the training is busy for {8 / total:.0%} of the time."
    )


draw.live(
    picture_of_workers,
    alt=words_of_workers,
    workers=draw.knob([0, 1, 2, 3, 4], start=2),
    load=draw.knob([0.5, 1.0, 2.0, 3.0], label="loading / step", form="g", start=3.0),
    caption="Blue: a batch is loaded. Orange: it is used. Without workers the training loads for itself.",
)

# %% [markdown]
# **Investigate.** Loading takes three times as long as a step. How many workers are needed so that the training
# never waits, but for the beginning? Would one more help?
#
# Workers here are threads. That works because reading from a disk, and much of what NumPy does, lets other
# threads run meanwhile; pure Python does not. Two promises are kept: the batches are **the same in the same
# order**, however many workers there are, and if a worker fails, its error is raised where its batch would
# have come, with the numbers of the examples in it. Here is a data set that is as slow as a disk:


# %% tags=["given"]
class SlowDigits(data.Dataset):
    """The digits, as if each had to be read from a disk."""

    def __len__(self):
        return 192

    def __getitem__(self, index):
        time.sleep(0.002)  # as long as a good disk takes to find something
        if index == 150 and self.broken:
            raise OSError("this picture cannot be read")
        return train[index]

    broken = False


slow = SlowDigits()
labels_seen, seconds = {}, {}
for workers in (0, 1, 4):
    begin = time.perf_counter()
    batches = list(data.DataLoader(slow, 32, shuffle=True, workers=workers))
    seconds[workers] = time.perf_counter() - begin
    labels_seen[workers] = [labels.tolist() for _, labels in batches]
    print(f"{workers} worker{'s' * (workers != 1)}: {seconds[workers]:.2f} s")
print("the same batches:", labels_seen[0] == labels_seen[1] == labels_seen[4])

# %% tags=["given"]
slow.broken = True
try:
    for _, labels in data.DataLoader(slow, 32, workers=4):
        print(len(labels), "examples arrived")
except OSError as error:
    print("OSError:", error)
    print(*error.__notes__, sep="\n")

# %% [markdown]
# ## 3. An epoch, and an exam
#
# Now the loop itself. **A worked example**: one epoch for a straight line through points, with everything that
# belongs to an epoch, under the names that we shall use again.

# %% tags=["given"]
points = data.regression(100, lambda x: 3 * x[:, 0] - 1, noise=0.1, seed=0)
line = nn.Linear(1, 1)
descent = optim.SGD(line.parameters(), lr=0.3)

# Mode: the model is told that it trains.
line.train()
squares, seen = 0.0, 0
for x, y in data.DataLoader(points, 32, shuffle=True):
    # Step: loss, backward, and the optimizer moves.
    error = nn.mse_loss(line(x), y)
    error.backward()
    descent.step()
    # Count: the loss of a batch is a mean over its examples, so it counts as often as there are examples.
    squares += error.item() * len(y)
    seen += len(y)
print(f"mean loss of the epoch {squares / seen:.3f}, over {seen} examples")

# %% [markdown]
# **Make.** Write `train_epoch(model, loss, optimizer, batches)` for any model. `batches` gives pairs of
# inputs and targets, and can be gone through once. `loss(model(inputs), targets)` is a mean over the batch. Three
# sub-goals, as above: *mode*, then for
# each batch *step* and *count*. Return the mean loss over all examples, as a Python float.


# %% tags=["exercise"] exercise="10/train_epoch"
def train_epoch(model, loss, optimizer, batches):
    """Train once through `batches`; return the mean loss over all examples."""
    ### BEGIN STARTER
    # # Mode: the model is told that it trains.
    # raise NotImplementedError  # your code here
    #
    # total, count = 0.0, 0
    # for inputs, targets in batches:
    #     # Step: loss, backward, and the optimizer moves.
    #
    #     # Count: a batch counts as often as it has examples.
    #     count += len(targets)
    # return total / count
    ### END STARTER
    ### BEGIN SOLUTION
    # Mode: the model is told that it trains.
    model.train()

    total, count = 0.0, 0
    for inputs, targets in batches:
        # Step: loss, backward, and the optimizer moves.
        batch_loss = loss(model(inputs), targets)
        batch_loss.backward()
        optimizer.step()
        # Count: a batch counts as often as it has examples.
        total += batch_loss.item() * len(targets)
        count += len(targets)
    return total / count
    ### END SOLUTION


# %% tags=["check"]
check("10/train_epoch", train_epoch)

# %% [markdown]
# Now the exam. Three things are different there. Dropout must be off: `model.eval()`. Nothing is learned, so no
# tape is needed: `with dl.no_grad():`. And whoever looks must not change anything: afterwards the model is in
# the mode in which it was.
#
# **Predict.** An exam comes in three batches of 32, 32 and 4 examples. The accuracies are 75 %, 75 % and 0 %. What
# is the accuracy over all, in percent, rounded?

# %% tags=["exercise"] exercise="10/predict-mean"
### BEGIN SOLUTION
accuracy_over_all = 71
### END SOLUTION

# %% tags=["check"]
check("10/predict-mean", accuracy_over_all)

# %% [markdown]
# **Make.** Write `evaluate(model, loss, batches)`. `model(x)` gives scores (B, K), a Tensor, whose numbers are
# `scores.numpy()`; `y` are the labels (B,). Return a pair: the mean loss over all examples, and the share of
# examples whose highest score is that of the label. Call the model once for each batch. `model.training` says
# in which mode a model is, and `model.train(...)` takes True or False.


# %% tags=["exercise"] exercise="10/evaluate"
def evaluate(model, loss, batches):
    """Return mean loss and share of right answers; change nothing."""
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    total, right, count = 0.0, 0, 0
    with dl.no_grad():  # nothing is recorded
        for x, y in batches:
            scores = model(x)
            total += loss(scores, y).item() * len(y)
            right += int((scores.numpy().argmax(axis=1) == y).sum())
            count += len(y)
    model.train(was_training)
    return total / count, right / count
    ### END SOLUTION


# %% tags=["check"]
check("10/evaluate", evaluate)

# %% [markdown]
# **Run.** How much does the mode matter? The same network, examined ten times: with dropout by mistake, and
# without.

# %% tags=["given"]
model = new_network()
losses_of_steps = fit(model, data.DataLoader(train, 32, shuffle=True), epochs=5)
images, labels = exam[:]
model.train(True)
with dl.no_grad():
    forgotten = [metrics.accuracy(model(images), labels) for _ in range(10)]
print("dropout forgotten:", " ".join(f"{share:.1%}" for share in forgotten))
print(f"as it should be:   {share_right(model):.1%}, each time")

# %% [markdown]
# ## 4. What to count
#
# Accuracy is one number. Two others tell more. The first asks: was the right answer at least **among the best k**?
# With a thousand classes, among them a hundred breeds of dogs, that is the fairer question. It is answered by
# the **rank** of the right class: how many classes come before it. Rank 0 is a right answer, and a rank below 5
# is one among the best five.
#
# **Make.** Write `ranks(scores, labels)`, with scores (N, K) and labels (N,), both arrays. Return an array (N,): how
# many classes come before that of the label. Before it comes a class
#
# - with a higher score;
# - with the same score, if it stands further left (`argmax` takes the first of equals too);
# - and any class at all, if the label's own score is nan, so that a broken network is never right: rank K.
#
# No loop is needed. `np.take_along_axis` gets one element out of each row, and `hint("10/ranks")` shows how.


# %% tags=["exercise"] exercise="10/ranks"
def ranks(scores, labels):
    """Return for each row how many classes rank before the label: 0 if it is the highest."""
    ### BEGIN SOLUTION
    own = np.take_along_axis(scores, labels[:, None], axis=1)  # (N, 1)
    further_left = np.arange(scores.shape[1]) < labels[:, None]  # (N, K)
    comes_before = (scores > own) | ((scores == own) & further_left) | np.isnan(own)
    return comes_before.sum(axis=1)
    ### END SOLUTION


# %% tags=["check"]
check("10/ranks", ranks)

# %% tags=["given"]
images, labels = exam[:]
with dl.no_grad():
    scores = model.eval()(images)
for k in (1, 2, 3):
    share = metrics.top_k_accuracy(scores, labels, k=k)
    print(f"among the best {k}: {share:.1%}")

# %% [markdown]
# The second tells **who is taken for whom**. Entry [i, j] of the *confusion matrix* counts the examples of class i
# that were taken for class j. Right answers stand on the diagonal.

# %% tags=["given"]
counts = confusion_matrix(scores, labels)
with draw.style():
    fig, ax = plt.subplots(figsize=(4.6, 4.2))
    ax.imshow(counts, cmap="Blues", norm="symlog")
    for i, j in np.argwhere(counts):
        dark = counts[i, j] > 8
        ax.text(j, i, counts[i, j], ha="center", va="center", color="white" if dark else "black")
    ax.set(xlabel="taken for", ylabel="digit", xticks=range(10), yticks=range(10))
    ax.grid(visible=False)
wrong = counts - np.diag(np.diag(counts))
i, j = np.unravel_index(wrong.argmax(), wrong.shape)
draw.figure(
    fig,
    alt=f"A table of ten by ten counts. {np.trace(counts)} of {counts.sum()} stand on the diagonal. No mistake is "
    f"more frequent than {i} taken for {j}, {wrong.max()} times.",
    caption="Rows: what it is. Columns: what it was taken for.",
    data={"digit": list(range(10)), **{f"as {k}": counts[:, k] for k in range(10)}},
)

# %% [markdown]
# **Investigate.** From such a table follow other measures. Of those taken for an 8, the share that is one is called
# *precision*; of those that are an 8, the share that was found is called *recall*. Which of the two is a row,
# which a column? And if 99 of 100 examples are healthy, what accuracy has somebody who always says "healthy"?
# What is their recall of the sick?

# %% [markdown]
# ## 5. Three parts, and when to stop
#
# Whoever tries ten networks and takes the one that is best in the exam has used the exam to choose. Its result is
# too good, and nobody knows by how much. So there are three parts: one to **train**, one to **choose** by
# (*validation*), and one for the **exam**, which is looked at once, at the end.
#
# Each part should have every class in its share. A cut at random has it only on average, and for a rare class
# that is not enough:

# %% tags=["given"]
rare = np.repeat([0, 1], [190, 10])  # 5 % are sick
found = [np.random.default_rng(k).permutation(rare)[:40].sum() for k in range(12)]
print("sick ones among 40 of 200, twelve times at random:", *found)

# %% [markdown]
# There should be two, each time. The idea: give every example a **place** between 0 and 1, such that each class is
# spread evenly over the whole. If a class has n examples, the first gets the place 0.5 / n, the next 1.5 / n,
# and so on, up to (n − 0.5) / n. Then walk from 0 to 1 and write down whom you meet. This order may be cut
# **anywhere**.
#
# **Make.** Write `spread_classes(labels)`. `labels` is an array (N,) of whole numbers, not necessarily 0, 1, 2 and so on. Return the order
# as an array: the number of the example with the smallest place, then the next. Where two places are equal, the
# smaller number comes first (`np.argsort(..., kind="stable")` does that), and within one class the old order
# stays.


# %% tags=["exercise"] exercise="10/spread_classes"
def spread_classes(labels):
    """Return an order of the examples in which each class is spread evenly from first to last."""
    ### BEGIN SOLUTION
    place = np.empty(len(labels))
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    return np.argsort(place, kind="stable")
    ### END SOLUTION


# %% tags=["check"]
check("10/spread_classes", spread_classes)

# %% [markdown]
# The library shuffles first and then spreads: `data.random_split`, or `split(..., stratify=True)`. In the same way
# `data.folds` makes five pairs of parts, so that each example is held out once; that is **cross-validation**, for
# small data sets.

# %% tags=["given"]
learn, choose = train.split(0.8, seed=0, stratify=True)
print(len(learn), "to learn,", len(choose), "to choose,", len(exam), "for the exam")
print("of each digit to choose by:", np.bincount(choose.arrays[1]))

# %% [markdown]
# **When to stop?** Look at a network that has few examples and much time:

# %% tags=["given"]
few = learn.subset(slice(0, 150))
model = new_network()
optimizer = optim.Adam(model.parameters(), lr=0.01)
watcher = Trainer(model, nn.cross_entropy, optimizer, progress=False)
history = watcher.fit(
    data.DataLoader(few, 16, shuffle=True), validation=data.DataLoader(choose, 300), epochs=60
)
draw.training_curve(
    {"training": history["loss"], "validation": history["validation loss"]},
    caption="What it learns from gets ever better. What it has not seen gets worse after a while.",
)

# %% [markdown]
# After some epochs the network goes on learning its 150 pictures by heart, and becomes worse at others. The cure
# is cheap: keep the weights of the epoch that was best in the *validation*, and stop when it has not become better
# for some epochs in a row. How many is called **patience**.
#
# **Make.** Write that rule as a function of the losses alone: `early_stop(losses, patience)`. `losses` is a list of
# the validation losses of epoch 1, 2, ...; at least one. Training ends as soon as `patience` epochs in a row were
# not lower than the best so far, and at the end of the list if that never happens. Return a pair: the best epoch,
# and the last epoch that is trained, both counted from 1. What would come after the end has not been seen.


# %% tags=["exercise"] exercise="10/early_stop"
def early_stop(losses, patience):
    """Return the best epoch and the last one, both counted from 1."""
    ### BEGIN SOLUTION
    best_epoch, waited = 1, 0
    for epoch, now in enumerate(losses, start=1):
        if epoch == 1 or now < losses[best_epoch - 1]:
            best_epoch, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best_epoch, epoch
    return best_epoch, len(losses)
    ### END SOLUTION


# %% tags=["check"]
check("10/early_stop", early_stop)

# %% [markdown]
# With too little patience one stops at the first bump; with too much one wastes time. In the figure the rule runs
# over the curve from above.


# %% tags=["given", "hide-input"]
def stopping(patience):
    """Return best and last epoch of the curve above, by the library's own callback."""
    stopper, column = EarlyStopping(patience=patience, restore=False), history["validation loss"]
    for epoch in range(1, len(column) + 1):
        shown = Trainer(model, nn.cross_entropy, optimizer)
        shown.epoch, shown.history = epoch, {"validation loss": column[:epoch]}
        stopper.on_epoch_end(shown)
        if shown.stopped:
            break
    return stopper.best_epoch, epoch


def picture_of_patience(patience):
    """Draw the validation loss, the best epoch and the end."""
    best, last = stopping(patience)
    column = history["validation loss"]
    with draw.style():
        fig, ax = plt.subplots(figsize=(6, 2.8))
        ax.plot(range(1, len(column) + 1), column, "-", color=draw.COLOURS["black"], lw=1)
        ax.plot(range(1, last + 1), column[:last], "-", color=draw.COLOURS["sky"], lw=3)
        ax.plot(best, column[best - 1], "o", color=draw.COLOURS["orange"], label="best")
        ax.axvline(last, color=draw.COLOURS["sky"], ls="--", label="end")
        ax.set(xlabel="epoch", ylabel="validation loss")
        ax.legend()
    return fig


def words_of_patience(patience):
    """Say what the picture shows."""
    best, last = stopping(patience)
    value = history["validation loss"][best - 1]
    return (
        f"With a patience of {patience}, training ends after epoch {last}; the weights of epoch {best} are "
        f"kept, with a validation loss of {value:.3f}."
    )


draw.live(
    picture_of_patience,
    alt=words_of_patience,
    patience=draw.knob([1, 2, 3, 5, 8, 12, 20], start=5),
    caption="Thick: what is trained. The dot: what is kept.",
)

# %% [markdown]
# ## 6. A large batch in small pieces
#
# Large models need large batches, and these do not fit into memory: the tape keeps the results of all examples
# until the way back. But a gradient is a sum. The mean over 64 examples is made of the means over 32, 16 and 16,
# each multiplied by its **share** of the examples: 32/64, 16/64, 16/64. So each small batch may go forward and
# back by itself, and only the gradients are added up. Then the optimizer makes *one* step.
#
# **Make.** Write `accumulate(model, loss, batches)`. `batches` is a list of pairs `x, y`, of different sizes;
# `loss(model(x), y)` is a mean over its batch. Leave in `grad` of the parameters the gradient of the mean over all
# examples; what was there before has no part in it. Return that mean as a float. Remember from chapter 03:
# `backward()` replaces, `backward(accumulate=True)` adds.


# %% tags=["exercise"] exercise="10/accumulate"
def accumulate(model, loss, batches):
    """Leave the gradient of the mean over all examples in the parameters; return that mean."""
    ### BEGIN SOLUTION
    count = sum(len(y) for _, y in batches)
    mean = 0.0
    for number, (x, y) in enumerate(batches):
        weighted = loss(model(x), y) * (len(y) / count)
        weighted.backward(accumulate=number > 0)
        mean += weighted.item()
    return mean
    ### END SOLUTION


# %% tags=["check"]
check("10/accumulate", accumulate)

# %% [markdown]
# **Run.** The library's `Trainer` does it when it is told `accumulate=4`. Is one batch of 128 really the same as four
# of 32? (Without dropout, which draws other numbers for other batches.)

# %% tags=["given"]
after = {}
for size, pieces in ((128, 1), (32, 4)):
    dl.seed(1)
    model = nn.Sequential(nn.Linear(64, 48), nn.Tanh(), nn.Linear(48, 10))
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    Trainer(model, nn.cross_entropy, optimizer, accumulate=pieces, progress=False).fit(
        data.DataLoader(train, size, shuffle=True), epochs=2
    )
    after[size] = model.state_dict()
apart = max(np.abs(after[128][name] - after[32][name]).max() for name in after[32])
print(f"largest difference of any weight after two epochs: {apart:.1e}")

# %% [markdown]
# Equal up to rounding: the sum is the same, added up in another order. (There is one kind of layer for which it is
# *not* the same. Which, you will see in chapter 11: it looks at its whole batch.)

# %% [markdown]
# ## 7. Go on as if nothing had happened
#
# A long training is broken off sooner or later: by the power, by the system, by you. Then it shall go on, and not
# only nearly as it would have, but **to the last bit**. Else nobody can tell whether a different result comes from a better
# idea or from a break.
#
# **Predict.** A network with dropout is trained by Adam, with a shuffled loader. Somebody saved its weights, and
# nothing else. How many other things with a past does the next epoch depend on? (Count things, not numbers.)

# %% tags=["exercise"] exercise="10/predict-forgotten"
### BEGIN SOLUTION
things_missing = 3
### END SOLUTION

# %% tags=["check"]
check("10/predict-forgotten", things_missing)

# %% [markdown]
# **Run.** Four epochs in one go; and two epochs, then a fresh start of everything that is given *part* of the state,
# and two more epochs.


# %% tags=["given"]
def begin(seed):
    """Return a model, an optimizer and a loader, as a program has them after its start."""
    model = new_network(seed)
    return (
        model,
        optim.Adam(model.parameters(), lr=0.003),
        data.DataLoader(train, 32, shuffle=True, seed=7),
    )


def go_on(model, adam, loader, epochs):
    """Train for some epochs; return the model's exam."""
    for _ in range(epochs):
        for images, labels in loader:
            nn.cross_entropy(model.train()(images), labels).backward()
            adam.step()
    return share_right(model)


straight = begin(seed=0)
go_on(*straight, epochs=4)
expected = straight[0].state_dict()

model, optimizer, loader = begin(seed=0)
go_on(model, optimizer, loader, epochs=2)
parts = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": loader.epoch}


def resumed(without=""):
    """Begin anew, take the state but for one thing, and train for two more epochs."""
    model, optimizer, loader = begin(seed=99)  # another day, other random weights
    kept = {
        name: x
        for name, x in parts["model"].items()
        if without != "dropout's key" or "key" not in name
    }
    model.load_state_dict(kept, strict=not without)
    if without != "Adam's averages":
        optimizer.load_state_dict(parts["optimizer"])
    if without != "the epoch":
        loader.set_epoch(parts["epoch"])
    go_on(model, optimizer, loader, epochs=2)
    found = model.state_dict()
    weights = [name for name in expected if not name.endswith("key")]
    return max(float(np.abs(found[name] - expected[name]).max()) for name in weights)


apart = {
    name or "nothing": resumed(name)
    for name in ("", "Adam's averages", "the epoch", "dropout's key")
}
for name, distance in apart.items():
    print(f"left out: {name:16} largest difference of a weight: {distance:.2g}")

# %% tags=["given", "hide-input"]
with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 2.4))
    ax.barh(list(apart), list(apart.values()), color=draw.COLOURS["orange"])
    ax.invert_yaxis()
    ax.set(xlabel="largest difference of a weight", ylabel="left out")
draw.figure(
    fig,
    alt="Bars of how far the weights end from those of the unbroken run. With nothing left out the distance is "
    "zero; "
    + ", ".join(f"without {name} it is {x:.2g}" for name, x in apart.items() if name != "nothing")
    + ".",
    caption="Distance from the weights of the unbroken run. Only the whole state leads back to them.",
    data={"left out": list(apart), "largest difference": list(apart.values())},
)

# %% [markdown]
# Nothing left out: a difference of exactly 0. Each of the others trains, too, and none of them fails. (We had to say
# `strict=False`: a missing key `load_state_dict` would have noticed.)
#
# **Make.** Write `gather_state(model, optimizer, loader)`: all three in one flat dictionary, from names to NumPy
# arrays, as a file can hold it. Under `"epoch"` stands `loader.epoch`, as an array; under `"model/..."` all of
# `model.state_dict()`, and under `"optimizer/..."` all of `optimizer.state_dict()`, where the dots stand for the
# name that it has there. Later steps must not change what you return. (Both `state_dict` give copies.)


# %% tags=["exercise"] exercise="10/gather_state"
def gather_state(model, optimizer, loader):
    """Return all that the next step depends on, as a dictionary of arrays."""
    ### BEGIN SOLUTION
    gathered = {"epoch": np.array(loader.epoch)}
    for part, holder in (("model", model), ("optimizer", optimizer)):
        for name, array in holder.state_dict().items():
            gathered[f"{part}/{name}"] = array
    return gathered
    ### END SOLUTION


# %% tags=["check"]
check("10/gather_state", gather_state)

# %% [markdown]
# Such a dictionary goes into a file with `storage.save_arrays`. The file holds arrays and nothing that could be run:
# unlike Python's `pickle`, it can be opened without trusting whoever sent it.
#
# **Order.** The power may fail while the file is written. In which order do these lines keep one whole file there at
# every moment? Two lines do not belong. Write the letters as a string.

# %% tags=["given"]
check.lines("10/order-write")

# %% tags=["exercise"] exercise="10/order-write"
### BEGIN SOLUTION
safe_order = "eca"
### END SOLUTION

# %% tags=["check"]
check("10/order-write", safe_order)

# %% [markdown]
# ## 8. The Trainer, and MNIST
#
# All of this is written once, and then used: the `Trainer`. It is given what you would have written yourself, a
# model, a loss and an optimizer, and does the rest: modes, exams, metrics, schedules, progress, checkpoints.
# `use_mine()` puts in what you have passed, and `watch` shows where it is called. (`train_epoch`, `evaluate` and the others
# without a line in the list are the Trainer's in small; it has its own.)

# %% tags=["given"]
use_mine()

# %% tags=["given"]
model = new_network()
trainer = Trainer(
    model,
    nn.cross_entropy,
    optim.Adam(model.parameters(), lr=0.003),
    metrics=["accuracy", TopKAccuracy(2)],
    progress=False,
)
with watch() as ran:
    trainer.fit(data.DataLoader(learn, 32, shuffle=True), validation=data.DataLoader(choose, 300))
print(ran)
print({name: round(column[-1], 3) for name, column in trainer.history.items()})

# %% [markdown]
# Now to the data on which all of this grew up: MNIST, 60,000 handwritten digits of 28 × 28 pixels to learn from, and
# 10,000 for the exam. The files are looked for in the folder that `DIYDL_DATA` names and in your cache, and else
# fetched once from the network (12 MB), with a checksum. Where that cannot be, this notebook says so and goes on
# with the small digits that you know. They are fewer, so they are gone through more often.

# %% tags=["given"]
try:
    big_train, big_exam = data.load_mnist()
    batch_size, epochs = 50, 1
except data.DataNotFoundError as error:
    print(
        "MNIST is not here, and could not be fetched. What follows uses the 1,500 small digits instead.\n"
    )
    print(error)
    big_train, big_exam = data.load_digits()
    batch_size, epochs = 32, 20
print(big_train)

# %% tags=["given", "hide-input"]
draw.digit_grid(big_train.images[:20], big_train.arrays[1][:20])

# %% [markdown]
# The network has two hidden layers. The learning rate rises to 0.004 and falls to nearly nothing within the
# epoch (*one cycle*, chapter 09). `Checkpoints` writes everything to a folder after each epoch, and here after every 60 steps too; the last three files are
# kept.


# %% tags=["given"]
def mnist_trainer(folder=None, callbacks=()):
    """Return a Trainer and its loader, as a program makes them after its start."""
    dl.seed(0)
    pixels = big_train.arrays[0].shape[1]
    model = nn.Sequential(
        nn.Linear(pixels, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10)
    )
    loader = data.DataLoader(big_train, batch_size, shuffle=True, seed=0)
    optimizer = optim.Adam(model.parameters(), lr=0.004)
    trainer = Trainer(
        model,
        nn.cross_entropy,
        optimizer,
        schedule=optim.OneCycleLR(optimizer, max_lr=0.004, total_steps=epochs * len(loader)),
        schedule_every="step",
        metrics=["accuracy"],
        callbacks=[*callbacks, *([Checkpoints(folder, every_steps=60)] if folder else [])],
    )
    return trainer, loader


big_exam_batches = data.DataLoader(big_exam, 1000)
trainer, loader = mnist_trainer()
trainer.fit(loader, validation=big_exam_batches, epochs=epochs)
result = trainer.evaluate(big_exam_batches)
print(f"{result['accuracy']:.2%} of {len(big_exam):,} digits that it has never seen")

# %% [markdown]
# On MNIST it is above 97 %, after each picture was seen **once**. (On the small digits about 99 %, after twenty epochs:
# they are easier.)
#
# **Run.** And now the power fails. A callback is told after each step, and this one pretends to be the power cord:


# %% tags=["given"]
class PowerFails(Callback):
    """Break off after so many steps, as no program expects it."""

    def __init__(self, after):
        self.after = after

    def on_step_end(self, trainer):
        """Be the power cord."""
        if trainer.step == self.after:
            raise RuntimeError(f"the power failed after step {self.after}")


folder = Path(tempfile.mkdtemp())
unlucky, loader = mnist_trainer(folder, callbacks=[PowerFails(after=700)])
try:
    unlucky.fit(loader, epochs=epochs)
except RuntimeError as error:
    print("RuntimeError:", error)
print("in the folder:", *sorted(path.name for path in folder.iterdir()))

# %% [markdown]
# The next day, in a new program: make everything as it was made, `resume`, and `fit` as before.

# %% tags=["given"]
second, loader = mnist_trainer(folder)
print("goes on from", second.resume(folder).name)
second.fit(loader, epochs=epochs)
one, two = trainer.model.state_dict(), second.model.state_dict()
same = all(np.array_equal(one[name], two[name]) for name in one)
print(
    f"{second.evaluate(big_exam_batches)['accuracy']:.2%}; the same weights to the last bit: {same}"
)

# %% [markdown]
# It took up the epoch at the batch of the last file, and made the steps after it again. The same schedule, the same order, the same
# averages of Adam: the same network.
#
# **Investigate.** `trainer.history` is what was measured, and `draw.training_curve(trainer.history)` draws it. What
# else might differ from one run to the next, though all seeds are the same? (Sums in another order: another
# number of threads, another processor, a GPU.)
#
# **Make it stop.** With `EarlyStopping`, the rule from section 5 is a callback. It also brings back the best weights:

# %% tags=["given"]
model = new_network()
early = EarlyStopping("validation loss", patience=8)
trainer = Trainer(
    model, nn.cross_entropy, optim.Adam(model.parameters(), lr=0.01), callbacks=[early]
)
trainer.fit(
    data.DataLoader(few, 16, shuffle=True), validation=data.DataLoader(choose, 300), epochs=60
)
print(f"{trainer.stopped}; it ran {trainer.epoch} epochs. {share_right(model):.1%} of the exam.")

# %% [markdown]
# ### When the loss is no number
#
# Sooner or later a loss is `nan`: a division by zero somewhere, a learning rate that is too high, one broken pixel.
# From then on every weight would be nan, and all that was learned would be lost. The Trainer therefore looks at
# each loss **before** the step. Here is a data set with one broken pixel among 96,000:

# %% tags=["given"]
broken = data.ArrayDataset(train.arrays[0].copy(), train.arrays[1])
broken.arrays[0][700, 33] = np.nan
model = new_network()
trainer = Trainer(model, nn.cross_entropy, optim.Adam(model.parameters(), lr=0.003), progress=False)
try:
    trainer.fit(data.DataLoader(broken, 32, shuffle=True), epochs=1)
except FloatingPointError as error:
    print("FloatingPointError:", error)
finite = all(np.isfinite(array).all() for array in model.state_dict().values())
print(f"after {trainer.step} steps; are all weights still numbers? {finite}")

# %% [markdown]
# ## 9. Bug hunt
#
# A friend's network learns a little less than yours, and nobody can say why. Nothing fails. Which line is wrong?

# %% tags=["given"]
check.lines("10/bug-hunt")

# %% tags=["exercise"] exercise="10/bug-hunt"
### BEGIN SOLUTION
repeated_line = 4
### END SOLUTION

# %% tags=["check"]
check("10/bug-hunt", repeated_line)

# %% [markdown]
# ## 10. What the real frameworks do
#
# PyTorch has no Trainer. Its users write the loop, as you did, and `zero_grad` is the line that our `backward` does
# not need:
#
# ```python
# for epoch in range(epochs):
#     net.train()
#     for images, labels in torch.utils.data.DataLoader(train, 32, shuffle=True, num_workers=4):
#         adam.zero_grad()
#         loss = torch.nn.functional.cross_entropy(net(images), labels)
#         loss.backward()
#         adam.step()
# ```
#
# Keras and Lightning have one. In Keras it is a method of the model, in Lightning an object of its own:
#
# ```python
# model.compile(optimizer, loss, metrics=["accuracy"])             # Keras
# model.fit(x, y, batch_size=32, epochs=10, validation_split=0.2, callbacks=[EarlyStopping(patience=3)])
#
# trainer = lightning.Trainer(max_epochs=10, accumulate_grad_batches=4)   # Lightning
# trainer.fit(module, train_loader, validation_loader, ckpt_path="last")
# ```
#
# | piece | in diydl | elsewhere |
# |---|---|---|
# | order of an epoch | `epoch_order` in `diydl/data/loader.py`, from seed and epoch | `RandomSampler` in PyTorch's `utils/data/sampler.py`, from a generator that goes on; `DistributedSampler.set_epoch` takes the epoch too, but adds it to the seed |
# | batches | `cut_batches` | `BatchSampler` in the same file |
# | workers | threads, in `diydl/data/prefetch.py` | processes, `_utils/worker.py`: Python code runs at the same time too, but each batch is sent from process to process |
# | joining examples | `stack`, `collate=` | `default_collate` in `_utils/collate.py` |
# | the loop | `Trainer._train_epoch` in `diydl/train/trainer.py` | Keras's `backend/torch/trainer.py`; Lightning's `loops/training_epoch_loop.py` |
# | stopping | `EarlyStopping` in `diydl/train/early.py` | `callbacks/early_stopping.py` of Keras and of Lightning |
# | checkpoints | `diydl/train/checkpoint.py`: arrays, no code | `torch.save` writes a pickle; `torch.load(weights_only=True)` refuses the code in it; Lightning's `model_checkpoint.py` |
# | best k | `ranks` in `diydl/train/metrics.py` | `in_top_k` of Keras; `torchmetrics` |
#
# Ours resumes in the middle of an epoch, since an order follows from two numbers. PyTorch's loader has to be gone
# through up to that batch again; `torchdata`'s `StatefulDataLoader` was made to mend that.

# %% [markdown]
# ## Summary
#
# - A batch stands for the whole: **shuffle**. An order made from (seed, epoch) looks like chance and can be
#   **repeated** from anywhere. **Workers** prepare batches ahead, and change nothing but the time.
# - An epoch is *mode, step, count*. An exam has no dropout and no tape, and leaves the model as it was. Means are
#   over **examples**, not over batches.
# - Accuracy is one number of many: the **rank** of the right class, and who is taken for whom.
# - Three parts, each class in its share. The **validation** chooses, and says when to stop; the exam is for the end.
# - Gradients of small batches, each with its **share**, add up to that of a large one.
# - A **checkpoint** holds all that the next step depends on: model with buffers, optimizer, place in the data. Then
#   the run goes on to the same bit. It is written beside, brought to the disk, and renamed.
# - You wrote the heart of these; and MNIST, where it is at hand, is read at 97 of 100 after one epoch.
#
# **Next:** chapter 11 is about the gap between the two curves of section 5: how to learn more from what one has.
#
# **Sources.** Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, *Gradient-based learning applied to document
# recognition*, Proceedings of the IEEE 86, 1998 (MNIST). L. Prechelt, *Early stopping — but when?*, in Neural
# Networks: Tricks of the Trade, 1998. R. Kohavi, *A study of cross-validation and bootstrap for accuracy
# estimation and model selection*, IJCAI 1995. L. Smith and N. Topin, *Super-convergence*, arXiv:1708.07120, 2017
# (one cycle). T. Pillai and others, *All file systems are not created equal*, OSDI 2014 (what survives a crash).
