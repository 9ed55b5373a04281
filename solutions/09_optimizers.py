# %% [markdown]
# # Ways downhill
#
# *About 120 minutes, in two sittings if you like: the end of section 4 is a good place to stop. You need
# chapters 03, 07 and 08: gradients, modules, losses; chapter 06 helps where plans are spoken of.*
#
# At the end of this notebook you can
#
# - write the rules by which networks are trained, from SGD to AdamW, and say what each term cures;
# - tell from the shape of a loss what plain gradient descent will do on it;
# - correct a running mean for its beginning;
# - let a learning rate rise and fall by plan, and find out how large it may be;
# - keep one bad gradient from ruining a training;
# - train the digit network with your own AdamW and your own schedule.

# %% tags=["given"]
import math

import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.course import check, hint, library_picture, use_mine, watch
from diydl.train import metrics

dl.seed(0)

# %% [markdown]
# ## The library so far

# %% tags=["given"]
library_picture("09")

# %% [markdown]
# ## Before we start
#
# Four questions about what you know already. Answer from memory, then run the check.
#
# **Chapters 00 and 03.** The loss is `w * w`, and w is 10. One step of gradient descent with the learning
# rate 0.1: what is w now?

# %% tags=["exercise"] exercise="09/recall-step"
### BEGIN SOLUTION
after_one_step = 8
### END SOLUTION

# %% tags=["check"]
check("09/recall-step", after_one_step)

# %% [markdown]
# **Chapter 03.** w is 3. `(w * w).backward()` is called twice, with nothing in between. What is the gradient
# of w now, in this library?

# %% tags=["exercise"] exercise="09/recall-stale"
### BEGIN SOLUTION
gradient_now = 6
### END SOLUTION

# %% tags=["check"]
check("09/recall-stale", gradient_now)

# %% [markdown]
# **Chapter 07.** A network is made of `nn.Linear(64, 48)`, a ReLU and `nn.Linear(48, 10)`. How many numbers are
# trained in it?

# %% tags=["exercise"] exercise="09/recall-count"
### BEGIN SOLUTION
numbers_trained = 3610
### END SOLUTION

# %% tags=["check"]
check("09/recall-count", numbers_trained)

# %% [markdown]
# **Chapter 08.** `nn.l2_penalty(w, 0.5)` is added to a loss, and a weight in the matrix w is 6. What does the penalty add to
# the gradient of that weight?

# %% tags=["exercise"] exercise="09/recall-penalty"
### BEGIN SOLUTION
pull = 3
### END SOLUTION

# %% tags=["check"]
check("09/recall-penalty", pull)

# %% [markdown]
# ## 1. One rate for all directions
#
# So far you were given an optimizer, and were told to call `step`. Now you build them. An **optimizer** is a
# rule that turns gradients into new parameters. The oldest is older than computers (Cauchy, 1847): walk
# against the gradient,
#
# $$p \leftarrow p - \text{lr} \cdot g$$
#
# $p$ is a parameter, $g$ its gradient, lr the **learning rate**. When the gradient comes from a few examples and
# not from all, one says *stochastic* gradient descent, SGD.
#
# **A worked example.** In this library a new optimizer is one method: what is the parameter after the step?


# %% tags=["given"]
class PlainDescent(optim.Optimizer):
    """Walk against the gradient."""

    def operation(self, group, p, g, step, lr):
        """Return what is written: here one value, the new parameter."""
        return (p - lr * g,)


w = dl.Parameter([10.0])
optimizer = PlainDescent([w], lr=0.1)
for _ in range(3):
    dl.sum(w * w).backward()
    optimizer.step()
    print(w)

# %% [markdown]
# `group` holds the options; `lr` is the rate of this step; `step` counts the steps, from 1. There may be several
# groups of parameters, each with options of its own. The rest of this chapter is about better things to
# return.
#
# Why better? Look at a **ravine**, a loss that is steep in one direction and flat in the other:
#
# $$f(x, y) = \tfrac{1}{2}\,(x^2 + 20\,y^2)$$
#
# The curvature is 1 in x and 20 in y. Losses of networks are like that: some weights matter a lot, others little.
#
# **Predict.** The slope in y is 20 y. With a small learning rate y shrinks from step to step; with a large one it
# jumps from side to side and grows. Where is the limit? Give the learning rate in thousandths.

# %% tags=["exercise"] exercise="09/predict-limit"
### BEGIN SOLUTION
limit_in_thousandths = 100
### END SOLUTION

# %% tags=["check"]
check("09/predict-limit", limit_in_thousandths)

# %% [markdown]
# **Run.** Here are the tools to watch optimizers walk: `walk` starts many walkers at one place, each with an optimizer
# of its own, and notes where they go.


# %% tags=["given"]
def ravine(x, y):
    """Return a loss that is twenty times as steep in y as in x."""
    return 0.5 * (x * x + 20.0 * y * y)


def walk(surface, makers, start, steps):
    """Let an optimizer of each of `makers` walk; return all places, (steps + 1, walkers, 2)."""
    places = [dl.Parameter(np.array(start)) for _ in makers]
    optimizers = [make([place]) for make, place in zip(makers, places, strict=True)]
    tracks = [[place.numpy().copy() for place in places]]
    for _ in range(steps):
        x, y = dl.stack(*places, axis=1)  # (2, walkers)
        dl.sum(surface(x, y)).backward()
        for place, optimizer in zip(places, optimizers, strict=True):
            if np.abs(place.numpy()).max() < 50:  # whoever is lost stays where they are
                optimizer.step()
        tracks.append([place.numpy().copy() for place in places])
    return np.array(tracks)


RATES = [0.01, 0.02, 0.04, 0.06, 0.08, 0.095, 0.105]
MOMENTA = [0.0, 0.5, 0.8, 0.9, 0.95]
STEPS = 40
settings = [(rate, share) for rate in RATES for share in MOMENTA]
makers = [lambda ps, s=s: optim.SGD(ps, lr=s[0], momentum=s[1]) for s in settings]
tracks = walk(ravine, makers, (-9.0, 1.5), STEPS)
paths = {setting: tracks[:, k] for k, setting in enumerate(settings)}  # each (steps + 1, 2)


# %% tags=["given", "hide-input"]
def picture_of_ravine(rate, momentum):
    """Draw the way down the ravine, and how high the walker is."""
    return draw.landscape(
        ravine,
        (-10, 10, -3, 3),
        {f"rate {rate:g}, momentum {momentum:g}": paths[rate, momentum]},
        goals=[(0, 0)],
    )


draw.live(
    picture_of_ravine,
    rate=draw.knob(RATES, label="learning rate", start=0.08),
    momentum=draw.knob(MOMENTA, label="momentum", start=0.0),
    caption="Forty steps of gradient descent. The star is the lowest point. Leave momentum at 0 for now.",
)

