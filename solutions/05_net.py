# %% [markdown]
# # Data, modules, nets
#
# *About 120 minutes, in two sittings if you like: the end of section 3 is a good place to stop. You need
# chapters 01 to 04: broadcasting, VJPs, the sweep back, what a graph is.*
#
# At the end of this notebook you can
#
# - build a network of **objects**: each value and each operation has a name, and can be looked up, looked
#   at, and changed;
# - write the forward and the backward of a module, and share one weight among many of them;
# - **freeze** parts of a network, so that what needs no gradient costs nothing;
# - train on several losses at once;
# - operate: take edges away, put others in, give a trained network another task;
# - leave a network as it is, and train **what it sees**.

# %% tags=["given"]
from itertools import accumulate

import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import draw, nn, optim
from diydl.course import check, hint, library_picture, use_mine, watch
from diydl.data import DataLoader, load_digits
from diydl.engines.net.climb import climb as library_climb
from diydl.engines.net.order import needed_for
from diydl.engines.net.surgery import redirect as library_redirect
from diydl.train import metrics

dl.seed(0)

# %% [markdown]
# ## The library so far

# %% tags=["given"]
library_picture("05")

# %% [markdown]
# ## Before we start
#
# Four questions about what you know already. Answer from memory, then run the check.
#
# **Chapter 04.** A graph reads a parameter, which is 5, and describes a step that adds 1 to it. Two contexts
# are made. The first runs the step three times. What is the parameter in the second?

# %% tags=["exercise"] exercise="05/recall-contexts"
### BEGIN SOLUTION
seen_by_second = 5
### END SOLUTION

# %% tags=["check"]
check("05/recall-contexts", seen_by_second)

# %% [markdown]
# **Chapter 03.** What is the gradient of `y = w * w + 4 * w` with respect to w, at w = 3?

# %% tags=["exercise"] exercise="05/recall-uses"
### BEGIN SOLUTION
slope_at_three = 10
### END SOLUTION

# %% tags=["check"]
check("05/recall-uses", slope_at_three)

# %% [markdown]
# **Chapter 02.** `scores = x @ w + b`, where x has the shape (32, 64), w (64, 10) and b (10,). How many
# numbers has the gradient of a loss with respect to b?

# %% tags=["exercise"] exercise="05/recall-shares"
### BEGIN SOLUTION
numbers_for_b = 10
### END SOLUTION

# %% tags=["check"]
check("05/recall-shares", numbers_for_b)

# %% [markdown]
# **Chapter 03.** This sweep finds no gradient but the one that it begins with. Which line is to blame?

# %% tags=["given"]
check.lines("05/recall-sweep")

# %% tags=["exercise"] exercise="05/recall-sweep"
### BEGIN SOLUTION
early_line = 3
### END SOLUTION

# %% tags=["check"]
check("05/recall-sweep", early_line)

# %% [markdown]
# ## 1. Everything is an object
#
# The tape wrote down what happened, and threw it away after the sweep. The graph of chapter 04 held no
# numbers at all. A third kind of machine stands between the two, and for some years much of what computers
# learned to see they learned in it: Caffe, of 2013. (DeepFusion, on which this chapter is modelled, was built
# in the same way.) There a network is a thing that **stays**. Every value in it is an object that keeps its latest number and its latest
# gradient. Every operation is an object that can run forward and backward. One may walk around in it.
#
# Caffe called the values blobs and the operations layers. Here they are `Data` and `Module`, and a `Net`
# holds them together. (A `Module` of a net is one operation at one place. A layer of `diydl.nn`, which
# you meet properly in chapter 07, is a function with parameters. It may be applied in many places.)
#
# **A worked example.** One operation, as Caffe would have it: it knows from where it reads and where it
# writes. Forward goes from the values of its inputs to the value of its output; backward from the gradient
# of its output to the gradients of its inputs.


# %% tags=["given"]
class Blob:
    """A value and its gradient."""

    def __init__(self, value=None):
        self.value, self.grad = value, None


class Squaring:
    """An operation at its place between two blobs."""

    def __init__(self, bottom, top):
        self.bottom, self.top = bottom, top

    def forward(self):
        """Collect the value, compute, put the result into the output."""
        self.top.value = self.bottom.value**2

    def backward(self):
        """Take what has arrived at the output, apply the chain rule, hand it to the input."""
        self.bottom.grad = 2 * self.bottom.value * self.top.grad


blobs = [Blob(np.array([1.0, -3.0])), Blob(), Blob()]
layers = [Squaring(blobs[0], blobs[1]), Squaring(blobs[1], blobs[2])]
for layer in layers:
    layer.forward()
blobs[-1].grad = np.ones(2)
for layer in reversed(layers):
    layer.backward()
for blob in blobs:
    print("value", blob.value, " gradient", blob.grad)

# %% [markdown]
# No tape, no recipe: a list of objects, once along it and once back. Each number can be looked at
# afterwards, where it belongs.
#
# **Run.** In the library it reads so. `net.data` makes an input, and everything that is computed from it
# becomes part of the net, by the same operations and layers as ever:

# %% tags=["given"]
net = dl.Net()
x = net.data((None, 2), id="x")
layer = nn.Linear(2, 3)
net.adopt(layer, "first")
hidden = dl.tanh(layer(x)).rename("hidden")
print(net)
print(*net.modules, sep="\n")
print("value of hidden:", net.forward({"x": [[1.0, 2.0]]}, outputs="hidden"))

