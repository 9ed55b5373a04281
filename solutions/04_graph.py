# %% [markdown]
# # Describe first, run later
#
# *About 110 minutes, in two sittings if you like: the end of section 4 is a good place to stop. You need
# chapters 01 to 03: broadcasting, VJPs, the sweep back over a tape.*
#
# At the end of this notebook you can
#
# - describe a computation as a **graph** without computing it, and have mistakes found while you
#   describe;
# - run a graph: all of it, or only what is needed for what you ask;
# - say when an array is needed no more, and give it back;
# - write the **gradient** of a graph as more of the same graph;
# - train two classifiers of flowers on one machine that you wrote, in as many contexts as you like, and
#   send one of them through a file.

# %% tags=["given"]
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import data, draw, optim
from diydl.course import check, hint, library_picture, use_mine, watch
from diydl.engines.graph import Connection, export_graph, import_graph
from diydl.reverse import fitted, reverse_sweep
from diydl.symbol import infer

dl.seed(0)

# %% [markdown]
# ## The library so far

# %% tags=["given"]
library_picture("04")

# %% [markdown]
# ## Before we start
#
# Four questions about what you know already. Answer from memory, then run the check.
#
# **Chapter 03.** The digit network has 3,610 knobs. How many forward passes does the tape need for the
# gradient of its loss?

# %% tags=["exercise"] exercise="04/recall-tape"
### BEGIN SOLUTION
forward_passes = 1
### END SOLUTION

# %% tags=["check"]
check("04/recall-tape", forward_passes)

# %% [markdown]
# **Chapter 03.** Put three of these lines into an order in which they can be computed, from x and y. One
# does not belong. Write the letters as a string.

# %% tags=["given"]
check.lines("04/recall-order")

# %% tags=["exercise"] exercise="04/recall-order"
### BEGIN SOLUTION
compute_order = "dca"
### END SOLUTION

# %% tags=["check"]
check("04/recall-order", compute_order)

# %% [markdown]
# **Chapter 01.** `scores` has the shape (150, 3) and `own` has the shape (150, 1). How many numbers are
# in `scores - own`? (0, if they do not fit.)

# %% tags=["exercise"] exercise="04/recall-column"
### BEGIN SOLUTION
numbers_in_difference = 450
### END SOLUTION

# %% tags=["check"]
check("04/recall-column", numbers_in_difference)

# %% [markdown]
# **Chapter 03.** This walk should end at 0 and runs past it. Which line is to blame?

# %% tags=["given"]
check.lines("04/recall-stale")

# %% tags=["exercise"] exercise="04/recall-stale"
### BEGIN SOLUTION
runaway_line = 4
### END SOLUTION

# %% tags=["check"]
check("04/recall-stale", runaway_line)

# %% [markdown]
# ## 1. A recipe, not a meal
#
# So far every line of your programs computed something at once, and the tape wrote down what had
# happened. Frameworks of the first generation (Theano, TensorFlow 1, and pydeeptoy, on which this chapter
# is modelled) did it the other way round: first **describe** the whole computation, like a recipe, then
# **run** it, as often as you like, on whatever you like.
#
# Why would one want that? Whoever has the whole recipe in hand before cooking can find mistakes early,
# leave out what nobody asked for, reuse dishes, send the recipe to another kitchen. Whoever cooks while
# reading line by line cannot. In this chapter you build it; in chapter 06 it is made fast.
#
# **A worked example.** A recipe can be as simple as a list of rows. Here is $z = x \cdot y + x$: each row
# names an operation and the rows that it uses.

# %% tags=["given"]
# Describe: nothing is computed here.
recipe = [
    ("x", ()),
    ("y", ()),
    ("times", (0, 1)),
    ("plus", (2, 0)),
]

# Run: look the inputs up, compute, store.
OPERATIONS = {"times": lambda a, b: a * b, "plus": lambda a, b: a + b}


def follow(recipe, given):
    """Return the values of all rows."""
    table = []
    for name, sources in recipe:
        if name in given:
            table.append(given[name])
        else:
            table.append(OPERATIONS[name](*[table[k] for k in sources]))
    return table


print("x = 3, y = 4:     ", follow(recipe, {"x": 3.0, "y": 4.0}))
print("the same recipe:  ", follow(recipe, {"x": np.array([1.0, 2.0]), "y": 10.0}))

# %% [markdown]
# Two things to notice: the recipe holds no numbers, and it runs on arrays as well as on numbers, since it
# never said what x is. In the library the recipe is a `ComputationalGraph`, and a value that comes from
# outside is a **placeholder**. It has a shape and a dtype, and no numbers. `None` in its shape says that
# the size of the batch is left open.