# %% [markdown]
# **Investigate.** With momentum 0, which rate brings the loss down most? What do you see just below the limit of
# 0.1, and just above? And with a rate that is calm in y, how far does x come?
#
# One number for all directions: the steep one says how large it may be, and the flat one has to live with it. The ratio of
# the two curvatures is called the **condition number**. Here it is 20. In networks thousands are common.

# %% [markdown]
# ## 2. A ball has momentum
#
# A walker follows the slope where they stand. A ball is lazier: it has a **velocity**, and the slope changes that. Across the
# ravine the slopes of successive steps have opposite signs, and cancel. Along it they all have the same sign, and add up.
# That is the cure for ravines (Polyak, 1964):
#
# $$v \leftarrow \mu\, v + g \qquad\qquad p \leftarrow p - \text{lr} \cdot v$$
#
# $v$ is the velocity, which begins with 0; $\mu$, the **momentum**, is the share of it that is left after a step, often 0.9.
#
# **Make.** Write `momentum_step(p, g, v, lr, momentum)`: it gets a parameter, its gradient and its velocity, arrays of one
# shape, and two numbers. It returns two values, the new parameter and the new velocity. Two sub-goals: *velocity*,
# *walk*. The second is written already.
#
# One thing is asked of all rules in this chapter: compute new values with operators (`+`, `*`) and functions of
# the library (`dl.sqrt`), and write into nothing that came in. Then a rule works on arrays, and it can be part of a plan (chapter
# 06). Stuck? `hint("09/momentum_step")`, in a cell of your own, opens a little more with each call.


# %% tags=["exercise"] exercise="09/momentum_step"
def momentum_step(p, g, v, lr, momentum):
    """Return the parameter and the velocity after a step."""
    ### BEGIN STARTER
    # # Velocity: a share of the old one is left, and the gradient is added.
    # raise NotImplementedError  # your code here
    #
    # # Walk: against the new velocity.
    # return p - lr * v, v
    ### END STARTER
    ### BEGIN SOLUTION
    # Velocity: a share of the old one is left, and the gradient is added.
    v = momentum * v + g

    # Walk: against the new velocity.
    return p - lr * v, v
    ### END SOLUTION


# %% tags=["check"]
check("09/momentum_step", momentum_step)

# %% [markdown]
# **Investigate.** Back to the figure above: turn the momentum up. Two pairs of rate and momentum come so low within forty steps that they
# leave the chart at the bottom: which, and which one first? What becomes of the rate 0.105, which was too large without momentum? (With
# momentum $\mu$ the limit of the rate is $1 + \mu$ times what it was.) And what does too much momentum look like?
#
# **Predict.** On a slope that is 1 everywhere, the velocity of a ball with momentum 0.9 grows: 1, then 1.9, then 2.71. Where
# does it end?

# %% tags=["exercise"] exercise="09/predict-speed"
### BEGIN SOLUTION
final_velocity = 10
### END SOLUTION

# %% tags=["check"]
check("09/predict-speed", final_velocity)

# %% [markdown]
# ### Looking ahead
#
# A ball that rolls fast notices a rise only when it is on it. Nesterov (1983) had an idea: the velocity will carry us on
# anyway, so take the slope *there*. Sutskever and others (2013) brought it to networks. In the form that libraries use (Bengio
# and others, 2013) the gradient stays where it is, and the step looks ahead: after this step the velocity will fade to $\mu v$ and get a gradient like this one.
#
# $$v \leftarrow \mu\, v + g \qquad\qquad p \leftarrow p - \text{lr} \cdot (\mu\, v + g)$$
#
# The $v$ on the right is the new one.
#
# **Make.** Write `nesterov_step(p, g, v, lr, momentum)`, which returns the new parameter and the new velocity.


# %% tags=["exercise"] exercise="09/nesterov_step"
def nesterov_step(p, g, v, lr, momentum):
    """Return the parameter and the velocity after a step that looks ahead."""
    ### BEGIN SOLUTION
    v = momentum * v + g
    return p - lr * (momentum * v + g), v
    ### END SOLUTION


# %% tags=["check"]
check("09/nesterov_step", nesterov_step)

# %% [markdown]
# **Run.** Three ways down the same ravine:

# %% tags=["given"]
three = [
    lambda ps: optim.SGD(ps, lr=0.05),
    lambda ps: optim.SGD(ps, lr=0.05, momentum=0.8),
    lambda ps: optim.SGD(ps, lr=0.05, momentum=0.8, nesterov=True),
]
ways = walk(ravine, three, (-9.0, 1.5), STEPS)
for name, k in [("plain", 0), ("momentum", 1), ("looking ahead", 2)]:
    heights = ravine(ways[:, k, 0], ways[:, k, 1])
    low = heights < 0.01
    when = f"after {low.argmax()} steps" if low.any() else "not yet"
    print(f"{name:14} loss at the end {heights[-1]:.1e}   below 0.01 {when}")

# %% [markdown]
# ## 3. To each its own scale
#
# Momentum lengthens the steps along a steady slope, but for all weights by the same factor, $1 / (1 - \mu)$ at most. That is little help to
# a weight whose gradients are a hundred times *smaller* than those of others, or *rare*. Think of a network that reads texts: the weights of
# "the" get a gradient in every step, those of "zebra" once a month.
#
# **A worked example.** AdaGrad (Duchi and others, 2011) gives each single weight a learning rate of its own. It adds up the
# squares of all gradients that the weight has had, and divides by the root of that sum:


# %% tags=["given"]
class HandMadeAdaGrad(optim.Optimizer):
    """Divide by the root of the sum of all squares."""

    buffers = ("total",)  # what is remembered for each parameter: zeros at first

    def operation(self, group, p, g, step, lr, total):
        """Return the new parameter, and the new memory."""
        total = total + g * g
        return p - lr * (g / (dl.sqrt(total) + 1e-10)), total


# A plane through points: y = 1 * often + 1 * rarely. `often` is large, and `rarely` is 0 in 49 of 50 examples.
rng = np.random.default_rng(0)
often = 3 * rng.normal(size=2000)
rarely = rng.normal(size=2000) * (rng.random(2000) < 0.02)
examples = np.stack([often, rarely], axis=1).astype("float32")  # (2000, 2)


def learn_plane(make):
    """Return the two weights after one walk through the examples, ten at a time."""
    w = dl.Parameter(np.zeros(2, "float32"))
    optimizer = make([w])
    for batch in np.split(examples, 200):
        error = dl.sum(batch * w, axis=1) - batch.sum(axis=1)
        dl.mean(error * error).backward()
        optimizer.step()
    return w.numpy().round(3)