# %% [markdown]
# Names of nodes are unique: an **ID**. You give it (`id=`, `rename`), or the net does (`affine`, `affine_2`).
# `adopt` gives the parameters of a layer the names that they have there. Whoever mistypes an ID is helped:

# %% tags=["given"]
print(net.get_node("first.weight"))
try:
    net.get_node("first.wieght")
except LookupError as error:
    print("LookupError:", error)

# %% [markdown]
# **Make.** Now the forward of every module there is. In the library a module is not written for each
# operation anew: it holds a primitive, such as `tanh`, which knows how to compute. A module `self` has
#
# | piece | what it is |
# |---|---|
# | `self.inputs` | a list of Data, each with a `value`, an array; one Data may stand there twice |
# | `self.prim.compute(*arrays, **params)` | computes the primitive: arrays in, an array out |
# | `self.used` | a dictionary of what was said by keyword (which axis?), as it is in this run: an open size of the batch is filled in |
# | `self.output` | a Data; `self.output.put(array)` gives it a value, and counts that it was written |
#
# Write `compute(self)`. Three sub-goals: *collect* the arrays, *compute*, *put*. It returns nothing. Stuck?
# `hint("05/compute")`, in a cell of your own, opens a little more with each call.


# %% tags=["exercise"] exercise="05/compute"
def compute(self):
    """Compute the output of the module `self` from the values of its inputs."""
    ### BEGIN SOLUTION
    arrays = [data.value for data in self.inputs]
    self.output.put(self.prim.compute(*arrays, **self.used))
    ### END SOLUTION


# %% tags=["check"]
check("05/compute", compute)

# %% [markdown]
# **Make.** And its backward. When it is called, the gradient of the output has arrived, in
# `self.output.grad`. Every input `x` says in `x.wanted`, True or False, whether it wants a gradient (who
# decides that is the matter of section 3).
#
# - `self.prim.pull(wanted, g, out, arrays, self.used)` asks the VJP of the primitive. `wanted` is a list of
#   True and False, one for each input; `g` the gradient of the output, `out` its value; `arrays` the values
#   of the inputs. It returns one gradient for each input, or None.
# - `self.fitted(grads)` brings them into form: each in the dtype of its input, None where none is wanted.
# - `x.receive(g)` hands an input `x` its share.
#
# Write `pass_back(self)`. Three sub-goals: *ask* for what is wanted, *fit*, *hand over*.


# %% tags=["exercise"] exercise="05/pass_back"
def pass_back(self):
    """Give each input of the module `self` that wants a gradient its share of the output's."""
    ### BEGIN SOLUTION
    wanted = [data.wanted for data in self.inputs]
    arrays = [data.value for data in self.inputs]
    grads = self.prim.pull(wanted, self.output.grad, self.output.value, arrays, self.used)
    for data, g in zip(self.inputs, self.fitted(grads), strict=True):
        if g is not None:
            data.receive(g)
    ### END SOLUTION


# %% tags=["check"]
check("05/pass_back", pass_back)

# %% [markdown]
# With these two every primitive of the library is a module, and with that every layer, every loss. Look at
# what stays in the objects after a run forward and a run back:

# %% tags=["given"]
net = dl.Net()
x = net.data(value=[[1.0, 2.0]], id="x")
w = net.data(value=dl.Parameter([[0.5], [-0.25]]), id="w")
loss = dl.sum((x @ w - 1.0) ** 2).rename("loss")
net.add_loss(loss)
net.forward()
net.backward()
draw.graph(net, values=True, gradients=True, title="After forward and backward: graph")

# %% [markdown]
# ## 2. Read by many
#
# A weight may be read by two modules. On the way back each of them sends a share, and the whole gradient is
# the sum: the fan-out of chapter 03. There the sweep added. Here the Data does it itself.
#
# **Make.** Write `receive(self, g)`: `self.grad` is None as long as nothing has arrived. The first share is
# kept, each further one added. Others may hold the same array, and it may arrive twice: make a new one
# for the sum.


# %% tags=["exercise"] exercise="05/receive"
def receive(self, g):
    """Add the array `g` to the gradient `self.grad` of a Data, which is None at first."""
    ### BEGIN SOLUTION
    self.grad = g if self.grad is None else self.grad + g
    ### END SOLUTION


# %% tags=["check"]
check("05/receive", receive)

# %% [markdown]
# ### Reading a digit row by row
#
# Where is a weight read many times? In a network with a **memory**. A digit of 8 x 8 pixels shall be read
# like a text, one row after the other, by one and the same piece of network. At each moment it gets a row
# and its memory of the rows before, and makes a new memory:
#
# $$m_t = \tanh(A\,x_t + a + M\,m_{t-1})$$
#
# $x_t$ is row number $t$, eight numbers; $m_t$ the memory after it, 48 numbers. The weights $A$, $a$ and $M$
# are the same for all rows. This is a **recurrent network**; chapter 18 is about them. To *unroll* it
# means to write down all eight steps, one after the other. In a net they are eight groups of modules that read
# the same Data.
#
# **Make.** Write `unroll(step, memory, moments)`. `moments` is a list; `step(moment, memory)` returns a new
# memory. Begin with `memory`, call `step` once for each moment, in order, each time with the memory of the
# step before. Return the list of all new memories, one for each moment: for
# `step = lambda moment, memory: memory + moment`, the start 10 and the moments [1, 2, 3] that is [11, 13, 16].


