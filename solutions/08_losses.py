# %% [markdown]
# # What to minimise
#
# *About 120 minutes, in two sittings if you like: the end of section 3 is a good place to stop. You need
# chapters 01 to 05 and 07: broadcasting, VJPs, the tape, layers.*
#
# At the end of this notebook you can
#
# - say where a loss comes from: which errors it expects, and what it makes of an outlier;
# - compute the losses of yes-or-no and of many classes **exactly**, at scores of 800 and 1000, where the formulas
#   of the books give infinity and NaN;
# - write their slopes, which are the simplest of all: what was said minus what was true;
# - train where nearly everything is background, and not be deceived by 97 % accuracy;
# - put a price on large weights, and see in the reported loss what is paid.

# %% tags=["given"]
import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import draw, nn, optim
from diydl.course import check, hint, library_picture, use_mine, watch
from diydl.data import DataLoader, load_digits, load_wine
from diydl.train import metrics

dl.seed(0)

# %% [markdown]
# ## The library so far

# %% tags=["given"]
library_picture("08")

# %% [markdown]
# ## Before we start
#
# Four questions about what you know already. Answer from memory, then run the check.
#
# **Chapter 01.** `scores` is the table [[1, 2, 3], [4, 5, 6], [7, 8, 9]]. What stands in row 0, column 1 of
# `scores - scores.max(axis=1)`?

# %% tags=["exercise"] exercise="08/recall-keepdims"
### BEGIN SOLUTION
entry = -4
### END SOLUTION

# %% tags=["check"]
check("08/recall-keepdims", entry)

# %% [markdown]
# **Chapter 02.** `out = exp(x)` is 5, and from above comes `g = 3`. What does the VJP return for x?

# %% tags=["exercise"] exercise="08/recall-exp"
### BEGIN SOLUTION
sent_back = 15
### END SOLUTION

# %% tags=["check"]
check("08/recall-exp", sent_back)

# %% [markdown]
# **Chapter 04.** Four classes have the scores 5, 5, 7 and 2; the first is the right one. What is the hinge loss,
# with the margin 1?

# %% tags=["exercise"] exercise="08/recall-hinge"
### BEGIN SOLUTION
hinge_of_row = 4
### END SOLUTION

# %% tags=["check"]
check("08/recall-hinge", hinge_of_row)

# %% [markdown]
# **Chapter 07.** How many numbers are trained in `nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))`?

# %% tags=["exercise"] exercise="08/recall-parameters"
### BEGIN SOLUTION
trained_numbers = 67
### END SOLUTION

# %% tags=["check"]
check("08/recall-parameters", trained_numbers)

# %% [markdown]
# ## 1. A loss is an opinion about errors
#
# A network never knows what we want. It knows one number, the **loss**, and makes it small. So far the loss was
# given: mean squared error here, cross-entropy there. Why these? There is one idea behind nearly all of them.
#
# Say a line `f(x)` shall describe measurements `y`. No line meets them all; the rest `d = y - f(x)` is called an
# error. Have an opinion about errors: *small ones are likely, large ones are not*, written as a density $p(d)$.
# Then a line makes the measurements more or less likely, and the best line is the one that makes them **most
# likely**: the maximum of the product of all $p(d_i)$. That product is called the **likelihood**.
#
# **Predict.** 400 measurements, each with the density 0.1. What does the computer say is the product of these 400
# numbers, `np.prod(np.full(400, 0.1))`?

# %% tags=["exercise"] exercise="08/predict-product"
### BEGIN SOLUTION
likelihood_of_all = 0
### END SOLUTION

# %% tags=["check"]
check("08/predict-product", likelihood_of_all)

# %% [markdown]
# **Run.**

# %% tags=["given"]
densities = np.full(400, 0.1)
print("product:            ", np.prod(densities))
print("sum of logarithms:  ", np.sum(np.log(densities)))

# %% [markdown]
# The first number of this chapter that the computer could not hold; there will be more. The cure is always the same:
# **stay with logarithms**. The logarithm of a product is a sum, and it grows where the product grows. Turn the sign,
# so that there is something to minimise, and each measurement contributes
#
# $$-\log p(d)$$
#
# That is the loss. Every density has one. Two famous ones:
#
# | opinion | density | minus logarithm, but for constants | loss |
# |---|---|---|---|
# | Gauss: errors are many small ones added up | $e^{-d^2/2} / (2\pi)^{1/2}$ | $d^2/2$ | squared error, `nn.mse_loss` |
# | Laplace: now and then a large one | $e^{-\lvert d \rvert}/2$ | $\lvert d \rvert$ | absolute error, `nn.l1_loss` |

# %% tags=["given", "hide-input"]
errors = np.linspace(-5, 5, 201)
opinions = {
    "Gauss": np.exp(-(errors**2) / 2) / np.sqrt(2 * np.pi),
    "Laplace": np.exp(-np.abs(errors)) / 2,
}
with draw.style():
    fig, (left, right) = plt.subplots(1, 2, figsize=(7, 2.7))
    for name, density in opinions.items():
        left.plot(errors, density, label=name)
        right.plot(errors, -np.log(density))
    left.set(xlabel="error", ylabel="density")
    right.set(xlabel="error", ylabel="minus its logarithm")
    left.legend(frameon=False)
draw.figure(
    fig,
    alt="Left: two bells, that of Gauss round, that of Laplace with a peak and longer tails. Right, minus their "
    "logarithms: a parabola and a wedge of straight lines; from an error of 2 on the parabola is above, at 5 with "
    "13.4 beside 5.7.",
    caption="Two opinions about errors, and the losses that they are.",
    data={"error": errors[::10]}
    | {f"{n}, minus log": np.round(-np.log(p[::10]), 3) for n, p in opinions.items()},
)

# %% [markdown]
# **Investigate.** By how much does the loss change if an error of 4 becomes one of 5? Under Gauss, and under Laplace?
# Which of the two would go a long way to please one wild measurement?
#
# The slope answers: it says how hard a measurement *pulls* at the line. The square pulls in proportion to its
# distance. The absolute error pulls with the same force, near and far. Pulls are in balance where they add up to 0: for the square where the
# distances do, and for the absolute error where as many measurements pull up as down. So the minimum of the one is the **mean**, and of the
# other the **median**.
#
# **A worked example**, in three sub-goals, for one number that shall stand for five:

# %%
measured = np.array([1.0, 2.0, 2.5, 3.0, 90.0])  # somebody forgot a decimal point
for name in ("squared", "absolute"):
    stand_in = dl.Parameter([0.0], name="stand-in")
    optimizer = optim.SGD([stand_in], lr=0.1)
    for _ in range(1000):
        # Error: how far off, with a sign.
        distance = dl.tensor(measured) - stand_in
        # Loss: what each error costs.
        costs = distance * distance if name == "squared" else dl.abs(distance)
        # Mean: one number, whatever the number of measurements.
        dl.mean(costs).backward()
        optimizer.step()
    print(f"{name:8} error: {stand_in.item():6.2f}")
