# %% [markdown]
# # Derivatives you can trust
#
# *About 90 minutes, with a good place for a pause in the middle. You need chapters 00 and 01, and from
# school: what the slope of a curve is.*
#
# A network learns because every one of its knobs is told which way to turn, and how strongly. These
# numbers are derivatives. Today you find them in two ways: by trying, which is slow and always possible,
# and by rule, which is fast and easy to get wrong. Then you let the first watch over the second.
#
# At the end of this chapter you can
#
# - measure a slope with a computer, and say which two errors the result has;
# - write the backward rule of an operation, for single numbers, arrays and matrices;
# - test such a rule so that mistakes have nowhere to hide;
# - say why networks are differentiated backward and not forward;
# - train a network with two layers by hand, without any automatic differentiation.

# %% tags=["given"]
import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import data, draw, testing
from diydl.course import check, hint, library_picture, use_mine
from diydl.ops import elementwise, linalg, reduce, special
from diydl.train import metrics

dl.seed(0)

# %% [markdown]
# ## The library so far
#
# Two new boxes today: `primitive`, which says what an operation is, and `ops`, the operations
# themselves. You write the backward half of five of them.

# %% tags=["given"]
library_picture("02")

# %% [markdown]
# ## Before we start
#
# Three questions from earlier chapters. What comes back from memory stays there longer.
#
# **Shapes.** `A` has the shape (5, 1, 3) and `B` has the shape (4, 1). How many numbers does `A + B`
# hold? (Write 0 if it is an error.)

# %% tags=["exercise"] exercise="02/predict-broadcast"
### BEGIN SOLUTION
numbers = 60
### END SOLUTION

# %% tags=["check"]
check("02/predict-broadcast", numbers)

# %% [markdown]
# **Memory.** Somebody wants to look at ten times the first two numbers, and at the sum of all. The sum of
# `x` should be 10, and it comes out as 37. Which line is to blame?

# %% tags=["given"]
check.lines("02/view-hunt")

# %% tags=["exercise"] exercise="02/view-hunt"
### BEGIN SOLUTION
bad_line = 3
### END SOLUTION

# %% tags=["check"]
check("02/view-hunt", bad_line)

# %% [markdown]
# **The exam.** Put the lines in order that turn pictures into a share of right answers. One line does not
# belong. Write the letters as a string.

# %% tags=["given"]
check.lines("02/order-accuracy")

# %% tags=["exercise"] exercise="02/order-accuracy"
### BEGIN SOLUTION
order = "deac"
### END SOLUTION

# %% tags=["check"]
check("02/order-accuracy", order)

# %% [markdown]
# ## 1. A slope, by trying
#
# The **derivative** of a function $f$ at a place $x$ is the slope of its curve there: if $x$ moves a
# little, how much faster or slower does $f(x)$ move? A slope of 3 means that $f(x)$ changes three times
# as much as $x$.
#
# To measure it, take a step $h$ to the right and look how far the curve has climbed:
#
# $$\text{slope} \approx \frac{f(x + h) - f(x)}{h}$$
#
# This is the slope of a **secant**, the straight line through two points of the curve. What we want is
# the slope of the **tangent**, which touches the curve in one point. Here are both. Move `h` towards 0
# and watch the secants turn.


# %% tags=["given"]
def curve(x):
    """Return the height of the curve at `x`."""
    return x**3 / 4 - x


def curve_slope(x):
    """Return its slope, by the rules of school."""
    return 3 * x**2 / 4 - 1


# %% tags=["given", "hide-input"]
# The code of the figure: there is no need to read it.
def draw_secants(x, h):
    """Draw the curve, its tangent at `x`, and two secants with the step `h`."""
    fig, ax = plt.subplots(figsize=(6.4, 3.6))
    line = np.linspace(-3, 3, 121)
    ax.plot(line, curve(line), color=draw.COLOURS["black"], linestyle="-", label="the curve")
    right = (curve(x + h) - curve(x)) / h
    both = (curve(x + h) - curve(x - h)) / (2 * h)
    for name, k, at, colour, dashes in [
        ("tangent", curve_slope(x), x, "blue", "-"),
        ("secant, to the right", right, x, "orange", "--"),
        ("secant, both sides", both, x + h, "green", "-."),
    ]:
        heights = curve(at) + k * (line - at)
        ax.plot(line, heights, dashes, color=draw.COLOURS[colour], label=f"{name}: slope {k:.3f}")
    places = np.array([x - h, x, x + h])
    ax.plot(places, curve(places), "o", color=draw.COLOURS["black"])
    ax.set(xlim=(-3, 3), ylim=(-4, 4), xlabel="x", ylabel="f(x)")
    ax.legend(loc="lower right", fontsize=9)
    return fig


def table_of_slopes(x, h):
    """Return the three slopes of the figure, and how far they are from the tangent's."""
    right = (curve(x + h) - curve(x)) / h
    both = (curve(x + h) - curve(x - h)) / (2 * h)
    found = np.array([curve_slope(x), right, both])
    names = ["tangent", "secant, to the right", "secant, both sides"]
    return {"line": names, "slope": found, "error": found - found[0]}


def say_secants(x, h):
    """Say in words what `draw_secants` shows."""
    right = (curve(x + h) - curve(x)) / h
    both = (curve(x + h) - curve(x - h)) / (2 * h)
    return (
        f"At x = {x} the tangent of the curve has the slope {curve_slope(x):.3f}. With h = {h} the "
        f"secant to the right has {right:.3f}, the secant over both sides {both:.3f}."
    )


draw.live(
    draw_secants,
    alt=say_secants,
    data=table_of_slopes,
    x=[-1.5, -0.5, 0.5, 1.0, 1.5],
    h=[1.0, 0.7, 0.5, 0.3, 0.2, 0.1],
    caption="A curve, its tangent at x, and two secants that come closer to it as h shrinks.",
)

# %% [markdown]
# **Investigate.** Both secants approach the tangent. Which one is there first? Halve `h` from 1.0 to 0.5
# and compare what happens to the two errors.
#
# Here is the secant to the right as a function, completely worked out:


# %% tags=["given"]
def slope_to_the_right(f, x, h=1e-6):
    """Return the slope of the secant of `f` from `x` to `x + h`."""
    rise = f(x + h) - f(x)
    way = h
    return rise / way