# %% tags=["given"]
graph = dl.ComputationalGraph()
x = graph.placeholder((None, 1000), name="x")
w = dl.Parameter(np.zeros((1000, 1000), "float32"), name="w")
y = x @ w
print(x)
print(y)

# %% [markdown]
# **Predict.** How many multiplications of numbers has the line `y = x @ w` made?

# %% tags=["exercise"] exercise="04/predict-described"
### BEGIN SOLUTION
multiplications = 0
### END SOLUTION

# %% tags=["check"]
check("04/predict-described", multiplications)

# %% [markdown]
# **Run.** What can be known without computing is known already: `y` has the shape (B, 1000), where B is
# the size of the batch, whatever it will be. And so a mistake is found at the line that makes it:

# %% tags=["given"]
try:
    y @ dl.Parameter(np.zeros((64, 10), "float32"), name="narrow")
except ValueError as error:
    print("ValueError:", error)

try:
    if dl.sum(y) > 0:
        print("positive")
except TypeError as error:
    print("TypeError: ", error)

# %% [markdown]
# **Investigate.** The second error is the price of a recipe. Why can `if` not work here, and what does
# the message offer in its place?
#
# ## 2. A node for every operation
#
# How does `x @ w` know that it shall describe? In chapter 02 you met primitives, such as `matmul`. A
# primitive does not compute by itself: it asks the **engine** of its operands what applying it means. The
# engine of arrays computes. The tape computes and remembers. The graph does neither: it makes a node.
#
# Here is what it has at hand, for `self` the graph, `prim` the primitive, `operands` a tuple of nodes,
# arrays, parameters or numbers, and `params` a dictionary of what was passed by keyword:
#
# | piece | what it does |
# |---|---|
# | `self.lifted(operands)` | returns one node for each operand: a node stays itself, a parameter becomes the node that reads it, an array or a number a new constant |
# | `infer(prim, inputs, params)` | foretells `(shape, dtype)` of the result from the primitive's rules, or raises an error |
# | `Connection(shape, dtype, prim=..., inputs=..., params=...)` | makes a node |
# | `self.add(node)` | takes a new node into the graph, gives it a name and a number, and returns it |
#
# **Make.** Write `apply(self, prim, operands, params)`, which returns the new node. Four sub-goals: *lift*
# the operands, *foretell* shape and dtype, *describe* the node, *take* it in. Nothing is computed, no
# error is caught. Stuck? `hint("04/apply")`, in a cell of your own, opens a little more with each call.


# %% tags=["exercise"] exercise="04/apply"
def apply(self, prim, operands, params):
    """Return a new node of the graph `self` that describes `prim` applied to `operands`."""
    ### BEGIN SOLUTION
    inputs = self.lifted(operands)
    shape, dtype = infer(prim, inputs, params)
    return self.add(Connection(shape, dtype, prim=prim, inputs=inputs, params=params))
    ### END SOLUTION


# %% tags=["check"]
check("04/apply", apply)

# %% [markdown]
# That is the whole engine: every operation of the library, every layer and every loss now describes,
# because all of them come down to primitives.
#
# **Run.** A graph can be looked at before it runs. Here is a loss of chapter 03, described:

# %% tags=["given"]
graph = dl.ComputationalGraph()
x = graph.placeholder((None, 2), name="x")
target = graph.placeholder((None, 1), name="target")
w = dl.Parameter(np.array([[0.5], [-1.0]], "float32"), name="w")
b = dl.Parameter(np.zeros(1, "float32"), name="b")
scores = ((x @ w) + b).named("scores")
loss = dl.mean((scores - target) ** 2).named("loss")
print(graph)
for node in graph:
    print(f"{node.number:3} {node.name:12} {node.shape!s:8} from {[x.name for x in node.inputs]}")

# %% tags=["given"]
draw.graph(loss, title="A loss, described", caption="B is the size of the batch, still open.")

# %% [markdown]
# ## 3. Running
#
# A graph holds no values, so something else must: a **context**. In pydeeptoy, as here, it is called
# `SimulationContext`; TensorFlow called it a session. To run is to go along the nodes in order, as
# `follow` did.

# %% tags=["given"]
context = dl.SimulationContext(graph)
batch = {"x": [[1, 1], [2, 0], [0, 3]], "target": [[0], [1], [0]]}
print("loss:  ", context.run(loss, batch))
print("scores:", context.run(scores, {"x": [[1, 1]]}).tolist(), "for a batch of one")

