# %% [markdown]
# # A tape that remembers
#
# *About 100 minutes, in two sittings if you like: the end of section 4 is a good place to stop. You need
# chapters 01 and 02: broadcasting, the chain rule, VJPs.*
#
# At the end of this notebook you can
#
# - record a computation while it runs, and play it back to get **every** derivative at once;
# - say why gradients add up where a value is used twice, and why order matters;
# - send a gradient back through a broadcast;
# - take derivatives of derivatives, and use them to walk downhill faster;
# - train the digit network of chapter 00 on a tape whose working parts you wrote.

# %% tags=["given"]
import tracemalloc

import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import data, draw, optim
from diydl.course import check, hint, library_picture, use_mine, watch
from diydl.train import metrics

dl.seed(0)

# %% [markdown]
# ## The library so far

# %% tags=["given"]
library_picture("03")

# %% [markdown]
# ## Before we start
#
# Four questions about what you know already. Answer from memory, then run the check.
#
# **Chapters 00 and 02.** The digit network has 3,610 knobs. You measure the gradient of its loss with
# central differences, one for each knob. How often is the loss computed?

# %% tags=["exercise"] exercise="03/recall-knobs"
### BEGIN SOLUTION
losses_computed = 7220
### END SOLUTION

# %% tags=["check"]
check("03/recall-knobs", losses_computed)

# %% [markdown]
# **Chapter 01.** `column` has the shape (4, 1) and `row` has the shape (3,). In how many places of
# `column + row` is the first number of `row` used?

# %% tags=["exercise"] exercise="03/recall-uses"
### BEGIN SOLUTION
places = 4
### END SOLUTION

# %% tags=["check"]
check("03/recall-uses", places)

# %% [markdown]
# **Chapter 02.** `out = x * x` at x = 3, and from above comes `g = 10`. What does the VJP return for x?

# %% tags=["exercise"] exercise="03/recall-upstream"
### BEGIN SOLUTION
returned = 60
### END SOLUTION

# %% tags=["check"]
check("03/recall-upstream", returned)

# %% [markdown]
# **Chapter 02.** This program measures the slope of the sine and is off by 3 %. Which line is to blame?

# %% tags=["given"]
check.lines("03/recall-step")

# %% tags=["exercise"] exercise="03/recall-step"
### BEGIN SOLUTION
noisy_line = 2
### END SOLUTION

# %% tags=["check"]
check("03/recall-step", noisy_line)

# %% [markdown]
# ## 1. Used twice
#
# In chapter 02 you walked back along a **chain**: each result went into one next step. Real
# computations are no chains. Look at
#
# $$p = x \cdot y \qquad z = p + x$$
#
# Here $x$ is used twice: in the product, and once more in the sum. A value with several users is said
# to **fan out**.
#
# **Predict.** At x = 3 and y = 4: how fast does z change when x changes, with y held still?

# %% tags=["exercise"] exercise="03/predict-two-ways"
### BEGIN SOLUTION
slope_in_x = 5
### END SOLUTION

# %% tags=["check"]
check("03/predict-two-ways", slope_in_x)

# %% [markdown]
# **Run.** Measure it, as in chapter 02:


# %% tags=["given"]
def two_ways(x, y):
    """Return x y + x, which uses x twice."""
    return x * y + x


step = 1e-5
measured = (two_ways(3.0 + step, 4.0) - two_ways(3.0 - step, 4.0)) / (2 * step)
print(f"measured slope in x: {measured:.6f}")

# %% [markdown]
# A change of x reaches z along two ways. Along the product it is multiplied by y, along the sum by 1,
# and z feels both. So the rule for a value that fans out is short: **what comes back along its ways is
# added up**. Half of this chapter is about keeping that one promise: nothing lost, nothing counted
# twice, nothing passed on too early.
#
# The figure shows it step by step. First the values are computed, from left to right. Then the
# gradients of z run back, from right to left, and a value passes its gradient on as soon as it has all
# of it. Move the slider, or focus it with the Tab key and use the arrow keys.

# %% tags=["given", "hide-input"]
SWEEP = [  # what is known after each step: values of x, y, p, z, then gradients
    ("x and y are given", "3 4 ? ?", "? ? ? ?"),
    ("p = x * y is computed", "3 4 12 ?", "? ? ? ?"),
    ("z = p + x is computed", "3 4 12 15", "? ? ? ?"),
    ("seed: z changes with itself by 1", "3 4 12 15", "? ? ? 1"),
    ("z sends 1 to p and 1 to x", "3 4 12 15", "1 ? 1 1"),
    ("p sends 1 times x to y, and 1 times y to x, which has 1 + 4", "3 4 12 15", "5 3 1 1"),
]


def picture_of_step(step):
    """Draw x y + x with what is known after this many steps."""
    title, values, gradients = SWEEP[step]
    kinds = zip("xypz", ["data", "data", "computed", "result"], strict=True)
    known = zip(kinds, values.split(), gradients.split(), strict=True)
    nodes = [
        draw.Node(name, kind, notes=(f"value {value}", f"gradient {gradient}"))
        for (name, kind), value, gradient in known
    ]
    edges = [(0, 2), (1, 2), (2, 3), (0, 3)]
    picture = draw.Picture(nodes, edges)
    return draw.graph(picture, title=f"Step {step}: graph", caption=f"Step {step}: {title}.")


draw.live(
    picture_of_step,
    step=list(range(len(SWEEP))),
    caption="Forward to the right, then backward to the left. x gets its gradient in two parts.",
)