# %% tags=["exercise"] exercise="05/unroll"
def unroll(step, memory, moments):
    """Return the list of memories after each of the moments."""
    ### BEGIN STARTER
    # memories = []
    # raise NotImplementedError  # your code here: for each moment one step, and keep its memory
    # return memories
    ### END STARTER
    ### BEGIN SOLUTION
    memories = []
    for moment in moments:
        memory = step(moment, memory)
        memories.append(memory)
    return memories
    ### END SOLUTION


# %% tags=["check"]
check("05/unroll", unroll)

# %% [markdown]
# **Run.** Here is the reader. (`accumulate`, which Python brings along, does what your `unroll` does, and
# returns the start as well; the start is the memory after the first row.)

# %% tags=["given"]
train, test = load_digits()
reader = dl.Net()
rows = [reader.data((None, 8), id=f"row {k}") for k in range(8)]
digit = reader.data((None,), "int64", id="digit")

read, recall, answer = nn.Linear(8, 48), nn.Linear(48, 48, bias=False), nn.Linear(48, 10)
for name, shared in {"read": read, "recall": recall, "answer": answer}.items():
    reader.adopt(shared, name)

first = dl.tanh(read(rows[0]))
memories = accumulate(rows[1:], lambda m, row: dl.tanh(read(row) + recall(m)), initial=first)
scores = [answer(m).rename(f"scores after {k + 1}") for k, m in enumerate(memories)]
reader.add_loss(nn.cross_entropy(scores[-1], digit).rename("loss"))
print(reader)

# %% [markdown]
# **Predict.** How many of its leaves are parameters?

# %% tags=["exercise"] exercise="05/predict-shared"
### BEGIN SOLUTION
parameters_of_reader = 5
### END SOLUTION

# %% tags=["check"]
check("05/predict-shared", parameters_of_reader)

# %% tags=["given"]
weight = reader.get_node("recall.weight")
readers = [user for user in reader.modules if any(one is weight for one in user.inputs)]
print("read by:", [user.id for user in readers])

# %% [markdown]
# Seven modules read one weight. Does its gradient hold all seven shares? To see them apart, every reader is
# given a copy of its own: one edge is taken away, and another put in its place. (That is surgery already;
# section 5 has more of it.)


# %% tags=["given"]
def feed_rows(pixels, labels):
    """Return what the reader is fed with: eight rows of each picture, and the labels."""
    fed = {f"row {k}": pixels[:, 8 * k : 8 * k + 8] for k in range(8)}
    return {**fed, "digit": labels}


some = feed_rows(*train[:64])
reader.forward(some)
reader.backward()
whole = weight.grad.copy()

edge = "w"  # the name under which an affine module reads its weight
copies = []
for k, user in enumerate(readers):
    copies.append(reader.data(value=dl.Parameter(weight.value), id=f"copy {k}"))
    user.disconnect(edge)
    user.connect(edge, copies[-1])
reader.forward(some)
reader.backward()
sizes = [float(np.abs(one.grad).mean()) for one in copies]
apart = np.abs(sum(one.grad for one in copies) - whole).max()
print(f"largest difference between the sum of seven shares and the one gradient: {apart:.1e}")

for user in readers:
    user.disconnect(edge)
    user.connect(edge, weight)
reader.prune(*scores)

# %% tags=["given", "hide-input"]
with draw.style():
    fig, ax = plt.subplots(figsize=(5.2, 2.6))
    ax.bar(range(2, 9), sizes, color=draw.COLOURS["blue"])
    ax.set(xlabel="row that is being read", ylabel="mean size of its share")
draw.figure(
    fig,
    alt="Bars of the mean size of the share of each step from row 2 to row 8 in the gradient of the memory's "
    "weight, for an untrained net.",
    caption="Seven uses, seven shares of one gradient. The farther a step is from the loss, the more tanh lie "
    "between: chapter 18 is about what becomes of such gradients.",
    data={"row": list(range(2, 9)), "mean size": sizes},
)

# %% [markdown]
# Now train it. So far it was asked for its answer after the last row. It shall have an opinion as early as it
# can: a loss after every row, and the net minimises their sum (more about that in section 4). `net.step()`
# changes every parameter that has a gradient, by an optimizer; Adam is borrowed as before (chapter 09
# opens it).

# %% tags=["given"]
for early in scores[:-1]:
    reader.add_loss(nn.cross_entropy(early, digit), weight=0.1)
reader.set_optimizer(optim.Adam, lr=0.005)
loader = DataLoader(train, 64, shuffle=True)
for _ in range(25):
    for pixels, labels in loader:
        reader.forward(feed_rows(pixels, labels))
        reader.backward()
        reader.step()
outputs = reader.forward(feed_rows(*test[:]), scores)
shares = [metrics.accuracy(output, test[:][1]) for output in outputs]
print("test accuracy after each row:", " ".join(f"{share:.0%}" for share in shares))

# %% [markdown]
# One row says little, four say most. Every answer on the way is a Data that can be looked up. Choose a test
# digit here:

# %%
SHOWN = 4  # from 0 to 296