print("plain  ", learn_plane(lambda ps: PlainDescent(ps, lr=0.1)))
print("AdaGrad", learn_plane(lambda ps: HandMadeAdaGrad(ps, lr=0.5)))

# %% [markdown]
# Both weights should become 1. Plain descent is half-way with the rare one, and a larger rate is no way out: at 0.15 the frequent one
# jumps farther and farther. (Try it.)
#
# AdaGrad divides a gradient by its own usual size, so what matters is not how large it is, but how it compares with those before. In
# exchange, the sum only grows. The steps get shorter for ever, even if the large gradients were long ago.
#
# **RMSprop** (Hinton, in a lecture of 2012) forgets. In place of the sum it keeps a **running mean** of the squares, in which old
# ones fade:
#
# $$s \leftarrow \alpha\, s + (1 - \alpha)\, g^2 \qquad\qquad p \leftarrow p - \text{lr} \cdot \frac{g}{\sqrt{s} + \epsilon}$$
#
# $s$ begins with 0; $\alpha$, often 0.99, is the share of the mean that is kept; $\epsilon$ is a tiny number, so that nobody divides by 0.
#
# **Make.** Write `rmsprop_step(p, g, s, lr, alpha, eps)`. It returns the new parameter and the new $s$. Two sub-goals: bring the *mean* up
# to date, *step* by the divided gradient.


# %% tags=["exercise"] exercise="09/rmsprop_step"
def rmsprop_step(p, g, s, lr, alpha, eps):
    """Return the parameter and the mean of squares after a step."""
    ### BEGIN SOLUTION
    # Mean: a share of the old one, the rest of the new square.
    s = alpha * s + (1 - alpha) * (g * g)

    # Step: the gradient, divided by its usual size.
    return p - lr * (g / (dl.sqrt(s) + eps)), s
    ### END SOLUTION


# %% tags=["check"]
check("09/rmsprop_step", rmsprop_step)

# %% [markdown]
# **Run.** A weight has gradients of 10 for fifty steps, and then of 0.1. How long are the steps of the two, as multiples of
# the learning rate?

# %% tags=["given"]
sizes = np.where(np.arange(300) < 50, 10.0, 0.1)
lengths = {"AdaGrad": [], "RMSprop": []}
for name, make in [
    ("AdaGrad", lambda ps: optim.Adagrad(ps, lr=1.0)),
    ("RMSprop", lambda ps: optim.RMSprop(ps, lr=1.0, alpha=0.95)),
]:
    w = dl.Parameter(np.zeros(1))
    optimizer, before = make([w]), 0.0
    for size in sizes:
        w.grad = dl.tensor(np.array([size]))
        optimizer.step()
        lengths[name].append(before - w.item())
        before = w.item()

with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 2.8))
    for name, values in lengths.items():
        ax.semilogy(values, label=name)
    ax.axvline(50, color="#9aa7b0", lw=1, ls="-")
    ax.set(xlabel="step", ylabel="length of the step", ylim=(1e-4, 10))
    ax.legend(frameon=False)
draw.figure(
    fig,
    alt="Two curves of step length over 300 steps. When the gradient falls from 10 to 0.1 at step 50 both drop "
    "to a hundredth of what they were; AdaGrad stays there, RMSprop climbs back and is near 1 again at step 300.",
    caption="AdaGrad does not forget that gradients were large once. RMSprop does.",
    data={"step": list(range(0, 300, 10)), **{n: v[::10] for n, v in lengths.items()}},
)

# %% [markdown]
# **Investigate.** At the left edge the curve of RMSprop is above 1, and AdaGrad's is not. What is it that makes its first
# steps so long? The next section is about that.

# %% [markdown]
# ## 4. A mean that begins with nothing
#
# **Predict.** RMSprop with $\alpha = 0.99$ and a mean that begins with 0 gets its first gradient. How many times the learning rate is its first
# step?

# %% tags=["exercise"] exercise="09/predict-first"
### BEGIN SOLUTION
times_too_long = 10
### END SOLUTION

# %% tags=["check"]
check("09/predict-first", times_too_long)

# %% [markdown]
# A running mean that begins with 0 is too small at first: it is made of a few real numbers and of a lot of nothing. How much of it
# is real? Put the number 1 in, again and again, and look at what comes out.

# %% tags=["given", "hide-input"]
COUNT = 100


def picture_of_mean(beta):
    """Draw a running mean of ones, and the same divided by its share."""
    mean, means = 0.0, []
    for _ in range(COUNT):
        mean = beta * mean + (1 - beta)
        means.append(mean)
    with draw.style():
        fig, ax = plt.subplots(figsize=(5.5, 2.6))
        ax.axhline(1, color="#9aa7b0", lw=1, ls="-")
        ax.plot(range(1, COUNT + 1), means, color=draw.COLOURS["blue"])
        ax.set(xlabel="step", ylabel="running mean of ones", ylim=(0, 1.08), xlim=(0, COUNT))
    return fig


def words_for_mean(beta):
    """Say what the picture shows."""
    return (
        f"A running mean of ones that begins with 0 and keeps a share of {beta}: it is {1 - beta:.3g} after one step, "
        f"{1 - beta**10:.2f} after ten and {1 - beta**100:.2f} after a hundred."
    )


draw.live(
    picture_of_mean,
    alt=words_for_mean,
    beta=draw.knob([0.5, 0.9, 0.97, 0.99, 0.999], label="share that is kept", start=0.97),
    caption="The longer the memory, the longer it takes to fill.",
)

# %% [markdown]
# **Make.** Write `filled(beta, step)`: what a running mean of ones is after `step` steps (1 is the first), if it began with 0 and keeps
# the share `beta` in each step. One line is enough, without a loop: what is *left of the zero* after so many steps? The
# rest is real. (`step` is a number, and in a plan it is one that is not known yet.)


# %% tags=["exercise"] exercise="09/filled"
def filled(beta, step):
    """Return the share of a running mean that is real after `step` steps."""
    ### BEGIN SOLUTION
    return 1 - beta**step
    ### END SOLUTION


# %% tags=["check"]
check("09/filled", filled)

# %% [markdown]
# Divide the mean by that share, and it is right from the first step on. This is the **bias correction** of *Adam* (Kingma
# and Ba, 2015), which puts together all that we have. It steps along a running mean $m$ of the gradients, as a ball does; it divides by the root
# of a running mean $s$ of their squares, as RMSprop does; and it corrects both:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g \qquad s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2$$
#
# $$\hat m = \frac{m}{1 - \beta_1^t} \qquad \hat s = \frac{s}{1 - \beta_2^t} \qquad p \leftarrow p - \text{lr} \cdot \frac{\hat m}{\sqrt{\hat s} + \epsilon}$$
#
# $t$ is the number of the step; $\beta_1$ is often 0.9 and $\beta_2$ 0.999.
#
# **Make.** Write `adam_step(p, g, m, s, lr, betas, eps, shares)`. `betas` is a pair of numbers, and so is `shares`: what your `filled` returns for
# each beta, worked out already. It returns three values: the new parameter, and the new `m` and `s`, *without* the correction (it is
# for this step alone). Four sub-goals: bring the *means* up to date, *correct* them, find the *size*, *step*.