# %% [markdown]
# **Investigate.** At step 4, x has a gradient of 1 already. Would it be right to stop there? And if x
# had been computed from something else, might x pass its 1 on at that moment?

# %% [markdown]
# ## 2. A tape of your own
#
# To go back we must know what happened. So let us write it down while it happens: on a **tape**, a
# list that grows by one entry for each operation.
#
# An entry remembers three things: its number (`data`), the entries it was computed from (`inputs`), and
# a **local rule**, which is what chapter 02 called a VJP: given the gradient `g` of the entry, the rule
# returns one gradient for each input. This is the whole machine:


# %% tags=["given"]
class Value:
    """A number that remembers how it was computed."""

    def __init__(self, data, inputs=(), rule=None):
        self.data, self.inputs, self.rule = data, inputs, rule
        self.grad = 0.0

    def __repr__(self):
        return f"Value({self.data:g}, grad={self.grad:g})"


tape = []


def record(data, inputs, rule):
    """Make a value and write it on the tape."""
    result = Value(data, inputs, rule)
    tape.append(result)
    return result


def plus(a, b):
    """Add: both inputs get what comes in."""
    return record(a.data + b.data, (a, b), lambda g: (g, g))


def times(a, b):
    """Multiply: each input gets what comes in, times the other."""
    return record(a.data * b.data, (a, b), lambda g: (g * b.data, g * a.data))


# %% [markdown]
# Now compute p and z with it. Nothing looks different from ordinary arithmetic, and yet it was all
# written down:

# %% tags=["given"]
tape.clear()
x, y = Value(3.0), Value(4.0)
p = times(x, y)
z = plus(p, x)
print("on the tape: ", tape)
print("rule of p, asked with g = 1:", p.rule(1.0))
print("rule of p, asked with g = 2:", p.rule(2.0))

# %% [markdown]
# x and y are not on the tape: nobody computed them. Such values are called **leaves**, and their
# gradients are what one is after.
#
# **A worked example.** Here is the way back, by hand, in the three sub-goals that every program for it
# has:

# %% tags=["given"]
# Clear: nobody has a gradient yet.
x.grad = y.grad = p.grad = z.grad = 0.0

# Seed: z changes with itself at the rate 1.
z.grad = 1.0

# Sweep: the last entry of the tape first; what it sends is added to what its inputs have.
to_p, to_x = z.rule(z.grad)
p.grad += to_p
x.grad += to_x

to_x, to_y = p.rule(p.grad)
x.grad += to_x
y.grad += to_y

print("x:", x, " y:", y)

# %% [markdown]
# Compare with the figure: 5 and 3.
#
# **Make.** Now for any tape. Write `play_back(tape)`: it leaves in `grad` of every value, on the tape or
# a leaf, the gradient of the *last* value on the tape with respect to it. `tape` is a list of objects
# with `inputs`, `rule` and `grad`, as above; `rule(g)` returns one number for each of `inputs`. Nothing
# is returned. *Clear* is written already; *seed* and *sweep* are yours, about four lines. (`zip` goes
# through two sequences together.) Stuck? `hint("03/play_back")`, in a cell of your own, opens a little more
# with each call.


# %% tags=["exercise"] exercise="03/play_back"
def play_back(tape):
    """Leave in `grad` of everything the gradient of the last value on `tape`; return nothing."""
    ### BEGIN STARTER
    # # Clear: nobody has a gradient yet.
    # for value in tape:
    #     value.grad = 0.0
    #     for source in value.inputs:
    #         source.grad = 0.0
    #
    # # Seed: the last value changes with itself at the rate 1.
    # raise NotImplementedError  # your code here
    #
    # # Sweep: from the last value to the first; what it sends is added to what its inputs have.
    ### END STARTER
    ### BEGIN SOLUTION
    # Clear: nobody has a gradient yet.
    for value in tape:
        value.grad = 0.0
        for source in value.inputs:
            source.grad = 0.0

    # Seed: the last value changes with itself at the rate 1.
    tape[-1].grad = 1.0

    # Sweep: from the last value to the first; what it sends is added to what its inputs have.
    for value in reversed(tape):
        for source, g in zip(value.inputs, value.rule(value.grad), strict=True):
            source.grad += g
    ### END SOLUTION


# %% tags=["check"]
check("03/play_back", play_back)

# %% [markdown]
# **Modify.** Your function works? Then break it, on purpose, one fault at a time, and run the check
# after each: these are the four mistakes that everybody who writes such a program makes once.
#
# 1. *Forget to accumulate*: write `=` in place of `+=`.
# 2. *Take the upstream gradient for one*: ask each rule with `1.0` in place of the value's gradient.
# 3. *Go the wrong way*: leave out `reversed`.
# 4. *Keep stale gradients*: take out the lines under *Clear*.
#
# Each of them gives numbers without any error, and each is right on *some* tape. That is why gradients
# are checked against finite differences, and why you did so in chapter 02. Put your function back in
# order before you go on.

# %% [markdown]
# **Order.** One more computation: `z = x * y`, then `w = z + x`, then `v = w * z`. Gradients of v are
# wanted. In which order do the entries pass on what they have? One line does not belong. Write the
# letters as a string.

# %% tags=["given"]
check.lines("03/order-sweep")

# %% tags=["exercise"] exercise="03/order-sweep"
### BEGIN SOLUTION
sweep_order = "cda"
### END SOLUTION

# %% tags=["check"]
check("03/order-sweep", sweep_order)

