# %% [markdown]
# # A network in a minute
#
# *About 30 minutes. You need Python: functions, lists, loops. No mathematics yet.*
#
# At the end of this notebook a neural network reads the digits that you draw with the mouse. It
# learns to do so here, in front of you, in a few seconds.
#
# Everything it is made of comes from a small library called **diydl**. Today you borrow the finished
# library. In the chapters that follow you build it yourself: each one takes a borrowed part away and
# gives it back as your own code, until nothing borrowed is left. Two small pieces become yours today.

# %% tags=["given"]
import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.course import check, hint, library_picture, progress, use_mine
from diydl.train import metrics

dl.seed(0)

# %% [markdown]
# ## The library so far
#
# In every chapter this picture shows how far your library has grown. What is grey is lent to you today,
# what is dotted comes later. You will build all of it.

# %% tags=["given"]
library_picture("00")

# %% [markdown]
# ## How a notebook of this course works
#
# - **Shift+Enter** runs a cell and goes to the next. Run them from top to bottom.
# - Some cells ask you to **predict** before you run. A wrong prediction costs nothing, and teaches
#   more than a right one.
# - Some cells ask you to **write code**. The cell below each of them calls `check(...)`, which tells
#   you at once how you are doing, as often as you like.
# - Stuck? Run `hint("00/relu")` in a cell of your own: each call opens a little more.
# - What has passed is kept beside this notebook. Closing it, or breaking it, loses nothing. How far you
#   have come, and what is next, is shown by `progress()` in a cell, or `diydl progress` in a terminal.

# %% [markdown]
# ## 1. A picture is 64 numbers
#
# Here are handwritten digits. Thirteen people wrote them on paper, and each was scanned and reduced to
# 8 by 8 squares (Alpaydin and Kaynak, 1998).

# %% tags=["given"]
train, test = data.load_digits()
images, labels = train[:]
draw.digit_grid(
    images[:20],
    labels[:20],
    caption="Twenty of the pictures. The label above each says what its writer meant.",
)

# %% [markdown]
# To the computer a picture is nothing but numbers: 0 is paper, 1 is ink.

# %%
print(f"{len(train)} pictures to learn from, {len(test)} kept aside for the exam")
print(f"picture 0 shows a {labels[0]}:")
print(np.round(images[0].reshape(8, 8), 1))

# %% [markdown]
# **Investigate.** Find the ring of the digit in the numbers above: ink around, paper in the middle.
#
# **Modify.** Change `images[0]` and `labels[0]` to another number, run the cell again, and guess the
# digit from the numbers before you look at its label.
#
# The pictures kept aside matter. To remember the answers to old questions is no art; a network has
# learned something only if it reads pictures that it has never seen.

# %% [markdown]
# ## 2. A network is a function with knobs
#
# Our network is a function: 64 numbers go in, ten come out, one **score** for each digit from 0 to 9.
# The digit with the highest score is its answer.
#
# It works in three steps:
#
# 1. `nn.Linear(64, 48)` makes 48 numbers, each a **weighted sum** of the 64: every input times a number
#    called its *weight*, all added up, plus one number more, the *bias*.
# 2. `nn.ReLU()` bends: negative numbers become 0, the others stay.
# 3. `nn.Linear(48, 10)` makes ten weighted sums of what is left: the scores.
#
# The weights and biases are the knobs, 3,610 of them. At the beginning they stand at random.


# %% tags=["given"]
def make_network():
    """Return a fresh network, its knobs at random (the same ones each time)."""
    dl.seed(0)
    return nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))


network = make_network()
print(network.summary())

# %% [markdown]
# **Predict.** Nobody has taught this network anything yet. If you show it 100 new pictures, how many
# will it read correctly? Write your guess in place of the dots.

# %% tags=["exercise"] exercise="00/predict-untrained"
### BEGIN SOLUTION
guess = 10
### END SOLUTION

# %% tags=["check"]
check("00/predict-untrained", guess)

# %% [markdown]
# Now run it, and compare.

# %% tags=["given"]
exam, answers = test[:]
print(f"{metrics.accuracy(network(exam), answers):.1%} of {len(exam)} new pictures read correctly")

# %% [markdown]
# ## 3. The bend
#
# Why the bend in the middle? Without it, a weighted sum of weighted sums would just be another weighted
# sum: two layers would do no more than one. The bend is what makes layers worth stacking. It is called
# **ReLU**, short for *rectified linear unit*.
#
# First an example that is worked out. The function below lets no number grow past 1:


# %% tags=["given"]
def cap(x):
    """Return `x` with everything above 1 replaced by 1."""
    return dl.minimum(x, 1.0)


print(cap(np.array([-2.0, 0.5, 3.0])))

# %% [markdown]
# `dl.minimum(a, b)` compares element by element and keeps the smaller; one of the two may be a single
# number. `dl.maximum(a, b)` keeps the larger.
#
# **Make.** Write ReLU: each negative number becomes 0, every other number stays as it is. `x` has any
# shape, and the result has the same. One line is enough.


# %% tags=["exercise"] exercise="00/relu"
def relu(x):
    """Return `x` with every negative number replaced by 0; the same shape and dtype as `x`."""
    ### BEGIN SOLUTION
    return dl.maximum(x, 0)
    ### END SOLUTION


# %% tags=["check"]
check("00/relu", relu)

# %% [markdown]
# If a test failed, read what it says, change your line, run both cells again. (From here on the text
# goes on with the library's own version, so you can also come back later.)

# %% tags=["given"]
xs = np.linspace(-3, 3, 61)
with draw.style():
    fig, ax = plt.subplots(figsize=(5, 3))
    ax.plot(xs, dl.relu(xs))
    ax.set(xlabel="x", ylabel="relu(x)")
draw.figure(
    fig,
    alt="The graph of ReLU: flat at 0 for negative x, then a straight line up along y = x.",
    caption="ReLU: flat at first, then a straight line. All of its power is in the corner.",
    data={"x": xs[::10], "relu(x)": dl.relu(xs)[::10]},
)

# %% [markdown]
# ## 4. Learning is four lines, repeated
#
# How do 3,610 knobs find their places? In small steps, each of them four lines of code:
#
# - **Forward:** show the network some pictures and compute its scores.
# - **Loss:** compute one number that says how wrong the scores are. `nn.cross_entropy` is large when
#   the true digit got a low score, and close to 0 when it won by far.
# - **Backward:** find out, for each knob, whether turning it up would make the loss larger or smaller,
#   and how fast. These numbers are called **gradients**. How they are found is the subject of chapters
#   02 and 03, and the heart of the whole library.
# - **Step:** turn every knob a little, in the direction that makes the loss smaller.
#
# **Order.** Put the lines of one step in order. One line too many is among them: leave it out. Write the
# letters as a string, like `"abcd"`.

# %% tags=["given"]
check.lines("00/order-step")

# %% tags=["exercise"] exercise="00/order-step"
### BEGIN SOLUTION
order = "cadb"
### END SOLUTION

# %% tags=["check"]
check("00/order-step", order)

# %% [markdown]
# Here is the real thing. A **batch** is the handful of pictures shown in one step; once through all of
# the training pictures is an **epoch**.