# %% [markdown]
# **Make.** Write the loop at the heart of it, `evaluate(order, compute, spent)`:
#
# - `order` is a list of nodes, inputs before their users; each has `inputs`, a tuple of nodes;
# - `compute(node, arrays)` returns the value of a node from the list of its inputs' values; for a
#   placeholder that list is empty and it returns what was fed;
# - `spent` is a dictionary from nodes to lists of nodes: when a node has been computed, the values of the
#   nodes in its list are needed no more. Many nodes are no key of it, and it may be empty.
#
# Return a dictionary from nodes to values, of all nodes that were not spent. Three sub-goals for each
# node: *look up* its inputs, *compute and store*, *give back*.


# %% tags=["exercise"] exercise="04/evaluate"
def evaluate(order, compute, spent):
    """Return {node: value} of all nodes of `order` that were not spent, each computed once."""
    ### BEGIN SOLUTION
    values = {}
    for node in order:
        values[node] = compute(node, [values[x] for x in node.inputs])
        for x in spent.get(node, ()):
            del values[x]
    return values
    ### END SOLUTION


# %% tags=["check"]
check("04/evaluate", evaluate)

# %% [markdown]
# **Only what is needed.** Whoever asks for `scores` does not want to hear that no `target` was fed. The
# nodes that a run computes are those that it was asked for, their inputs, the inputs of these, and so on.
#
# **Predict.** How many of the nodes listed above are computed for `context.run(scores, ...)`? Count
# placeholders and parameters too.

# %% tags=["exercise"] exercise="04/predict-needed"
### BEGIN SOLUTION
nodes_computed = 5
### END SOLUTION

# %% tags=["check"]
check("04/predict-needed", nodes_computed)

# %% [markdown]
# Choose what to ask for. Only what is computed is drawn.

# %% tags=["given", "hide-input"]
ASKED = ["loss", "scores", "x"]
KINDS = {"x": "data", "target": "data", "w": "parameter", "b": "parameter", "constant": "constant"}
drawn_graph, all_nodes = graph, list(graph)


def picture_of_needs(asked):
    """Draw the nodes that a run computes if it is asked for one of them."""
    computed = drawn_graph.ancestors(asked)
    numbers = {node: k for k, node in enumerate(computed)}
    nodes = [draw.Node(node.name, KINDS.get(node.name, "computed")) for node in computed]
    edges = [(numbers[source], numbers[node]) for node in computed for source in node.inputs]
    title = f"{len(computed)} of {len(all_nodes)} nodes are computed for {asked}"
    return draw.graph(draw.Picture(nodes, edges), title=f"{title}: graph", caption=f"{title}.")


draw.live(picture_of_needs, asked=ASKED, caption="Ask for less, and less is computed.")

# %% [markdown]
# **Effects.** One thing more belongs to a node that is computed. A graph can write as well as read:
# `dl.assign(state, value)` describes a node that, when it runs, writes `value` into a parameter or a
# buffer. Some such writings *belong* to another node, and are done whenever that one is computed: the
# running mean of a batch norm (chapter 11) moves each time the layer is used in training. They stand in
# `node.effects`, a list of nodes.

# %% tags=["given"]
average = dl.Buffer(0.0, name="average")
moved = dl.assign(average, average + 0.1 * (dl.mean(scores) - average), belongs_to=scores)
print("effects of scores:", scores.effects)
for _ in range(3):
    context.run(loss, batch)
    print("average of the scores so far:", context[average])

# %% [markdown]
# **Make.** Write `needed(nodes)`. It returns the list of all nodes that must be computed for the nodes in
# the list `nodes`: themselves, the `inputs` and the `effects` of each, and so on; each once; in the order
# of description, which is the order of `node.number`. Chains may be long: no recursion.


# %% tags=["exercise"] exercise="04/needed"
def needed(nodes):
    """Return all nodes that must be computed for `nodes`, effects included, by `number`."""
    ### BEGIN SOLUTION
    found, todo = set(), list(nodes)
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += [*node.inputs, *node.effects]
    return sorted(found, key=lambda node: node.number)
    ### END SOLUTION


# %% tags=["check"]
check("04/needed", needed)

# %% [markdown]
# The order of description matters for effects: a node that was described *before* an assignment reads
# the old value, one that was described *after* it reads the new one. So a program reads as it runs.
#
# ## 4. Giving back
#
# While the graph runs, every value is kept, so that one may look at all of them afterwards. A deep network
# has no memory to spare. Now the recipe pays: since all of it is known, it is known for each value *who
# uses it last*, and after that it can go. (The tape of chapter 03 could not know: you might have used a
# value in the next line.)
#
# **A worked example.** To find last uses, walk from the end: the first time that you meet a name there is
# its last use.

# %% tags=["given"]
sentence = "row row row your boat gently down the stream the end".split()
met = set()
for place in reversed(range(len(sentence))):
    word = sentence[place]
    if word not in met:
        met.add(word)
        print(f"after word {place:2}, {word!r} is needed no more")