# %% [markdown]
# ## 3. From a list to a graph
#
# The list has two faults. It keeps everything that was ever computed, also what nobody needs any more;
# and it is one list for all, so that two computations get mixed up on it. The library therefore has no
# list. Each result keeps a **node**, which points to the nodes of its inputs; what no result points to
# is freed by Python. It is still called a tape. `dl.tensor(..., requires_grad=True)` makes a leaf:

# %% tags=["given"]
x = dl.tensor(3.0, requires_grad=True)
y = dl.tensor(4.0, requires_grad=True)
z = x * y + x
z.backward()
print("gradients:", x.grad, y.grad)
print("node of z:", z.node, "from", z.node.inputs)
print("primitive:", z.node.prim, " primitive of a leaf:", x.prim)

# %% tags=["given"]
z = x * y + x
draw.graph(
    z,
    values=True,
    gradients="compute",
    names={"x": x, "y": y},
    title="The graph behind z",
    caption='"not kept": nobody will need that value on the way back, so the tape has let it go.',
)

# %% [markdown]
# Every node has `inputs`, and `prim`, the primitive that was applied; a leaf has `inputs` that are
# empty and `prim` None. An entry of `inputs` may also be None: there stood a plain number or array,
# whose gradient nobody wants.
#
# But without a list there is no order to play back. It has to be found: **each node after all of its
# inputs**. Such an order is called *topological*, and there is a beautiful way to find one: to write
# down a node, first write down its inputs, each in the same way.


# %% tags=["given"]
def visit(node, done):
    """Write into the dict `done` what `node` depends on, then `node` itself."""
    if node is None or node in done:
        return
    for source in node.inputs:
        visit(source, done)
    done[node] = True


found = {}
visit(z.node, found)
print("inputs first:", list(found))

# %% [markdown]
# **Run.** Beautiful, and not good enough. Deep networks, and networks that read long texts, have
# thousands of steps behind each other:

# %% tags=["given"]
long_chain = x
for _ in range(5000):
    long_chain = long_chain + 1.0

try:
    visit(long_chain.node, {})
except RecursionError as error:
    print("RecursionError:", error)

# %% [markdown]
# For each node `visit` calls itself, and Python allows about a thousand calls within calls. (The limit
# can be raised. It is there because each open call takes memory of a stack that is not endless.)
#
# The cure is to keep the stack oneself: a list of what remains to be done. **A worked example**, on
# folders rather than nodes: the names of all files in nested dictionaries, without recursion.

# %% tags=["given"]
folders = {"a": {"a1": None, "a2": None}, "b": {"b1": {"deep": None}}}
files, to_do = [], [folders]
while to_do:
    here = to_do.pop()
    for name, content in here.items():
        if content is None:
            files.append(name)
        else:
            to_do.append(content)  # not now: later
print(files)

# %% [markdown]
# For an order one thing more is needed: a node is written down *after* its inputs. So put it on the
# stack twice. The first time it means *visit me*: push it again, and its inputs above it. When it comes
# up for the second time, everything that was above it is done: *write me down*. A pair of the node and
# True or False tells the two apart.
#
# **Make.** Write `toposort(root)`. It returns a list with `root` and every node that it depends on,
# each **once**, each after all of its inputs; which of the possible orders is up to you. Entries of
# `inputs` that are None are passed over. Leaves are nodes too and belong in the list. It must
# stand a chain of 20,000 nodes, so:
#
# - no recursion;
# - keep what was visited in a **set** of `id(node)`, the number by which Python knows an object.
#   `node in order` would search the whole list each time, and compare Tensors element by element.


# %% tags=["exercise"] exercise="03/toposort"
def toposort(root):
    """Return a list of `root` and every node it depends on, inputs before their users."""
    ### BEGIN SOLUTION
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, inputs_done = stack.pop()
        if inputs_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((source, False) for source in node.inputs if source is not None)
    return order
    ### END SOLUTION


# %% tags=["check"]
check("03/toposort", toposort)

# %% tags=["given"]
order = dl.reverse.toposort(long_chain.node)
print(f"the library's own: {len(order):,} nodes in order, and no RecursionError")

# %% [markdown]
# ## 4. Numbers become arrays
#
# So far a value was one number. Nothing changes for arrays but the local rules, and of these only one
# thing is new: **broadcasting**. A layer of a network computes `x @ w + b`, where `x @ w` is a table
# with one row for each picture, and `b`, the bias, is one row that is added to all of them.
#
# **Predict.** `table` has the shape (32, 10), `b` has the shape (10,), and `total` is the sum of all
# entries of `table + b`. What is the gradient of `total` with respect to `b[0]`?

# %% tags=["exercise"] exercise="03/predict-bias"
### BEGIN SOLUTION
gradient_of_bias = 32
### END SOLUTION

# %% tags=["check"]
check("03/predict-bias", gradient_of_bias)

# %% [markdown]
# **Run.**

# %% tags=["given"]
table = dl.randn(32, 10)
b = dl.tensor(np.zeros(10, "float32"), requires_grad=True)
dl.sum(table + b).backward()
print("gradient of b:", b.grad)

# %% [markdown]
# Broadcasting is fan-out in disguise: each number of `b` is used 32 times, so 32 gradients come back to
# it and are added up. A gradient always has the shape of the thing it is a gradient of. What arrives in
# the larger shape has to be summed until it fits: the **un-broadcast**.
#
# **A worked example.** A gradient of shape (2, 5, 3) arrives for an input of shape (5, 1). In four
# sub-goals:

# %% tags=["given"]
g = np.arange(30.0).reshape(2, 5, 3)