print("mean", measured.mean(), " median", np.median(measured))

# %% [markdown]
# **Modify.** Put 9.0 in the place of 90.0 in the cell above, then 900.0. Which of the two answers notices?
#
# One forgotten decimal point, and the mean is nowhere near any measurement. Yet the absolute error has a fault as
# well: its slope jumps at 0, so it trembles about the minimum. Peter Huber joined the two in 1964: a **square near
# by, a straight line far away**. From the distance $\delta$ (delta) on, a measurement counts as an outlier.
#
# $$h(d) = \tfrac{1}{2} d^2 \ \text{ if } |d| \le \delta, \qquad \delta \left( |d| - \tfrac{1}{2}\delta \right) \
# \text{ beyond}$$
#
# The two pieces meet at $\delta$ with the same value and the same slope: no jump, no corner.
#
# **Make.** Write `huber(distance, *, delta)`: element by element, for an array or a Tensor `distance` of either sign, and a
# number `delta` above 0. *Size* and *near* are done; *far* and *choose* are yours. `dl.where(condition, a, b)`
# takes `a` where the condition holds. Example: `huber(np.array([0.5, -3.0]), delta=1.0)` is `array([0.125, 2.5])`.
# Stuck? `hint("08/huber")`, in a cell of your own, opens a little more with each call.


# %% tags=["exercise"] exercise="08/huber"
def huber(distance, *, delta):
    """Return half the square of each distance up to `delta`, and a straight line beyond."""
    ### BEGIN STARTER
    # size = dl.abs(distance)
    # near = 0.5 * size * size
    # raise NotImplementedError  # your code here: far, and choose
    ### END STARTER
    ### BEGIN SOLUTION
    size = dl.abs(distance)
    near = 0.5 * size * size
    far = delta * (size - 0.5 * delta)
    return dl.where(size <= delta, near, far)
    ### END SOLUTION


# %% tags=["check"]
check("08/huber", huber)

# %% [markdown]
# The library builds `nn.huber_loss(prediction, target, delta=1.0)` around it. Now let three losses draw a line through
# the same thirty measurements, of which a few are wrong.


# %% tags=["given", "hide-input"]
rng = np.random.default_rng(1)
XS = np.sort(rng.uniform(0, 1, 30)).astype("float32")
YS = (1 + 2 * XS + 0.3 * rng.normal(size=30)).astype("float32")
WRONG = rng.permutation(np.flatnonzero(XS > 0.6))[:8]
COUNTS, DELTAS = [0, 1, 2, 4, 6, 8], [0.1, 0.3, 3.0]


def spoilt(count):
    """Return the measurements with so many of them read off the wrong scale."""
    ys = YS.copy()
    ys[WRONG[:count]] += 6
    return ys


def lines_for(counts, deltas):
    """Return height and slope of the best line for all pairs, found at once: (count, delta, 2)."""
    ys = np.stack([spoilt(count) for count in counts])[:, None]  # (C, 1, 30)
    limits = np.array(deltas, "float32")[:, None]  # (D, 1)
    line = dl.Parameter(np.zeros((len(counts), len(deltas), 2), "float32"))
    optimizer = optim.Adam([line], lr=0.2)
    for _ in range(400):
        away = dl.abs(line[..., :1] + line[..., 1:] * XS - ys)  # (C, D, 30)
        near = dl.minimum(away, limits)
        loss = dl.sum(near * (away - 0.5 * near) / limits)
        loss.backward()
        optimizer.step()
    return line.numpy()


LINES = lines_for(COUNTS, [1e3, 0.01, *DELTAS])


def picture_of_lines(outliers, delta):
    """Draw the measurements and three lines."""
    square, absolute, *bent = LINES[COUNTS.index(outliers)]
    chosen = {"squared": square, "absolute": absolute, "Huber": bent[DELTAS.index(delta)]}
    with draw.style():
        fig, ax = plt.subplots(figsize=(5.8, 3.3))
        for name, (height, slope) in chosen.items():
            ax.plot([0, 1], [height, height + slope], label=name)
        ax.plot(XS, spoilt(outliers), "o", color=draw.COLOURS["black"], markersize=3)
        ax.set(xlabel="x", ylabel="y", ylim=(0, 9.5))
        ax.legend(loc="upper left", frameon=False)
    return fig


def words_for_lines(outliers, delta):
    """Say what the picture shows."""
    square, absolute, *bent = LINES[COUNTS.index(outliers)]
    return (
        f"With {outliers} outliers of 30, the true slope 2: the squared error finds the slope "
        f"{square[1]:.1f}, the absolute error {absolute[1]:.1f}, Huber with delta {delta} finds "
        f"{bent[DELTAS.index(delta)][1]:.1f}."
    )


draw.live(
    picture_of_lines,
    alt=words_for_lines,
    outliers=draw.knob(COUNTS, start=2),
    delta=draw.knob(DELTAS, start=0.3),
    caption="Thirty measurements of the line 1 + 2x. Under the squared error each outlier pulls as hard as it is far away.",
)

# %% [markdown]
# **Investigate.** How many outliers does it take until the absolute error gives in? What is Huber with a small delta
# like, and what with a large one? Which delta would you take, if the ordinary errors are about 0.3? (All wrong measurements
# stand to the right of 0.6, where there are ten. What counts there is the majority of those ten.)

# %% [markdown]
# ## 2. Yes or no
#
# Will it rain? Is this pixel ink? The target is 1 or 0, and the network gives a **score** $x$: any number, high for yes.
# A probability is made of it by the sigmoid, $p = \sigma(x) = 1 / (1 + e^{-x})$. The likelihood of a yes is $p$, that of
# a no is $1 - p$ (a coin with this bias: Bernoulli). So the loss is
#
# $$-\log p \ \text{ for a yes}, \qquad -\log(1 - p) \ \text{ for a no}$$
#
# and, for both at once, with the target $t$: $\ -t \log p - (1 - t) \log(1 - p)$. It is called the **logistic loss**,
# or binary cross-entropy. As it stands in books:


# %% tags=["given"]
def by_the_book(x, target):
    """Return the logistic loss, through the probability."""
    p = 1 / (1 + np.exp(-x))
    return -target * np.log(p) - (1 - target) * np.log(1 - p)


scores = np.array([-2.0, 0.0, 3.0], "float32")
print("of a yes:", by_the_book(scores, np.ones(3, "float32")))
print("of a no: ", by_the_book(scores, np.zeros(3, "float32")))

# %% [markdown]
# **Predict.** The answer is no, and the network says yes with the score $x$. In float32, from which whole number $x$ on
# does `by_the_book` return infinity? (Anything near counts.)

# %% tags=["exercise"] exercise="08/predict-rounded"
### BEGIN SOLUTION
infinite_from = 17
### END SOLUTION

# %% tags=["check"]
check("08/predict-rounded", infinite_from)

# %% [markdown]
# **Run.** And not only infinity:

# %% tags=["given"]
with np.errstate(all="ignore"):  # NumPy would warn
    for x in (10, 16, 17, 100, 800):
        of_no = by_the_book(np.float32(x), np.float32(0))
        of_yes = by_the_book(np.float32(-x), np.float32(1))
        of_sure = by_the_book(np.float32(x), np.float32(1))
        print(f"size {x:3}: wrong yes {of_no:7.3f}, wrong no {of_yes:7.3f}, right yes {of_sure}")

    x = dl.tensor(np.float32(800), requires_grad=True)
    loss = -dl.log(1 - dl.sigmoid(x))
    loss.backward()
print("gradient at 800:", x.grad.item())

# %% [markdown]
# The true loss at 100 is simply 100. It is the way through the probability that loses it: beside 1, a float32 cannot
# tell $e^{-17}$ from nothing. And one NaN in a gradient makes the weights NaN, in one step.
#
# Do the algebra before the arithmetic. With $p = 1/(1 + e^{-x})$ we have $-\log p = \log(1 + e^{-x})$ and $-\log(1 - p) = \log(1 +
# e^{x}) = x + \log(1 + e^{-x})$. The function $\log(1 + e^x)$ has a name, **softplus**. All together:
#
# $$-t \log p - (1 - t) \log(1 - p) = \log(1 + e^{x}) - t x$$
#
# No probability is left. But $e^{800}$ still overflows. So take out what is large: for positive $x$ that is $x$ itself, and
# $\log(1 + e^x) = x + \log(1 + e^{-x})$. For negative $x$ nothing is large. Both cases in one line:
#
# $$\log(1 + e^x) = \max(x, 0) + \log(1 + e^{-|x|})$$
#
# The exponent is never positive. One detail remains: $\log(1 + u)$ with a tiny $u$ forgets it, as $1 + u$ is rounded. NumPy has a
# function for this very purpose: `log1p(u)`. The order matters too: at $x = 30$, $t = 1$ the loss is 9e-14, and 30 + 9e-14 keeps one or two
# of its digits. So first take $t x$ from $\max(x, 0)$, and add the small rest last.
#
# **Make.** Write `logistic(xp, logits, target)`. It is the forward of a primitive of the library (there it is called
# `sigmoid_cross_entropy`), so its first argument is `xp`, which is `numpy` or `cupy`. `logits` is the usual word for
# scores that have not been through a sigmoid or softmax. Three sub-goals: what *grows* with the score, what the target
# *gives back*, and the small *rest*.
#
# - `logits` and `target` are arrays, floating point, that broadcast; `target` lies between 0 and 1. The result has the shape they broadcast to.
# - Nothing may overflow, at any score.
# - What is right and nearly sure costs a little, and not nothing: at the score 30, 9e-14.
# - The dtype stays: float32, and float16 too.


# %% tags=["exercise"] exercise="08/logistic"
def logistic(xp, logits, target):
    """Return the logistic loss of each score, without computing a probability."""
    ### BEGIN SOLUTION
    grows = xp.maximum(logits, 0)
    given_back = logits * target
    rest = xp.log1p(xp.exp(-xp.absolute(logits)))
    return grows - given_back + rest
    ### END SOLUTION


# %% tags=["check"]
check("08/logistic", logistic)

# %%
sizes = np.array([10, 17, 36, 37, 100, 800], "float32")
print("wrong yes:", dl.sigmoid_cross_entropy(sizes, np.zeros_like(sizes)))
print("right yes:", dl.sigmoid_cross_entropy(sizes, np.ones_like(sizes)))

# %% [markdown]
# **Modify.** Put `by_the_book(sizes, ...)` in place of the library's function, and "float64" in place of "float32". From
# which score on is it infinite now? Twice as many digits put the evil off. They do not cure
# it. (NumPy will warn.)
#
# ### The simplest slope of all
#
# The slope of $\log(1 + e^x) - t x$: the first term has $e^x/(1 + e^x)$, which is the sigmoid. So it is
#
# $$\sigma(x) - t$$
#
# **What was said minus what was true.** Said 0.9, true 1: the slope is -0.1, push the score up a little. Nothing else
# is left of all those logarithms. Compare with what happens if one takes the squared error of the probability, $(p -
# t)^2$: its slope has the factor $p (1 - p)$, and that is 0 where the network is sure. **Sure and wrong** would learn nothing.

# %% tags=["given", "hide-input"]
wide = np.linspace(-6, 6, 121)
p = 1 / (1 + np.exp(-wide))
curves = {  # of a yes: loss, slope
    "logistic": (np.logaddexp(0, -wide), p - 1),
    "hinge": (np.maximum(0, 1 - wide), np.where(wide < 1, -1.0, 0.0)),
    "square of p - 1": ((p - 1) ** 2, 2 * (p - 1) * p * (1 - p)),
}
with draw.style():
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.4, 2.9))
    for name, (loss, slope) in curves.items():
        left.plot(wide, loss, label=name)
        right.plot(wide, slope)
    left.set(xlabel="score of a yes", ylabel="loss")
    right.set(xlabel="score of a yes", ylabel="slope")
    left.legend(frameon=False)
draw.figure(
    fig,
    alt="Losses of a yes over its score, and their slopes. Logistic and hinge rise to the left with the slope -1; the "
    "squared error of the probability is flat on both sides, with a slope near 0 below -4.",
    caption="A score of -6 for a yes is a bad mistake. The logistic loss and the hinge pull at it with full force; the "
    "squared error of the probability does not.",
    data={"score": wide[::12]}
    | {f"slope of {n}": np.round(slope[::12], 3) for n, (_, slope) in curves.items()},
)

# %% [markdown]
# The hinge loss of chapter 04 stands in the figure too. It knows no probabilities, only a margin: who has won by 1
# is left in peace, and has no slope at all. The logistic loss is never quite content.
#
# **Make.** Write the VJP, `logistic_vjp(g, out, logits, target)`: the gradient with respect to `logits`, from the gradient `g` of
# `out`. Sub-goals as in chapter 03: *slope*, *times what comes in*, *un-broadcast*. It must work on arrays and on Tensors, so use operators
# and functions of the library, such as `dl.sigmoid` and `dl.unbroadcast(x, shape)`. `out` has a shape and a dtype here, but no
# numbers: the tape does not keep them, so do without it.


# %% tags=["exercise"] exercise="08/logistic_vjp"
def logistic_vjp(g, out, logits, target):
    """Return the gradient with respect to `logits`, from the gradient `g` of `out`."""
    ### BEGIN SOLUTION
    slope = dl.sigmoid(logits) - target
    return dl.unbroadcast(g * slope, logits.shape)
    ### END SOLUTION


# %% tags=["check"]
check("08/logistic_vjp", logistic_vjp)

# %% [markdown]
# ## 3. One of many
#
# A digit is one of ten classes. The network gives ten scores, and **softmax** makes probabilities of them: raise $e$ to each
# score, and divide by the total. The loss is again minus the logarithm of the probability of what is true. Its name is
# **cross-entropy**:
#
# $$p_k = \frac{e^{x_k}}{\sum_j e^{x_j}} \qquad \text{loss} = -\log p_{\text{label}}$$
#
# **Run.** As it stands in books, on three rows:


# %% tags=["given"]
def softmax_by_the_book(x):
    """Return the probabilities of each row."""
    raised = np.exp(x)
    return raised / raised.sum(axis=1, keepdims=True)


rows = np.array([[2.0, 1.0, 0.0], [1000.0, 0.0, 0.0], [-1000.0, -1000.0, -1000.0]])
with np.errstate(all="ignore"):
    print(softmax_by_the_book(rows))
    print("losses, the first class being right:", -np.log(softmax_by_the_book(rows)[:, 0]))

# %% [markdown]
# Infinity over infinity, and 0 over 0. Again the algebra helps. Take the same number $c$ from all scores of a row: every
# $e^{x_k}$ is divided by $e^c$, the total too, and **nothing changes**. So shift each row by its largest score. Then the
# largest is 0, no exponential is above 1, and the total is at least 1:
#
# $$\log p_k = (x_k - c) - \log \sum_j e^{x_j - c} \qquad c = \max_j x_j$$
#
# The last term, plus $c$, is the well-known **log-sum-exp** of the row. And, as before, do not take the detour through the probability: a
# probability of $e^{-1000}$ is rounded to 0, but its logarithm, -1000, is a harmless number.
#
# **Make.** Write `log_softmax(x, *, axis=-1)`: the logarithms of the softmax along `axis`, which may be any axis.
# Cross-entropy and its relatives are built on it, so:
#
# - `x` may be an array, a Tensor, or a node of a graph (chapter 04): use `dl.max`, `dl.exp`, `dl.sum`, `dl.log`, and operators;
# - scores may be 1000 or 5000, in rows that have nothing to do with each other; one may be minus infinity, for a
#   class that cannot be;
# - the dtype stays, and `x` too.
#
# Three sub-goals: *shift*, *total*, *logarithm*.


# %% tags=["exercise"] exercise="08/log_softmax"
def log_softmax(x, *, axis=-1):
    """Return the logarithms of the probabilities along `axis`."""
    ### BEGIN SOLUTION
    shifted = x - dl.max(x, axis=axis, keepdims=True)
    total = dl.sum(dl.exp(shifted), axis=axis, keepdims=True)
    return shifted - dl.log(total)
    ### END SOLUTION


# %% tags=["check"]
check("08/log_softmax", log_softmax)

# %% [markdown]
# **Order.** Cross-entropy of a table of scores in plain NumPy. Five of these seven lines, in which order? Write the
# letters as a string.

# %% tags=["given"]
check.lines("08/order-stable")

# %% tags=["exercise"] exercise="08/order-stable"
### BEGIN SOLUTION
stable_order = "ecgda"
### END SOLUTION

# %% tags=["check"]
check("08/order-stable", stable_order)

# %% [markdown]
# **Predict.** A network that has learned nothing gives all classes about the same score. Its cross-entropy is 4.6. How
# many classes are there?

# %% tags=["exercise"] exercise="08/predict-classes"
### BEGIN SOLUTION
number_of_classes = 100
### END SOLUTION

# %% tags=["check"]
check("08/predict-classes", number_of_classes)

# %% [markdown]
# ### Fused
#
# Log-softmax, then picking one number of each row, then minus: eight operations, and each leaves arrays on the tape. The
# library has them in one primitive, `softmax_cross_entropy`, with one VJP. Such operations are called **fused**. What does it save?

# %% tags=["given"]
scores = dl.tensor(np.random.default_rng(0).normal(size=(64, 10)), requires_grad=True)
labels = np.arange(64) % 10
hot = np.eye(10)[labels]
step_by_step = -dl.sum(dl.log_softmax(scores) * hot, axis=1)
fused = dl.softmax_cross_entropy(scores, labels)
print("largest difference:", np.abs(step_by_step.numpy() - fused.numpy()).max())
for name, loss in {"step by step": step_by_step, "fused": fused}.items():
    print(f"{name:13} {len(dl.reverse.toposort(loss.node))} nodes on the tape")

# %% [markdown]
# And its slope? The loss of a row is $\log \sum_j e^{x_j} - x_{\text{label}}$. The first term has the slope $p_k$ in $x_k$, by
# the chain rule; the second has -1 at the label. So it is **softmax minus the right answer**, as in section 2. Move the score
# of the right class:


# %% tags=["given", "hide-input"]
def picture_of_pull(score):
    """Draw the probabilities of three classes, and the slope of the loss in each score."""
    x = np.array([score, 1.0, 0.0])
    chance = np.exp(x - x.max()) / np.exp(x - x.max()).sum()
    pull = chance - [1, 0, 0]
    names = ["right", "wrong", "wrong too"]
    with draw.style():
        fig, (left, right) = plt.subplots(1, 2, figsize=(6.6, 2.6))
        left.bar(names, chance, color=draw.COLOURS["blue"])
        left.set(ylim=(0, 1), title=f"probabilities; loss {-np.log(chance[0]):.2f}")
        right.bar(names, pull, color=draw.COLOURS["orange"])
        right.axhline(0, color=draw.COLOURS["black"], linewidth=0.8)
        right.set(ylim=(-1, 1), title="slope in each score")
    return fig


def words_for_pull(score):
    """Say what the picture shows."""
    raised = np.exp(np.array([score, 1.0, 0.0]))
    chance = raised / raised.sum()
    return (
        f"Scores {score:g}, 1 and 0, the first class being right: probabilities {chance[0]:.2f}, {chance[1]:.2f} and "
        f"{chance[2]:.2f}; slopes {chance[0] - 1:.2f}, {chance[1]:.2f} and {chance[2]:.2f}."
    )


draw.live(
    picture_of_pull,
    alt=words_for_pull,
    score=draw.knob([-4, -2, -1, 0, 1, 2, 4], label="score of the right class", start=0),
    caption="Descent raises the right score by as much as is missing to probability 1, and lowers the others by what "
    "they have.",
)

# %% [markdown]
# **Investigate.** What is the sum of the three slopes, for every score? Why must it be so? (What happens to the loss if
# all scores grow by the same?)
#
# **Make.** Write `cross_entropy_vjp(g, out, logits, labels)`. `logits` has the shape (..., K), with any number of axes in
# front; `labels` has the shape (...), integers from 0 to K - 1; `out` and `g` have the shape (...) too: one loss for each row, and one
# number that comes in. Return the gradient with respect to `logits`, in their dtype. Useful:
#
# - `dl.softmax(logits)`, along the last axis;
# - `dl.one_hot(labels, classes=K, dtype=...)`: rows with a 1 at the label, (..., K);
# - `dl.expand_dims(x, axis=-1)`: one more axis of size 1 at the end.