# %%
def fit(network, epochs=15):
    """Train `network` on the digits; return the loss of each epoch."""
    optimizer = optim.Adam(network.parameters(), lr=0.003)
    batches = data.DataLoader(train, batch_size=32, shuffle=True, seed=0)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches:
            scores = network(images)
            loss = nn.cross_entropy(scores, labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
        losses.append(total / len(train))
    return losses


losses = fit(network)
draw.training_curve({"loss": losses}, caption="Each point is the mean loss of one epoch.")

# %% [markdown]
# **Investigate.** Where does the network learn most, in the first epoch or in the last?
#
# **Modify.** Train a fresh network with another learning rate: change `lr=0.003` to `lr=3.0`, then to
# `lr=0.00003`, and run the cell above again after `network = make_network()`. One goes wild, one
# crawls. Then put it back.

# %% [markdown]
# ## 5. How good is it?
#
# The exam: pictures that the network has never seen. We count how many it reads correctly.
#
# The scores of several pictures come as a table: one row for each picture, one column for each digit.
# `scores.argmax(axis=1)` finds, in each row, the column with the highest score:

# %% tags=["given"]
table = np.array([[0.1, 2.0, 0.3], [5.0, 1.0, 0.0], [0.2, 0.1, 0.4]])
truth = np.array([1, 0, 1])
print("answers:", table.argmax(axis=1))
print("labels: ", truth)
print("equal:  ", table.argmax(axis=1) == truth)

# %% [markdown]
# Two of three are right. In Python `True` counts as 1 and `False` as 0, so the **mean** of the last
# line is the share of right answers.
#
# **Make.** Write `accuracy`: the share of rows whose highest score stands in the column of the label,
# as a Python `float` from 0 to 1 (`float(...)` turns a mean into one). One line is enough.


# %% tags=["exercise"] exercise="00/accuracy"
def accuracy(scores, labels):
    """Return the share of rows of `scores` (B, K) whose argmax equals `labels` (B,), as a float."""
    ### BEGIN SOLUTION
    return float((scores.argmax(axis=1) == labels).mean())
    ### END SOLUTION


# %% tags=["check"]
check("00/accuracy", accuracy)

# %% tags=["given"]
print(f"{metrics.accuracy(network(exam), answers):.1%} of {len(exam)} new pictures read correctly")

# %% [markdown]
# ## 6. Your turn to write
#
# Now put your pieces in. `use_mine()` makes the library run on whatever you have passed so far, and on
# its own functions for the rest; then the network is trained once more, on your bend.

# %% tags=["given"]
use_mine()
network = make_network()
losses = fit(network)
print(f"{metrics.accuracy(network(exam), answers):.1%} of {len(exam)} new pictures read correctly")

# %% [markdown]
# Draw a digit on the left, large and plain (the people above wrote a 1 without a foot). The small picture is what the network sees:
# your strokes, reduced to 8 by 8 squares just as the scanned digits were. The bars show how sure it is.
# Without a mouse: Tab to the canvas, move with the arrow keys, and put the pen down with the space bar.


# %% tags=["given"]
def predict(picture):
    """Return ten probabilities for a picture of 64 numbers from 0 (paper) to 16 (ink)."""
    with dl.no_grad():
        return dl.softmax(network(dl.tensor(picture / 16, dtype="float32").reshape(1, 64)), axis=-1)


draw.DigitCanvas(predict)

# %% [markdown]
# **Investigate.** Can you draw a digit that it gets wrong? One that it is not sure about? What does it
# say about a letter, or a face? It has ten answers and has to choose one: *I do not know* is not among
# them.

# %% [markdown]
# ## 7. Bug hunt
#
# A friend's network does not learn at all. The program runs without any error, which is what makes such
# bugs hard. Which line is wrong?

# %% tags=["given"]
check.lines("00/bug-hunt")

# %% tags=["exercise"] exercise="00/bug-hunt"
### BEGIN SOLUTION
wrong_line = 5
### END SOLUTION

# %% tags=["check"]
check("00/bug-hunt", wrong_line)

# %% [markdown]
# ## 8. What the real frameworks do
#
# The same training step in PyTorch, the framework that most research is written in:
#
# ```python
# network = torch.nn.Sequential(torch.nn.Linear(64, 48), torch.nn.ReLU(), torch.nn.Linear(48, 10))
# optimizer = torch.optim.Adam(network.parameters(), lr=0.003)
#
# scores = network(images)
# loss = torch.nn.functional.cross_entropy(scores, labels)
# optimizer.zero_grad()
# loss.backward()
# optimizer.step()
# ```
#
# Line by line it is ours, but for one: PyTorch *adds* each new gradient to the old one, so that
# forgetting `zero_grad()` is one of its classic bugs. In diydl `backward()` replaces the old gradient,
# and adds only when you ask it to. Where the pieces stand, in both:
#
# | piece | in diydl | in PyTorch |
# |---|---|---|
# | weighted sums | `diydl/nn/linear.py` | `torch/nn/modules/linear.py` |
# | the bend | `diydl/ops/functional.py` | `torch/nn/modules/activation.py`, and C++ below it |
# | the loss | `diydl/nn/loss/categorical.py` | `torch/nn/functional.py` |
# | backward | `diydl/engines/tape.py` | `torch/autograd/`, and C++ below it |
# | the step | `diydl/optim/adam.py` | `torch/optim/adam.py` |
#
# Ours are short enough to be read over a cup of tea. Open one.

# %% [markdown]
# ## Summary
#
# - A picture is an array of numbers; a **network** is a function from such numbers to **scores**, made
#   of weighted sums with a bend between them.
# - Its **weights** begin at random. A **training step** is forward, loss, backward, step; it turns each
#   weight a little so that the loss gets smaller.
# - What counts is the **accuracy** on pictures that were not used for training.
# - You wrote the bend and the measure, and the network ran on them.
#
# **Next:** chapter 01 takes the arrays apart: what they are in memory, and why one line on arrays is a
# hundred times as fast as a loop.
#
# **Sources.** E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine
# Learning Repository, 1998. V. Nair and G. Hinton, *Rectified Linear Units Improve Restricted Boltzmann
# Machines*, ICML 2010. D. Kingma and J. Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015.