# Align at the right: (5, 1) has one axis less, and counts as (1, 5, 1).
# Find where the aligned shape has a 1: axes 0 and 2.
# Sum over these axes, and keep them:
total = np.sum(g, axis=(0, 2), keepdims=True)
print("summed:", total.shape)

# Drop what was added for aligning:
print("dropped:", np.reshape(total, (5, 1)).shape)

# %% [markdown]
# **Make.** Write it for any shape: `sum_to(xp, x, *, shape)`. It is the forward of one of the library's
# primitives, so its first argument is `xp`, which is `numpy` or `cupy`, as in chapter 01.
#
# - `x` is an array of floating-point numbers, `shape` a tuple of sizes.
# - The result has the shape `shape` and the dtype of `x`: `x`, summed over the axes that broadcasting
#   an array of `shape` to `x.shape` had added or stretched.
# - `shape` may be that of `x` already: then nothing is summed. It may be `()`: then everything is.
# - Where `shape` could never have been broadcast to `x.shape`, raise a `ValueError`.
#
# Example: `sum_to(np, np.ones((2, 3)), shape=(3,))` is `array([2., 2., 2.])`, and with `shape=(2, 1)` it
# is `array([[3.], [3.]])`.


# %% tags=["exercise"] exercise="03/sum_to"
def sum_to(xp, x, *, shape):
    """Return `x` summed over the axes along which an array of `shape` was broadcast to it."""
    ### BEGIN SOLUTION
    padded = (1,) * (x.ndim - len(shape)) + shape
    axes = tuple(axis for axis, size in enumerate(padded) if size == 1 and axis < x.ndim)
    total = xp.sum(x, axis=axes, keepdims=True)
    if total.shape != padded:
        raise ValueError(f"cannot sum {x.shape} to {shape}")
    return total.reshape(shape)
    ### END SOLUTION


# %% tags=["check"]
check("03/sum_to", sum_to)

# %% [markdown]
# In the library `dl.unbroadcast(g, shape)` calls `sum_to` if the shapes differ, and hands `g` on if they
# are the same. It works on arrays and on Tensors, so every VJP of an operation that broadcasts ends
# with it.
#
# **A worked example: the left operand of a sum.** A VJP of the library takes the gradient `g`, the
# result `out`, and the operands `x` and `y`. For the `x` of `x + y`, in three sub-goals:
#
# - *Slope*: when `x` grows, `x + y` grows as much. The slope is 1.
# - *Times what comes in*: 1 times `g` is `g`.
# - *Un-broadcast*: `g` has the shape of `out`; `x` may be smaller.
#
# ```python
# def add_vjp_x(g, out, x, y):
#     return dl.unbroadcast(g, x.shape)
# ```
#
# Only the *shape* of `x` is used, never what is in it. So the tape does not keep `x` for a sum, and a
# VJP that tries to read it is told so.
#
# **Make.** The same for `y`. *Slope* and *times what comes in* are done: what is `back` still missing?


# %% tags=["exercise"] exercise="03/add_vjp_y"
def add_vjp_y(g, out, x, y):
    """Return the gradient with respect to `y`, from the gradient `g` of ``out = x + y``."""
    ### BEGIN STARTER
    # back = g  # the slope is 1, times what comes in
    # raise NotImplementedError  # your code here: un-broadcast
    ### END STARTER
    ### BEGIN SOLUTION
    return dl.unbroadcast(g, y.shape)
    ### END SOLUTION


# %% tags=["check"]
check("03/add_vjp_y", add_vjp_y)

# %% [markdown]
# What if one forgets? The library holds every gradient to the shape of its input. Here `dl.overlay` puts
# a forgetful VJP into the library for a moment:


# %% tags=["given"]
def forgetful(g, out, x, y):
    """Return `g` as it came: the un-broadcast is missing."""
    return g


with dl.overlay({"03/add_vjp_y": forgetful}):
    try:
        dl.sum(table + b).backward()
    except ValueError as error:
        print("ValueError:", error)

# %% [markdown]
# **Make.** Products now. For `out = x * y`, elementwise and with broadcasting: write the
# VJP of `x`, then that of `y`. The sub-goals are the same: *slope*, *times what comes in*, *un-broadcast*,
# and their order matters, since each copy of a repeated `x` met another element of `y`. Use operators
# such as `*` and `dl.unbroadcast`, which work on arrays and Tensors alike; for the VJP of `x` the tape
# keeps `y` and nothing else. One line each.


# %% tags=["exercise"] exercise="03/mul_vjp_x"
def mul_vjp_x(g, out, x, y):
    """Return the gradient with respect to `x`, from the gradient `g` of ``out = x * y``."""
    ### BEGIN SOLUTION
    return dl.unbroadcast(g * y, x.shape)
    ### END SOLUTION


# %% tags=["check"]
check("03/mul_vjp_x", mul_vjp_x)


# %% tags=["exercise"] exercise="03/mul_vjp_y"
def mul_vjp_y(g, out, x, y):
    """Return the gradient with respect to `y`, from the gradient `g` of ``out = x * y``."""
    ### BEGIN SOLUTION
    return dl.unbroadcast(g * x, y.shape)
    ### END SOLUTION


# %% tags=["check"]
check("03/mul_vjp_y", mul_vjp_y)

# %% [markdown]
# This is a good place for a break. What you have passed is kept.