# %% tags=["exercise"] exercise="08/cross_entropy_vjp"
def cross_entropy_vjp(g, out, logits, labels):
    """Return the gradient with respect to `logits`, from the gradient `g` of `out`."""
    ### BEGIN SOLUTION
    hot = dl.one_hot(labels, classes=logits.shape[-1], dtype=logits.dtype)
    slope = dl.softmax(logits) - hot
    return dl.expand_dims(g, axis=-1) * slope
    ### END SOLUTION


# %% tags=["check"]
check("08/cross_entropy_vjp", cross_entropy_vjp)

# %% [markdown]
# This is a good place for a break. What you have passed is kept.
#
# ## 4. Never quite sure
#
# Cross-entropy is 0 only where the probability is 1, and for that the score has to be infinitely high. So a network
# that has everything right goes on raising its scores, becomes ever more sure, and pays dearly for the few labels that
# are wrong in the data. **Label smoothing** (C. Szegedy and others, 2016) asks for less: of each row of targets a
# share is taken and spread evenly over all K classes. With the share 0.2 and four classes, (0, 1, 0, 0) becomes (0.05, 0.85, 0.05,
# 0.05).
#
# **Make.** Write `smoothed(target, *, amount)`. `target` (..., K) holds a distribution in each row, often a single 1,
# but not always; leave it as it is, and keep its dtype. `amount` is the share, from 0 to 1. Two sub-goals: what is *kept*, and what each class is *given*.


# %% tags=["exercise"] exercise="08/smoothed"
def smoothed(target, *, amount):
    """Return `target` with a share of each row spread evenly over its classes."""
    ### BEGIN SOLUTION
    kept = target * (1 - amount)
    given = amount / target.shape[-1]
    return kept + given
    ### END SOLUTION


# %% tags=["check"]
check("08/smoothed", smoothed)

# %% [markdown]
# **Run.** `nn.cross_entropy` takes such distributions in place of labels, and it has `label_smoothing=` for the usual
# case. Now there is a best score, and it is finite:

# %% tags=["given"]
target = np.array([[1.0, 0.0, 0.0, 0.0]])
for amount in (0.0, 0.1, 0.3):
    lead = dl.Parameter(np.zeros((1, 4)), name="scores")
    optimizer = optim.Adam([lead], lr=0.1)
    for _ in range(300):
        nn.cross_entropy(lead, target, label_smoothing=amount).backward()
        optimizer.step()
    best = lead.numpy()[0]
    print(f"amount {amount}: after 300 steps the right score leads by {best[0] - best[1]:.2f}")

# %% [markdown]
# Why "cross-entropy"? With a distribution as target, the loss is $-\sum_k t_k \log p_k$: the mean number of units of information that one
# needs for events that happen with the target probabilities, in a code that was made for $p$. It cannot go below what the
# best code needs, the **entropy** $-\sum_k t_k \log t_k$. What is paid above that is the **Kullback-Leibler
# divergence**, `nn.kl_div`: how far p is from t, in units of information.
#
# ## 5. A needle in a haystack
#
# In a picture of 20 x 25 pixels, 20 are ink and the rest is background. A program calls every pixel background.
#
# **Predict.** What percentage of the pixels does it get right?

# %% tags=["exercise"] exercise="08/predict-blind"
### BEGIN SOLUTION
percent_right = 96
### END SOLUTION

# %% tags=["check"]
check("08/predict-blind", percent_right)

# %% [markdown]
# **Run.** Here are pictures of that kind, of 20 x 20 pixels: a real handwritten digit, lost in noise. For each pixel the network sees the 5 x 5
# pixels around it (the strides of chapter 01 make these patches without copying), and says whether it is ink.


# %% tags=["given"]
train, test = load_digits()


def scenes(digits, count, seed, size=20):
    """Return noisy pictures (count, size, size) with a digit somewhere, and where its ink is."""
    rng = np.random.default_rng(seed)
    pictures = rng.normal(0, 0.5, (count, size, size)).astype("float32")
    ink = np.zeros((count, size, size), "float32")
    for number, chosen in enumerate(rng.integers(0, len(digits), count)):
        drawn = digits.images[chosen]
        top, left = rng.integers(2, size - 9, 2)
        place = number, slice(top, top + 8), slice(left, left + 8)
        pictures[place] += drawn
        ink[place] = drawn > 0.5
    return pictures, ink


def patches(pictures, reach=2):
    """Return the surroundings of every pixel: (count, size, size, 25)."""
    padded = np.pad(pictures, ((0, 0), (reach, reach), (reach, reach)))
    width = 2 * reach + 1
    around = np.lib.stride_tricks.sliding_window_view(padded, (width, width), axis=(1, 2))
    return around.reshape(*pictures.shape, width * width)


pictures, ink = scenes(train, 40, seed=0)
new_pictures, new_ink = scenes(test, 40, seed=1)
around, new_around = patches(pictures), patches(new_pictures)
print(f"{ink.mean():.1%} of the pixels are ink")
print(f"accuracy of seeing nothing: {1 - new_ink.mean():.1%}")

# %% [markdown]
# The mean over all pixels is an opinion too: every pixel counts the same, so 95 of 100 votes belong to the background. Two
# ways out.
#
# **Weights.** Let each class count as much as any other. If N examples were shared fairly among the classes that
# occur, each would have a *fair share*; a class that has a tenth of it gets the weight 10.
#
# **Make.** Write `balanced(counts)`: `counts` (K,) says how many examples each class has, some perhaps none. Return
# the weights (K,): fair share over count; 0 for a class that does not occur, which takes no share either. Leave `counts`
# as it is. Example: `balanced(np.array([30, 0, 10]))` is `array([0.667, 0, 2])`, as the fair share is 20.


# %% tags=["exercise"] exercise="08/balanced"
def balanced(counts):
    """Return a weight for each class with which all that occur count the same."""
    ### BEGIN SOLUTION
    occurs = counts > 0
    fair = counts.sum() / occurs.sum()
    return np.where(occurs, fair / np.maximum(counts, 1), 0.0)
    ### END SOLUTION


# %% tags=["check"]
check("08/balanced", balanced)

# %% [markdown]
# **Overlap.** Or do not count pixels at all. What we want is that the region that was found and the region that is there
# are **the same**. Twice their common part over the sum of their sizes is 1 if they are, and 0 if they have nothing in
# common, however small they be. L. Dice proposed it in 1945, to say how often two species are met together:
#
# $$\text{score} = \frac{2 \sum_i p_i t_i + s}{\sum_i p_i + \sum_i t_i + s}$$
#
# For a loss, $p$ are not pixels but **probabilities**: that is the *soft* Dice score, which has a slope everywhere. The small
# number $s$ (`smooth`) makes the score 1 where nothing is there and nothing was found.
#
# **Make.** Write `soft_dice(probabilities, target, *, axis, smooth)`: the sums go over `axis` (one or a tuple), and there is a score for each
# position of the other axes. `probabilities` and `target` are arrays or Tensors of one shape; `smooth` is 0 or more. Where the sizes and `smooth` are 0, the score
# is 0, and nothing may be divided by 0: put 1 in place of a size of 0, with `dl.where`. Three sub-goals: *common*, *sizes*, *guard*.