# %% tags=["exercise"] exercise="09/adam_step"
def adam_step(p, g, m, s, lr, betas, eps, shares):
    """Return the parameter and both means after a step."""
    ### BEGIN STARTER
    # # Means: of the gradient with betas[0], of its square with betas[1].
    # raise NotImplementedError  # your code here
    #
    # # Correct: each divided by its share, under another name.
    #
    # # Size: the root of the corrected mean of squares, plus eps.
    #
    # # Step: along the corrected mean, divided by the size. Return p, m and s.
    ### END STARTER
    ### BEGIN SOLUTION
    # Means: of the gradient with betas[0], of its square with betas[1].
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * (g * g)

    # Correct: each divided by its share, under another name.
    real_m, real_s = m / shares[0], s / shares[1]

    # Size: the root of the corrected mean of squares, plus eps.
    size = dl.sqrt(real_s) + eps

    # Step: along the corrected mean, divided by the size. Return p, m and s.
    return p - lr * (real_m / size), m, s
    ### END SOLUTION


# %% tags=["check"]
check("09/adam_step", adam_step)

# %% [markdown]
# **Modify.** Take both corrections out, and run the check: it names what you did. Then put them back.
#
# **Run.** Does yours train? `use_mine()` puts what you have passed into the library, and `watch` counts what is called:

# %% tags=["given"]
use_mine()

# %% tags=["given"]
w = dl.Parameter(np.array([5.0, -5.0]))
optimizer = optim.Adam([w], lr=0.5)
with watch() as ran:
    for _ in range(60):
        ravine(*w).backward()
        optimizer.step()
print(ran)
print("after sixty steps:", w.numpy().round(3))

# %% [markdown]
# The two weights have walked in step, although the slopes at one are twenty times those at the other: the scale is gone.
#
# Wherever the library's rule for Adam stood, yours stands now. (The library has each rule twice: as a formula, like yours, which
# also goes into plans; and once more written for speed, in place, block by block. As soon as somebody puts in a formula of their own, that is
# what runs.)
#
# This is a good place for a break.

# %% [markdown]
# ## 5. Decay, and where to put it
#
# Chapter 08 made large weights part of the loss: an L2 penalty, whose gradient pulls each weight towards 0 by a share of its
# size. With plain SGD one can as well leave the loss alone and let each weight shrink a little in every step. It comes out the same, and
# is called **weight decay**. With Adam it does not come out the same.
#
# **Predict.** Two weights have the value 2 and a penalty of the strength 0.01, so the penalty pulls at both with 0.02. The gradients of
# the loss are about 100 in size at the first weight, with changing signs, and about 1 at the second. Adam gets the sum of both. How many times
# stronger is the pull that is left at the second weight?

# %% tags=["exercise"] exercise="09/predict-pull"
### BEGIN SOLUTION
times_stronger = 100
### END SOLUTION

# %% tags=["check"]
check("09/predict-pull", times_stronger)

# %% [markdown]
# That is hardly what one wanted. Loshchilov and Hutter (2019) keep the two apart: the gradient goes through Adam, and the
# weight shrinks by a share of itself, whatever its gradient: here, as in PyTorch, by `lr * weight_decay`. They called it **AdamW**, and most
# large networks are trained with it.
#
# **Make.** Write `shrink(p, lr, weight_decay)`: what is left of the parameter after one step's decay.


# %% tags=["exercise"] exercise="09/shrink"
def shrink(p, lr, weight_decay):
    """Return what one step's decay leaves of `p`."""
    ### BEGIN SOLUTION
    return p * (1 - lr * weight_decay)
    ### END SOLUTION


# %% tags=["check"]
check("09/shrink", shrink)

# %% [markdown]
# **Run.** Two kinds of weights as in the question, 200 of each, with a stronger decay (0.5), for 300 steps. First the penalty
# as part of the gradient, then apart from it, then none:

# %% tags=["given"]
left = {}
for name, make in [
    ("Adam, L2 in the gradient", lambda ps: optim.Adam(ps, lr=0.01, weight_decay=0.5)),
    ("AdamW, decay apart", lambda ps: optim.AdamW(ps, lr=0.01, weight_decay=0.5)),
    ("AdamW, no decay", lambda ps: optim.AdamW(ps, lr=0.01, weight_decay=0.0)),
]:
    noise = np.random.default_rng(1)
    w = dl.Parameter(np.full((2, 200), 2.0))  # a row of busy weights, a row of calm ones
    optimizer = make([w])
    for _ in range(300):  # slopes without a direction: noise alone
        w.grad = dl.tensor(noise.normal(size=(2, 200)) * [[100.0], [1.0]])
        optimizer.step()
    left[name] = w.numpy().mean(axis=1)
    print(f"{name:26} busy weights {left[name][0]:.2f}   calm weights {left[name][1]:.2f}")

# %% [markdown]
# Each number is a mean over 200 weights that began with 2. In the first row the busy weights have kept nearly everything. In the second, both kinds
# have kept the same share of their 2, about $(1 - 0.01 \cdot 0.5)^{300} \approx 0.22$. The third row shows that the noise
# alone hardly moves their mean.

# %% [markdown]
# ## 6. A rate that changes
#
# A batch is a sample, so its gradient is noisy. Far from the goal that does not matter. Near it, the noise is all that is left: the
# parameters jump about, the farther the larger the rate is. Small rates settle better, and take longer to arrive.
# So one begins with large steps and ends with small ones. A **schedule** says how.
#
# **Run.** Five hundred weights slide into a bowl, with noise in every gradient:


# %% tags=["given"]
def slide(lr, schedule=None, steps=400):
    """Return how far the weights are from the goal after each step (root mean square)."""
    noise = np.random.default_rng(2)
    w = dl.Parameter(np.full(500, 3.0))
    optimizer = optim.SGD([w], lr=lr)
    plan = schedule(optimizer) if schedule else None
    distances = []
    for _ in range(steps):
        w.grad = dl.tensor(w.numpy() + noise.normal(size=500))  # slope of a bowl, and noise
        optimizer.step()
        if plan:
            plan.step()
        distances.append(float(np.sqrt(np.mean(w.numpy() ** 2))))
    return distances