# %% [markdown]
# ## 5. One sweep for everything
#
# You have an order, and you have local rules. What joins them is the **reverse sweep**, and it is
# `play_back` once more, with three differences:
#
# - gradients are not written onto the nodes but kept in a **dictionary**, from node to gradient, which
#   is new for each sweep, so that nothing can be stale;
# - the seed comes from outside: what is swept may be a part of something larger;
# - how a local rule is called is left to `pull(node, g)`, which returns one gradient for each entry of
#   `node.inputs`, or None where there is none to give.
#
# Here is a small graph to try it on. Each node is `prim` and `inputs`, and its `slopes` are what this
# `pull` multiplies by:


# %% tags=["given"]
class Step:
    """A node whose rule is one slope for each input; a leaf where it has no inputs."""

    def __init__(self, name, inputs=(), slopes=()):
        self.name, self.inputs, self.slopes = name, inputs, slopes
        self.prim = "step" if inputs else None

    def __repr__(self):
        return self.name


def pull(node, g):
    """Multiply what comes in by each slope."""
    return [slope * g for slope in node.slopes]


leaf_x, leaf_y = Step("x"), Step("y")
product = Step("p", (leaf_x, leaf_y), (4.0, 3.0))  # x y at x = 3 and y = 4
result = Step("z", (product, leaf_x), (1.0, 1.0))  # p + x
gradients = dl.reverse.reverse_sweep([leaf_x, leaf_y, product, result], np.ones(()), pull)
print("the library's own:", {leaf: float(g) for leaf, g in gradients.items()})

# %% [markdown]
# **Make.** Write `reverse_sweep(order, seed, pull)`:
#
# - `order`: a list of nodes, inputs before their users, as `toposort` returns it. A leaf has `prim` None.
# - `seed`: the gradient of the last node of `order`, an array or a Tensor.
# - Returns a dictionary {leaf: gradient} of the leaves that something has reached. Other nodes are not in
#   it: when a node has been pulled, its gradient is taken out, which gives its memory back.
# - A node that no gradient has reached is not pulled; every other node that is not a leaf is pulled
#   exactly once.
# - Entries of `node.inputs` that are None are passed over, and so are gradients that are None.
# - Where a second gradient arrives, store the **sum as a new array** (`old + new`). Written in place,
#   with `+=`, it would change an array that may belong to somebody else: the VJP of a sum hands one and
#   the same `g` to both of its inputs.
#
# `grads.pop(node, None)` takes an entry out of a dictionary and returns it, or None where there is none.


# %% tags=["exercise"] exercise="03/reverse_sweep"
def reverse_sweep(order, seed, pull):
    """Return {leaf: gradient of the last node of `order` with respect to it}."""
    ### BEGIN SOLUTION
    grads = {order[-1]: seed}
    for node in reversed(order):
        if node.prim is None:
            continue
        g = grads.pop(node, None)
        if g is None:
            continue
        for source, gx in zip(node.inputs, pull(node, g), strict=True):
            if source is not None and gx is not None:
                grads[source] = grads[source] + gx if source in grads else gx
    return grads
    ### END SOLUTION


# %% tags=["check"]
check("03/reverse_sweep", reverse_sweep)

# %% [markdown]
# **Investigate.** Why is one pull for each node enough? Put diamond after diamond: `y = y + y`, thirty
# times. From the end to the beginning lead $2^{30}$ ways, more than a thousand million. Whoever follows
# each of them never comes to an end; the sweep adds up at each node and pulls thirty times.

# %% tags=["given"]
x = dl.tensor(1.0, requires_grad=True)
y = x
for _ in range(30):
    y = y + y
y.backward()
print(f"gradient, one unit for each way: {x.grad.item():,.0f}")

# %% [markdown]
# It is the reason why all 3,610 gradients of the digit network cost about as much as two or three
# losses, in place of 7,220. Baur and Strassen proved in 1983 that a gradient never costs more than a
# few times the function itself, however many variables it has.
#
# Now put derivatives to work. The curve below is a valley with two floors. **Gradient descent** starts
# at x = 2 and takes twelve steps against the slope: `x` becomes `x` minus the rate times the slope. The
# slope of each step comes from the tape.


# %% tags=["given"]
def valley(x):
    """Return a curve with two minima, at about -1.53 and 1.27."""
    return x * x * x * x * 0.25 - x * x + x * 0.5


def descend(rate, start=2.0, steps=12):
    """Return the places that gradient descent visits."""
    places = [start]
    for _ in range(steps):
        x = dl.tensor(np.array(places[-1]), requires_grad=True)
        valley(x).backward()
        places.append(places[-1] - rate * x.grad.item())
    return np.array(places)


def picture_of_descent(rate):
    """Draw the valley and twelve steps of gradient descent."""
    path, xs = descend(rate), np.linspace(-2.4, 2.4, 97)
    with draw.style():
        fig, ax = plt.subplots(figsize=(5.5, 3.2))
        ax.plot(xs, valley(xs), color=draw.COLOURS["sky"])
        ax.plot(path, valley(path), "o-", color=draw.COLOURS["orange"], linewidth=1)
        ax.plot(path[-1], valley(path[-1]), "s", color=draw.COLOURS["black"])
        ax.set(xlabel="x", ylabel="valley(x)", xlim=(-2.4, 2.4), ylim=(-2.2, 3))
    return fig


def words_of_descent(rate):
    """Say what the picture shows."""
    return (
        f"Twelve steps of gradient descent with rate {rate:g}, from 2 to {descend(rate)[-1]:.2f}."
    )