# %% tags=["exercise"] exercise="08/soft_dice"
def soft_dice(probabilities, target, *, axis, smooth):
    """Return twice the common part over the sum of the sizes, summed over `axis`."""
    ### BEGIN STARTER
    # common = dl.sum(probabilities * target, axis=axis)
    # raise NotImplementedError  # your code here: sizes, guard, and the score
    ### END STARTER
    ### BEGIN SOLUTION
    common = dl.sum(probabilities * target, axis=axis)
    sizes = dl.sum(probabilities, axis=axis) + dl.sum(target, axis=axis) + smooth
    guarded = dl.where(sizes == 0, 1.0, sizes)
    return (2 * common + smooth) / guarded
    ### END SOLUTION


# %% tags=["check"]
check("08/soft_dice", soft_dice)

# %% [markdown]
# **Run.** The same little network, trained with four losses. `use_mine()` puts in what you have passed, and `watch` counts
# which piece of which chapter runs, and whose it is. `nn.binary_dice_loss` is 1 minus the score; `pos_weight` is how
# much a yes counts where a no counts 1, and `nn.balanced_weights` counts the labels and calls `balanced`. The last loss is a
# **sum** of two, which keeps its parts apart.

# %% tags=["given"]
use_mine()

# %% tags=["given"]
no_weight, yes_weight = nn.balanced_weights(ink.astype(int), 2)
LOSSES = {
    "each pixel": nn.BCEWithLogitsLoss(),
    "balanced": nn.BCEWithLogitsLoss(pos_weight=float(yes_weight / no_weight)),
    "overlap": nn.BinaryDiceLoss(),
    "sum": nn.SumLoss({"pixels": nn.BCEWithLogitsLoss(), "overlap": nn.BinaryDiceLoss()}),
}