far = {
    "rate 0.5": slide(0.5),
    "rate 0.02": slide(0.02),
    "0.5 / (1 + 0.2 t)": slide(0.5, lambda o: optim.InverseTimeLR(o, decay=0.2)),
}
with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 2.8))
    for name, values in far.items():
        ax.semilogy(values, label=name)
    ax.set(xlabel="step t", ylabel="distance from the goal")
    ax.legend(frameon=False)
draw.figure(
    fig,
    alt="Three curves of the distance over 400 steps: with the rate 0.5 it falls at once and stays at 0.6; with 0.02 "
    "it takes 200 steps and stays at 0.1; with a rate that falls as one over time it falls at once and goes on falling.",
    caption="Large steps arrive and do not settle; small ones settle and arrive late; falling ones do both.",
    data={"step": list(range(0, 400, 20)), **{n: v[::20] for n, v in far.items()}},
)

# %% [markdown]
# That a rate like $1/(1 + kt)$ finds the goal through noise whose mean is 0 and which is not too wild was proved in 1951
# (Robbins and Monro). In practice there are many shapes. Those below are in the library (the cosine and its restarts are from Loshchilov and
# Hutter, 2017): a schedule is made with an optimizer, and its `step()` comes after the optimizer's.

# %% tags=["given", "hide-input"]
SHAPES = {
    "1 / (1 + k t)": lambda o: optim.InverseTimeLR(o, decay=0.05),
    "stairs": lambda o: optim.StepLR(o, step_size=25, gamma=0.4),
    "exponential": lambda o: optim.ExponentialLR(o, gamma=0.96),
    "straight line": lambda o: optim.LinearLR(o, start_factor=1.0, end_factor=0.0, total_iters=100),
    "cosine": lambda o: optim.CosineAnnealingLR(o, T_max=100),
    "cosine with restarts": lambda o: optim.CosineAnnealingWarmRestarts(o, T_0=15, T_mult=2),
    "warm-up and cosine": lambda o: optim.WarmupCosineLR(o, warmup=10, total=100),
    "one cycle": lambda o: optim.OneCycleLR(o, max_lr=1.0, total_steps=101),
}


def picture_of_schedule(shape):
    """Draw the rate over a hundred steps."""
    schedule = SHAPES[shape](optim.SGD([dl.Parameter([1.0])], lr=1.0))
    with draw.style():
        fig, ax = plt.subplots(figsize=(5.5, 2.6))
        ax.plot([schedule.rates(step)[0] for step in range(101)], color=draw.COLOURS["blue"])
        ax.set(xlabel="step", ylabel="rate / base rate", ylim=(-0.03, 1.08), xlim=(0, 100))
    return fig


def words_for_schedule(shape):
    """Say what the picture shows."""
    schedule = SHAPES[shape](optim.SGD([dl.Parameter([1.0])], lr=1.0))
    rates = [schedule.rates(step)[0] for step in (0, 25, 50, 75, 100)]
    listed = ", ".join(f"{rate:.2f}" for rate in rates)
    return f"The schedule {shape}: at steps 0, 25, 50, 75 and 100 the rate is {listed} of the base rate."


draw.live(
    picture_of_schedule,
    alt=words_for_schedule,
    shape=draw.knob(list(SHAPES), start="warm-up and cosine"),
    caption="Schedules of the library. Those with a warm-up begin small, while the first gradients are wild.",
)

# %% [markdown]
# **Make.** The shape that most large networks are trained with: a warm-up, then half a wave of a cosine. Write
# `warmup_cosine(step, warmup, total)`, the factor by which the base rate is multiplied after `step` steps (0 before the first):
#
# - before step `warmup` it rises evenly: $\frac{1}{\text{warmup} + 1}$ at step 0, twice that at step 1, and so on, and 1 at step `warmup`;
# - from there to step `total` it is $\frac{1}{2}(1 + \cos(\pi \cdot \text{progress}))$, where progress goes evenly from 0 at step `warmup` to 1 at step
#   `total`;
# - after `total` it stays at 0.
#
# `step`, `warmup` and `total` are whole numbers, and `total` is larger than `warmup`. `math.cos` and `math.pi` are there. Three sub-goals: *warm-up*,
# *progress*, *wave*.


# %% tags=["exercise"] exercise="09/warmup_cosine"
def warmup_cosine(step, warmup, total):
    """Return the factor of the learning rate after `step` steps."""
    ### BEGIN SOLUTION
    # Warm-up: a straight line, so that no step is wasted.
    if step < warmup:
        return (step + 1) / (warmup + 1)

    # Progress: from 0 to 1, and never more.
    progress = min((step - warmup) / (total - warmup), 1.0)

    # Wave: from 1 to 0.
    return 0.5 * (1 + math.cos(math.pi * progress))
    ### END SOLUTION


# %% tags=["check"]
check("09/warmup_cosine", warmup_cosine)

# %% [markdown]
# ### How large may it be?
#
# The best schedule does not help if the base rate is wrong, and the right one is different for each network and each optimizer. There is a
# quick way to look (Smith, 2017): train for 120 steps while the rate grows from tiny to huge, watch the loss, and stop when it is four times what it was. This is the
# **learning rate range test**.

# %% tags=["given"]
train, test = data.load_digits()
exam, answers = test[:]


def make_network():
    """Return the digit network, with the same fresh parameters each time."""
    dl.seed(0)
    return nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))


def range_test(make, low=1e-4, high=20.0, steps=120):
    """Return rates and losses of a training whose rate grows from low to high."""
    network = make_network()
    optimizer = make(network.parameters(), low)
    schedule = optim.ExponentialLR(optimizer, gamma=(high / low) ** (1 / steps))
    batches = data.DataLoader(train, batch_size=32, shuffle=True, seed=1)
    rates, losses = [], []
    while True:
        for images, labels in batches:
            loss = nn.cross_entropy(network(images), labels)
            rates.append(optimizer.lr)
            losses.append(loss.item())
            if losses[-1] > 4 * losses[0] or len(losses) == steps:
                return rates, losses
            loss.backward()
            optimizer.step()
            schedule.step()


tests = {
    "SGD": range_test(lambda ps, lr: optim.SGD(ps, lr=lr)),
    "SGD, momentum 0.9": range_test(lambda ps, lr: optim.SGD(ps, lr=lr, momentum=0.9)),
    "AdamW": range_test(lambda ps, lr: optim.AdamW(ps, lr=lr)),
}

# %% tags=["given", "hide-input"]


def smooth(values, keep=0.8):
    """Return a running mean of values, corrected for its beginning."""
    mean, out = 0.0, []
    for t, value in enumerate(values, 1):
        mean = keep * mean + (1 - keep) * value
        out.append(mean / (1 - keep**t))
    return out