draw.live(
    picture_of_descent,
    alt=words_of_descent,
    rate=draw.knob((0.02, 0.5, 13), form=".2f"),
    data=lambda rate: {"step": range(13), "x": descend(rate), "height": valley(descend(rate))},
    caption="Twelve steps of gradient descent from x = 2; the square is the last.",
)

# %% [markdown]
# **Investigate.** Which rate comes closest to the floor at 1.27? From which rate on does it jump about?
# Can you find one that ends in the other, deeper floor? Is that skill, or luck?

# %% [markdown]
# ## 6. What the tape keeps
#
# Remembering costs memory. A VJP reads certain arrays, and these must still be there on the way back: in
# a product each operand is needed for the other's gradient, tanh reads its own result, a sum reads
# nothing. The library's tape keeps what will be read and lets go of the rest.
#
# **Predict.** `y` begins as an array of 1 MB that requires a gradient. Fifty times in a row, `y` becomes
# `dl.tanh(y)`. How many MB are held in the end, beside the array it began with?

# %% tags=["exercise"] exercise="03/predict-kept"
### BEGIN SOLUTION
megabytes = 50
### END SOLUTION

# %% tags=["check"]
check("03/predict-kept", megabytes)

# %% [markdown]
# **Run.** Python's `tracemalloc` counts the memory that is held:


# %% tags=["given"]
def held_after(operation, times=50):
    """Return the MB held after applying `operation` so often to an array of 1 MB."""
    start = dl.tensor(np.full((512, 512), 0.5, "float32"), requires_grad=True)
    tracemalloc.start()
    y = start
    for _ in range(times):
        y = operation(y)
    held = tracemalloc.get_traced_memory()[0] / 2**20
    dl.sum(y).backward()
    start.grad = None
    after = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    return held, after


operations = {
    "tanh(y)": dl.tanh,
    "y * y": lambda y: y * y,
    "y + 1": lambda y: y + 1.0,
    "y * 0.9": lambda y: y * 0.9,
    "exp(-y)": lambda y: dl.exp(-y),
}
held = {name: held_after(operation) for name, operation in operations.items()}
with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 2.6))
    ax.barh(list(held), [before for before, _ in held.values()])
    ax.invert_yaxis()
    ax.set(xlabel="MB held after fifty times")
draw.figure(
    fig,
    alt="Bars of the memory held: about 50 MB for tanh, y * y and exp, about 1 MB for y + 1 and "
    "y * 0.9, which need nothing of y on the way back.",
    caption="What fifty operations on an array of 1 MB leave behind.",
    data={
        "operation": list(held),
        "MB before backward": [before for before, _ in held.values()],
        "MB after backward": [after for _, after in held.values()],
    },
)

# %% [markdown]
# **Investigate.** `y * 0.9` is a product as well. Why is nothing kept? (Whose gradient would need `y`?)
# And open the data below the figure: what happens to the memory at backward?
#
# ### Stale gradients
#
# A gradient belongs to one moment: to the values of the last forward pass. Using it, or adding to it,
# at another moment is the mistake that hides best, since nothing looks wrong. There are three ways to
# make it, and the library answers each:

# %% tags=["given"]
w = dl.Parameter([2.0], name="w")
square = w * w
square.backward()
print("1. gradient of w * w at 2:        ", w.grad)
(w * w).backward()
print("   a second time, replaced:       ", w.grad)
(w * w).backward(accumulate=True)
print("   and added, which you ask for:  ", w.grad)

try:
    square.backward()
except RuntimeError as error:
    print("2. RuntimeError:", error)

square = w * w
dl.assign(w, w.data + 1.0)
try:
    square.backward()
except RuntimeError as error:
    print("3. RuntimeError:", error)

# %% [markdown]
# 1. *Old gradients.* In PyTorch `backward` adds to what is there; here it replaces, unless you ask for a
#    sum with `accumulate=True`.
# 2. *A tape that was played already.* Backward lets go of what the tape kept. To sweep twice, keep it:
#    `backward(retain_graph=True)`.
# 3. *A parameter that was written in between.* Every `dl.Parameter` counts its versions, and a node
#    remembers which one it read. This is what catches an optimizer's step before its backward.

# %% [markdown]
# ## 7. Derivatives of derivatives
#
# The VJPs are made of the library's own operations: `*`, `+`, `dl.unbroadcast`. So the way back can be
# recorded too, like any other computation, and then one can go back along the way back. That is what
# `create_graph=True` asks for. For x³ at 2 we expect 3x² = 12, then 6x = 12, then 6:

# %% tags=["given"]
x = dl.tensor(2.0, requires_grad=True)
y = x * x * x
for number in ("first", "second", "third"):
    y.backward(create_graph=True)
    y = x.grad
    print(f"{number} derivative of x**3 at 2: {y.item():g}")

# %% [markdown]
# `dl.grad` wraps it for functions: `dl.grad(f)` is the function that computes the derivative of `f`, and
# since it is a function like `f`, one can take `dl.grad` of it again. Floats go in, floats come out:

# %% tags=["given"]
slope_of = dl.grad(valley)
curvature_of = dl.grad(slope_of)
for place in (-1.0, 0.0, 1.0):
    print(f"at {place:4}: slope {slope_of(place):6.2f}, curvature {curvature_of(place):6.2f}")

# %% [markdown]
# The second derivative is the **curvature**: how fast the slope changes. Value, slope and curvature at
# one place make a parabola that touches the curve there:
#
# $$q(x + d) = f(x) + f'(x) \, d + \tfrac{1}{2} f''(x) \, d^2$$