# %% [markdown]
# **Make.** Write `last_uses(order, kept)`. It returns the dictionary that `evaluate` takes as `spent`: for
# each node of `order`, the list of the nodes whose values are needed no more once it is computed. A node is
# needed until the last node that has it among its `inputs` is computed. Nodes in the list `kept` are
# never spent. A node that nobody uses is spent as soon as it is computed, after itself. Each node stands in
# one list only, and there once, also where it is used twice, as in `x * x`.


# %% tags=["exercise"] exercise="04/last_uses"
def last_uses(order, kept):
    """Return {node: list of the nodes that are needed no more after it}; never those of `kept`."""
    ### BEGIN STARTER
    # seen, spent = set(kept), {}
    # for node in reversed(order):
    #     raise NotImplementedError  # your code here
    # return spent
    ### END STARTER
    ### BEGIN SOLUTION
    seen, spent = set(kept), {}
    for node in reversed(order):
        spent[node] = [x for x in dict.fromkeys((node, *node.inputs)) if x not in seen]
        seen.update(spent[node])
    return spent
    ### END SOLUTION


# %% tags=["check"]
check("04/last_uses", last_uses)

# %% [markdown]
# **Run.** How much is held at each moment of a run, for a chain of layers of 1 MB each?


# %% tags=["given", "hide-input"]
def chain_of(depth):
    """Describe so many steps of tanh, and ask for the last."""
    chain = dl.ComputationalGraph()
    y = chain.placeholder((512, 512), name="x")
    for _ in range(depth):
        y = dl.tanh(y)
    return chain, y


def held_while_running(depth, keep):
    """Return the MB held after each node of a run."""
    chain, end = chain_of(depth)
    order = dl.engines.graph.build.needed([end])
    spent = {} if keep else dl.engines.graph.context.last_uses(order, [end])
    held, series = 0, []
    for computed in order:
        held += 1 - len(spent.get(computed, ()))
        series.append(held)
    return series


def picture_of_memory(depth):
    """Draw both."""
    with draw.style():
        fig, ax = plt.subplots(figsize=(5.5, 3))
        ax.plot(
            held_while_running(depth, keep=True), color=draw.COLOURS["orange"], label="all kept"
        )
        ax.plot(
            held_while_running(depth, keep=False), color=draw.COLOURS["blue"], label="given back"
        )
        ax.set(xlabel="nodes computed", ylabel="MB held", xlim=(0, 60), ylim=(0, 60))
        ax.legend(frameon=False)
    return fig


draw.live(
    picture_of_memory,
    alt="With all values kept, the memory grows by 1 MB with each of the {depth} layers; with "
    "last uses given back it stays at 1 MB between two layers.",
    depth=draw.knob((5, 55, 11), label="layers", form=".0f", start=30),
    caption="A run that only looks at the end needs two arrays at a time, however deep the chain.",
)

# %% [markdown]
# `SimulationContext(graph, keep=False)` runs so. Training needs more than two, though: the gradients use
# values of the way forward. The next section shows why nobody has to say which.
#
# ## 5. The gradient is more graph
#
# In chapter 03 the sweep back ran over a tape that was full of arrays. Now there are no arrays. And yet
# nothing has to change: the VJPs are written with operations of the library, and these describe if they
# are given nodes. **The gradient of a graph is more graph.**
#
# So it is described once, like everything else; values of the way forward that it uses have one user
# more, and last uses take care of themselves; and since it is a graph, it has a gradient too.

# %% tags=["given"]
graph = dl.ComputationalGraph()
x = graph.placeholder((None,), name="x")
y = dl.sum(dl.exp(x * x)).named("y")
before = len(graph)
(slope,) = graph.gradients(y, [x])
(bend,) = graph.gradients(dl.sum(slope), [x])
print(f"{before} nodes for y, {len(graph)} with its slope and its curvature")
slope, bend = dl.SimulationContext(graph).run([slope, bend], {x: [0.0, 1.0]})
print("slope 2x exp(x²):          ", slope)
print("curvature (2 + 4x²) exp(x²):", bend)

# %% [markdown]
# Two pieces make it. The first says where gradients have to pass at all. The weights of the last layer
# need no gradient through the layers before it, and the labels need none whatever: nodes for them would
# be computed in each run, for nobody.
#
# **Make.** Write `way_back(order, sources)`: `order` is a list of nodes, inputs before users, that ends
# with the result; `sources` is a set of the nodes whose gradients are wanted. A node is *on the way* if
#
# - it is one of `sources`, or it has a `prim` that is differentiable (`node.prim.differentiable`; leaves
#   have `prim` None) and at least one of its `inputs` is on the way; and
# - its dtype is floating point: `node.dtype.kind == "f"`.
#
# Return the list of nodes on the way, in the order of `order`; or an empty list if the last node of
# `order`, the result, is not on it: then the result does not depend on the sources.