def find_ink(loss, steps=100):
    """Train the network with a loss; return its scores of the new pictures."""
    dl.seed(1)
    model = nn.Sequential(nn.Linear(25, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = optim.Adam(model.parameters(), lr=0.03)
    for step in range(steps):
        some = slice(5 * (step % 8), 5 * (step % 8) + 5)
        loss(model(around[some]).squeeze(-1), ink[some]).backward()
        optimizer.step()
    return model(new_around).numpy()[..., 0]


with watch() as ran:
    nn.balanced_weights(ink.astype(int), 2)
    find_ink(LOSSES["sum"], steps=1)
print(ran)

# %% tags=["given"]
found = {name: find_ink(loss) for name, loss in LOSSES.items()}
print("trained with   accuracy   Dice   ink found   false alarms")
for name, score in found.items():
    yes = score > 0
    overlap = 2 * (yes * new_ink).sum() / (yes.sum() + new_ink.sum())
    share, alarms = yes[new_ink == 1].mean(), (yes * (1 - new_ink)).sum() / yes.sum()
    right = (yes == new_ink).mean()
    print(f"{name:12} {right:9.1%} {overlap:8.2f} {share:9.0%} {alarms:13.0%}")
parts = LOSSES["sum"].parts(dl.tensor(found["sum"]), new_ink)
print("parts of the sum:", {name: round(part.item(), 3) for name, part in parts.items()})

# %% [markdown]
# Look at the accuracies: three are nearly the same, and the fourth is below that of seeing nothing. **Accuracy lies** about small
# things. Counted pixel by pixel, the network prefers to miss ink: it finds half of it, and its *false alarms* (how many of the pixels that
# were called ink are none) are hardly fewer than with the overlap. Balanced, it
# finds most of the ink and sees even more that is not there: a false alarm has become cheap. The overlap weighs both
# against each other, which is what we wanted. Choose a loss, and from which score on a pixel is called ink. Here are
# three of the new pictures:


# %% tags=["given", "hide-input"]
def picture_of_ink(trained_with, threshold):
    """Draw three new pictures, their ink, and what was found."""
    score = found[trained_with]
    with draw.style():
        fig, axes = plt.subplots(2, 3, figsize=(5.6, 3.8))
        for column, number in enumerate((25, 4, 31)):
            axes[0, column].imshow(new_pictures[number], cmap="gray_r", vmin=-1, vmax=1.5)
            yes, there = score[number] > threshold, new_ink[number] == 1
            shown = np.ones((*yes.shape, 3))
            for mask, colour in [
                (yes & there, "black"),
                (yes & ~there, "orange"),
                (~yes & there, "sky"),
            ]:
                shown[mask] = plt.matplotlib.colors.to_rgb(draw.COLOURS[colour])
            axes[1, column].imshow(shown)
        for ax in axes.flat:
            ax.spines[:].set_visible(True)
            ax.set(xticks=[], yticks=[])
        axes[0, 0].set_ylabel("picture")
        axes[1, 0].set_ylabel("found")
        yes = score > threshold
        dice = 2 * (yes * new_ink).sum() / max(1, yes.sum() + new_ink.sum())
        fig.suptitle(f"Dice over all new pictures: {dice:.2f}", fontsize=10)
    return fig


def words_for_ink(trained_with, threshold):
    """Say what the picture shows."""
    yes = found[trained_with] > threshold
    overlap = 2 * (yes * new_ink).sum() / max(1, yes.sum() + new_ink.sum())
    return (
        f"Three noisy pictures, and what was found in them by the network trained with {trained_with!r}, from the score "
        f"{threshold} on. Over all pictures {yes[new_ink == 1].mean():.0%} of the ink is found; Dice {overlap:.2f}."
    )


draw.live(
    picture_of_ink,
    alt=words_for_ink,
    trained_with=draw.knob(list(LOSSES), label="trained with", start="overlap"),
    threshold=draw.knob([-2, -1, 0, 1], start=0),
    caption="Black: found. Orange: a false alarm. Blue: missed.",
)

# %% [markdown]
# **Investigate.** With which threshold does the network that counted each pixel do as well as the one trained on
# overlap? Would you have known that threshold beforehand?
#
# And, in a cell of your own: give the sum other weights, `nn.SumLoss({...}, weights={"overlap": 0.1})`, and call `find_ink` with it.
# Which of the two parts has the last word now?
#
# With several classes there is a score for each, and the question is how to join them. `nn.dice_loss` knows three ways, and all
# of them ignore classes that do not occur:
#
# - *plain*: the mean of 1 - score;
# - *generalised* (C. Sudre and others, 2017): one score for all, in which each class counts by 1 over its squared size, so that
#   small organs weigh as much as large ones;
# - *adaptive* (as in KerasCV and DeepVision): the mean of $1 - S\,e^{1 - S}$ over the scores $S$. Its slope is $-e$ at the score 0
#   and 0 at the score 1: it pulls where it is worst.
#
# ## 6. The price of large weights
#
# One more opinion can be put into the likelihood: one about the **weights**, before any data have been seen. *Weights
# are probably small* is a density too, called a **prior**; times the likelihood it gives what is probable after
# the data have been seen. Its minus logarithm is added to the loss:
#
# | opinion | density of a weight, up to a constant | added to the loss | in the library |
# |---|---|---|---|
# | Gauss: all are smallish | $e^{-\lambda w^2/2}$ | $\frac{\lambda}{2} \sum w^2$ | `nn.l2_penalty(model, strength)` |
# | Laplace: most are nothing, a few are large | $e^{-\lambda \lvert w \rvert}$ | $\lambda \sum \lvert w \rvert$ | `nn.l1_penalty(model, strength)` |
#
# The strength is $\lambda$ (lambda); as our losses are means over N examples, it is that of the prior divided by N. The penalties
# are terms of the loss like any other, so **they count in the loss that is reported**. (An optimizer's
# `weight_decay` pulls at the weights too, but behind the scenes: the curve that you look at leaves it out, and may go up
# while training goes right.) Biases, and other parameters with fewer than two axes, are left out unless you say
# `biases=True`.
#
# **Predict.** A weight that the data do not care about stands at 8. The loss has the term `2 * abs(w)`, and gradient descent
# goes with the rate 0.5. After how many steps is the weight 0?

# %% tags=["exercise"] exercise="08/predict-shrink"
### BEGIN SOLUTION
steps_to_zero = 8
### END SOLUTION

# %% tags=["check"]
check("08/predict-shrink", steps_to_zero)

# %% [markdown]
# **Run.** 13 measurements of a wine: is it of the first of three grape varieties? Which of the measurements are needed? One linear
# layer answers, with the logistic loss and a penalty; and so for each kind of penalty, and several strengths.

# %% tags=["given"]
wines, _ = load_wine()
centre, spread = wines[:][0].mean(axis=0), wines[:][0].std(axis=0)
features, first = (wines[:][0] - centre) / spread, wines[:][1] == 0
STRENGTHS = [0.0, 0.01, 0.03, 0.1, 0.2, 0.3]
KINDS = {"L1": nn.l1_penalty, "L2": nn.l2_penalty}


def wine_weights(penalty, strength, steps=150):
    """Return the 13 weights, the reported loss and how much of it is penalty."""
    dl.seed(0)
    layer = nn.Linear(13, 1)
    optimizer = optim.SGD(layer.parameters(), lr=0.5)
    for step in range(steps):
        optimizer.lr = 0.5 * (1 - step / steps)  # smaller and smaller steps
        fit = nn.binary_cross_entropy_with_logits(layer(features).squeeze(-1), first)
        price = penalty(layer, strength)
        loss = fit + price
        loss.backward()
        optimizer.step()
    return layer.weight.numpy()[0], loss.item(), price.item()


WEIGHTS = {(kind, s): wine_weights(KINDS[kind], s) for kind in KINDS for s in STRENGTHS}
for kind in KINDS:
    for strength in (0.01, 0.1, 0.3):
        weights, loss, price = WEIGHTS[kind, strength]
        kept = (np.abs(weights) > 0.02).sum()
        print(
            f"{kind}, {strength:<4}: loss {loss:.3f}, of it {price:.3f} penalty; {kept:2} weights above 0.02"
        )

# %% tags=["given", "hide-input"]


def picture_of_weights(kind, strength):
    """Draw the 13 weights."""
    weights, loss, price = WEIGHTS[kind, strength]
    with draw.style():
        fig, ax = plt.subplots(figsize=(6.2, 3.6))
        ax.barh(wines.features, weights, color=draw.COLOURS["blue"])
        ax.axvline(0, color=draw.COLOURS["black"], linewidth=0.8)
        ax.invert_yaxis()
        ax.set(
            xlim=(-1.6, 2.1), xlabel="weight", title=f"loss {loss:.3f}, of it penalty {price:.3f}"
        )
        ax.tick_params(labelsize=8)
    return fig


def words_for_weights(kind, strength):
    """Say what the picture shows."""
    weights, loss, price = WEIGHTS[kind, strength]
    largest = wines.features[int(np.abs(weights).argmax())]
    return (
        f"{kind} with strength {strength:g}: {(np.abs(weights) > 0.02).sum()} of 13 weights are larger than 0.02, the largest "
        f"belongs to {largest}. The reported loss is {loss:.3f}, {price:.3f} of it penalty."
    )


draw.live(
    picture_of_weights,
    alt=words_for_weights,
    kind=["L1", "L2"],
    strength=draw.knob(STRENGTHS, start=0.03),
    caption="What 13 measurements count for the question whether a wine is of the first variety, under a penalty.",
)

# %% [markdown]
# **Investigate.** L2 makes everything smaller; L1 throws out one measurement after the other, and what it keeps is the answer to
# "which ones are needed?" With which strength does L1 keep two? (Below 0.02 a weight counts as thrown out: the slope of L1 jumps
# at 0, so descent trembles about it, as in section 1.) What do the two penalties cost in the loss? Both
# together, `l1_penalty(...) + l2_penalty(...)`, are called an elastic net.
#
# ## 7. A network on your losses
#
# One step of the digit network, from pixels to loss and back, while we count again:

# %% tags=["given"]
use_mine()

# %% tags=["given"]


def digit_network():
    """Return a fresh network for the digits (the same one each time)."""
    dl.seed(0)
    return nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))


model, (pixels, labels) = digit_network(), train[:64]
with watch() as ran:
    loss = nn.cross_entropy(model(pixels), labels, label_smoothing=0.1)
    (loss + nn.l2_penalty(model, 1e-4)).backward()
print(ran)

# %% [markdown]
# Four losses teach the same network the same digits. How many does it read, and how sure is it where it is wrong?
# The sureness is the probability that its scores give to the digit that it names; a good network is less sure of
# what it has wrong.


# %% tags=["given"]
def squares(scores, labels):
    """Return the squared error of the scores against rows with a single 1."""
    return nn.mse_loss(scores, np.eye(10, dtype="float32")[labels])


TEACHERS = {
    "cross-entropy": nn.CrossEntropyLoss(),
    "smoothed": nn.CrossEntropyLoss(label_smoothing=0.1),
    "hinge": nn.HingeLoss(),
    "squares": squares,
}


def teach(loss_of, epochs=8):
    """Train a fresh network; return accuracy, and how sure it is where right and wrong."""
    model = digit_network()
    optimizer = optim.Adam(model.parameters(), lr=0.004)
    for _ in range(epochs):
        for pixels, labels in DataLoader(train, batch_size=64, shuffle=True, seed=0):
            (loss_of(model(pixels), labels) + nn.l2_penalty(model, 1e-4)).backward()
            optimizer.step()
    scores, answers = model(test[:][0]), test[:][1]
    sure = dl.softmax(scores).numpy().max(axis=1)
    right = scores.numpy().argmax(axis=1) == answers
    return metrics.accuracy(scores, answers), sure[right].mean(), sure[~right].mean()