# %% tags=["given"]
def parabola(at, xs):
    """Return the parabola that touches the valley at one place."""
    away = xs - at
    return valley(at) + slope_of(at) * away + 0.5 * curvature_of(at) * away**2


def picture_of_parabola(at):
    """Draw the valley, the parabola that touches it, and where that one is lowest."""
    xs = np.linspace(-2.4, 2.4, 481)
    touching = parabola(at, xs)
    with draw.style():
        fig, ax = plt.subplots(figsize=(5.5, 3.2))
        ax.plot(xs, valley(xs), color=draw.COLOURS["sky"], label="valley")
        ax.plot(xs, touching, "--", color=draw.COLOURS["orange"], label="parabola")
        ax.plot(at, valley(at), "o", color=draw.COLOURS["black"])
        if curvature_of(at) > 0:
            lowest = xs[np.argmin(touching)]
            ax.plot(lowest, touching.min(), "v", color=draw.COLOURS["orange"])
        ax.set(xlabel="x", xlim=(-2.4, 2.4), ylim=(-3, 3))
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, frameon=False)
    return fig


def words_of_parabola(at):
    """Say what the picture shows."""
    bends = "upward" if curvature_of(at) > 0 else "downward, so it has no lowest point"
    return f"The parabola that touches the valley at {at:.1f} opens {bends}."


draw.live(
    picture_of_parabola,
    alt=words_of_parabola,
    at=draw.knob((-2.0, 2.0, 21), label="place", form=".1f", start=2.0),
    caption="The dashed parabola has the valley's value, slope and curvature at the dot; the "
    "triangle is its lowest point.",
)

# %% [markdown]
# **Investigate.** Begin at 2 and move the dot to where the triangle is. And again. How many moves until
# it stands at the floor? What goes wrong between -0.8 and 0.8?
#
# That is **Newton's method**: walk to the lowest point of the parabola. Where is it? There the slope of
# the parabola is zero. At the dot it is $f'(x)$, and it changes by $f''(x)$ for each unit walked.
#
# **Make.** Write `newton_step(f, x)`: `f` is a function of one number, made of operations of the library;
# `x` is a Python float where the curvature is not zero. Return the place where the parabola that touches
# `f` at `x` has the slope zero, as a Python float. For `f = lambda x: x * x - 4 * x` and any `x` that is
# 2.0, since `f` is a parabola itself.


# %% tags=["exercise"] exercise="03/newton_step"
def newton_step(f, x):
    """Return where the parabola that touches `f` at `x` has the slope zero, as a float."""
    ### BEGIN SOLUTION
    slope = dl.grad(f)
    curvature = dl.grad(slope)
    return x - slope(x) / curvature(x)
    ### END SOLUTION


# %% tags=["check"]
check("03/newton_step", newton_step)

# %% [markdown]
# **Modify.** In a cell of your own, start at `x = 2.0` and repeat `x = newton_step(valley, x)` five times,
# printing `x` with `print(f"{x:.15f}")`. Once it is close, each step doubles the number of right
# digits. Gradient descent gains about the same few digits each time.
#
# Why then does nobody train large networks this way? A network with 3,610 knobs has 3,610 slopes and
# 3,610 × 3,610 curvatures, thirteen million. Optimizers such as Adam (chapter 09) live on slopes alone.

# %% [markdown]
# ## 8. A network on your tape
#
# Now the promise of the beginning. Here is the network of chapter 00 again: 64 numbers in, 48 bends, ten
# scores out. There a layer was one call; here every step is written out, so that every piece of the way
# back is one that you know.

# %% tags=["given"]
train, test = data.load_digits()
exam, answers = test[:]


def make_parameters():
    """Return fresh weights and biases, at random (the same ones each time)."""
    rng = np.random.default_rng(0)
    first = (rng.normal(size=(64, 48)) / 8).astype("float32")
    second = (rng.normal(size=(48, 10)) / 7).astype("float32")
    return {
        "w1": dl.Parameter(first, name="w1"),
        "b1": dl.Parameter(np.zeros(48, "float32"), name="b1"),
        "w2": dl.Parameter(second, name="w2"),
        "b2": dl.Parameter(np.zeros(10, "float32"), name="b2"),
    }


def network(images, w1, b1, w2, b2):
    """Return ten scores for each picture."""
    hidden = dl.relu(images @ w1 + b1)  # (B, 48)
    return hidden @ w2 + b2  # (B, 10)


def cross_entropy(scores, labels):
    """Return the mean of minus the log-probability of the right digit."""
    chosen = np.eye(10, dtype="float32")[labels]  # (B, 10), a 1 in each row
    return (1 / len(labels)) * -dl.sum(dl.log_softmax(scores) * chosen)


# %% [markdown]
# `use_mine()` puts in what you have passed, from this chapter and from those before. Then one step is
# taken while we count which piece of which chapter is called, and whose it is:

# %% tags=["given"]
use_mine()

# %% tags=["given"]
images, labels = train[:32]
with watch() as ran:
    cross_entropy(network(images, **make_parameters()), labels).backward()
print(ran)

# %% [markdown]
# Whatever has not passed yet is lent by the library. Come back to it when you like, and run the cells
# of this section again: the list will say *yours* where it said *the library's*.
#
# And now let it learn, as in chapter 00:


# %% tags=["given"]
def fit(parameters, epochs=15):
    """Train on the digits; return the loss of each epoch."""
    optimizer = optim.Adam(list(parameters.values()), lr=0.003)
    batches = data.DataLoader(train, batch_size=32, shuffle=True, seed=0)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for images, labels in batches:
            loss = cross_entropy(network(images, **parameters), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(labels)
        losses.append(total / len(train))
    return losses


parameters = make_parameters()
losses = fit(parameters)
draw.training_curve({"loss": losses}, caption="Each point is the mean loss of one epoch.")

# %% tags=["given"]
accuracy = metrics.accuracy(network(exam, **parameters), answers)
print(f"{accuracy:.1%} of {len(exam)} new pictures read correctly")
print(f"{len(ran.yours)} of the {len(ran.calls)} pieces counted above were yours")

# %% [markdown]
# About 97 or 98 of 100, as in chapter 00. In the first chapter `backward` was a word on a list of four
# lines. Now you know every line between the loss and the knobs.
#
# **Run.** What if one piece is wrong? Here is a VJP for the bias that returns the first row in place of
# the sum of all rows: the right shape, and a wrong gradient.


# %%
def first_row(g, out, x, y):
    """Return one row of `g` in place of their sum."""
    return g[0] if g.shape != y.shape else g


spoilt = make_parameters()
with dl.overlay({"03/add_vjp_y": first_row}):
    fit(spoilt, epochs=5)
accuracy = metrics.accuracy(network(exam, **spoilt), answers)
print(f"{accuracy:.1%} of {len(exam)} new pictures read correctly")

# %% [markdown]
# It learns nevertheless: the weights make up for lazy biases. Wrong gradients seldom look wrong, so one
# checks them.
#
# **Modify.** Overlay something worse: `"03/mul_vjp_x"` with a function that takes the upstream gradient
# for one, or `"03/reverse_sweep"` with your own, `+` taken out. How much does a network forgive?

# %% [markdown]
# ## 9. Bug hunt
#
# A friend's sweep gives the right gradients for chains, for diamonds, for a whole network. But for
# `(x + y) + x` on arrays, the gradient of y comes out as 2 and not as 1. Which line is wrong?

# %% tags=["given"]
check.lines("03/bug-hunt")

# %% tags=["exercise"] exercise="03/bug-hunt"
### BEGIN SOLUTION
wrong_line = 11
### END SOLUTION

# %% tags=["check"]
check("03/bug-hunt", wrong_line)

# %% [markdown]
# ## 10. What the real frameworks do
#
# The second derivative of x³ in PyTorch:
#
# ```python
# x = torch.tensor(2.0, requires_grad=True)
# (slope,) = torch.autograd.grad(x**3, x, create_graph=True)
# (curvature,) = torch.autograd.grad(slope, x)
# ```
#
# and in JAX, whose `grad` ours is modelled on:
#
# ```python
# curvature = jax.grad(jax.grad(lambda x: x**3))(2.0)
# ```
#
# | piece | in diydl | in PyTorch | elsewhere |
# |---|---|---|---|
# | node | `Node` in `diydl/engines/tape.py` | `grad_fn`; `torch/csrc/autograd/function.h` | `Node` in Autograd's `tracer.py` |
# | sweep | ten lines of `diydl/reverse.py` | `torch/csrc/autograd/engine.cpp` | `backward_pass` in JAX's `ad.py` |
# | order | `toposort` in `diydl/reverse.py` | counts users, and a heap | `toposort` in Autograd's `util.py` |
# | un-broadcast | `sum_to` in `diydl/ops/shape.py` | `sum_to` in `ATen/ExpandUtils.h` | `unbroadcast` in Autograd's `numpy_vjps.py` |
# | leaf's gradient | replaced, or `accumulate=True` | `accumulate_grad.h`: always added | `GradientTape` of TensorFlow returns it |
# | stale parameter | version of a `Parameter` | version of every tensor | arrays of JAX are never written |
#
# PyTorch does not sort in advance. It counts for each node how many users will still send something,
# and pulls a node when its count has fallen to zero (Kahn's method), so that several threads can pull at
# once. JAX's users write functions and not tapes, but inside there is a tape all the same: a list of
# equations, played back.

# %% [markdown]
# ## Summary
#
# - A **tape** records, for each operation, its inputs and what its VJP will read. Playing it back gives
#   the gradients of one number with respect to *all* leaves, for the price of a few forward passes.
# - A value that **fans out** gets the sum of what comes back; a node passes on what it has only when all
#   of its users are done. A **topological order** walked from its end guarantees it.
# - Broadcasting is fan-out too, and its way back is a sum: the **un-broadcast**.
# - The tape costs **memory**: what VJPs read is kept until backward. **Stale** gradients come from old
#   sums, from a used tape, or from a parameter that was written in between.
# - If VJPs are made of recorded operations, **derivatives of derivatives** come for nothing.
# - You wrote the order, the sweep, the un-broadcast and the VJPs of sum and product, and a network
#   learned on them.
#
# **Next:** chapter 04 turns the idea round: first describe the whole computation as a graph, then run
# it, as often as you like.
#
# **Sources.** R. Wengert, *A simple automatic derivative evaluation program*, Communications of the ACM
# 7, 1964. S. Linnainmaa, master's thesis, University of Helsinki, 1970 (the reverse sweep). A. Kahn,
# *Topological sorting of large networks*, Communications of the ACM 5, 1962. W. Baur and V. Strassen,
# *The complexity of partial derivatives*, Theoretical Computer Science 22, 1983. A. Griewank and
# A. Walther, *Evaluating Derivatives*, SIAM, 2008. A. Baydin and others, *Automatic differentiation in
# machine learning: a survey*, Journal of Machine Learning Research 18, 2018.