# %% tags=["exercise"] exercise="04/way_back"
def way_back(order, sources):
    """Return the nodes of `order` on the way from `sources` to its last node, in that order."""
    ### BEGIN SOLUTION
    found = {}
    for node in order:
        smooth = node.prim is not None and node.prim.differentiable
        reached = node in sources or (smooth and any(x in found for x in node.inputs))
        if reached and node.dtype.kind == "f":
            found[node] = True
    return list(found) if order[-1] in found else []
    ### END SOLUTION


# %% tags=["check"]
check("04/way_back", way_back)

# %% [markdown]
# The second piece walks. You wrote the walk in chapter 03: `reverse_sweep(order, seed, pull)` goes through
# an order from its end, calls `pull(node, g)` for each node with the gradient `g` that has arrived there,
# adds what it returns to the gradients of the node's inputs, and returns {leaf: gradient}. On the tape
# `pull` asked the VJP with arrays. Here it asks with nodes.
#
# - `node.prim.pull(wanted, g, out, inputs, params)` asks the VJP of a primitive, and returns one gradient
#   for each input. `wanted` is a list with True for each input whose gradient is wanted. For `out` it takes
#   the node itself, for `inputs` and `params` what the node has.
# - Some VJPs return all gradients together, wanted or not: put None in place of those that are not.
# - `fitted(grads, node)` checks the shapes, and brings each gradient to its input's dtype.
#
# **Make.** Write `describe_gradients(way, seed)`: `way` is what `way_back` returned, `seed` the node that
# stands for the gradient of the last of them. Return a dictionary from **every** node of `way` to the node
# that is its gradient. (Each node of `way` has inputs on the way, or is a leaf or a source.)


# %% tags=["exercise"] exercise="04/describe_gradients"
def describe_gradients(way, seed):
    """Return {node: its gradient, a node} for all nodes of `way`; nothing for any other."""
    ### BEGIN STARTER
    # on_way, found = set(way), {}
    #
    # def pull(node, g):
    #     raise NotImplementedError  # your code here: store g, ask the VJP, leave out, fit
    #
    # return found | reverse_sweep(way, seed, pull)
    ### END STARTER
    ### BEGIN SOLUTION
    on_way, found = set(way), {}

    def pull(node, g):
        found[node] = g
        wanted = [x in on_way for x in node.inputs]
        grads = node.prim.pull(wanted, g, node, node.inputs, node.params)
        return fitted([gx if w else None for gx, w in zip(grads, wanted, strict=True)], node)

    return found | reverse_sweep(way, seed, pull)
    ### END SOLUTION


# %% tags=["check"]
check("04/describe_gradients", describe_gradients)

# %% [markdown]
# **Modify.** In a cell of your own, describe one derivative more, and one more after that. How many nodes does each
# one cost? (The graph does not notice that it computes some things twice. Finding that out is the work of
# chapter 06.)
#
# ## 6. One graph, many contexts
#
# Parameters are read by the graph and owned by the context: each context begins with copies of its own.
# What happens there stays there, until `commit()` writes it back into the parameters themselves. (Below
# nothing but a parameter is involved, so no operand says which engine shall describe: `dl.engine` says it.)

# %% tags=["given"]
graph = dl.ComputationalGraph()
w = dl.Parameter(1.0, name="w")
with dl.engine(graph):
    up = dl.assign(w, w + 1.0)
first, second = dl.SimulationContext(graph), dl.SimulationContext(graph)
first.run(up)
first.run(up)
second.run(up)
second.commit()

# %% [markdown]
# **Predict.** What is in the parameter `w` now?

# %% tags=["exercise"] exercise="04/predict-contexts"
### BEGIN SOLUTION
value_of_w = 2
### END SOLUTION

# %% tags=["check"]
check("04/predict-contexts", value_of_w)

# %% tags=["given"]
print("first:", first[w], " second:", second[w], " the parameter:", w)

# %% [markdown]
# That is how one graph is tried with ten learning rates at once, or trained on one machine and used on
# another. A learning rate is state as well, a `dl.Buffer`, so that each context may have its own.
#
# **Order.** A program that trains a graph. Five of these lines, in which order? `batches` is a list of
# dictionaries of arrays; the parameters are there.

# %% tags=["given"]
check.lines("04/order-train")

# %% tags=["exercise"] exercise="04/order-train"
### BEGIN SOLUTION
training_order = "ecfad"
### END SOLUTION

# %% tags=["check"]
check("04/order-train", training_order)