# %% [markdown]
# **Modify.** Move the slider and read along; then choose others (run the cell above and the one below again).
# Which digits are known early, and between which does the last row decide?


# %% tags=["given", "hide-input"]
def chances(output):
    """Return softmax of the scores of each picture."""
    raised = np.exp(output - output.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def picture_of_reading(rows_read):
    """Draw a digit as far as it was read, and what the net thinks it is."""
    pixels = test.images[SHOWN].copy()
    pixels[rows_read:] = np.nan
    with draw.style():
        fig, (left, right) = plt.subplots(1, 2, figsize=(6, 2.6), width_ratios=[1, 1.7])
        left.imshow(pixels, cmap="gray_r", vmin=0, vmax=1)
        left.axhline(rows_read - 0.5, color=draw.COLOURS["orange"])
        left.spines[:].set_visible(True)
        left.set(xticks=[], yticks=[], ylim=(7.5, -0.5), title=f"{rows_read} of 8 rows")
        right.bar(range(10), chances(outputs[rows_read - 1])[SHOWN], color=draw.COLOURS["blue"])
        right.set(xticks=range(10), ylim=(0, 1), xlabel="digit", ylabel="probability")
    return fig


def words_for_reading(rows_read):
    """Say what the picture shows."""
    chance = chances(outputs[rows_read - 1])[SHOWN]
    return (
        f"After {rows_read} of 8 rows of a handwritten {test[:][1][SHOWN]} the net gives most to "
        f"{chance.argmax()}, with probability {chance.max():.2f}."
    )


draw.live(
    picture_of_reading,
    alt=words_for_reading,
    rows_read=[1, 2, 3, 4, 5, 6, 7, 8],
    caption="Reading a digit row by row, with one set of weights for all rows.",
)

# %% [markdown]
# ## 3. Freezing
#
# Parts of a network are often left as they are: they were trained before, at great cost, by others; or one
# wants to know what the rest can do without them. A parameter that shall stay is **frozen**. The
# optimizer leaves it alone. And more than that: if all leaves before a module are frozen, nobody needs the
# gradient of its output, so it need not be computed, and the module need not run backward at all.
#
# The net finds out before each run back, and tells every Data whether it wants a gradient. The rules:
#
# - a leaf wants one if it is trained: `leaf.trained`;
# - the output of a module wants one if at least one of the module's inputs does, and if a gradient can pass.
#   It can if the primitive has a derivative (`module.prim.differentiable`), if the output's dtype is floating
#   point (`module.output.dtype.kind == "f"`), and if the output was not cut off by freezing itself
#   (`module.output.cut` is True then).
#
# **Make.** Write `mark_wanted(leaves, modules)`, which sets `wanted` of every leaf and of every module's
# output to True or False. `modules` come in order: each after those whose output it reads. An entry of
# `module.inputs` is None where an edge was taken away. The net may have been marked before. Two sub-goals:
# *tell* the leaves, *carry on* along the modules.


# %% tags=["exercise"] exercise="05/mark_wanted"
def mark_wanted(leaves, modules):
    """Set `wanted` of all `leaves` and of the output of all `modules`."""
    ### BEGIN STARTER
    # for data in leaves:
    #     data.wanted = data.trained
    # for module in modules:
    #     raise NotImplementedError  # your code here: carry on
    ### END STARTER
    ### BEGIN SOLUTION
    for data in leaves:
        data.wanted = data.trained
    for module in modules:
        out = module.output
        smooth = module.prim.differentiable and out.dtype.kind == "f" and not out.cut
        out.wanted = smooth and any(x is not None and x.wanted for x in module.inputs)
    ### END SOLUTION


# %% tags=["check"]
check("05/mark_wanted", mark_wanted)

# %% [markdown]
# Here is a network for the rest of this chapter. A **body** of two layers, `eye` and `mind`, makes 24 numbers
# of a picture. A **head** makes scores of these.

# %% tags=["given"]
net = dl.Net()
picture = net.data((None, 64), id="picture")
digit = net.data((None,), "int64", id="digit")
eye, mind, head = nn.Linear(64, 64), nn.Linear(64, 24), nn.Linear(24, 10)
for name, part in {"eye": eye, "mind": mind, "head": head}.items():
    net.adopt(part, name)
seen = dl.tanh(mind(dl.relu(eye(picture)))).rename("seen")
scores = head(seen).rename("scores")
which = nn.cross_entropy(scores, digit).rename("which")
net.add_loss(which)
print(*net.modules, sep="\n")

# %% [markdown]
# **Predict.** `net.freeze("eye.*", "mind.*")` freezes the body. How many of these seven modules run backward
# then?

# %% tags=["exercise"] exercise="05/predict-frozen"
### BEGIN SOLUTION
modules_backward = 3
### END SOLUTION

# %% tags=["check"]
check("05/predict-frozen", modules_backward)

# %% [markdown]
# Move the slider to freeze more and more of the network, from the picture on.


# %% tags=["given", "hide-input"]
PARTS = ["eye", "mind", "head"]


def picture_of_freezing(frozen_parts):
    """Draw the net with so many parts frozen: what runs backward, and what does not."""
    drawn = dl.Net()
    image = drawn.data((None, 64), id="picture")
    label = drawn.data((None,), "int64", id="digit")
    for name, part in zip(PARTS, (eye, mind, head), strict=True):
        drawn.adopt(part, name)
    bent = dl.relu(eye(image)).rename("relu")
    inner = dl.tanh(mind(bent)).rename("seen")
    drawn.add_loss(nn.cross_entropy(head(inner).rename("scores"), label).rename("which"))
    for name in PARTS[:frozen_parts]:
        drawn.freeze(f"{name}.*")
    dl.engines.net.order.mark_wanted(drawn.leaves, drawn.modules)
    drawn.unfreeze()
    nodes, edges, places = [], [], {}
    for step in drawn.modules:
        for one in (*step.inputs, step.output):
            if one in places or one.id.endswith(("bias", "constant")):
                continue
            if one.source is not None:
                kind, note = ("result", "gradient") if one.wanted else ("computed", "no gradient")
                node = draw.Node(step.id.replace("softmax_", ""), kind, notes=(note,))
            elif one.state is not None:
                name = one.id.replace("weight", "*")
                node = draw.Node(name, "parameter" if one.wanted else "frozen")
            else:
                node = draw.Node(one.id, "data")
            places[one] = len(nodes)
            nodes.append(node)
        read_here = [one for one in step.inputs if one in places]
        edges += [(places[one], places[step.output]) for one in read_here]
    backward = sum(module.output.wanted for module in drawn.modules)
    title = f"{frozen_parts} of 3 parts frozen: {backward} of 7 modules run backward"
    graph = draw.Picture(nodes, edges)
    return draw.graph(graph, title=f"{title}: graph", caption=f"{title}.", gradients=True)


draw.live(
    picture_of_freezing,
    frozen_parts=[0, 1, 2, 3],
    caption="Freezing from the picture on: each frozen part takes its modules out of the way back.",
)

# %% [markdown]
# It shows in the time as well. `net.timed()` counts it, module by module:

# %% tags=["given"]
batch = {"picture": train[:][0], "digit": train[:][1]}
for patterns in ((), ("eye.*", "mind.*")):
    if patterns:
        net.freeze(*patterns)
    net.forward(batch)
    with net.timed() as times:
        for _ in range(5):
            net.backward()
    frozen = ", ".join(patterns) or "nothing"
    cost = 1000 * times.total / 5
    print(f"frozen: {frozen:14} {len(times.rows())} modules ran backward, in {cost:.2f} ms")
net.unfreeze()

# %% [markdown]
# ## 4. Several losses
#
# What a network is asked for shapes what it learns. One that is asked for the digit alone may forget how the
# digit looked. Ask for two things: *which* digit it is, and *how it looks*. A second head, the `hand`, draws
# the picture anew from the same 24 numbers; its loss is the mean squared error of the pixels. Both losses pull at the same body, and their gradients
# meet in `seen`, where your `receive` adds them.
#
# The net minimises the sum of its losses, each times its weight. Large weights of a layer can be made
# to cost something too: `net.regularize(nn.l2_penalty, "head.weight", strength=0.4)` adds the penalty
# $\frac{0.4}{2} \sum_k w_k^2$ to the losses, for the chosen parameters alone.
#
# **Predict.** A net has a first loss, now 2, with weight 1; a second one, now 3, with weight 4; and that
# penalty on a weight with the two numbers 3 and 4. What does `net.forward()` return?

# %% tags=["exercise"] exercise="05/predict-reported"
### BEGIN SOLUTION
reported_loss = 19
### END SOLUTION

# %% tags=["check"]
check("05/predict-reported", reported_loss)

# %% [markdown]
# `use_mine()` puts in what you have passed, and the net runs on it:

# %% tags=["given"]
use_mine()

# %% tags=["given"]
hand = nn.Linear(24, 64)
net.adopt(hand, "hand")
drawn = dl.sigmoid(hand(seen)).rename("drawn")
how = nn.mse_loss(drawn, picture).rename("how it looks")
net.add_loss(how, weight=5.0)
net.regularize(nn.l2_penalty, "head.weight", "hand.weight", strength=1e-4)
net.set_optimizer(optim.Adam, lr=0.003)

history = {"which": [], "how it looks, times 5": []}
loader = DataLoader(train, 64, shuffle=True)
with watch() as ran:
    for _ in range(30):
        for pixels, labels in loader:
            net.forward({"picture": pixels, "digit": labels})
            net.backward()
            net.step()
        net.forward(batch)
        history["which"].append(float(which.value))
        history["how it looks, times 5"].append(5 * float(how.value))
print(ran)
found = net.forward({"picture": test[:][0]}, scores)
print(f"{metrics.accuracy(found, test[:][1]):.1%} of the test digits")

# %% tags=["given"]
draw.training_curve(history)

# %% tags=["given", "hide-input"]
redrawn = net.forward({"picture": test[:8][0]}, drawn).reshape(8, 8, 8)
with draw.style():
    fig, axes = plt.subplots(2, 8, figsize=(7, 2))
    for column, (given, made) in enumerate(zip(test.images[:8], redrawn, strict=True)):
        for ax, pixels in zip(axes[:, column], (given, made), strict=True):
            ax.imshow(pixels, cmap="gray_r", vmin=0, vmax=1)
            ax.spines[:].set_visible(True)
            ax.set(xticks=[], yticks=[])
    axes[0, 0].set_ylabel("given", fontsize=8)
    axes[1, 0].set_ylabel("drawn", fontsize=8)
draw.figure(
    fig,
    alt="Eight test digits in the upper row; below each the picture that the net draws of it, blurred but easy "
    "to recognise.",
    caption="64 pixels in, 24 numbers in the middle, 64 pixels out: what the body kept of each picture.",
)

# %% [markdown]
# Each loss can be asked by itself for what it wants: `net.backward({loss: 1.0})` goes back from there alone.

# %% tags=["given"]
net.forward({"picture": test[:][0], "digit": test[:][1]})
pulls = {}
for one in (which, how):
    net.backward({one: net.losses[one]})
    pulls[one.id] = net.get_node("mind.weight").grad.copy()
    print(f"{one.id:12} reaches", [leaf.id for leaf in net.select() if leaf.grad is not None])
a, b = (pull.ravel() for pull in pulls.values())
angle = np.degrees(np.arccos(a @ b / np.sqrt((a @ a) * (b @ b))))
print(f"angle between their pulls at mind.weight: {angle:.0f}°")

# %% [markdown]
# **Investigate.** What would an angle of 180° mean for the training? What one of 0°?
#
# ## 5. Surgery
#
# Since every edge is there to be held, it can be cut. A module knows its inputs by the names of its
# primitive's arguments. `module.disconnect("w")` takes that edge away; `module.connect("w", other)` puts
# another in. Before anything changes, shapes are foretold anew down to the losses, and nothing is
# changed if they do not fit:

# %% tags=["given"]
last = net.get_node("scores").source
print(last)
weight_before = last.disconnect("w")
try:
    last.connect("w", nn.Linear(24, 2).weight)
except ValueError as error:
    print("ValueError:", error)
last.connect("w", weight_before)

# %% [markdown]
# **Make.** A common operation: to put something *between* a Data and all who read it. Say, round what a
# layer computes, to see whether the network survives it: `new = rounded(old)`, and from now on everybody
# who read `old` shall read `new`. Everybody but one: `new` itself is computed from `old`, and so it must stay.
#
# Write `redirect(net, old, new)`. Every edge that comes from `old` is moved to come from `new`, except
# edges into modules with which `new` is computed: those whose `output` is in the set `needed_for([new])`.
# Return the number of edges that were moved. A module `m` has `m.names`, the names of its inputs, and
# `m.inputs`, in the same order; it may read `old` under two names. Compare with `is`: `==` between Data is an
# operation of the library. Two sub-goals: *find out who stays*, *move* every other edge.


# %% tags=["exercise"] exercise="05/redirect"
def redirect(net, old, new):
    """Let all that reads `old` read `new`, but for what computes `new`; return how many edges."""
    ### BEGIN SOLUTION
    inside, moved = needed_for([new]), 0
    for module in net.modules:
        if module.output in inside:
            continue
        for name, data in zip(module.names, list(module.inputs), strict=True):
            if data is old:
                module.disconnect(name)
                module.connect(name, new)
                moved += 1
    return moved
    ### END SOLUTION


# %% tags=["check"]
check("05/redirect", redirect)

# %% [markdown]
# **Run.** How many numbers does the mind need? Its 24 outputs lie between -1 and 1. Let only so many steps
# in between be possible, and look at what is left of the accuracy:

# %% tags=["given"]
levels = net.data(value=np.float32(1), id="levels")
nearest = (seen * levels + 0.5 * dl.sign(seen)).astype("int64").astype("float32")
coarse = (nearest / levels).rename("coarse")
print(library_redirect(net, seen, coarse), "edges moved")
for count in (10, 3, 2, 1):
    found = net.forward({"picture": test[:][0], "levels": np.float32(count)}, scores)
    share = metrics.accuracy(found, test[:][1])
    print(f"{2 * count + 1:2} values for each number: {share:.1%}")
print(library_redirect(net, coarse, seen), "edges moved back")
net.prune(scores, drawn)

# %% [markdown]
# With three values, -1, 0 and 1, for each of 24 numbers the digits are still told apart. Whoever puts
# networks into small devices makes use of that.
#
# **Order.** The task changes: the trained body gets a new head, `new`, a `nn.Linear(24, 2)`. Five of these
# lines, in which order? Write the letters as a string.

# %% tags=["given"]
check.lines("05/order-transplant")

# %% tags=["exercise"] exercise="05/order-transplant"
### BEGIN SOLUTION
transplant_order = "feadb"
### END SOLUTION

# %% tags=["check"]
check("05/order-transplant", transplant_order)

# %% [markdown]
# ### Another head
#
# Is the digit odd or even? Nobody has told this network what that means. The body is frozen, the head is cut
# off, and one with two outputs takes its place. `new` came after `freeze`, so it is trained.
#
# One thing more can be saved: the body never changes, so what it makes of each picture is computed once, and
# `forward_from_node` goes on from there, and computes only what depends on it.

# %% tags=["given"]
net.freeze()
del net.losses[how]
old_edges = {name: last.disconnect(name) for name in ("w", "b")}
new = nn.Linear(24, 2)
last.connect("w", new.weight)
last.connect("b", new.bias)
net.set_optimizer(optim.Adam, new, lr=0.02)
print(net.get_node("scores"))

features = net.forward({"picture": train[:][0]}, seen)
odd = train[:][1] % 2
rng = np.random.default_rng(0)
body_before = eye.weight.numpy().copy()
for _ in range(15):
    for chosen in np.array_split(rng.permutation(len(odd)), 24):
        digit.value = odd[chosen]
        net.forward_from_node(seen, features[chosen], outputs=which)
        net.backward({which: 1.0})
        net.step()
found = net.forward({"picture": test[:][0]}, scores)
share = metrics.accuracy(found, test[:][1] % 2)
print(f"{share:.1%} of the test digits called odd or even rightly")
print("the body has changed:", bool(np.any(body_before != eye.weight.numpy())))

# %% [markdown]
# Less than a second for a new task, with 50 numbers trained and 5,720 left alone. This is **transfer learning**:
# whoever has few pictures of their own takes a body that was trained on many. And the old head? It was kept,
# and goes back on:

# %% tags=["given"]
for name in old_edges:
    last.disconnect(name)
for name, kept in old_edges.items():
    last.connect(name, kept)
net.prune(scores, drawn)
found = net.forward({"picture": test[:][0]}, scores)
print(f"{metrics.accuracy(found, test[:][1]):.1%} of the test digits, as before")

# %% [markdown]
# ## 6. What would you like to see?
#
# So far pictures were given and weights were trained. Turn it round: the net is frozen, all of it, and the
# **picture** is trained. The gradient of a score with respect to the pixels says which of them to darken, and which to
# lighten, so that the net is more convinced to see, say, an 8. `picture.unfreeze()` makes an input that has a
# value a leaf that wants a gradient; `picture.freeze()` makes it an input again.
#
# **Make.** Write `climb(net, picture, score, steps, rate)`. `picture` is an input of `net` that has a
# value; all parameters are frozen already. `score` is a Data with one element, which shall grow. In each
# step: compute `score` (`net.forward(outputs=score)`), keep its number; find the picture's gradient of
# `score` itself, whatever losses the net has (section 4 did so: `net.backward` takes a dictionary from where to
# begin to the gradient there, here 1.0); let `picture.value` be the picture plus `rate` times the gradient,
# with every pixel clipped to lie between 0 and 1 (`np.clip`).
#
# Return the list of numbers, as floats: those *before* each step, so that the first belongs to the picture
# as it came. At the end the picture is an input again.


# %% tags=["exercise"] exercise="05/climb"
def climb(net, picture, score, steps, rate):
    """Change `picture` so that `score` grows; return the list of its values before each step."""
    ### BEGIN SOLUTION
    picture.unfreeze()
    heights = []
    for _ in range(steps):
        heights.append(float(net.forward(outputs=score)))
        net.backward({score: 1.0})
        picture.value = np.clip(picture.value + rate * picture.grad, 0.0, 1.0)
    picture.freeze()
    return heights
    ### END SOLUTION


# %% tags=["check"]
check("05/climb", climb)

# %% [markdown]
# **Run.** We begin with a real digit of the test set, a 3, and ask for another. What shall grow is the
# logarithm of the probability that the net gives to the digit we ask for, which is minus its loss. (What is
# called `library_climb` below is the library's; after `use_mine()` your `climb` runs in its place.)

# %% tags=["given"]
use_mine()
wish = (0.0 - which).rename("wish")
three = int(np.flatnonzero(test[:][1] == 3)[0])


def dream(wanted, steps):
    """Return pictures on the way from the 3 to a picture that the net takes for `wanted`."""
    picture.value, digit.value = test[three : three + 1][0], np.array([wanted])
    stations = [picture.value.copy()]
    for count in np.diff([0, *steps]):
        library_climb(net, picture, wish, int(count), rate=0.05)
        stations.append(picture.value.copy())
    return stations


STATIONS = [0, 5, 10, 20, 40, 80]
dreams = {wanted: dream(wanted, STATIONS[1:]) for wanted in (0, 7, 8, 9)}
for wanted, stations in dreams.items():
    chance = [chances(net.forward({"picture": one}, scores))[0, wanted] for one in stations]
    print(f"a 3 on its way to a {wanted}:", " ".join(f"{share:.2f}" for share in chance))


# %% tags=["given", "hide-input"]
def picture_of_dream(digit_wanted, steps):
    """Draw the picture after so many steps, how it differs, and what the net sees in it."""
    start = dreams[digit_wanted][0].reshape(8, 8)
    now = dreams[digit_wanted][STATIONS.index(steps)]
    chance = chances(net.forward({"picture": now}, scores))[0]
    with draw.style():
        fig, axes = plt.subplots(1, 3, figsize=(7.2, 2.5), width_ratios=[1, 1, 1.7])
        axes[0].imshow(now.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        axes[0].set_title(f"after {steps} steps")
        axes[1].imshow(now.reshape(8, 8) - start, cmap="PuOr", vmin=-1, vmax=1)
        axes[1].set_title("change")
        for ax in axes[:2]:
            ax.spines[:].set_visible(True)
            ax.set(xticks=[], yticks=[])
        axes[2].bar(range(10), chance, color=draw.COLOURS["blue"])
        axes[2].set(xticks=range(10), ylim=(0, 1), xlabel="digit", ylabel="probability")
    return fig


def words_for_dream(digit_wanted, steps):
    """Say what the picture shows."""
    now = dreams[digit_wanted][STATIONS.index(steps)]
    chance = chances(net.forward({"picture": now}, scores))[0]
    return (
        f"A handwritten 3, changed for {steps} steps so that the net sees the digit {digit_wanted}. It sees "
        f"{chance.argmax()} with probability {chance.max():.2f}; mean change of a pixel "
        f"{np.abs(now - dreams[digit_wanted][0]).mean():.2f}."
    )


draw.live(
    picture_of_dream,
    alt=words_for_dream,
    digit_wanted=draw.knob([0, 7, 8, 9], start=8, label="asked for"),
    steps=draw.knob(STATIONS, start=40),
    caption="Left the picture, in the middle what was changed (violet darker, orange lighter), right what the "
    "net sees.",
)

# %% [markdown]
# After five or ten steps the net is convinced, and you are not: to your eye it is still a 3 with smudges. The
# way uphill leads away from the pictures that the net has learned from, to places where nobody told it what
# is there. Pictures that were changed a little in order to deceive a network are called **adversarial
# examples**; C. Szegedy and others found in 2013 how easily they are made. Chapter 16 uses the same gradient to
# ask what a network looks at.
#
# **Investigate.** In a cell of your own, `net.unfreeze()`, train ten more epochs with pictures to which noise was
# added, freeze, and dream again. Does it take more steps? Do the changes look more like a digit?
#
# ## 7. Bug hunt
#
# A friend does the same, on a tiny net, with the net's own optimizers. The score rises beyond belief, and
# afterwards the net is worth nothing. Which line is wrong?

# %% tags=["given"]
check.lines("05/bug-hunt")

# %% tags=["exercise"] exercise="05/bug-hunt"
### BEGIN SOLUTION
flattering_line = 7
### END SOLUTION

# %% tags=["check"]
check("05/bug-hunt", flattering_line)

# %% [markdown]
# ## 8. What the real frameworks do
#
# Caffe described a layer in a text file, and gave names to its blobs; a frozen layer was one whose
# learning rate was 0:
#
# ```
# layer {
#   name: "scores"  type: "InnerProduct"  bottom: "seen"  top: "scores"
#   param { lr_mult: 0 }
#   inner_product_param { num_output: 10 }
# }
# ```
#
# PyTorch took over the objects, and left the fixed net. Freezing, another head, an input that is
# trained, and a look at what flows:
#
# ```python
# model.requires_grad_(False)                        # freeze
# model.fc = torch.nn.Linear(24, 2)                  # another head: new parameters are trained
# picture.requires_grad_(True)                       # train what is seen
# handle = model.mind.register_forward_hook(         # our get_node("seen").value
#     lambda module, inputs, output: print(output))
# ```
#
# | piece | in diydl | elsewhere |
# |---|---|---|
# | value with a gradient | `Data` in `diydl/engines/net` | `Blob` in Caffe's `blob.hpp`: data and diff; `Data` of DeepFusion |
# | operation at its place | `Module.compute`, `Module.pass_back` | `Layer::Forward`, `Layer::Backward` in Caffe's `layer.hpp` |
# | who wants a gradient | `mark_wanted` | `layer_need_backward_` and `propagate_down` in Caffe's `net.cpp`; `requires_grad` of PyTorch, which a result inherits from any of its inputs |
# | shared weights | one Data, many readers; `receive` adds | `param { name: ... }` in Caffe; `AccumulateGrad` of PyTorch |
# | several losses | `add_loss(data, weight)` | `loss_weight` in Caffe; a sum of losses in PyTorch |
# | look-up by name | `get_node` | `net.blobs["seen"]` in Caffe; `get_submodule` and hooks in PyTorch |
# | surgery | `disconnect`, `connect`, `redirect` | editing the text file; assigning to an attribute; `torch.fx` rewrites graphs |
#
# Why did the fixed net go out of fashion? A program with an `if` or a loop in it wants another net each time;
# the tape makes one as it goes. What remained of the nets is that one gives names to parts, looks into
# them, freezes them and exchanges them.

# %% [markdown]
# ## Summary
#
# - A **net** is made of objects: `Data` keep a value and a gradient, a `Module` computes forward and passes
#   back. Each has an ID.
# - Who is read by many gets **the sum of all shares**: that is all it takes to share one weight among all
#   steps of a recurrence.
# - **Freezing** is more than leaving alone: where all leaves before are frozen, nothing is computed on
#   the way back.
# - Several losses, with weights and penalties, are **one sum**, and that sum is what is reported.
# - Edges can be cut and put in by name; a frozen body with another head learns a **new task** in no time.
# - The gradient reaches the **input** too. Climbing along it shows what the net would like to see, which is not
#   what you would.
#
# **Next:** in chapter 06 nothing is computed until somebody looks, and then as little and as fast as possible.
#
# **Sources.** Y. Jia and others, *Caffe: convolutional architecture for fast feature embedding*, ACM
# Multimedia 2014. DeepFusion, the project on which this chapter is modelled. J. Elman, *Finding structure in
# time*, Cognitive Science 14, 1990. J. Yosinski and others, *How transferable are features in deep neural networks?*, NIPS 2014.
# C. Szegedy and others, *Intriguing properties of neural networks*, arXiv 1312.6199, 2013. R. Caruana, *Multitask
# learning*, Machine Learning 28, 1997. E. Alpaydin and C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI, 1998.