print(f"measured: {slope_to_the_right(curve, 1.5, h=0.1):.4f}   true: {curve_slope(1.5):.4f}")

# %% [markdown]
# The secant over both sides is called the **central difference**: it goes from $x - h$ to $x + h$.
#
# **Make.** Write it. `f` is a function of one number that also takes arrays (it then treats each
# number by itself, as `np.sin` does); `x` is a number or an array. What comes back is of the same kind:
# a number for a number, an array of slopes for an array. `x` itself must not change.
#
# For example, `slope(curve, 1.5, h=0.1)` is 0.69.


# %% tags=["exercise"] exercise="02/slope"
def slope(f, x, h=1e-6):
    """Return the slope of the secant of `f` from `x - h` to `x + h`."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


# %% tags=["check"]
check("02/slope", slope)

# %% [markdown]
# If a test failed, read what it says and try again; `hint("02/slope")` in a cell of your own helps. The
# text goes on with the library's own version, `testing.slope`.
#
# ## 2. Two errors
#
# **Predict.** The true slope of the sine at $x = 1$ is the cosine of 1. You measure it by a central
# difference in float64, the usual kind of number, with steps $h = 10^{-1}$, $10^{-2}$, ... down to
# $10^{-15}$. Which one comes closest? Answer with
# the number $k$ of the step $10^{-k}$.

# %% tags=["exercise"] exercise="02/predict-step"
### BEGIN SOLUTION
exponent = 5
### END SOLUTION

# %% tags=["check"]
check("02/predict-step", exponent)

# %% [markdown]
# **Run.** The figure shows the error for every step, and for the step that you choose the very numbers
# that are subtracted. Begin at `k` = 1 and go on until something strange happens.


# %% tags=["given", "hide-input"]
# The code of the figure: there is no need to read it.
def slope_errors(numbers, steps):
    """Return the errors of one-sided and central differences of the sine at 1."""
    kind = np.dtype(numbers).type
    x, found = kind(1), {"one-sided": [], "central": []}
    for h in steps.astype(kind):
        right, left = np.sin(x + h), np.sin(x - h)
        found["one-sided"].append(abs(float((right - np.sin(x)) / h) - np.cos(1.0)))
        found["central"].append(abs(float((right - left) / (2 * h)) - np.cos(1.0)))
    return {name: np.maximum(errors, 1e-13) for name, errors in found.items()}


STEPS = 10.0 ** -np.arange(1, 16)


def draw_errors(k, numbers):
    """Draw the errors of all steps, and write down what is subtracted at the step 10**-k."""
    fig, ax = plt.subplots(figsize=(6.4, 3.9))
    powers = np.arange(1, 16)
    for (name, errors), mark in zip(slope_errors(numbers, STEPS).items(), "os", strict=True):
        ax.plot(powers, np.log10(errors), marker=mark, ms=5, label=name)
        ax.plot(k, np.log10(errors[k - 1]), mark, ms=12, color=draw.COLOURS["black"], mfc="none")
    kind, digits = np.dtype(numbers).type, 9 if numbers == "float32" else 17
    h = kind(STEPS[k - 1])
    right, left = np.sin(kind(1) + h), np.sin(kind(1) - h)
    ax.set_title(
        f"f(x + h) = {right:.{digits}f}\nf(x - h) = {left:.{digits}f}",
        fontfamily="DejaVu Sans Mono",
        fontsize=10,
    )
    ax.set(xlim=(0.5, 15.5), ylim=(-13.5, 1), xticks=powers[::2])
    ax.set_yticks(range(-12, 1, 2), [f"1e{power}" for power in range(-12, 1, 2)])
    ax.set(xlabel="k, for a step of 1e-k: smaller steps to the right", ylabel="error of the slope")
    ax.legend()
    return fig


def say_errors(k, numbers):
    """Say in words what `draw_errors` shows."""
    errors = slope_errors(numbers, STEPS)
    one, both = (errors[name][k - 1] for name in ("one-sided", "central"))
    best = {name: int(np.argmin(e)) + 1 for name, e in errors.items()}
    return (
        f"With {numbers} and h = 1e-{k} the one-sided difference is off by {one:.0e}, the central "
        f"one by {both:.0e}. Over all steps the errors fall and then rise again: the best steps "
        f"are 1e-{best['one-sided']} and 1e-{best['central']}."
    )


draw.live(
    draw_errors,
    alt=say_errors,
    data=lambda k, numbers: {"k": range(1, 16), **slope_errors(numbers, STEPS)},
    k=list(range(1, 16)),
    numbers=["float64", "float32"],
    caption="The error of a measured slope: too large a step sees the curve bend, too small a step "
    "loses its digits. Above: the two numbers that are subtracted.",
)

# %% [markdown]
# There are two errors, and they pull in opposite directions.
#
# - **Truncation error:** the curve bends between the two points. For the one-sided difference it shrinks
#   like $h$, for the central one like $h^2$: in the figure, from one step to the next, one line falls
#   by one power of ten and the other by two.
# - **Rounding error:** a float64 holds about 16 digits. When $f(x + h)$ and $f(x - h)$ agree in 12 of them,
#   the subtraction leaves 4, and the division by the tiny $2h$ makes what was lost large. This error
#   *grows* like $10^{-16} / h$.
#
# The best step is where the two are equal: about $10^{-8}$ for one side, and about $10^{-5}$ for both
# sides, with an error near $10^{-11}$. We use $10^{-6}$ from now on.
#
# **Investigate.** Switch `numbers` to float32, which has 7 digits. How good can a measured slope be now,
# and what happens at `k` = 8 and beyond? This is why a check of derivatives is always done in float64,
# even if the network runs in float32.

# %% [markdown]
# ## 3. A chain, and the number called g
#
# Measuring works for every function. But a network has thousands of knobs, and each would take two whole
# runs. We need rules. They come from one idea: a computation is a **chain** of small operations.
#
# Take three of them, one after the other:

# %% tags=["given"]
x = 0.6
a = x * x  # first operation: square
b = -a  # second: neg, the change of sign
y = float(np.exp(b))  # third: exp, and the final number
print(f"x = {x}   a = {a:.4f}   b = {b:.4f}   y = {y:.4f}")

slopes = {"square": 2 * x, "neg": -1.0, "exp": y}
product = slopes["square"] * slopes["neg"] * slopes["exp"]
print("slopes, one operation at a time:", {name: round(k, 4) for name, k in slopes.items()})
print("their product:                  ", round(product, 6))
print("measured, all three in one:     ", round(testing.slope(lambda x: np.exp(-(x * x)), x), 6))

# %% [markdown]
# This is the **chain rule**: along a chain, slopes multiply. If `a` moves 1.2 times as much as `x`, `b` moves -1
# times as much as `a`, and `y` moves 0.7 times as much as `b`, then `y` moves
# $1.2 \cdot (-1) \cdot 0.7$ times as much as `x`.
#
# The product can be taken from either end. We begin at the end, for a reason that section 6 will show,
# and we give what we have gathered so far a name:
#
# > **g** is the gradient of the final number with respect to *the output of this operation*: by how
# > much does the final number change if this output changes by one?
#
# Think of it as a price. `g` is what one unit of an operation's output is worth, in units of the final
# number. An operation that turns one unit of `x` into 1.2 units of output makes one unit of `x` worth
# 1.2 times `g`. So each operation does one small thing: it takes the price of what it made, and answers
# with the price of what it used.
#
# $$\underbrace{\text{gradient}}_{\text{price of what went in}} =
# \underbrace{g}_{\text{price of what came out}} \cdot\ \text{slope}$$

# %% tags=["given"]
g = 1.0  # the final number itself: one unit of y is worth one unit of y
print(f"price of one y: {g}")
for name in ("exp", "neg", "square"):
    g = g * slopes[name]
    print(f"back through {name + ':':8} {g:.4f}")

# %% [markdown]
# **Investigate.** Only the last operation of a chain has $g = 1$. Every other one receives some number from
# what comes after it. A rule that forgets to multiply by `g` is right in the last place, and wrong
# everywhere else. Remember this one; it is the most frequent mistake of all.

# %% [markdown]
# ## 4. The backward rule of an operation
#
# In the library an operation with everything that is known about it is called a **primitive**. This is
# `exp` from `diydl/ops/elementwise.py`, without the line that you will write and without the mark by
# which your answer can take its place:
#
# ```python
# @primitive(shape=broadcast, dtype=floating, kernel="exp({0})", saves="out")
# def exp(xp, x):
#     """Elementwise exponential."""
#     return xp.exp(x)
#
# @exp.def_vjp
# def exp_vjp(g, out, x):
#     ...
# ```
#
# - **forward:** what it computes. `xp` is NumPy, or CuPy on a graphics card.
# - **shape, dtype:** which shape and kind of number come out, known without computing.
# - **kernel:** the same as one line of C, for later.
# - **VJP:** the way back. The letters stand for *vector-Jacobian product*; section 6 shows why.
# - **saves:** what the way back needs to read. `exp` keeps its `out` and lets `x` go.
#
# You can ask a primitive about itself:

# %% tags=["given"]
for prim in (dl.exp, dl.tanh, dl.neg, dl.log):
    kept = ", ".join(prim.saves) or "nothing"
    print(f"{prim.name:5} keeps {kept:8} and has the kernel {prim.kernel}")
print("shape of (3, 1) + (4,):", dl.add.shape((3, 1), (4,)))

# %% [markdown]
# Every VJP is called in the same way, with `g`, the result `out`, and what went in. It returns a **tuple** with
# one gradient for each input, even if there is only one. To write one, answer three questions, always
# the same three:
#
# 1. **What goes in and out?** The shapes, and which names are at hand.
# 2. **How does a small change in x change the output?** This is the slope.
# 3. **Turn it around: from g to the gradient.** The gradient has the shape of x.
#
# First, squaring, worked out in full. On arrays everything happens to each element by itself:


# %% tags=["given"]
def square(x):
    """Return each element times itself."""
    return x * x


def square_vjp(g, out, x):
    """Return the gradient of the final number with respect to `x`, in a tuple."""
    # What goes in and out: x went in, out = x * x came out, both of one shape; so has g.
    # How a small change in x changes the output: by the factor 2 x.
    factor = 2 * x
    # Turn it around: from g to the gradient. Each element's price, times its slope.
    return (g * factor,)


x = np.array([1.0, -2.0, 3.0])
print(square_vjp(np.array([1.0, 1.0, 10.0]), square(x), x))

# %% [markdown]
# **Investigate.** The third `x` is 3, so its slope is 6, and one unit of its output is worth 10. Why is the
# second gradient negative?
#
# **Make.** Now `exp`, with the beginning given. The exponential function is its own slope: at `x` it has
# the height $e^x$ and the slope $e^x$. The library has kept `out` for you and not `x`. All three arguments are
# arrays of one shape; so is the gradient, and it has their dtype. Do not write into any of them. Use
# operators such as `*` and `-`, or functions of `dl`: later the arguments will be more than arrays.
#
# For example, with `x` = [0, 1] and `g` = [3, 3] the gradient is about [3, 8.15].


# %% tags=["exercise"] exercise="02/exp_vjp"
def exp_vjp(g, out, x):
    """Return the gradient for `x`, in a tuple; `out` is exp(x), and `x` is not kept."""
    # What goes in and out: x went in, out = exp(x) came out, both of one shape; so has g.
    # How a small change in x changes the output: by the factor exp(x), which is at hand.
    ### BEGIN STARTER
    # factor = out
    # # Turn it around: from g to the gradient.
    # raise NotImplementedError  # your line in place of this one
    ### END STARTER
    ### BEGIN SOLUTION
    # Turn it around: from g to the gradient.
    return (g * out,)
    ### END SOLUTION


# %% tags=["check"]
check("02/exp_vjp", exp_vjp)

# %% [markdown]
# **Make.** The change of sign, `out = -x`. The primitive `neg` keeps nothing: neither `x` nor `out`
# can be read, and neither is needed. For example, `g` = [3, -2] gives [-3, 2]; the rest is as above.


# %% tags=["exercise"] exercise="02/neg_vjp"
def neg_vjp(g, out, x):
    """Return the gradient for `x`, in a tuple; `out` is -x, and neither of the two is kept."""
    # What goes in and out, how a small change in x changes the output, turn it around.
    ### BEGIN SOLUTION
    return (-g,)
    ### END SOLUTION


# %% tags=["check"]
check("02/neg_vjp", neg_vjp)

# %% [markdown]
# **Make.** And one from nothing but its slope. The **hyperbolic tangent**, `tanh`, is a bend like ReLU, only
# round: it runs from -1 to 1. Its slope is
#
# $$1 - \tanh(x)^2$$
#
# which is 1 in the middle, where the curve is steep, and almost 0 far out, where it is flat. Again `out`
# is kept and `x` is not. For example, with `x` = [0, 1] and `g` = [3, 3] the gradient is about
# [3, 1.26].


# %% tags=["exercise"] exercise="02/tanh_vjp"
def tanh_vjp(g, out, x):
    """Return the gradient for `x`, in a tuple; `out` is tanh(x), and `x` is not kept."""
    ### BEGIN SOLUTION
    return (g * (1 - out * out),)
    ### END SOLUTION


# %% tags=["check"]
check("02/tanh_vjp", tanh_vjp)

# %% [markdown]
# ## 5. A checker of your own
#
# A machine has told you whether your rules are right. How does it know? It does what you did in
# section 1. Now you build that machine, and after that you need nobody to tell you.
#
# **The idea.** A rule for `f` claims to know how the final number changes with each element of `x`. We need
# a final number to try it on, so we make one: multiply each element of `f(x)` by its price and add up,
#
# $$L = \textstyle\sum g \cdot f(x).$$
#
# Then `g` is exactly what its name promises: the gradient of $L$ with respect to the output. Now move
# *one* element of `x` a little up and a little down, and see how $L$ changes: this is the **numeric**
# gradient. What the rule says is the **analytic** one. They must agree, for each element.
#
# **Their distance** needs some care. An error of 0.001 is large if the gradient is 0.002, and small if it is
# a million. So we divide by the size of the numeric gradient; but where that is almost 0, we must not.
# Both at once:
#
# $$\text{error} = \frac{|\text{analytic} - \text{numeric}|}{\max(1, |\text{numeric}|)}$$
#
# **Make.** Write `check_vjp(f, vjp, x, g, h=1e-6)`. It returns a pair: the largest error of all elements, as a
# Python `float`, and the index where it is, a tuple such as `(1, 2)`.
#
# - `f(x)` returns an array, and `vjp(g, out, x)` a tuple with one gradient, of the shape of `x`.
# - `x` has any number of axes and at least one element; `g` has the shape of `f(x)`.
# - Compute in float64 whatever comes in, and leave the caller's `x` as it is.
# - If the error of some element is not a number (NaN), that one counts as the largest.
#
# `np.ndindex(x.shape)` goes through all indices, and `x[index]` is one element. With NaN in mind, keep
# the errors in an array: `errors.argmax()` takes a NaN for the largest, and counts the elements in a
# row; `np.unravel_index(number, x.shape)` turns such a count into an index.
#
# For example, take a rule for `exp` that adds `g`:
# `check_vjp(np.exp, lambda g, out, x: (g + out,), np.zeros(2), np.ones(2))` returns an error of about
# 1.0 and the index `(0,)` or `(1,)`, since both elements are equally wrong.


# %% tags=["exercise"] exercise="02/check_vjp"
def check_vjp(f, vjp, x, g, h=1e-6):
    """Return the largest error of a VJP against central differences, and its index."""
    # Copies of x and g, in float64.
    # What the rule says: the analytic gradient.
    # What trying says: for each element, sum(g * f(x)) a little above and a little below.
    # The largest error, and where it is.
    ### BEGIN SOLUTION
    x, g = np.array(x, np.float64), np.array(g, np.float64)
    (analytic,) = vjp(g, f(x), x)
    errors = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        here = x[index]
        x[index] = here + h
        above = np.sum(g * f(x))
        x[index] = here - h
        below = np.sum(g * f(x))
        x[index] = here
        numeric = (above - below) / (2 * h)
        errors[index] = abs(analytic[index] - numeric) / max(1, abs(numeric))
    worst = np.unravel_index(errors.argmax(), x.shape)
    return float(errors[worst]), tuple(int(k) for k in worst)
    ### END SOLUTION


# %% tags=["check"]
check("02/check_vjp", check_vjp)

# %% [markdown]
# Let it loose on the rule for squaring, and on a broken one. Below, `testing.check_vjp` is the library's
# own; try yours in a cell of your own.

# %% tags=["given"]
random = np.random.default_rng(1)
x, g = random.normal(size=(2, 3)), random.normal(size=(2, 3))


def broken_vjp(g, out, x):
    """Return a gradient with one wrong element."""
    gradient = g * 2 * x
    gradient[1, 2] += 0.1
    return (gradient,)


print("right: ", testing.check_vjp(square, square_vjp, x, g))
print("broken:", testing.check_vjp(square, broken_vjp, x, g))

# %% [markdown]
# Why did we bother with a random `g`? We could have taken ones, and $L$ would be the plain sum of `f(x)`.
#
# **Predict.** Here are four wrong rules for `exp`. If you check them with `g` of ones, how many of the four
# seem to be right?
#
# ```python
# lambda g, out, x: (out,)
# lambda g, out, x: (g * g * out,)
# lambda g, out, x: (g + out,)
# lambda g, out, x: (out / g,)
# ```

# %% tags=["exercise"] exercise="02/predict-ones"
### BEGIN SOLUTION
passing = 3
### END SOLUTION

# %% tags=["check"]
check("02/predict-ones", passing)

# %% tags=["given"]
wrong_rules = {
    "out": lambda g, out, x: (out,),
    "g * g * out": lambda g, out, x: (g * g * out,),
    "g + out": lambda g, out, x: (g + out,),
    "out / g": lambda g, out, x: (out / g,),
}
for words, rule in wrong_rules.items():
    lenient, _ = testing.check_vjp(np.exp, rule, x, np.ones(x.shape))
    strict, _ = testing.check_vjp(np.exp, rule, x, g)
    print(f"{words:12} error with ones: {lenient:.0e}   with a random g: {strict:.0e}")

# %% [markdown]
# **Always check with a random g.** With ones, three of four pass, and each of them would quietly spoil every network
# in which `exp` is not the last operation.
#
# *This is a good place for a pause. What passed is kept.*

# %% [markdown]
# ## 6. All slopes at once: the Jacobian
#
# So far each output belonged to one input. In general an operation takes $n$ numbers and makes $m$, and
# each output may depend on each input. Then there are $m \cdot n$ slopes. Written as a table, one
# row for each output and one column for each input, they are the **Jacobian** $J$ of the operation.
#
# We can measure it, column by column: move one input, see how all outputs change.


# %% tags=["given"]
def measure_jacobian(f, x, h=1e-6):
    """Return the slopes of all outputs (rows) in all inputs (columns), for a vector `x`."""
    columns = []
    for k in range(len(x)):
        move = np.zeros(len(x))
        move[k] = h
        columns.append((np.atleast_1d(f(x + move)) - np.atleast_1d(f(x - move))) / (2 * h))
    return np.stack(columns, axis=1)


x = np.array([-1.5, -0.5, 0.0, 0.5, 1.0, 2.0])
mixing = np.random.default_rng(2).normal(size=(6, 4))
tables = {
    "tanh(x)": measure_jacobian(np.tanh, x),
    "sum(x)": measure_jacobian(np.sum, x),
    "x @ w": measure_jacobian(lambda x: x @ mixing, x),
}

# %% tags=["given", "hide-input"]
# The code of the figure: there is no need to read it.
with draw.style():
    fig, axes = plt.subplots(1, 3, figsize=(7.4, 2.9))
    for ax, (name, table) in zip(axes, tables.items(), strict=True):
        ax.imshow(table, cmap="PuOr", vmin=-2, vmax=2)
        for (row, column), value in np.ndenumerate(np.round(table, 1) + 0.0):
            if value:
                ink = "white" if abs(value) > 1.1 else "black"
                text = f"{value:.1f}"
                ax.text(column, row, text, ha="center", va="center", fontsize=7, color=ink)
        ax.set(
            title=name, xlabel="input", ylabel="output", xticks=range(6), yticks=range(len(table))
        )
draw.figure(
    fig,
    alt="Three Jacobians of a vector of six numbers. That of tanh is 6 by 6 with slopes on the diagonal "
    "and zeros elsewhere; that of the sum is one row of six ones; that of a product with a 6 by 4 matrix "
    "is full, 4 rows by 6 columns.",
    caption="Three Jacobians. An empty field is a slope of 0: this output does not depend on this input.",
    data={f"{name}, first row": np.round(table[0], 3) for name, table in tables.items()},
)

# %% [markdown]
# Elementwise operations have a diagonal Jacobian: most of it is zeros. Those of a layer are huge: a
# thousand numbers in, a thousand out, a million slopes. **Nobody builds them.** What is needed is
# only ever a product:
#
# - **VJP**, vector times Jacobian: $g\,J$. From prices of the outputs to prices of the inputs. It goes
#   **backward**, and in one pass it tells how *one* final number depends on *all* inputs: a row.
# - **JVP**, Jacobian times vector: $J\,t$. From a movement $t$ of the inputs to the movement of the outputs. It goes
#   **forward**, and in one pass it tells how *all* outputs react to *one* movement of the inputs: a column.
#
# The rule `g * factor` for squaring is such a product: the Jacobian is diagonal, so the product with it
# takes one multiplication for each element and no table.
#
# Both say the same about $J$. What differs is the price, and it is best seen in a chain. Three layers, each a
# matrix, from 1,000 inputs to one output; `dl.matmul.flops` counts the operations, half of which are multiplications:

# %% tags=["given"]
random = np.random.default_rng(3)
layers = [random.normal(size=shape) / 10 for shape in [(1000, 50), (50, 50), (50, 1)]]


def count_products(first, matrices):
    """Multiply `first` with the matrices in turn; return the result and the multiplications."""
    result, count = first, 0
    for matrix in matrices:
        shape = dl.matmul.shape(result.shape, matrix.shape)
        count += dl.matmul.flops(shape, result.shape, matrix.shape) // 2
        result = dl.matmul(result, matrix)
    return result, count


from_output, backward_count = count_products(np.ones((1, 1)), [w.T for w in reversed(layers)])
from_inputs, forward_count = count_products(np.eye(1000), layers)
print("the same thousand slopes:", np.allclose(from_output.ravel(), from_inputs.ravel()))
print(f"backward, one VJP:    {backward_count:>12,} multiplications")
print(f"forward, 1,000 JVPs:  {forward_count:>12,} multiplications")

# %% [markdown]
# Backward, a single row of numbers travels through the matrices. Forward, one column for each input has to.
#
# **Predict.** The network of chapter 00 has 3,610 knobs, and the loss is one number. You want the slope of the
# loss in every knob. How many JVP passes would that take?

# %% tags=["exercise"] exercise="02/predict-passes"
### BEGIN SOLUTION
passes = 3610
### END SOLUTION

# %% tags=["check"]
check("02/predict-passes", passes)


# %% tags=["given", "hide-input"]
# The code of the figure: there is no need to read it.
def pass_counts(inputs, outputs):
    """Return passes and multiplications of both ways, through two inner layers of 50 numbers."""
    once = inputs * 50 + 50 * 50 + 50 * outputs
    return {"VJP (backward)": (outputs, outputs * once), "JVP (forward)": (inputs, inputs * once)}


def draw_costs(inputs, outputs):
    """Draw what the whole Jacobian costs, backward and forward."""
    fig, ax = plt.subplots(figsize=(6.4, 2.4))
    for name, (count, total) in pass_counts(inputs, outputs).items():
        colour = draw.COLOURS["blue" if name.startswith("V") else "amber"]
        power = np.log10(total)
        ax.barh(name, power, color=colour, hatch="" if name.startswith("V") else "//")
        ax.text(
            power + 0.2,
            name,
            f"{passes_of(count)},\n{total:.1e} multiplications",
            va="center",
            fontsize=9,
        )
    ax.set_xticks(range(0, 17, 4), [f"1e{power}" for power in range(0, 17, 4)])
    ax.set(xlim=(0, 19), xlabel="multiplications for all slopes")
    ax.set_title(f"{inputs:,} in, then 50, then 50, {outputs:,} out", fontsize=11)
    return fig


def passes_of(count):
    """Write a number of passes."""
    return f"{count:,} pass" + "es" * (count != 1)


def say_costs(inputs, outputs):
    """Say in words what `draw_costs` shows."""
    (rows, back), (columns, forth) = pass_counts(inputs, outputs).values()
    return (
        f"From {inputs:,} to {outputs:,} numbers, all slopes take {passes_of(rows)} of a VJP with "
        f"{back:.1e} multiplications, or {passes_of(columns)} of a JVP with {forth:.1e}."
    )


def table_of_costs(inputs, outputs):
    """Return the numbers of the figure."""
    counts = pass_counts(inputs, outputs)
    passes_and_totals = zip(*counts.values(), strict=True)
    return dict(
        zip(("way", "passes", "multiplications"), (counts, *passes_and_totals), strict=True)
    )


draw.live(
    draw_costs,
    alt=say_costs,
    data=table_of_costs,
    inputs=[10000, 1000, 100, 10, 1],
    outputs=[1, 10, 100, 1000, 10000],
    caption="The price of all slopes of a chain of three layers, backward and forward.",
)

# %% [markdown]
# **Investigate.** When are both equally dear? When does forward win?
#
# Training a network means very many inputs (all knobs) and *one* output (the loss). This is the one fact
# that makes backward the way of deep learning. It has a price of its own: the way back needs numbers
# from the way forward, and they have to be kept until then. That is what `saves` is about.

# %% [markdown]
# ## 7. Rules where the shape changes
#
# ### Sum
#
# **What goes in and out:** many numbers go in, fewer come out. `dl.sum(x, axis=1)` makes one number of each
# row, `axis=None` one number of everything.
#
# **How a small change in x changes the output:** if one element grows by 0.001, so does the sum that it belongs to. Every
# slope is 1.
#
# **Turn it around: from g to the gradient.** Each element is worth what its sum is worth. So each number of `g` goes back to all the elements
# that were added up to make it: what was summed is **spread**.
#
# Spreading is broadcasting, and chapter 01 has shown its catch: shapes are aligned at the right.

# %% tags=["given"]
x = np.arange(6.0).reshape(2, 3)
g = np.array([10.0, 20.0])  # one price for each row
print("sums of the rows:", dl.sum(x, axis=1), " their prices:", g)
print("the axis put back, with size 1:", dl.expand_dims(g, axis=1).tolist())
print("spread to the shape of x:")
print(dl.broadcast_to(dl.expand_dims(g, axis=1), shape=x.shape))

# %% [markdown]
# **Predict** what `dl.broadcast_to(g, shape=(2, 3))` does without putting the axis back, and what it would do
# if `x` were 2 by 2. Then run both in a cell of your own. The second is the worse of the two.
#
# **Make.** The rule of the sum, for every way in which a sum can be called:
#
# - `axis` is `None` (everything; `g` is then a single number of shape `()`), a whole number, which may be
#   negative, or a tuple of them;
# - with `keepdims=True` the summed axes are still there in `g`, with size 1;
# - what comes back is a tuple with the gradient, of the shape of `x` and the dtype of `g`. Of `x` only
#   the shape is kept: `x.shape` works, its numbers are gone.
#
# For example, with `x` of shape (2, 3), `axis=0` and `g` = [1, 2, 3], the gradient is
# [[1, 2, 3], [1, 2, 3]]. `dl.expand_dims` takes the same `axis` as the sum, a tuple too. Two `dl` functions
# and one `if` are enough.


# %% tags=["exercise"] exercise="02/sum_vjp"
def sum_vjp(g, out, x, *, axis=None, keepdims=False):
    """Return the gradient for `x`, in a tuple; `out` is sum(x), and of `x` only the shape is kept."""
    # What goes in and out: g has the shape of the sum, the gradient that of x.
    # How a small change in x changes the output: every slope is 1.
    # Turn it around: from g to the gradient.
    ### BEGIN SOLUTION
    if axis is not None and not keepdims:
        g = dl.expand_dims(g, axis=axis)
    return (dl.broadcast_to(g, shape=x.shape),)
    ### END SOLUTION


# %% tags=["check"]
check("02/sum_vjp", sum_vjp)

# %% [markdown]
# ### Matrix product
#
# This is where networks spend their time. `a` has the shape (M, K), `b` has (K, N), and
#
# $$\text{out}_{mn} = \sum_k a_{mk}\, b_{kn}, \qquad \text{of shape (M, N).}$$
#
# **What goes in and out:** two arrays go in, so there are two gradients. The library asks for them one at
# a time, in two functions, so that nobody pays for a gradient that nobody needs. Each function gets `g` and
# the *other* operand, and returns its one gradient as it is, without a tuple.
#
# **How a small change in a changes the output:** the element $a_{mk}$ is multiplied by each number in row $k$ of
# `b`, and the products go to row $m$ of the output. So its slopes are the numbers $b_{k1}, b_{k2}, \dots$
#
# **Turn it around: from g to the gradient.** The element $a_{mk}$ is worth the sum of what it adds to each output, times what that is worth:
#
# $$\text{gradient}_{mk} = \sum_n g_{mn}\, b_{kn}$$
#
# That is a matrix product again, of `g` with `b` turned on its side. The shapes are a good guide:
# (M, N) with (N, K) gives (M, K), the shape of `a`. They are no proof: with square matrices every order
# fits. That is what the checker is for.
#
# `a` and `b` may also be **stacks** of matrices, with further axes in front. Then `.T` is no good, since it turns
# *all* axes around; `.swapaxes(-1, -2)` swaps the last two.

# %% tags=["given"]
stack = np.zeros((5, 2, 3))
print(stack.T.shape, stack.swapaxes(-1, -2).shape)

# %% [markdown]
# **Make.** The gradient for `a`: from `g` of shape (..., M, N) and `b` of shape (..., K, N), return an array
# of shape (..., M, K) and of their dtype. One line is enough. For example, `g` = [[1, 10]] and
# `b` = [[1, 2], [3, 4]] give [[21, 43]].


# %% tags=["exercise"] exercise="02/matmul_vjp_a"
def matmul_vjp_a(g, b):
    """Return the gradient of sum(g * (a @ b)) with respect to `a`."""
    # What goes in and out: g is (..., M, N), b is (..., K, N); the gradient is (..., M, K).
    ### BEGIN SOLUTION
    return g @ b.swapaxes(-1, -2)
    ### END SOLUTION


# %% tags=["check"]
check("02/matmul_vjp_a", matmul_vjp_a)

# %% [markdown]
# **Make.** And the gradient for `b`, from `g` (..., M, N) and `a` (..., M, K); its shape is (..., K, N). Go
# through the three questions for an element $b_{kn}$: which numbers of `a` does it meet, and in which
# column of the output do the products end? For example, `g` = [[1, 10]] and `a` = [[2, 3]] give
# [[2, 20], [3, 30]].


# %% tags=["exercise"] exercise="02/matmul_vjp_b"
def matmul_vjp_b(g, a):
    """Return the gradient of sum(g * (a @ b)) with respect to `b`."""
    ### BEGIN SOLUTION
    return a.swapaxes(-1, -2) @ g
    ### END SOLUTION


# %% tags=["check"]
check("02/matmul_vjp_b", matmul_vjp_b)

# %% [markdown]
# The check tried every rank: a vector times a matrix, a stack times a vector, and so on. Your one line served
# them all, because the library first makes a vector into a matrix with one row or one column. Where a
# batch was broadcast, it sums the gradient afterwards; that sum is a subject of chapter 03.

# %% [markdown]
# ## 8. The way back, as a list
#
# With these rules any chain can be differentiated. Forward, write down each step: its rule, its output, its
# input. Backward, go through the list from its end.

# %% tags=["given"]
x = np.array([0.5, -1.0, 2.0])
steps = []  # the forward list: (rule, output, input)
for f, rule in [(np.tanh, special.tanh_vjp), (square, square_vjp), (np.exp, elementwise.exp_vjp)]:
    out = f(x)
    steps.append((rule, out, x))
    x = out
print("result:", x)
for rule, out, _ in steps:
    print(f"{rule.__name__:12} output {np.round(out, 3)}")

# %% [markdown]
# **Make.** Write `backward(g, steps)`. `steps` is such a list, in the order of the way forward, and `g` is the
# gradient for the output of the last step. Return the gradient for the input of the *first* step. Leave
# the list as it is. Without any steps, `g` comes back. With the list above and `g` of ones, the first
# number of the result is about 0.90.


# %% tags=["exercise"] exercise="02/backward"
def backward(g, steps):
    """Return the gradient for the first input of a chain; `steps` holds (vjp, out, x) forward."""
    ### BEGIN SOLUTION
    for vjp, out, x in reversed(steps):
        (g,) = vjp(g, out, x)
    return g
    ### END SOLUTION


# %% tags=["check"]
check("02/backward", backward)

# %% [markdown]
# This loop is the heart of every framework. What is missing from it is only that results may be used twice, and
# that somebody keeps the list for you. Chapter 03 adds both.

# %% [markdown]
# ## 9. Milestone: a network trained by hand
#
# Everything is there for a network with two layers that reads digits. No tape, no `backward()` of the library: only
# the five rules, chained by hand. We give each picture a 65th number that is always 1; its weights are
# the biases. What the scores should be, we write as a row of ten **targets**: 1 for the true digit and 0 for
# the others. The loss is the sum of all squared errors.

# %% tags=["given"]
use_mine()
train, test = data.load_digits()


def prepare(split):
    """Return the pictures with a 1 added to each, the targets, and the labels."""
    pictures, labels = split[:]
    ones = np.ones((len(pictures), 1), pictures.dtype)
    targets = np.eye(10, dtype=pictures.dtype)[labels]
    return np.concatenate([pictures, ones], axis=1), targets, labels


def forward(pictures, targets, w1, w2):
    """Return all results on the way to the loss: the forward list."""
    a = dl.matmul(pictures, w1)  # (B, 48)
    h = dl.tanh(a)  # (B, 48)
    s = dl.matmul(h, w2)  # (B, 10), the scores
    e = s - targets  # (B, 10), the errors
    q = square(e)  # (B, 10)
    loss = dl.sum(q)  # ()
    return a, h, s, e, q, loss


# %% [markdown]
# **Order.** And back. `g` is the gradient for the loss. The targets are constant, so the errors move exactly
# as the scores do, and `ge` is the gradient for both. Put the lines of the backward list in order; one line
# does not belong.

# %% tags=["given"]
check.lines("02/order-backward")

# %% tags=["exercise"] exercise="02/order-backward"
### BEGIN SOLUTION
backward_order = "cfeab"
### END SOLUTION

# %% tags=["check"]
check("02/order-backward", backward_order)

# %% [markdown]
# Here it is. The two gradients that we are after are those of the weights.


# %%
def weight_gradients(pictures, targets, w1, w2, g):
    """Return the gradients for both weights, from the gradient `g` for the loss."""
    a, h, s, e, q, loss = forward(pictures, targets, w1, w2)
    (gq,) = reduce.sum_vjp(g, loss, q)
    (ge,) = square_vjp(gq, q, e)
    gh, gw2 = linalg.matmul_vjp_a(ge, w2), linalg.matmul_vjp_b(ge, h)
    (ga,) = special.tanh_vjp(gh, h, a)
    gw1 = linalg.matmul_vjp_b(ga, pictures)
    return gw1, gw2


# %% [markdown]
# **First the check, then the training.** A few pictures, a smaller network, a random `g`: if the largest error is
# below $10^{-6}$, the gradient is right; a wrong one is off by far more. (After `use_mine()` the library's `testing.check_vjp` is yours, if yours
# has passed, and so are the rules.)

# %% tags=["given"]
random = np.random.default_rng(4)
few, few_targets, _ = (part[:6].astype(float) for part in prepare(train))
small1, small2 = random.normal(size=(65, 5)) / 5, random.normal(size=(5, 10))
g = random.normal(size=())

error, where = testing.check_vjp(
    lambda w: forward(few, few_targets, w, small2)[-1],
    lambda g, out, w: weight_gradients(few, few_targets, w, small2, g)[:1],
    small1,
    g,
)
print(f"first weights:  largest error {error:.0e}, at {where}")
error, where = testing.check_vjp(
    lambda w: forward(few, few_targets, small1, w)[-1],
    lambda g, out, w: weight_gradients(few, few_targets, small1, w, g)[1:],
    small2,
    g,
)
print(f"second weights: largest error {error:.0e}, at {where}")

# %% [markdown]
# Now train. Each step moves the weights a little against their gradients. For the *mean* loss of a batch of
# 32 pictures instead of their sum, we set `g` to 1/32: here the last operation's `g` is not 1 either.
#
# **Predict.** Which share of the test pictures will be read correctly after 20 rounds?


# %%
def fit_by_hand(rounds=20, rate=0.1, batch=32):
    """Train two layers on the digits; return the weights and what happened in each round."""
    random = np.random.default_rng(0)
    pictures, targets, _ = prepare(train)
    exam, _, answers = prepare(test)
    w1 = (random.normal(size=(65, 48)) / 5).astype(pictures.dtype)
    w2 = (random.normal(size=(48, 10)) / 10).astype(pictures.dtype)
    g = np.array(1 / batch, pictures.dtype)
    history = {"loss": [], "test accuracy": []}
    for _ in range(rounds):
        order_of_pictures = random.permutation(len(pictures))
        for start in range(0, len(pictures) - batch + 1, batch):
            chosen = order_of_pictures[start : start + batch]
            gw1, gw2 = weight_gradients(pictures[chosen], targets[chosen], w1, w2, g)
            w1, w2 = w1 - rate * gw1, w2 - rate * gw2
        history["loss"].append(float(forward(pictures, targets, w1, w2)[-1]) / len(pictures))
        scores = dl.matmul(dl.tanh(dl.matmul(exam, w1)), w2)
        history["test accuracy"].append(metrics.accuracy(scores, answers))
    return w1, w2, history


w1, w2, history = fit_by_hand()
print(f"{history['test accuracy'][-1]:.1%} of the test pictures read correctly")
draw.training_curve(history, caption="A network with two layers, differentiated by hand.")

# %% [markdown]
# More than 95 %, and no line of this was automatic. If your own rules have passed, they did it.
#
# **Modify.** Break a rule and watch: in `weight_gradients` put `ga = gh` in place of the line with `tanh_vjp`, run the
# check and the training again. The check cries out; the training only becomes somewhat worse. This is what
# makes wrong gradients so dangerous: **a network often learns in spite of them**. Then put it back.

# %% [markdown]
# ## 10. Bug hunt
#
# One of these lines is wrong. The program runs, all shapes fit, and the gradient `gw` is not the
# gradient of `loss`. Find the line by reading, or copy the program into a cell and use your checker.

# %% tags=["given"]
check.lines("02/bug-hunt")

# %% tags=["exercise"] exercise="02/bug-hunt"
### BEGIN SOLUTION
wrong_line = 7
### END SOLUTION

# %% tags=["check"]
check("02/bug-hunt", wrong_line)

# %% [markdown]
# ## 11. What the real frameworks do
#
# Every framework keeps a table of rules such as yours. In PyTorch most of them stand in one long file, `derivatives.yaml`, in a
# small language of formulas, from which C++ is generated; `grad` is our `g`, and `result` our `out`. One can
# add an operation of one's own:
#
# ```python
# class Square(torch.autograd.Function):
#     @staticmethod
#     def forward(ctx, x):
#         ctx.save_for_backward(x)  # our saves="x"
#         return x * x
#
#     @staticmethod
#     def backward(ctx, g):
#         (x,) = ctx.saved_tensors
#         return g * 2 * x
#
# torch.autograd.gradcheck(Square.apply, torch.randn(3, dtype=torch.float64, requires_grad=True))
# ```
#
# The last line is a checker like yours: central differences with a step of $10^{-6}$, and a warning if the numbers
# are not float64.
#
# | piece | in diydl | in PyTorch | in JAX |
# |---|---|---|---|
# | what an operation is | `diydl/primitive.py` | `torch/autograd/function.py`, and C++ | `jax/_src/core.py` |
# | the rules | `diydl/ops/` | `tools/autograd/derivatives.yaml` | `jax/_src/lax/lax.py` |
# | the checker | `diydl/testing/` | `torch/autograd/gradcheck.py` | `jax/_src/public_test_util.py` |
# | VJP and JVP as functions | `diydl/autodiff.py` (chapter 03) | `torch/autograd/functional.py` | `jax/_src/api.py` |
#
# JAX's checker is called `check_vjp` too. TensorFlow registers its rules by the name of the operation, with the
# decorator `RegisterGradient("Exp")`, in `tensorflow/python/ops/math_grad.py`. JAX goes a different way: it has a rule
# for the JVP of each operation, and finds the VJP by turning that one around automatically.

# %% [markdown]
# ## Summary
#
# - A slope can always be **measured**. The central difference has a truncation error like $h^2$ and a rounding
#   error like $10^{-16}/h$; in float64 a step near $10^{-6}$ is good, in float32 none is.
# - Along a chain slopes multiply. **g** is the gradient of the final number with respect to an operation's output;
#   each operation turns the g of its output into the gradient for its input.
# - A **primitive** is an operation with all that is known about it; its **VJP** multiplies g by the Jacobian,
#   which nobody builds.
# - One **VJP** pass gives one row of the Jacobian, one **JVP** pass one column. Many knobs and one loss: backward.
# - exp, tanh and neg multiply g by a slope; a sum **spreads** g; a product of matrices goes backward through
#   two products of matrices.
# - A rule is right when a **check with a random g** says so, and not when the loss goes down.
#
# **Next:** in chapter 03 a **tape** keeps the forward list for you, through branches and loops, and your rules
# become automatic differentiation.
#
# **Sources.** A. Griewank and A. Walther, *Evaluating Derivatives*, SIAM, second edition 2008 (the cost of both ways). W. Press et al., *Numerical Recipes*,
# Cambridge University Press, third edition 2007, section 5.7 (the best step). A. Baydin et al., *Automatic Differentiation in Machine
# Learning: a Survey*, Journal of Machine Learning Research 18, 2018. E. Alpaydin and C. Kaynak,
# *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998.