# %% [markdown]
# ## 7. Flowers
#
# In 1936 R. A. Fisher published four lengths of 150 irises of three species, and statistics has not let
# go of them since. We take two of the lengths, those of the sepals (the outer leaves of the flower), so
# that everything can be drawn; and we take the two that separate the species badly.

# %% tags=["given"]
parts = data.load_iris(features=["sepal length", "sepal width"])
sepals = np.concatenate([part[:][0] for part in parts])  # (150, 2), in cm
species = np.concatenate([part[:][1] for part in parts])  # (150,)
names = parts[0].classes
lengths = (sepals - sepals.mean(axis=0)) / sepals.std(axis=0)  # no units: mean 0, spread 1

different = np.unique(lengths, axis=0, return_inverse=True)[1].reshape(-1)
counts = np.zeros((different.max() + 1, 3), int)
np.add.at(counts, (different, species), 1)
best_possible = counts.max(axis=1).sum() / len(species)
print(f"{len(counts)} different pairs of lengths among {len(species)} flowers")
print(f"flowers with equal lengths and different names: at most {best_possible:.1%} can be right")

# %% [markdown]
# ### A loss that is content
#
# A linear classifier computes one score for each species, `x @ w + b`, and says the one with the highest.
# What should it be told to minimise? The **hinge loss** asks for a clear victory: the score of the right
# species shall stand at least 1 above each other one. Whoever wins so clearly costs nothing any more. For
# a flower with the scores $s$ and the right species $y$:
#
# $$\text{loss} = \sum_{j \ne y} \max(0,\; s_j - s_y + 1)$$
#
# and the loss of a batch is the mean over its flowers. With scores (2.0, 1.5, 0.0) and the right species
# 0, species 1 comes within 0.5, which is 0.5 too near, and species 2 is far enough: the loss is 0.5. A
# linear classifier with this loss is a **support vector machine** (SVM): it is held by the few flowers
# near the border, the support vectors; all others cost nothing.
#
# **Make.** Write `hinge(scores, labels)`. `scores` has the shape (B, K) and holds floating-point numbers,
# `labels` has the shape (B,) and holds whole numbers from 0 to K - 1. Both may be arrays, tensors, or nodes
# with an open B: use operations of the library, and ask for no number. Return the mean over the rows. Some
# operations that help:
#
# - `dl.one_hot(labels, classes=K, dtype=bool)` is a table (B, K), True at the right class;
# - `dl.where(mask, a, b)` takes from `a` where the mask is True, else from `b`; both may be `0.0`;
# - `dl.sum(x, axis=-1, keepdims=True)`, `dl.relu`, `dl.mean`.


# %% tags=["exercise"] exercise="04/hinge"
def hinge(scores, labels):
    """Return the mean over rows of the sum over wrong classes of max(0, score - right + 1)."""
    ### BEGIN SOLUTION
    right = dl.one_hot(labels, classes=scores.shape[-1], dtype=bool)
    own = dl.sum(dl.where(right, scores, 0.0), axis=-1, keepdims=True)
    short = dl.relu(scores - own + 1.0)
    return dl.mean(dl.sum(dl.where(right, 0.0, short), axis=-1))
    ### END SOLUTION


# %% tags=["check"]
check("04/hinge", hinge)

# %% [markdown]
# ### The linear machine
#
# `use_mine()` puts in what you have passed, from this chapter and from those before. Then the machine is
# described, with its gradients and its steps:

# %% tags=["given"]
use_mine()

# %% tags=["given"]
svm = dl.ComputationalGraph()
x = svm.placeholder((None, 2), name="x")
labels = svm.placeholder((None,), "int64", name="labels")
w = dl.Parameter(np.zeros((2, 3), "float32"), name="w")
b = dl.Parameter(np.zeros(3, "float32"), name="b")
rate = dl.Buffer(np.float32(0.1), name="rate")

scores = (x @ w + b).named("scores")
loss = dl.nn.hinge_loss(scores, labels).named("loss")
right = dl.mean((dl.argmax(scores, axis=1) == labels).astype("float32")).named("accuracy")
gradients = svm.gradients(loss, [w, b])
steps = [dl.assign(p, p - rate * g) for p, g in zip([w, b], gradients, strict=True)]
print(svm, "with parameters and buffers", [state.name for state in svm.states()])

# %% tags=["given"]
flowers = {x: lengths, labels: species}


def train_svm(context, rounds):
    """Run so many steps; return loss and accuracy of each."""
    history = []
    for _ in range(rounds):
        *_, cost, share = context.run([*steps, loss, right], flowers)
        history.append((float(cost), float(share)))
    return history