results = {name: teach(loss_of) for name, loss_of in TEACHERS.items()}
for name, (accuracy, when_right, when_wrong) in results.items():
    print(
        f"{name:13} {accuracy:.1%} of {len(test)} right; sure to {when_right:.2f}, "
        f"and to {when_wrong:.2f} where wrong"
    )

# %% tags=["given", "hide-input"]
places = np.arange(len(results))
with draw.style():
    fig, ax = plt.subplots(figsize=(5.8, 2.8))
    for k, (label, colour) in enumerate([("where right", "blue"), ("where wrong", "orange")]):
        heights = [row[k + 1] for row in results.values()]
        ax.bar(places + 0.4 * k - 0.2, heights, 0.38, label=label, color=draw.COLOURS[colour])
    ax.set(xticks=places, xticklabels=list(results), ylim=(0, 1), ylabel="mean sureness")
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, 1.22), ncols=2)
draw.figure(
    fig,
    alt="Pairs of bars for four losses: how sure the network is where it is right and where it is wrong. With "
    "cross-entropy most, smoothed less, with the hinge about half, with squares 0.2 and 0.14, not far above the 0.1 of "
    "knowing nothing. Where it is wrong it is less sure each time.",
    caption="How sure a network is says as much about its loss as about its digits.",
    data={
        "loss": list(results),
        "accuracy": [round(float(row[0]), 3) for row in results.values()],
        "sure where right": [round(float(row[1]), 2) for row in results.values()],
        "sure where wrong": [round(float(row[2]), 2) for row in results.values()],
    },
)

# %% [markdown]
# The digits are read about equally well: for *which* one it is, many losses do. What the scores *mean* is another
# matter. Only where the loss was made of the softmax may one read the softmax as probabilities.
#
# **Investigate.** Give a fifth of the training digits random labels, and train again on all of them. In a cell of your own:
# `pixels, labels = train[:]`, change a copy of `labels`, `train = ArrayDataset(pixels, labels)` (from `diydl.data`), and call
# `teach` for each loss. What do the wrong labels do to the accuracies, and what to the sureness where the network is right? Why does a
# network that has seen a fifth of wrong labels do well to be less sure?
#
# ## 8. Bug hunt
#
# A friend's network reads the digits tolerably, but its loss stops half-way, and it trains slowly. Which line is wrong?

# %% tags=["given"]
check.lines("08/bug-hunt")

# %% tags=["exercise"] exercise="08/bug-hunt"
### BEGIN SOLUTION
flattening_line = 8
### END SOLUTION

# %% tags=["check"]
check("08/bug-hunt", flattening_line)

# %% [markdown]
# No library can see this fault: numbers between 0 and 1 are scores as good as any. So the documentation of
# `nn.cross_entropy` says in its first lines what it wants.
#
# ## 9. What the real frameworks do
#
# PyTorch offers the pieces and the whole. All three lines compute the same:
#
# ```python
# F.cross_entropy(scores, labels)
# F.nll_loss(F.log_softmax(scores, dim=1), labels)
# -scores.log_softmax(1)[torch.arange(len(labels)), labels].mean()
# ```
#
# Its `BCEWithLogitsLoss` computes $(1 - t)\,x - \log \sigma(x)$ and has a stable `logsigmoid`; TensorFlow's documentation of
# `sigmoid_cross_entropy_with_logits` derives `max(x, 0) - x * z + log(1 + exp(-abs(x)))`, your three terms. Keras asks in
# one word what comes in, and many a model has trained badly because it was forgotten:
#
# ```python
# keras.losses.SparseCategoricalCrossentropy(from_logits=True)
# ```
#
# | piece | in diydl | in PyTorch (files in `aten/src/ATen/native`) | elsewhere |
# |---|---|---|---|
# | log-softmax | `log_softmax` in `diydl/ops/functional.py` | `SoftMax.cpp` | `jax.nn.log_softmax`, with the same shift |
# | cross-entropy | one primitive, `diydl/ops/loss.py`; classes last, or `axis=1` | `LossNLL.cpp`: log-softmax, then `nll_loss`; classes on axis 1 | `sparse_categorical_crossentropy` of Keras |
# | logistic loss | `sigmoid_cross_entropy` in `diydl/ops/loss.py` | `Loss.cpp` | `optax.sigmoid_binary_cross_entropy` |
# | from probabilities | `nn.binary_cross_entropy`; a logarithm counts as -100 at least | `binary_cross_entropy`: -100 too | Keras clips to 1e-7 from 0 and 1 |
# | Huber | `nn.huber_loss`; `nn.smooth_l1_loss` is the same, divided by delta | `huber_loss`, `smooth_l1_loss` | `HuberRegressor` of scikit-learn |
# | hinge | `nn.hinge_loss`: sum over the classes | `multi_margin_loss`: their mean | `LinearSVC(loss="hinge")` of scikit-learn |
# | Dice | `diydl/nn/loss/dice.py` | none | `DiceLoss`, `GeneralizedDiceLoss` of MONAI |
# | ignored labels | `ignore_index=`; 0 if nothing is left | -100 unasked; NaN if nothing is left | masks, `sample_weight` in Keras |

# %% [markdown]
# ## Summary
#
# - A loss is **minus the logarithm of a likelihood**: Gauss gives the squared error, Laplace the absolute one, a coin the
#   logistic loss, a die cross-entropy. Huber's is a square that outliers cannot abuse.
# - **Stay with logarithms**, take out what is large, and give no exponential a positive exponent: then scores of 800 and 1000
#   are numbers like others.
# - The slope of both is **what was said minus what was true**. Fused, it is one line.
# - `cross_entropy` wants **scores**. A softmax too many makes no error, only a bad network.
# - Accuracy lies about what is rare. **Weights** let each class count the same; **Dice** counts overlap.
# - A penalty is an opinion about weights. It belongs in the **reported** loss. L2 shrinks, L1 selects.
#
# **Next:** chapter 09 walks downhill on these losses: from plain descent to AdamW, step by step.
#
# **Sources.** P. Huber, *Robust estimation of a location parameter*, Annals of Mathematical Statistics 35, 1964. C. Bishop, *Pattern
# Recognition and Machine Learning*, Springer, 2006 (losses from likelihoods, penalties from priors). P. Blanchard, D. Higham and
# N. Higham, *Accurately computing the log-sum-exp and softmax functions*, IMA Journal of Numerical Analysis 41, 2021. C. Szegedy and
# others, *Rethinking the Inception architecture for computer vision*, CVPR 2016 (label smoothing). L. Dice, *Measures of the amount of ecologic
# association between species*, Ecology 26, 1945. F. Milletari, N. Navab and S. Ahmadi, *V-Net*, 3DV 2016. C. Sudre and others,
# *Generalised Dice overlap as a deep learning loss function for highly unbalanced segmentations*, DLMIA 2017. R. Tibshirani,
# *Regression shrinkage and selection via the lasso*, Journal of the Royal Statistical Society B 58, 1996. S. Aeberhard and M. Forina, *Wine*, UCI, 1992.