with draw.style():
    fig, ax = plt.subplots(figsize=(6.0, 3.0))
    for name, (rates, losses) in tests.items():
        ax.semilogx(rates, smooth(losses), label=name)
    ax.set(xlabel="learning rate", ylabel="loss (running mean)", ylim=(0, 4))
    ax.legend(frameon=False, loc="upper left")
lowest = {name: rates[int(np.argmin(smooth(losses)))] for name, (rates, losses) in tests.items()}
draw.figure(
    fig,
    alt="Loss against learning rate for three optimizers, on a logarithmic axis: each stays level, falls and then rises. "
    "The lowest points are at "
    + ", ".join(f"{rate:.2g} for {name}" for name, rate in lowest.items())
    + ".",
    caption="Each curve falls where the rate begins to do something, and bursts where it is too large.",
    data={"optimizer": list(lowest), "rate at the lowest loss": list(lowest.values())},
)

# %% [markdown]
# A good base rate is where the curve falls steeply, somewhat below its lowest point: a third to a tenth of it. Note how far apart the three are. A
# rate means nothing without its optimizer: with SGD it is multiplied by the gradient, with AdamW it *is* about the length of a step.

# %% [markdown]
# ## 7. One bad gradient
#
# Losses have cliffs: places where the gradient is a thousand times as long as usual. A broken example does the same. One such step can
# throw the parameters so far away that hours of training are lost. The remedy is simple: **clip** the gradient (Pascanu and others, 2013). If all
# gradients together are longer than, say, 1, they are all scaled down to that length. The direction stays.
#
# So what is the length of all gradients *together*? That of one long vector into which all of them are put.
#
# **Make.** Write `global_norm(gradients)`. It gets a list of arrays (or Tensors) of any shapes and returns the length of all of them
# together: the root of the sum of the squares of all numbers. There are two traps: squares of float16 numbers overflow soon, so
# convert each gradient first, with `dl.cast(g, dtype="float64")`; and it shall work on Tensors and in plans, so take `dl.sum` and `dl.sqrt`. Three
# sub-goals: *convert*, *add up*, *root*.


# %% tags=["exercise"] exercise="09/global_norm"
def global_norm(gradients):
    """Return the length of all gradients together."""
    ### BEGIN SOLUTION
    total = 0.0
    for g in gradients:
        # Convert: wide enough for every square.
        wide = dl.cast(g, dtype="float64")

        # Add up: all squares of all gradients.
        total = total + dl.sum(wide * wide)

    # Root: one, at the end.
    return dl.sqrt(total)
    ### END SOLUTION


# %% tags=["check"]
check("09/global_norm", global_norm)

# %% [markdown]
# **Run.** A training on digits, in which a sensor breaks: in step 60 the pictures of one batch are 200 times too bright.


# %% tags=["given"]
def train_with_accident(max_norm=None):
    """Return all losses but the broken one, the gradients' lengths, and the network."""
    network = make_network()
    optimizer = optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    batches = data.DataLoader(train, batch_size=32, shuffle=True, seed=0)
    losses, lengths = [], []
    for _ in range(3):
        for images, labels in batches:
            broken = len(losses) == 60
            loss = nn.cross_entropy(network(images * 200 if broken else images), labels)
            loss.backward()
            lengths.append(optim.clip_grad_norm_(optimizer.params, max_norm or 1e9))
            optimizer.step()
            losses.append(losses[-1] if broken else loss.item())
    return losses, lengths, network


accidents = {"as it comes": train_with_accident(), "clipped to 1": train_with_accident(1.0)}
for name, (_, lengths, network) in accidents.items():
    share = metrics.accuracy(network(exam), answers)
    usual = np.median(lengths[:60])
    print(f"{name:13} gradient usually {usual:.2f} long, at the accident {lengths[60]:,.0f}")
    print(f"{'':13} accuracy at the end {share:.1%}")

# %% tags=["given", "hide-input"]
with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 2.8))
    for name, (losses, _, _) in accidents.items():
        ax.semilogy(losses, label=name)
    ax.axvline(60, color="#9aa7b0", lw=1, ls="-")
    ax.set(xlabel="step", ylabel="loss")
    ax.legend(frameon=False)
draw.figure(
    fig,
    alt="The loss over three epochs with one broken batch at step 60. Unclipped it jumps far up and is not back at the end; "
    "clipped, it goes on falling.",
    caption="One broken batch in step 60, and what it did to the training.",
    data={"step": list(range(0, 141, 10)), **{n: run[0][::10] for n, run in accidents.items()}},
)

# %% [markdown]
# `optim.clip_grad_norm_` returns the length *before* clipping: worth a look in every training.
#
# **Order.** Five of these lines are one step of such a training, with a schedule. Write the letters as a string.

# %% tags=["given"]
check.lines("09/order-step")

# %% tags=["exercise"] exercise="09/order-step"
### BEGIN SOLUTION
step_order = "dfeac"
### END SOLUTION

# %% tags=["check"]
check("09/order-step", step_order)

# %% [markdown]
# ## 8. A race
#
# Four landscapes with which optimizers have been teased for decades: the ravine; Rosenbrock's valley (1960), which is bent (here with 10 where
# he has 100); a saddle, flat in its middle, with a way down on both sides; and Beale's, with a plateau on which hardly anything slopes.


# %% tags=["given"]
def rosenbrock(x, y):
    """Return Rosenbrock's bent valley; lowest at (1, 1)."""
    return (1.0 - x) * (1.0 - x) + 10.0 * (y - x * x) * (y - x * x)


def saddle(x, y):
    """Return a saddle with a way down on both sides; lowest at (0, 2) and (0, -2)."""
    return 0.5 * x * x + 0.05 * y * y * y * y - 0.4 * y * y + 0.8


def beale(x, y):
    """Return Beale's plateau with its narrow valley; lowest at (3, 0.5)."""
    first = 1.5 - x + x * y
    second = 2.25 - x + x * y * y
    third = 2.625 - x + x * y * y * y
    return first * first + second * second + third * third


LANDSCAPES = {  # function, start, limits of the picture, lowest points
    "ravine": (ravine, (-9.0, 1.5), (-10, 10, -3, 3), [(0, 0)]),
    "Rosenbrock": (rosenbrock, (-1.5, 2.0), (-2, 2, -1, 3), [(1, 1)]),
    "saddle": (saddle, (-2.5, 0.001), (-3, 3, -3, 3), [(0, 2), (0, -2)]),
    "Beale": (beale, (1.0, 1.5), (-1, 4, -1, 2), [(3, 0.5)]),
}
RACERS = {  # a rate that suits most of the landscapes, and how to make it
    "SGD": (0.01, lambda ps, lr: optim.SGD(ps, lr=lr)),
    "momentum": (0.01, lambda ps, lr: optim.SGD(ps, lr=lr, momentum=0.9)),
    "RMSprop": (0.03, lambda ps, lr: optim.RMSprop(ps, lr=lr, alpha=0.9)),
    "Adam": (0.1, lambda ps, lr: optim.Adam(ps, lr=lr)),
}
FACTORS = [0.1, 0.3, 1.0, 3.0, 10.0]
LAPS = 100