slow, quick = dl.SimulationContext(svm), dl.SimulationContext(svm)
quick.set(rate, 1.0)
histories = {"rate 0.1": train_svm(slow, 300), "rate 1.0": train_svm(quick, 300)}
for name, history in histories.items():
    cost, share = history[-1]
    print(f"{name}: loss {cost:.3f}, {share:.1%} of {len(species)} flowers right")

# %% [markdown]
# One graph, described once; two contexts, with a learning rate each. And `scores`, asked for by itself on
# a grid of lengths, shows which region belongs to which species. No labels are fed there, and no loss is
# computed. Move the slider to watch the borders settle:


# %% tags=["given", "hide-input"]
SIDE = np.linspace(-2.6, 3.2, 90, dtype="float32")
GRID = np.stack(np.meshgrid(SIDE, SIDE), axis=-1).reshape(-1, 2)
HUES = [draw.COLOURS[name] for name in ("sky", "orange", "green")]


def draw_regions(winners, title):
    """Draw which species wins where, and the flowers."""
    with draw.style():
        fig, ax = plt.subplots(figsize=(5.2, 4))
        table = np.reshape(winners, (len(SIDE), len(SIDE)))
        levels = [-0.5, 0.5, 1.5, 2.5]
        ax.contourf(SIDE, SIDE, table, levels, colors=HUES, alpha=0.25)
        for k, (name, marker) in enumerate(zip(names, "os^", strict=True)):
            mine = lengths[species == k]
            ax.plot(*mine.T, marker, color=HUES[k], markeredgecolor="black", ms=5, label=name)
        ax.set(xlabel="sepal length", ylabel="sepal width", title=title)
        ax.legend(loc="upper right", fontsize=8)
    return fig


MOMENTS = [0, 1, 3, 10, 30, 100, 300]
settling = dl.SimulationContext(svm)
borders, done = {}, 0
for moment in MOMENTS:
    train_svm(settling, moment - done)
    done = moment
    borders[moment] = settling.run(scores, {x: GRID}).argmax(axis=1)


def picture_of_borders(steps_taken):
    """Draw the regions after so many steps."""
    return draw_regions(borders[steps_taken], f"after {steps_taken} steps")


draw.live(
    picture_of_borders,
    alt="Regions of three species over sepal length and width after {steps_taken} steps; their borders are "
    "straight lines.",
    steps_taken=MOMENTS,
    caption="The linear machine. Setosa is separated early; the other two overlap.",
)

# %% [markdown]
# pydeeptoy reports 76.7 % for this machine. About 80 % is what straight lines can do here.
#
# ### A machine with bends
#
# Between the two species that overlap, no straight border is right. So: two hidden layers with a tanh, as in
# chapter 00, on the same two lengths. The steps are those of Adam, the optimizer that you have borrowed
# since chapter 00 (chapter 09 opens it): `optimizer.operations(gradients)` describes them.

# %% tags=["given"]
mlp = dl.ComputationalGraph()
x = mlp.placeholder((None, 2), name="x")
labels = mlp.placeholder((None,), "int64", name="labels")
rng = np.random.default_rng(0)
sizes = [2, 64, 64, 3]
weights = []
y = x
for k, (n, m) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
    kernel = dl.Parameter((rng.normal(size=(n, m)) / np.sqrt(n)).astype("float32"), name=f"w{k}")
    bias = dl.Parameter(np.zeros(m, "float32"), name=f"b{k}")
    weights += [kernel, bias]
    y = y @ kernel + bias
    if m != 3:
        y = dl.tanh(y)
scores = y.named("scores")
loss = dl.nn.cross_entropy(scores, labels).named("loss")
right = dl.mean((dl.argmax(scores, axis=1) == labels).astype("float32")).named("accuracy")
flowers = {x: lengths, labels: species}
with watch() as ran:
    steps = optim.Adam(weights, lr=0.01).operations(mlp.gradients(loss, weights))
    context = dl.SimulationContext(mlp, keep=False)
    context.run(steps, flowers)
print(mlp)
print(ran)

# %% tags=["given"]
curve = []
for _ in range(1500):
    *_, cost, share = context.run([*steps, loss, right], flowers)
    curve.append((float(cost), float(share)))
best = max(share for _, share in curve)
print(f"{best:.1%} of {len(species)} flowers right at the best of the steps")

# %% tags=["given"]
winners = context.run(scores, {x: GRID}).argmax(axis=1)
draw.figure(
    draw_regions(winners, "two hidden layers"),
    alt="Regions with bent borders: small islands and bays wind around single flowers of versicolor and "
    "virginica.",
    caption="The machine with bends, after 1,500 steps. Is this what irises are like?",
)

# %% [markdown]
# With 92.7 %, what pydeeptoy reports for its network, this is the best that *anybody* can do on these
# numbers, as we counted above: the rest are flowers whose twins have another name. And look at the picture:
# the borders wind around single flowers. The machine has learned the flowers by heart. Whether it has learned
# anything about *irises* can be seen only on flowers that it was not shown; chapter 11 is about that.
#
# **Investigate.** In a cell of your own, train it on `parts[0]` alone, the 120 flowers set aside for training, and
# measure the accuracy on the 30 of `parts[1]`. Then do the same with the linear machine.
#
# ### Through a file
#
# A recipe can be sent. The graph goes into a JSON file, its arrays into a file beside it that cannot carry
# code; whoever reads it needs none of the lines above.

# %% tags=["given"]
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "flowers.json"
    export_graph(mlp, path, context=context)
    print(f"{path.name}: {path.stat().st_size:,} bytes of JSON")
    received = import_graph(path)
elsewhere = dl.SimulationContext(received)
same = elsewhere.run("scores", {"x": GRID}) == context.run(scores, {x: GRID})
print(received, " the same scores everywhere:", bool(same.all()))

# %% [markdown]
# ## 8. Bug hunt
#
# A friend trains one number, and the program gets slower with every round; after a night it is out of
# memory. The numbers are right. Which line is wrong?

# %% tags=["given"]
check.lines("04/bug-hunt")

# %% tags=["exercise"] exercise="04/bug-hunt"
### BEGIN SOLUTION
growing_line = 10
### END SOLUTION

# %% tags=["check"]
check("04/bug-hunt", growing_line)

# %% [markdown]
# ## 9. What the real frameworks do
#
# Our loop and that of TensorFlow 1:
#
# ```python
# x = tf.placeholder(tf.float32, [None, 2])
# gradients = tf.gradients(loss, [w, b])
# train = [w.assign(w - rate * gradients[0]), b.assign(b - rate * gradients[1])]
# with tf.Session() as session:
#     session.run(tf.global_variables_initializer())
#     session.run([train, loss], feed_dict={x: lengths, labels: species})
# ```
#
# | piece | in diydl | elsewhere |
# |---|---|---|
# | recipe | `ComputationalGraph` in `diydl/engines/graph` | `tf.Graph`; `ComputationalGraph` of pydeeptoy; `FunctionGraph` of Theano |
# | run | `SimulationContext.run` | `Session.run` of TensorFlow 1; `SimulationContext` of pydeeptoy |
# | only what is needed | `needed` | `pruning` in TensorFlow's `core/graph/subgraph.cc` |
# | giving back | `last_uses` | reference counts of tensors; XLA's `buffer_assignment.cc` |
# | gradient as graph | `describe_gradients` | `tf.gradients` in `gradients_util.py`; Theano's `grad` |
# | open batch | `Dim` in `diydl/dim.py` | `None` in shapes; `SymInt` in PyTorch 2, export with "dynamic" shapes |
# | recipe in a file | `export_graph` | `GraphDef`; ONNX; `torch.export` |
#
# TensorFlow 1 ran so until 2019, and its users disliked what you have met: no `if` on values, errors far
# from the line that caused them where a shape could not be foretold, a graph that grows unseen. Today one writes
# as if everything were computed at once, and a tool records the recipe while the program runs: `jax.jit`,
# `tf.function`, `torch.compile`. What they record is a graph such as yours.

# %% [markdown]
# ## Summary
#
# - A **graph** describes; a **context** runs. The graph has no numbers, so many contexts share it, each
#   with its own copies of the parameters.
# - Shapes and dtypes are **foretold**: mistakes show where they are made. Python's `if` cannot ask for a
#   value that is not there yet.
# - A run computes **what is needed** for what is asked, effects included, and can give each array back
#   after its **last use**.
# - The **gradient of a graph is more graph**: VJPs, asked with nodes, describe.
# - A linear machine with a hinge loss, and a network, learned on the machine whose working parts you wrote.
#
# **Next:** in chapter 05 every value and every operation becomes an object that you can hold: look it up
# by its name, freeze it, cut it out, put another in its place.
#
# **Sources.** J. Bergstra and others, *Theano: a CPU and GPU math expression compiler*, SciPy 2010.
# M. Abadi and others, *TensorFlow: a system for large-scale machine learning*, OSDI 2016. C. Cortes and
# V. Vapnik, *Support-vector networks*, Machine Learning 20, 1995. J. Weston and C. Watkins, *Support vector
# machines for multi-class pattern recognition*, ESANN 1999. R. A. Fisher, *The use of multiple measurements
# in taxonomic problems*, Annals of Eugenics 7, 1936. pydeeptoy (DeepLearningToy), the project on which the
# context of this chapter is modelled.