def race(landscape):
    """Return the tracks of all racers at all rates, (factors, racers, steps + 1, 2)."""
    surface, start, _, _ = LANDSCAPES[landscape]
    makers = [
        lambda ps, make=make, lr=lr * factor: make(ps, lr)
        for factor in FACTORS
        for lr, make in RACERS.values()
    ]
    tracks = walk(surface, makers, start, LAPS)  # (steps + 1, factors * racers, 2)
    return np.moveaxis(tracks, 0, 1).reshape(len(FACTORS), len(RACERS), LAPS + 1, 2)


races = {landscape: race(landscape) for landscape in LANDSCAPES}

# %% tags=["given", "hide-input"]


def picture_of_race(landscape, factor):
    """Draw the ways of all racers, and how high they are."""
    surface, _, limits, goals = LANDSCAPES[landscape]
    tracks = races[landscape][FACTORS.index(factor)]
    return draw.landscape(surface, limits, dict(zip(RACERS, tracks, strict=True)), goals=goals)


draw.live(
    picture_of_race,
    landscape=draw.knob(list(LANDSCAPES), start="Rosenbrock"),
    factor=draw.knob(FACTORS, start=1.0, label="all rates times", form="g"),
    caption="A hundred steps from one place. Stars are lowest points; marks show where each racer ends. Some leave the "
    "picture.",
)

# %% [markdown]
# **Investigate.** Who is fastest on the ravine, and who on the bent valley? Set the rates to three times on the saddle: who leaves it first,
# and why does SGD sit there so long? (Its gradient there is tiny; whose step does not depend on that?) Now multiply the rates by ten: who
# survives?
#
# (`optim.clip_grad_norm_` is not used here. Where would it have helped?)
#
# There is no best one. But there is a pattern: at three times the rates Adam comes below 0.01 on all four landscapes, while SGD, with and without
# momentum, is lost on the bent valley. One that divides by the size of the gradient gets along with many landscapes at one rate.

# %% [markdown]
# ## 9. Your AdamW on the digits
#
# Now to a landscape of 3,610 dimensions, with your rules and your schedule. First once more `use_mine()`, and a look at what one epoch calls:

# %% tags=["given"]
use_mine()

# %% tags=["given"]
EPOCHS = 8


def fit(make, schedule=None, seed=0, epochs=EPOCHS):
    """Train on the digits; return loss and test accuracy of each epoch."""
    network = make_network()
    optimizer = make(network.parameters())
    batches = data.DataLoader(train, batch_size=32, shuffle=True, seed=seed)
    plan = schedule(optimizer, epochs * len(batches)) if schedule else None
    history = {"loss": [], "test accuracy": []}
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches:
            loss = nn.cross_entropy(network(images), labels)
            loss.backward()
            optim.clip_grad_norm_(optimizer.params, 5.0)
            optimizer.step()
            if plan:
                plan.step()
            total += loss.item() * len(labels)
        history["loss"].append(total / len(train))
        history["test accuracy"].append(float(metrics.accuracy(network(exam), answers)))
    return history


def my_schedule(optimizer, total):
    """Warm up for a twentieth of all steps, then fall along the cosine."""
    return optim.WarmupCosineLR(optimizer, warmup=total // 20, total=total)


with watch() as ran:
    fit(lambda ps: optim.AdamW(ps, lr=0.02, weight_decay=0.1), my_schedule, epochs=1)
print(ran)

# %% [markdown]
# Whatever has not passed yet is lent by the library. And now the comparison:

# %% tags=["given"]
runs = {
    "SGD, rate 0.1": fit(lambda ps: optim.SGD(ps, lr=0.1)),
    "AdamW, cosine": fit(lambda ps: optim.AdamW(ps, lr=0.02, weight_decay=0.1), my_schedule),
}
for name, history in runs.items():
    print(
        f"{name:15} loss of the last epoch {history['loss'][-1]:.3f}, "
        f"{history['test accuracy'][-1]:.1%} of {len(exam)} new pictures read correctly"
    )

# %% tags=["given", "hide-input"]
with draw.style():
    fig, (left, right) = plt.subplots(1, 2, figsize=(8.2, 2.9))
    for name, history in runs.items():
        epochs = range(1, EPOCHS + 1)
        left.semilogy(epochs, history["loss"], marker="o", ms=4, label=name)
        right.plot(epochs, [100 * y for y in history["test accuracy"]], marker="o", ms=4)
    left.set(xlabel="epoch", ylabel="loss")
    right.set(xlabel="epoch", ylabel="test accuracy in %")
    left.legend(frameon=False)
draw.figure(
    fig,
    alt="Loss and test accuracy over eight epochs for plain SGD and AdamW with a cosine schedule: "
    + "; ".join(
        f"{n} ends at {h['loss'][-1]:.3f} and {h['test accuracy'][-1]:.1%}" for n, h in runs.items()
    )
    + ".",
    caption="The same network, the same batches in the same order, equally many steps.",
    data={
        "epoch": list(range(1, EPOCHS + 1)),
        **{f"{n}: {k}": h[k] for n, h in runs.items() for k in h},
    },
)

# %% [markdown]
# Is that fair? Only if 0.1 is a good rate for SGD. The range test says that it could be larger. A fair comparison gives both the
# same care, so here are both at seven rates, both with the schedule, three epochs long:

# %% tags=["given"]
sweep_rates = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
sweep = {
    "SGD, cosine": [
        fit(lambda ps, r=r: optim.SGD(ps, lr=r), my_schedule, epochs=3) for r in sweep_rates
    ],
    "AdamW, cosine": [
        fit(lambda ps, r=r: optim.AdamW(ps, lr=r, weight_decay=0.1), my_schedule, epochs=3)
        for r in sweep_rates
    ],
}
finals = {name: [h["loss"][-1] for h in histories] for name, histories in sweep.items()}

# %% tags=["given", "hide-input"]
with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 2.8))
    for name, losses in finals.items():
        ax.loglog(sweep_rates, losses, marker="o", ms=4, label=name)
    ax.set(xlabel="learning rate", ylabel="loss of the third epoch")
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
best = {n: (sweep_rates[int(np.argmin(v))], min(v)) for n, v in finals.items()}
draw.figure(
    fig,
    alt="Loss of the third epoch against the learning rate for SGD and AdamW, both with a cosine schedule: "
    + "; ".join(
        f"{name} is best at the rate {rate}, with {loss:.3f}" for name, (rate, loss) in best.items()
    )
    + ".",
    caption="How low a curve comes is what a careful choice gives; how wide it is, how careful one has to be.",
    data={"rate": sweep_rates, **finals},
)

# %% [markdown]
# So 0.1 was no good rate for SGD: at 1 it comes much nearer to AdamW. But look at the width, too. AdamW gets along with anything
# between 0.01 and 0.3, SGD only with rates near 1. On a network as small as this, SGD with a well chosen rate is a good
# optimizer. What AdamW gives you is that the choice is easier, also on deep networks, whose layers have gradients of very different sizes.
# (The rule of the range test was cautious here: both best rates lie near its lowest points, as these runs are short.)
#
# And all eight epochs with that rate? Here they are; the cell is open for you to change.

# %%
tried = fit(lambda ps: optim.SGD(ps, lr=1.0), my_schedule)
print(f"loss of the last epoch {tried['loss'][-1]:.3f}, accuracy {tried['test accuracy'][-1]:.1%}")

# %% [markdown]
# **Modify.** Give it a momentum of 0.9 and the rate 0.3. Whose loss is lowest now? Then try AdamW at the rate 0.3, with the schedule and
# without: what does the schedule give you?

# %% [markdown]
# ## 10. Bug hunt
#
# A friend's AdamW trains well. But weights with large gradients hardly get smaller, however much decay is asked for. In this
# little program both weights should lose about the same share. It prints 0.24 and 1.01. Which line is wrong?

# %% tags=["given"]
check.lines("09/bug-hunt")

# %% tags=["exercise"] exercise="09/bug-hunt"
### BEGIN SOLUTION
coupling_line = 2
### END SOLUTION

# %% tags=["check"]
check("09/bug-hunt", coupling_line)

# %% [markdown]
# ## 11. What the real frameworks do
#
# PyTorch, with two groups of parameters, and a schedule made of two:
#
# ```python
# optimizer = torch.optim.AdamW(
#     [{"params": body.parameters()}, {"params": head.parameters(), "lr": 1e-2}], lr=1e-3
# )
# rise = torch.optim.lr_scheduler.LinearLR(optimizer, 0.1, total_iters=100)
# fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=900)
# schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[100])
# ```
#
# With `dl` for `torch` and without `lr_scheduler` this runs here too, and a test compares both, step by step. JAX's optax goes another way. There
# an optimizer is a *chain* of transformations of gradients, each a pair of functions, and nothing is written in place:
#
# ```python
# optimizer = optax.chain(
#     optax.clip_by_global_norm(1.0),
#     optax.scale_by_adam(b1=0.9, b2=0.999),
#     optax.add_decayed_weights(1e-2),
#     optax.scale_by_learning_rate(optax.warmup_cosine_decay_schedule(0.0, 1e-3, 100, 1000)),
# )
# updates, state = optimizer.update(gradients, state, params)
# ```
#
# | piece | in diydl | in PyTorch | in optax |
# |---|---|---|---|
# | the formula | `diydl/optim/rules.py` | `_single_tensor_adam` in `torch/optim/adam.py` | `scale_by_adam` in `_src/transform.py` |
# | written for speed | `rule` of each optimizer, block by block on all cores (`blocks.py`), with a routine of the BLAS that NumPy brings (`diydl/blas.py`) | `_multi_tensor_adam` (*foreach*: one call for a list of tensors); `fused=True`: one loop over everything, in C++ or CUDA | left to the compiler, XLA |
# | momentum | `v = momentum * v + g` | the same, in `sgd.py` | `trace` |
# | groups | `param_groups`, options checked | `param_groups`, plain dicts | `multi_transform` |
# | decay | `shrink`, before the step | `param.mul_(1 - lr * weight_decay)` | `add_decayed_weights`, after `scale_by_adam` |
# | schedule | a function of the number of steps | mostly a recurrence on the last rate | a function of the number of steps |
# | clipping | `clip_grad_norm_`; what is not finite stays where it is | `clip_grad_norm_`; one NaN spreads over all | `clip_by_global_norm`, a link of the chain |
#
# Why does PyTorch have each optimizer three times? Adam reads four arrays and writes three, in a dozen operations. One operation at a time, each goes through all of the memory; that
# is the simple version. On a GPU starting an operation costs more than small tensors do, hence one call for whole lists. Best is a loop that reads every
# number once and does everything with it: that is what *fused* means. Ours does the operations on pieces that fit into the cache, which comes near it.

# %% [markdown]
# ## Summary
#
# - An optimizer is a **rule**: parameter, gradient and memories in, new parameter and new memories out.
# - In a **ravine** the steep direction limits the learning rate. **Momentum** cancels what changes its sign and adds up what does not.
# - Gradients have very different **scales**. AdaGrad divides by the root of all squares, RMSprop by that of the recent ones.
# - A running mean that begins with 0 is **filled** by $1 - \beta^t$; Adam divides by that.
# - Decay belongs **apart** from the gradient if the gradient is divided: AdamW.
# - **Schedules** begin large and end small, after a warm-up; a **range test** shows how large.
# - **Clipping** bounds the length of one step, of all parameters together.
# - You wrote momentum, Nesterov, RMSprop, Adam, its correction, AdamW's decay, a schedule and the norm, and a network learned with them.
#
# **Next:** chapter 10 puts all of it into a loop that measures, saves and goes on after an interruption.
#
# **Sources.** A. Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées*, 1847. B. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964. Y. Nesterov, *A method for solving the
# convex programming problem with convergence rate O(1/k²)*, 1983. I. Sutskever and others, *On the importance of initialization and momentum in
# deep learning*, ICML 2013. J. Duchi, E. Hazan and Y. Singer, *Adaptive subgradient methods*, JMLR 12, 2011. T. Tieleman and G. Hinton,
# *Lecture 6.5: RMSprop*, 2012. Y. Bengio, N. Boulanger-Lewandowski and R. Pascanu, *Advances in optimizing recurrent networks*, ICASSP 2013. D. Kingma and J. Ba, *Adam*, ICLR 2015. I. Loshchilov and F. Hutter, *SGDR*, ICLR 2017, and *Decoupled weight decay
# regularization*, ICLR 2019. L. Smith, *Cyclical learning rates for training neural networks*, WACV 2017. R. Pascanu, T. Mikolov and Y. Bengio, *On
# the difficulty of training recurrent neural networks*, ICML 2013. H. Robbins and S. Monro, *A stochastic approximation method*, 1951. H. Rosenbrock,
# *An automatic method for finding the greatest or least value of a function*, 1960. E. Beale, *On an iterative method for finding a local minimum of
# a function of more than one variable*, 1958.
