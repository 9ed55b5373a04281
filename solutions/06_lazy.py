# %% [markdown]
# # Graphs that wait
#
# *About 130 minutes, in two sittings if you like: the end of section 4 is a good place to stop. You need
# chapters 01 to 05: views of memory, VJPs, what a graph is, last uses.*
#
# At the end of this notebook you can
#
# - compute **nothing until somebody looks**, then each value once, and let go of it as soon as nobody needs it;
# - turn a lazy graph into a **plan**: steps over numbered slots, which runs without walking any graph;
# - leave out what is computed twice, and let values share memory without ever showing through;
# - run elementwise steps in blocks that stay **inside the cache**;
# - turn a whole training step, gradients and optimizer included, into one plan with `@dl.compute_graph`;
# - say how fast your machine could be, and how far from that a program is.

# %% tags=["given"]
import time
import tracemalloc

import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import data, draw, nn, optim
from diydl.compile import compiled, describe, fold, fuse, merge, reuse
from diydl.course import check, hint, library_picture, use_mine, watch
from diydl.train import metrics
from diydl.train.profiler import profile

dl.seed(0)

# %% [markdown]
# ## The library so far

# %% tags=["given"]
library_picture("06")

# %% [markdown]
# ## Before we start
#
# Four questions about what you know already. Answer from memory, then run the check.
#
# **Chapter 01.** `x` is `np.array([[0, 1], [2, 3]])` and `turned` is `x.T`. Then comes `x[0, 1] = 70`. What is
# `turned[1, 0]` now?

# %% tags=["exercise"] exercise="06/recall-view"
### BEGIN SOLUTION
seen_in_turned = 70
### END SOLUTION

# %% tags=["check"]
check("06/recall-view", seen_in_turned)

# %% [markdown]
# **Chapter 04.** Row 1 is `b = exp(a)`, row 2 is `c = b * 2`, row 3 is `d = b * a`, row 4 is `e = d + c`. Only `e`
# is wanted. After which row can the array of `a` be given back?

# %% tags=["exercise"] exercise="06/recall-last"
### BEGIN SOLUTION
last_row = 3
### END SOLUTION

# %% tags=["check"]
check("06/recall-last", last_row)

# %% [markdown]
# **Chapter 03.** Which four of these lines belong in a training loop, and in which order? Write their letters as a
# string, such as "abcd".

# %% tags=["given"]
check.lines("06/recall-step")

# %% tags=["exercise"] exercise="06/recall-step"
### BEGIN SOLUTION
loop_lines = "dbea"
### END SOLUTION

# %% tags=["check"]
check("06/recall-step", loop_lines)

# %% [markdown]
# **Chapter 05.** This friend's net learns nothing at all. Which line is to blame?

# %% tags=["given"]
check.lines("06/recall-frozen")

# %% tags=["exercise"] exercise="06/recall-frozen"
### BEGIN SOLUTION
stingy_line = 7
### END SOLUTION

# %% tags=["check"]
check("06/recall-frozen", stingy_line)

# %% [markdown]
# ## 1. Nothing until you look
#
# The tape computes each line at once, and so it never knows what comes next. The graph of chapter 04 knows
# everything beforehand, and for that you had to set up placeholders, a context, a dictionary of what is fed.
# There is a third way. You write as on the tape. Each line only **describes**; and when somebody asks for
# numbers, by `item()` or `numpy()`, all that is needed for them is computed, and no more. Such values are called
# **lazy**.
#
# **A worked example.** A single number that waits. It knows how it would be computed. Asked for the first
# time it does so, keeps the number, and forgets how.


# %% tags=["given"]
class Later:
    """A number that is computed when somebody asks for it."""

    def __init__(self, compute):
        self.compute, self.value = compute, None

    def ask(self):
        """Return the number."""
        if self.compute is not None:
            self.value = self.compute()  # Compute, once.
            self.compute = None  # Forget how: what it was made of may go.
        return self.value


def slow_square(x):
    """Square a number, and say so."""
    print(f"  squaring {x:g}")
    return x * x


nine = Later(lambda: slow_square(3.0))
never = Later(lambda: slow_square(1000.0))
total = Later(lambda: nine.ask() + nine.ask())
print("described")
print("asked:      ", total.ask())
print("asked again:", total.ask())

# %% [markdown]
# Three things happened that are worth having: 1000 was never squared, 3 was squared once although it was
# needed twice, and the second question cost nothing.
#
# **Run.** The library has a `LazyTensor`, an array that waits. Shapes and dtypes are foretold, as in
# chapter 04, so that a mistake is found at the line that makes it:

# %% tags=["given"]
x = dl.LazyTensor([[1.0, 2.0], [3.0, 4.0]])
w = dl.Parameter(np.array([[0.5], [-1.0]], "float32"), name="w")
scores = x @ w
size = (scores * scores).sum()
print(size)
try:
    x @ dl.Parameter(np.zeros((3, 1), "float32"), name="long")
except ValueError as error:
    print("ValueError:", error)

# %% tags=["given"]
draw.graph(size, names={"x": x}, title="What waits", caption="The graph behind a lazy tensor.")

# %% tags=["given"]
print("the number:", size.item())
print(size, "and", scores)
draw.graph(
    size, title="Once it is there", caption="Realized: it has its number and forgot the rest."
)

# %% [markdown]
# **Predict.** Here `x` is a lazy tensor of a thousand numbers:
#
# ```python
# y = dl.exp(x)
# z = y * 2 + y
# print(y.shape)
# z.numpy()
# y.numpy()
# ```
#
# How often is `dl.exp` computed for all of `x`?

# %% tags=["exercise"] exercise="06/predict-computed"
### BEGIN SOLUTION
times_computed = 1
### END SOLUTION

# %% tags=["check"]
check("06/predict-computed", times_computed)

# %% [markdown]
# **Make.** Somebody asks for a few tensors. Which ones have to be computed? In chapter 04 you wrote this walk,
# `needed`. Two things are new. Some tensors have their numbers already: then the walk goes no further. And a
# lazy tensor itself lists all that is to be computed along with it. For a tensor `node`:
#
# | piece | what it is |
# |---|---|
# | `node.waiting` | True as long as it has no numbers; False for leaves and for what was computed |
# | `node.along` | a list of tensors: its inputs, its effects, and others that are computed together with it |
# | `node.number` | its place in the order of description |
#
# Write `waiting_for(tensors)`: return the list of all tensors that wait and must be computed for those in the
# list `tensors`, themselves included; each once; by `number`. Chains may be long: no recursion. (And mind
# `==`: between lazy tensors it *describes* a comparison. Sets and dictionaries go by identity and are safe;
# `node in a_list` is not.) Stuck? `hint("06/waiting_for")`, in a cell of your own.


# %% tags=["exercise"] exercise="06/waiting_for"
def waiting_for(tensors):
    """Return all that waits and has to be computed for `tensors`, by `number`."""
    ### BEGIN SOLUTION
    found, todo = set(), list(tensors)
    while todo:
        node = todo.pop()
        if node.waiting and node not in found:
            found.add(node)
            todo += node.along
    return sorted(found, key=lambda node: node.number)
    ### END SOLUTION


# %% tags=["check"]
check("06/waiting_for", waiting_for)

# %% [markdown]
# ## 2. Realize
#
# To give lazy tensors their numbers is to **realize** them: the word is that of tinygrad, a small framework
# that works in this way. It is a walk along the list that you have just made, in order: inputs stand before
# their users.
#
# What remains is memory. An array is freed by Python as soon as nobody holds the tensor it belongs to. Who holds a
# tensor in the middle of a chain? Three parties do, and each has to let go in time:
#
# 1. *you*, if you gave it a name;
# 2. *its users*, among their inputs, until they are computed: after that a tensor can **forget** what it was
#    computed from;
# 3. *the list* that is being walked along.
#
# The third is easily overlooked. **A worked example**, with something that says when it goes:


# %% tags=["given"]
class Cup:
    """Something that says when nobody holds it any more."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        print(f"  {self.name} is gone")


cups = [Cup("first"), Cup("second")]
for cup in cups:
    print("washing", cup.name)
print("walked along the list; now the list itself goes:")
del cups, cup

stack = [Cup("first"), Cup("second")]
stack.reverse()
while stack:
    cup = stack.pop()
    print("washing", cup.name)
del cup

# %% [markdown]
# In the second loop the first cup is gone before the second is washed.
#
# **Make.** Write `realize_in_order(order, compute, *, retain_graph=False)`:
#
# - `order` is a list of tensors that wait, inputs before their users. It is yours: in the end it is empty, and
#   what was dealt with is held by you no longer.
# - `compute(node)` gives one tensor its numbers, from those of its inputs.
# - `node.forget()` lets a tensor drop its inputs. Each shall forget right after it was computed; but where
#   `retain_graph` is True, none.
# - If `compute` raises an error, do not catch it. What was not tried yet is then still in `order`.
#
# Three sub-goals: *take* the next one out, *compute*, *forget*. Nothing is returned.


# %% tags=["exercise"] exercise="06/realize_in_order"
def realize_in_order(order, compute, *, retain_graph=False):
    """Compute all of `order`, let each forget its inputs, and leave the list empty."""
    ### BEGIN SOLUTION
    order.reverse()
    while order:
        node = order.pop()
        compute(node)
        if not retain_graph:
            node.forget()
    ### END SOLUTION


# %% tags=["check"]
check("06/realize_in_order", realize_in_order)

# %% [markdown]
# **Run.** Forty times tanh of an array of 1 MB, of which only the end is wanted:


# %% tags=["given"]
def most_held(run):
    """Return the most MB that were held at a time while `run()` ran."""
    tracemalloc.start()
    run()
    most = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return most


def lazy_chain():
    """Describe forty steps; nothing is computed."""
    y = dl.LazyTensor(np.full((512, 512), 0.5, "float32"))
    for _ in range(40):
        y = dl.tanh(y)
    return y


described = most_held(lambda: lazy_chain())
forgetful = most_held(lambda: lazy_chain().realize())
retained = most_held(lambda: lazy_chain().realize(retain_graph=True))
print(f"described {described:.0f} MB, realized {forgetful:.0f} MB, retained {retained:.0f} MB")

# %% [markdown]
# (The 2 MB of the first are the array and the leaf, which copies what it is given.) Whoever forgets cannot go back. That is the
# price, and the library says so in place of a wrong gradient:

# %% tags=["given"]
x = dl.LazyTensor([1.0, 2.0], requires_grad=True)
y = dl.exp(x).sum()
print("y is", y.item())
try:
    y.backward()
except RuntimeError as error:
    print("RuntimeError:", error)

# %% [markdown]
# Gradients are described before they are computed, as in chapter 04: `backward` adds them to what waits.

# %% tags=["given"]
y = dl.exp(x * x).sum()
y.backward()
print(x.grad)
draw.graph(
    x.grad,
    names={"x": x},
    title="A gradient that waits",
    caption="The way forward and the way back are one graph. Nothing of it has been computed.",
)

# %% tags=["given"]
print("gradient 2x exp(x²):", x.grad.numpy())
print("and the value, computed along with it:", y.item())

# %% [markdown]
# ### Writing waits too
#
# `dl.assign(w, value)` describes that a parameter is to be written. When will that happen? When somebody asks.
# Still, the program must mean what it says: what is read of `w` *above* that line is the old value, what is read
# *below* it the new one, whenever the numbers are computed.
#
# **Predict.** What is printed?
#
# ```python
# w = dl.Parameter(1.0, name="w")
# with dl.engine(dl.Graph()):
#     before = w * 10.0
#     dl.assign(w, 5.0)
#     after = w * 10.0
# print((before + after).item())
# ```

# %% tags=["exercise"] exercise="06/predict-assigned"
### BEGIN SOLUTION
printed_sum = 60
### END SOLUTION

# %% tags=["check"]
check("06/predict-assigned", printed_sum)

# %% [markdown]
# (`with dl.engine(...)` is needed here because nothing but a parameter is involved, so that no operand says who
# shall describe.) **Investigate.** Run the lines in a cell of your own. Then write behind the graph's back: put
# `w.write(np.float32(5.0))` in place of the assignment. What does the graph say to that?
#
# If you like to read a whole engine in one sitting: it is in `diydl/engines/lazy`, four files, with your two
# functions at the head of `run.py`.
#
# ## 3. A plan
#
# Lazy tensors know what is to come. So far we have gained memory by that, but no time: in each round of a
# training the same thousand lines of Python describe the same graph, and then it is walked, and forgotten.
# Why not keep what was found out?
#
# A **plan** is a lazy graph that was made flat, once: a list of **steps**, each a primitive applied to numbered
# **slots**. `describe` makes one. Its first argument lists what is wanted, its second the tensors whose numbers
# will be given with each run.

# %% tags=["given"]
x = dl.LazyTensor(np.zeros((32, 3), "float32"))
target = dl.LazyTensor(np.zeros((32, 1), "float32"))
w = dl.Parameter(np.array([[0.5], [-1.0], [2.0]], "float32"), name="w")
b = dl.Parameter(np.zeros(1, "float32"), name="b")
miss = x @ w + b - target
loss = (miss * miss).mean()
plan = describe([loss], [x, target])
plan

# %% [markdown]
# Read it line by line. `%3` is slot number 3. Parameters go by their names, and the two inputs are called x and y,
# in order: so y is the target here. A plan can be counted before it runs: **FLOPs** are operations on
# floating-point numbers, bytes moved are what all the steps read and write, and the bytes held are the most that is
# there at a time. And it runs, as often as you like:


# %% tags=["given"]
def run_by_hand(plan, *arrays):
    """Run a plan, in the simplest way."""
    # Fill the slots of what is there: constants, parameters, what is given.
    values = {i: slot.held for i, slot in enumerate(plan.slots) if slot.kind == "constant"}
    values |= {i: slot.held.data for i, slot in enumerate(plan.slots) if slot.kind == "state"}
    values |= dict(zip(plan.inputs, arrays, strict=True))
    # Step by step: look up, compute, store.
    for step in plan.steps:
        operands = [values[i] for i in step.inputs]
        values[step.out] = step.prim.compute(*operands, **step.params)
    return [values[i] for i in plan.outputs]


rng = np.random.default_rng(0)
batch = rng.normal(size=(32, 3)).astype("float32"), rng.normal(size=(32, 1)).astype("float32")
print("by hand:    ", run_by_hand(plan, *batch)[0])
print("the library:", plan.run(*batch)[0])

# %% [markdown]
# No objects that point at each other any more, nothing to walk: numbers, in a list.
#
# **Make.** How do tensors become numbers? Write `number_steps(order, given, leaf, step)`:
#
# - `order` lists the tensors that are to be computed, inputs before their users; each has `inputs`, a tuple;
# - `given` is a dictionary {tensor: number} of those that have a number already. It is the caller's: do not
#   change it;
# - `leaf(tensor)` makes a slot for something that is not computed, a constant or a parameter, and returns its
#   number. It is called once for each;
# - `step(tensor, inputs)` writes down one step. `inputs` is the **tuple** of the numbers of its inputs, in
#   order, one that is used twice named twice. It returns the number of the slot of the result.
#
# Return a dictionary from **all** tensors that have a number, given ones and leaves too, to their numbers. For
# each tensor two sub-goals: *number its inputs* that have none, then *write down* the step.


# %% tags=["exercise"] exercise="06/number_steps"
def number_steps(order, given, leaf, step):
    """Return {tensor: number} for all of `order` and what they are made of."""
    ### BEGIN STARTER
    # numbers = dict(given)
    # for node in order:
    #     raise NotImplementedError  # your code here: number its inputs, write down the step
    # return numbers
    ### END STARTER
    ### BEGIN SOLUTION
    numbers = dict(given)
    for node in order:
        for x in node.inputs:
            if x not in numbers:
                numbers[x] = leaf(x)
        numbers[node] = step(node, tuple([numbers[x] for x in node.inputs]))
    return numbers
    ### END SOLUTION


# %% tags=["check"]
check("06/number_steps", number_steps)

# %% [markdown]
# From here on we never look at tensors again. Everything that makes a plan fast is a **pass**: a function that
# takes a plan and returns another one that computes the same with less. Sections 4 to 6 write the insides of
# three of them.
#
# ## 4. Less to do
#
# In chapter 04 you described derivatives of derivatives, and were told that the graph does not notice what it
# computes twice. In the picture of section 2 two products side by side do the same. And it gets worse with each
# derivative:

# %% tags=["given"]
x = dl.LazyTensor(np.linspace(-1, 1, 8, dtype="float32"))
y = dl.exp(x * x).sum()
wanted = [y]
for _ in range(3):
    (slope,) = y.engine.gradients(wanted[-1].sum(), [x])
    wanted.append(slope)
derivatives = describe(wanted, [x])
print(len(derivatives.steps), "steps for exp(x²) and three derivatives; here are some of them:")
print(*map(derivatives.line, derivatives.steps[3:11]), sep="\n")

# %% [markdown]
# **Two steps are twins** if they apply the same primitive, with the same options, to the same slots. The second
# one can go: whoever reads its slot reads the first one's. (Compilers call it elimination of common
# subexpressions.)
#
# **Predict.** `x` and `y` are inputs, and `dl.tanh(dl.exp(x * y) + dl.exp(x * y))` is described: six steps. How
# many are left when all twins are gone?

# %% tags=["exercise"] exercise="06/predict-merged"
### BEGIN SOLUTION
steps_left = 4
### END SOLUTION

# %% tags=["check"]
check("06/predict-merged", steps_left)

# %% [markdown]
# **A worked example**, with words: whoever says what somebody else has said already is sent to that one.

# %% tags=["given"]
said, same_as = {}, {}
for speaker, phrase in [("Ada", "hello"), ("Bo", "rain"), ("Cy", "hello"), ("Di", "hello")]:
    if phrase in said:
        same_as[speaker] = said[phrase]
    else:
        said[phrase] = speaker
print(same_as)

# %% [markdown]
# With steps one thing is added. What a step says depends on slots, and those may be twins of others. So first
# the slots are **renamed**, then one looks.
#
# **Make.** Write `find_twins(steps, known, key)`:
#
# - `steps` in order; each has `inputs`, a tuple of slot numbers, and `out`, the slot of its result;
# - `known` is a dictionary {slot: slot} of slots that are known to hold what another one holds, two equal
#   constants say. It is the caller's: do not change it;
# - `key(step, inputs)` says what the step does if it reads the slots in the tuple `inputs`: equal keys, equal
#   work. It returns None for a step that is never the same as another: one that draws random numbers.
#
# Return a dictionary {slot: slot whose value it has}: `known`, and what you have found. Of three of a kind, the
# second and the third are the same as the *first*. For each step: *rename* its inputs, *ask*, *compare*.


# %% tags=["exercise"] exercise="06/find_twins"
def find_twins(steps, known, key):
    """Return {slot: slot before it that holds the same}, `known` included."""
    ### BEGIN SOLUTION
    same, seen = dict(known), {}
    for step in steps:
        inputs = tuple([same.get(i, i) for i in step.inputs])
        work = key(step, inputs)
        if work is None:
            continue
        if work in seen:
            same[step.out] = seen[work]
        else:
            seen[work] = step.out
    return same
    ### END SOLUTION


# %% tags=["check"]
check("06/find_twins", find_twins)

# %% [markdown]
# `merge` of the library is this, and then the renaming of all that is left. Its companion `fold` computes what
# depends on constants alone, once, when the plan is made. `compiled` applies passes one after the other, and the
# plan that comes out tells what each of them **bought**:

# %% tags=["given"]
print(compiled(derivatives, [fold, merge]).bought())

# %% [markdown]
# **Investigate.** In a cell of your own print `compiled(describe([2 * 3 * x, x * 2 * 3], [x]), [fold, merge])`. Why
# is one of them a single product, and the other not? A mathematician would see no difference. (Try
# `(0.1 + 0.2) + 0.3 == 0.1 + (0.2 + 0.3)` in Python.) The library's passes never change the order of operations: a plan gives the
# same numbers as the tape, to the last bit where it can.
#
# And why must two `dropout` of the same array not be merged?
#
# This is a good place for a break. What you have passed is kept.

# %% [markdown]
# ## 5. Sharing memory
#
# Each step makes a new array. The memory for it is asked from the system, filled, and given back; for large arrays
# that costs as much as the arithmetic. A plan can do better. It knows beforehand from when to when each value is
# needed. Values whose lives do not overlap can lie in the same **buffer**, which is made once and used in each run.
#
# In chapter 04 you found last uses. Then a value was needed until its last reader was computed. Now there is a
# trap: **views**. `transpose` copies nothing, and `reshape` hardly ever does. They make another way of looking at
# memory that is there.
#
# **Predict.** Here are six steps. `turned` is a view. Until which step must the memory of `a` stay as it is?
#
# ```text
# step 0   a = exp(x)
# step 1   turned = transpose(a)
# step 2   b = sum(a)
# step 3   c = exp(b)
# step 4   d = matmul(turned, y)
# step 5   e = mul(d, c)
# ```

# %% tags=["exercise"] exercise="06/predict-view"
### BEGIN SOLUTION
needed_until = 4
### END SOLUTION

# %% tags=["check"]
check("06/predict-view", needed_until)

# %% [markdown]
# So one has to know for each slot whose memory it may share. That is found in one walk, since a view is made
# of something that stands before it. **A worked example:**


# %% tags=["given"]
def memory_by_hand(plan):
    """Return for each slot the set of slots whose memory it may share."""
    # Everybody has memory of its own,
    memory = [{i} for i in range(len(plan.slots))]
    # and a view has that of what it looks at besides.
    for step in plan.steps:
        if step.aliases:
            for i in step.inputs:
                memory[step.out] = memory[step.out] | memory[i]
    return memory


x = dl.LazyTensor(np.ones((2, 3), "float32"))
plan = describe([dl.exp(dl.exp(x).T.reshape(6) * 2)], [x])
print(plan)
print("whose memory:", memory_by_hand(plan))

# %% [markdown]
# **Make.** Write `last_reads(steps, memory, leaving)`. It returns a list with one number for each slot: that of the
# last step in which its memory is made or read.
#
# - `steps` are numbered from 0. Each has `inputs` and `outs`, tuples of slots: what it reads, and what it makes
#   (a step may make several values, once steps are joined);
# - `memory[i]` is the set of slots whose memory slot `i` may share, `i` included. Reading `i` reads all of them;
# - `leaving` holds the slots that are handed out or written somewhere at the end. They are read by a step after
#   the last, number `len(steps)`;
# - a slot that no step touches has -1.


# %% tags=["exercise"] exercise="06/last_reads"
def last_reads(steps, memory, leaving):
    """Return for each slot the number of the last step in which its memory is made or read."""
    ### BEGIN SOLUTION
    last = [-1] * len(memory)
    for number, step in enumerate(steps):
        for i in (*step.inputs, *step.outs):
            for root in memory[i]:
                last[root] = number
    for i in leaving:
        for root in memory[i]:
            last[root] = len(steps)
    return last
    ### END SOLUTION


# %% tags=["check"]
check("06/last_reads", last_reads)

# %% [markdown]
# ### Who may use whose memory
#
# Now go along the steps with a list `free` of buffers that nobody needs. A value that is born takes one of
# them. One that dies puts its own back. The order of the two decides: **while a step writes its result it still
# reads its operands.** A product of matrices that is written over one of its factors reads what it has just written.
#
# But there is an exception: an elementwise step reads each element before it writes there. Its result may be
# written *over* an operand that dies in this step. Which operand may be is not for you to decide: ask `over`.
#
# **Make.** Write `share_buffers(born, last, over, choose)`; it returns {value: number of its buffer}.
#
# - `born[n]` is the list of the values (slot numbers) that step `n` makes and that need a place. It may be empty;
# - `last[value]` is what you computed above: never smaller than the step that makes the value;
# - `over(value, dying)` gets the list of those values with a buffer that this step is the last to read. It
#   returns the one whose place `value` may take, or None;
# - `choose(free, value)` takes a buffer out of the list `free`, or makes a new one, and returns its number.
#
# A place can be taken by one value only, and whoever's place was taken has nothing to give back. A value that nobody
# reads dies in the step that makes it. For each step three sub-goals: *who dies*, *who is born*, *give back*.


# %% tags=["exercise"] exercise="06/share_buffers"
def share_buffers(born, last, over, choose):
    """Return {value: buffer}, where no two values lie in one buffer at the same time."""
    ### BEGIN STARTER
    # buffers, free = {}, []
    # for number, values in enumerate(born):
    #     dying = [value for value in buffers if last[value] == number]
    #     raise NotImplementedError  # your code here: who is born, then give back
    # return buffers
    ### END STARTER
    ### BEGIN SOLUTION
    buffers, free = {}, []
    for number, values in enumerate(born):
        dying = [value for value in buffers if last[value] == number]
        for value in values:
            old = over(value, list(dying))
            if old is None:
                buffers[value] = choose(free, value)
            else:
                buffers[value] = buffers[old]
                dying.remove(old)
        dying += [value for value in values if last[value] == number]
        free += [buffers[value] for value in dying]
    return buffers
    ### END SOLUTION


# %% tags=["check"]
check("06/share_buffers", share_buffers)

# %% [markdown]
# **Run.** The pass is called `reuse`. Here it is on four layers, forward alone, and then with the gradients:


# %% tags=["given"]
def layers_plan(gradients):
    """Plan four layers with a tanh, forward alone or with the gradients of the weights."""
    rng = np.random.default_rng(0)
    images = dl.LazyTensor(np.zeros((64, 256), "float32"))
    weights = [
        dl.Parameter(rng.normal(size=(256, 256)).astype("float32") / 16, name=f"w{k}")
        for k in range(4)
    ]
    y = images
    for w in weights:
        y = dl.tanh(y @ w)
    cost = (y * y).sum()
    wanted = [cost, *cost.engine.gradients(cost, weights)] if gradients else [cost]
    return compiled(describe(wanted, [images]), [fold, merge, reuse])


shared = layers_plan(gradients=False)
print(shared, "\n")
print(layers_plan(gradients=True).bought())

# %% [markdown]
# Forward, two buffers are enough for all layers, and each tanh is computed in place. (The account even holds a little
# more at the end than before: arrays were given back after their last use anyway, and a buffer stays while nobody
# needs it. What is bought is that a run asks the system for no memory any more.) On the way back values of the way forward are needed, so they have to
# wait. Look at the lives:


# %% tags=["given", "hide-input"]
def picture_of_lives(way, memory):
    """Draw from when to when each value is needed, in rows of memory."""
    plan = layers_plan(gradients=way == "with gradients")
    made = {out: n for n, step in enumerate(plan.steps) for out in step.outs}
    values = [i for i in made if plan.slots[i].nbytes >= 1024 and plan.last_use[i] > made[i]]
    values = [i for i in values if i in plan.buffers or i in plan.outputs]
    turn = next(n for n, step in enumerate(plan.steps) if step.words == "sum")
    rows = {}
    for i in values:
        key = plan.buffers.get(i, f"result {i}") if memory == "shared" else i
        rows.setdefault(key, len(rows))
    with draw.style():
        fig, ax = plt.subplots(figsize=(6, 3.2))
        for i in values:
            row = rows[plan.buffers.get(i, f"result {i}") if memory == "shared" else i]
            colour = draw.COLOURS["sky" if made[i] < turn else "orange"]
            width = plan.last_use[i] - made[i]
            ax.barh(row, width, left=made[i], height=0.7, color=colour, edgecolor="black", lw=0.6)
        if way == "with gradients":
            ax.axvline(turn, color=draw.COLOURS["black"], linestyle=":", lw=1)
        ax.set(xlabel="step", ylabel="memory", yticks=[], ylim=(len(rows) - 0.4, -0.6))
    return fig


def words_of_lives(way, memory):
    """Say what the picture shows."""
    plan = layers_plan(gradients=way == "with gradients")
    count = len(set(plan.buffers.values()))
    apart = "each in a row of its own" if memory == "own" else f"in {count} shared buffers"
    return f"Bars from the step that makes a value to the last that reads it, {way}, {apart}. " + (
        "Values of the way forward form a staircase: the first layers' values wait longest."
        if way == "with gradients"
        else "Each value is read by the next step and then needed no more."
    )


draw.live(
    picture_of_lives,
    alt=words_of_lives,
    way=draw.knob(["forward", "with gradients"], start="with gradients", label="what is planned"),
    memory=draw.knob(["own", "shared"]),
    caption="Each bar is the life of a value: blue those of the way forward, orange those of the way back, which "
    "begins at the dotted line.",
)

# %% [markdown]
# **Investigate.** Choose *with gradients* and *own*: why is there a staircase? In which picture can you see
# that a training step needs more memory the deeper the network is, and a forward pass does not?
#
# One more trap is left: what is handed out. If `plan.run` returned a buffer itself, the next run would write into
# your result. The bug hunt at the end is about that.
#
# ## 6. Fusion
#
# An elementwise step does little with each number that it fetches. Then it writes a number back, and the next step
# fetches it again. For arrays that are larger than the processor's **cache**, its small fast memory, each of these
# trips goes to the main memory, and it is these trips that one waits for.
#
# Take GELU, the bend of today's language models, in the form with a tanh:
#
# $$\text{gelu}(x) = \tfrac{x}{2} \left(1 + \tanh\left(0.798\,(x + 0.0447\,x^3)\right)\right)$$


# %% tags=["given"]
def gelu(x):
    """Return GELU by tanh: nine elementwise steps."""
    return x * 0.5 * (dl.tanh((x + x * x * x * 0.044715) * 0.7978845608) + 1)


def seconds(run, rounds=5):
    """Return the time of the fastest of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


large = np.random.default_rng(0).normal(size=(2048, 1024)).astype("float32")
lazy_large = dl.LazyTensor(large)
gelu_plan = compiled(describe([gelu(lazy_large)], [lazy_large]), [fold, merge])
print(gelu_plan)

# %% [markdown]
# **Predict.** Ten elementwise steps, one after the other, on an array of 64 MB: each step reads 64 MB and writes 64
# MB. If instead all ten steps were done on a small piece, while it is in the cache, then on the next piece: how many
# MB would come from memory and go there, all in all?

# %% tags=["exercise"] exercise="06/predict-moved"
### BEGIN SOLUTION
megabytes_moved = 128
### END SOLUTION

# %% tags=["check"]
check("06/predict-moved", megabytes_moved)

# %% [markdown]
# **By hand.** To run steps on pieces they are written with numbers once more. Below, operand 0 is `x`, 1 to 4 are
# constants, 5 is the result. What is between goes into **scratch**: 6 and 7, two arrays as long as one block,
# which are used again for each block and so never leave the cache.

# %% tags=["given"]
CONSTANTS = [np.float32(c).reshape(()) for c in (0.5, 0.044715, 0.7978845608, 1.0)]
GELU_CODE = [  # function, operands, where to
    (np.multiply, (0, 0), 6),  # x²
    (np.multiply, (6, 0), 6),  # x³
    (np.multiply, (6, 2), 6),
    (np.add, (0, 6), 6),
    (np.multiply, (6, 3), 6),
    (np.tanh, (6,), 6),
    (np.add, (6, 4), 6),
    (np.multiply, (0, 1), 7),  # x / 2
    (np.multiply, (7, 6), 5),
]

# %% [markdown]
# **Make.** Write `run_in_blocks(code, arrays, scratch, size)`:
#
# - `code` as above: `f(*operands, out)` writes into `out`. Numbers name `arrays` first, then `scratch`;
# - `arrays` are inputs and results, flat and of one length, or numbers: arrays without an axis (`ndim` is 0).
#   The first one may be a number;
# - `scratch` are flat arrays of `size` elements;
# - `size` is the length of a block. The last block has what is left.
#
# For each block two sub-goals: *cut* a piece of everything, then *run* all steps on the pieces. Results go into the
# arrays that were given; nothing is returned.


# %% tags=["exercise"] exercise="06/run_in_blocks"
def run_in_blocks(code, arrays, scratch, size):
    """Run elementwise steps on one block after another."""
    ### BEGIN SOLUTION
    total = max(x.size for x in arrays)
    for start in range(0, total, size):
        stop = min(start + size, total)
        now = [x[start:stop] if x.ndim else x for x in arrays]
        now += [x[: stop - start] for x in scratch]
        for f, operands, out in code:
            f(*[now[i] for i in operands], now[out])
    ### END SOLUTION


# %% tags=["check"]
check("06/run_in_blocks", run_in_blocks)

# %% [markdown]
# **Run.** Which size is best? Measure, on your machine:


# %% tags=["given"]
def gelu_in_blocks(size, out):
    """Compute GELU of the large array in blocks of so many elements."""
    scratch = [np.empty(size, "float32") for _ in range(2)]
    arrays = [large.reshape(-1), *CONSTANTS, out]
    dl.compile.block.run_in_blocks(GELU_CODE, arrays, scratch, size)


result = np.empty(large.size, "float32")
sizes = [2**k for k in range(9, 22, 2)]
taken = [1000 * seconds(lambda size=size: gelu_in_blocks(size, result), 3) for size in sizes]
eager = 1000 * seconds(lambda: gelu(large), 3)
print("largest difference from the eager result:", abs(result - gelu(large).reshape(-1)).max())
with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 3))
    ax.axhline(eager, color=draw.COLOURS["orange"], linestyle="--", label="step by step")
    ax.plot(sizes, taken, "o-", color=draw.COLOURS["blue"], label="in blocks")
    ax.set_xscale("log", base=2)
    ax.set(xlabel="elements in a block", ylabel="ms", yscale="log")
    ax.legend(frameon=False)
fastest = sizes[int(np.argmin(taken))]
draw.figure(
    fig,
    alt=f"Time of GELU against the size of a block: {taken[0]:.0f} ms with blocks of {sizes[0]} elements, least, "
    f"{min(taken):.0f} ms, with {fastest:,}; a dashed line shows the time step by step, {eager:.0f} ms.",
    caption="Small blocks: Python's calls are what one waits for. Large blocks: memory is.",
    data={"elements in a block": sizes, "ms": taken},
)

# %% [markdown]
# **Investigate.** How large is the cache of your processor? (Under Linux `lscpu` says it, on a Mac
# `sysctl hw.l2cachesize`.) A block of $n$ float32 numbers takes $4n$ bytes, and the steps touch four arrays of that
# length at a time.
#
# The pass `fuse` finds such chains by itself. A step joins those before it if it is elementwise and of the same
# shape, and if nobody else has to look at what is between before the chain is through:

# %% tags=["given"]
gelu_plan = compiled(describe([gelu(lazy_large)], [lazy_large]), [fold, merge, fuse, reuse])
print(gelu_plan)
print(gelu_plan.bought())

# %% [markdown]
# A tenth of the bytes. When a plan runs, the cores of the processor each take a share of the blocks. On a graphics
# card it is done otherwise: there a whole chain becomes one little program, made of the lines of C that the
# primitives carry. What is between then never even leaves the registers.
#
# ## 7. Functions that are planned
#
# Nobody wants to write `describe` by hand. `@dl.compute_graph` does it for a whole function: it calls the function
# **once**, with lazy values that have no numbers, to see what it does. That is called **tracing**. Then the
# plan is made, and from then on the plan runs, and the function does not.


# %% tags=["given"]
@dl.compute_graph
def spread(x):
    """Return the standard deviation of each column."""
    print(f"  (tracing, x is {x.shape})")
    away = x - x.mean(axis=0)
    return dl.sqrt((away * away).mean(axis=0))


table = np.random.default_rng(0).normal(size=(32, 3)).astype("float32")
print(spread(table))
print(spread(table * 10))

# %% [markdown]
# **Predict.** Suppose that the function above were new, and called with 32 rows, then 32 others, then 5, then 32. How often does
# it print?

# %% tags=["exercise"] exercise="06/predict-traced"
### BEGIN SOLUTION
times_traced = 2
### END SOLUTION

# %% tags=["check"]
check("06/predict-traced", times_traced)

# %% tags=["given"]
print(spread(table[:5]))
print(spread(table + 1.0))
print(spread)

# %% [markdown]
# A plan belongs to a **key**: shapes and dtypes of the arrays, the values of all other arguments, the mode of the
# modules. Another key, another plan; nothing goes wrong silently. Here is a network with dropout, which is another
# function in training and in evaluation. `dl.freeze` plans a module that is there:

# %% tags=["given"]
model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5))
fast = dl.freeze(model, table[:2])
print(fast(table[:2]))
print(fast)
model.eval()
print(fast(table[:2]))
print(fast)

# %% [markdown]
# A whole training step can be planned: loss, gradients, and what the optimizer does with them. Instead of
# `optimizer.step()`, which computes at once, stands `optimizer.operations(gradients)`, which describes.

# %% tags=["given"]
w = dl.Parameter(np.zeros((3, 1), "float32"), name="w")
descent = optim.SGD([w], lr=0.1)


@dl.compute_graph
def descend(x, target):
    """Take one step of linear regression; return the loss before it."""
    miss = x @ w - target
    loss = (miss * miss).mean()
    loss.backward()
    descent.operations([w.grad])
    return loss


truth = np.array([[1.0], [-2.0], [0.5]], "float32")
print(descend.plan(table, table @ truth))
for rate in (0.1, 0.1, 0.0, 0.0):
    descent.lr = rate
    print(f"rate {rate}: loss {descend(table, table @ truth).item():.4f}   {descend}")

# %% [markdown]
# The learning rate was changed after planning, and the plan obeys: a learning rate is a buffer, which is read in
# each run, like a parameter. With rate 0 the loss stays where it is. And in the plan you can see that the new `w`
# is computed straight into the memory of the old one.
#
# ### What tracing cannot see
#
# Python itself is not recorded, only operations on tensors. Two habits do not survive that, and both are errors
# that say so, at the first call:


# %%
@dl.compute_graph
def bent(x):
    """Choose by a value."""
    if x.sum() > 0:
        return x
    return -x


weights = np.array([1.0, 2.0, 3.0], "float32")


@dl.compute_graph
def weighted(x):
    """Use an array that is no argument."""
    return x * weights


for function in (bent, weighted):
    try:
        function(table)
    except TypeError as error:
        print(f"TypeError: {error}\n")

# %% [markdown]
# `if` would have to be decided while the function is traced, once for all calls, and there are no numbers to decide by.
# An array from outside would have
# been kept as it was then, whatever you write into it later. (JAX refuses the first as well. The second it accepts
# without a word, and that has cost many an evening.) The messages name the ways out: `dl.where`, an argument, a
# `dl.Buffer`.
#
# **Modify.** Mend both functions, in the cell above.
#
# **Order.** From a function to a plan that runs. One of these lines does not belong. Write the letters of the others
# as a string.

# %% tags=["given"]
check.lines("06/order-plan")

# %% tags=["exercise"] exercise="06/order-plan"
### BEGIN SOLUTION
way_to_plan = "bfgcae"
### END SOLUTION

# %% tags=["check"]
check("06/order-plan", way_to_plan)

# %% [markdown]
# ## 8. How fast could it be?
#
# "Faster than before" says little. Better ask: how fast could this machine be at best? Two numbers decide: how many
# operations it does in a second, and how many bytes it moves. Both can be measured. For the first take what
# processors do best, a product of large matrices; for the second a copy.

# %% tags=["given"]
square = np.random.default_rng(0).normal(size=(1024, 1024)).astype("float32")
rate = 2 * 1024**3 / seconds(lambda: square @ square, 15)
source, copy = np.ones(2**24, "float32"), np.zeros(2**24, "float32")
bandwidth = 2 * source.nbytes / seconds(lambda: np.copyto(copy, source))
print(f"{rate / 1e9:.0f} GFLOP/s, {bandwidth / 1e9:.1f} GB/s")
print(f"in the time of one float32 from memory: {rate / bandwidth * 4:.0f} operations")

# %% [markdown]
# Look at the last line. A step that does fewer operations than that with each number it fetches does not wait for
# computing, but for fetching. Operations per byte moved are called the **arithmetic intensity** of a step. The speed
# that it can reach at best is the lower of two limits, which look like a roof when they are drawn:


# %% tags=["given", "hide-input"]
def measured(function, *arrays):
    """Return (operations per byte, GFLOP/s) of a planned function."""
    plan = function.plan(*arrays)
    flops, moved = sum(map(plan.flops, plan.steps)), sum(map(plan.moved, plan.steps))
    return flops / moved, flops / seconds(lambda: plan.run(*arrays)) / 1e9


tall = large[:, :1024]
DOTS = {
    "x + 1": measured(dl.compute_graph(lambda x: x + 1), large),
    "GELU, step by step": measured(dl.compute_graph(gelu, passes=[fold, merge]), large),
    "GELU, fused": measured(dl.compute_graph(gelu), large),
    "thin product": measured(dl.compute_graph(lambda x, w: x @ w), tall, square[:, :4].copy()),
    "square product": measured(dl.compute_graph(lambda x, w: x @ w), tall, square),
}
rate = max(rate, *[1e9 * y for _, y in DOTS.values()])  # the best that was seen is possible


def picture_of_roof(n):
    """Draw the roof, what was measured under it, and where a product of n x n matrices may be."""
    with draw.style():
        fig, ax = plt.subplots(figsize=(6, 3.8))
        xs = np.array([0.02, rate / bandwidth, 1000.0])
        ax.plot(xs, np.minimum(rate, xs * bandwidth) / 1e9, color=draw.COLOURS["black"])
        for (name, (x, y)), marker in zip(DOTS.items(), "osD^v", strict=True):
            ax.plot(x, y, marker, label=name, ms=7)
        x = 2 * n**3 / (3 * 4 * n**2)
        ax.plot(x, min(rate, x * bandwidth) / 1e9, "*", color=draw.COLOURS["black"], ms=13)
        ax.set(xscale="log", yscale="log", xlim=(0.02, 1000))
        ax.set(xlabel="operations per byte moved", ylabel="GFLOP/s")
        ax.legend(fontsize=8, loc="lower right")
    return fig


def words_of_roof(n):
    """Say what the picture shows."""
    x = 2 * n**3 / (3 * 4 * n**2)
    limit = "computing" if x > rate / bandwidth else "memory"
    dots = ", ".join(f"{name} {y:.1f}" for name, (_, y) in DOTS.items())
    return (
        f"A roof that rises to {rate / 1e9:.0f} GFLOP/s; measured in GFLOP/s: {dots}. A product of "
        f"{n} x {n} matrices has {x:.1f} operations per byte and is limited by {limit}."
    )


draw.live(
    picture_of_roof,
    alt=words_of_roof,
    n=draw.knob([2, 8, 32, 128, 512, 2048], label="matrix size n", start=8),
    caption="The roofline of this machine. The star is where a product of two n x n matrices could be at best.",
    data=lambda n: {
        "function": list(DOTS),
        "operations per byte": [x for x, _ in DOTS.values()],
        "GFLOP/s": [y for _, y in DOTS.values()],
    },
)

# %% [markdown]
# **Investigate.** From which n on does a product of matrices wait for computing, no longer for memory? Where did
# fusion move GELU, and why does it not reach the roof? (The account counts a tanh as one operation. For the
# processor it is twenty or so.) The thin product and the square one use the same primitive: why are they so far
# apart? The roof assumes that every byte comes from main memory. A dot above the slope has found some of its bytes
# in the cache.
#
# **Make.** Now for whole plans. Write `least_seconds(steps, rate, bandwidth)`. `steps` is a list of pairs
# (operations, bytes moved), one for each step; `rate` is in operations per second, `bandwidth` in bytes per second.
# The steps run one after the other. Within a step memory brings the next numbers while the processor computes with
# those that are there. Return the time that all of them need at least, in seconds.


# %% tags=["exercise"] exercise="06/least_seconds"
def least_seconds(steps, rate, bandwidth):
    """Return the seconds that steps given as (operations, bytes moved) need at least."""
    ### BEGIN SOLUTION
    return sum(max(flops / rate, moved / bandwidth) for flops, moved in steps)
    ### END SOLUTION


# %% tags=["check"]
check("06/least_seconds", least_seconds)

# %% [markdown]
# ## 9. Digits, from a plan
#
# Now all of it together. The digits once more, with a network whose arrays are large: two layers of 512 with GELU,
# and batches of 512 pictures. `use_mine()` puts in what you have passed:

# %% tags=["given"]
use_mine()

# %% tags=["given"]
train, test = data.load_digits()


class Bend(nn.Module):
    """GELU as a layer."""

    def forward(self, x):
        """Return the bent values."""
        return gelu(x)


def make_network():
    """Return a network, its training step on the tape, and the same step planned."""
    dl.seed(0)
    network = nn.Sequential(
        nn.Linear(64, 512), Bend(), nn.Linear(512, 512), Bend(), nn.Linear(512, 10)
    )
    optimizer = optim.Adam(network.parameters(), lr=0.002)

    def loss_of(images, labels):
        loss = nn.cross_entropy(network(images), labels)
        loss.backward()
        return loss

    def eager_step(images, labels):
        loss = loss_of(images, labels)
        optimizer.step()
        return loss

    def planned_step(images, labels):
        loss = loss_of(images, labels)
        optimizer.operations([p.grad for p in network.parameters()])
        return loss

    return network, eager_step, dl.compute_graph(planned_step)


images, labels = train[:512]
network, eager_step, planned_step = make_network()
with watch() as ran:
    plan = planned_step.plan(images, labels)
    planned_step(images, labels)
print(ran)
print()
print(plan.bought())

# %% [markdown]
# The table names three passes that you have not met, all of them relatives of `fuse`. `split` takes the bias of a layer
# off its product, so that it can go into a chain. `join` lets chains reach across sums over rows (here it finds none). `recompute`
# computes cheap values a second time on the way back, in place of keeping them since the way forward. Which column
# of its row has become larger, and which two smaller?
#
# **Run.** Twice the same training, with the same beginnings: once on the tape, once from the plan, batch by batch by
# turns, so that neither of them gets the quieter moments of your machine.


# %% tags=["given"]
def timed_step(step, images, labels):
    """Take a step; return the loss, and the milliseconds."""
    start = time.perf_counter()
    loss = step(images, labels).item()
    return loss, 1000 * (time.perf_counter() - start)


eager_network, eager_step, _ = make_network()
planned_network, _, planned_step = make_network()
batches = data.DataLoader(train, batch_size=512, shuffle=True, seed=0)
eager_rows, planned_rows = [], []
for _ in range(6):
    for images, labels in batches:
        eager_rows.append(timed_step(eager_step, images, labels))
        planned_rows.append(timed_step(planned_step, images, labels))

(eager_losses, eager_times), (planned_losses, planned_times) = (
    tuple(map(np.array, zip(*rows, strict=True))) for rows in (eager_rows, planned_rows)
)
exam, answers = test[:]
for name, net, times in (
    ("eager", eager_network, eager_times),
    ("plan", planned_network, planned_times),
):
    share = metrics.accuracy(net(exam), answers)
    print(
        f"{name:6} {np.median(times):6.1f} ms a step, {share:.1%} of {len(exam)} new digits right"
    )
print("largest difference between the losses:", abs(eager_losses - planned_losses).max())
print(planned_step)

# %% tags=["given"]
draw.training_curve(
    {
        "eager": eager_losses.reshape(6, -1).mean(axis=1),
        "plan": planned_losses.reshape(6, -1).mean(axis=1),
    },
    caption="Each point is the mean loss of one epoch. The two curves lie on each other: a plan computes the same.",
)

# %% [markdown]
# Two plans, since the last batch of an epoch is smaller; the first step of each took the time to make them. And how
# far are both from what the machine could do? Here is the plan's own account against the limits of section 8:

# %% tags=["given"]
images, labels = train[:512]
turns = [
    [timed_step(step, images, labels)[1] for step in (eager_step, planned_step)] for _ in range(5)
]
eager_best, planned_best = map(min, zip(*turns, strict=True))
account = [(plan.flops(step), plan.moved(step)) for step in plan.steps]
flops, moved = (sum(column) for column in zip(*account, strict=True))
bound = sum(max(f / rate, m / bandwidth) for f, m in account)
print(f"one step computes {flops / 1e9:.2f} GFLOP and moves {moved / 1e6:.0f} MB")
print(f"computing alone   {1000 * flops / rate:6.1f} ms")
print(f"moving alone      {1000 * moved / bandwidth:6.1f} ms")
print(f"at least, by step {1000 * bound:6.1f} ms")
print(f"the plan          {planned_best:6.1f} ms")
print(f"eager             {eager_best:6.1f} ms")
eager_memory = most_held(lambda: eager_step(images, labels))
plan_memory = most_held(lambda: planned_step(images, labels))
print(f"new memory in a step: eager {eager_memory:.1f} MB, plan {plan_memory:.1f} MB")
print(f"buffers of the plan, which last: {sum(plan.sizes) / 2**20:.1f} MB")

# %% [markdown]
# And where does the time go? A profiler (borrowed from chapter 20) looks on while the plan runs:

# %% tags=["given"]
with profile(memory=False) as report:
    planned_step(images, labels)
report.table(by="primitive")

# %% [markdown]
# (`project` is a layer's product without its bias, which `split` took off; *between* is the time between two steps.)
# Read your own numbers. Which of the passes bought most here? What is the plan still waiting for? On the small
# network of chapter 00 a plan buys nothing worth having: there all arrays fit into the cache, and what one waits
# for is Python calling NumPy, once for each step, in the plan as well as outside.
#
# **Investigate.** In a cell of your own, make the network again and leave out passes:
# `dl.compute_graph(planned_step.function, passes=[fold, merge])`. How much of the gain is left?
#
# ## 10. Bug hunt
#
# A friend freezes a function, to compute exp(-x²) without making new arrays. Each answer is right when it comes. A
# moment later it is not. Which line is wrong?

# %% tags=["given"]
check.lines("06/bug-hunt")

# %% tags=["exercise"] exercise="06/bug-hunt"
### BEGIN SOLUTION
leaking_line = 7
### END SOLUTION

# %% tags=["check"]
check("06/bug-hunt", leaking_line)

# %% [markdown]
# ## 11. What the real frameworks do
#
# A training step in JAX, whose `jit` is the model of our `compute_graph`:
#
# ```python
# @jax.jit
# def descend(w, x, target):
#     loss, slope = jax.value_and_grad(loss_of)(w, x, target)
#     return loss, w - 0.1 * slope
# ```
#
# and in tinygrad, which is lazy always, and jitted on request:
#
# ```python
# @TinyJit
# def descend(x, target):
#     loss = ((x @ w - target) ** 2).mean().backward()
#     return loss.realize(*optimizer.schedule_step())
# ```
#
# In PyTorch one writes `torch.compile(step)`. It reads the bytecode of the function instead of calling it once:
# where it meets an `if` on a value it breaks the graph in two, and lets Python decide between the halves.
#
# | piece | in diydl | elsewhere |
# |---|---|---|
# | nothing until asked | `waiting_for`, `realize_in_order` in `diydl/engines/lazy` | `Tensor.realize` of tinygrad, `tinygrad/engine/realize.py`; Macrograd; `torch/_lazy` |
# | traced once per key | `compute_graph` | `jax.jit`, `jax/_src/interpreters/partial_eval.py`; `TinyJit` in `tinygrad/engine/jit.py`; guards in `torch/_dynamo/guards.py` |
# | steps over slots | `Plan` | a jaxpr of JAX; the `fx.Graph` of PyTorch |
# | twins | `find_twins` | `hlo_cse.cc` of XLA; `torch/fx/passes/dialect/common/cse_pass.py` |
# | lives and buffers | `last_reads`, `share_buffers` | `buffer_assignment.cc` of XLA; `torch/_inductor/memory.py` |
# | fusion | `fuse`, `run_in_blocks` | `instruction_fusion.cc` of XLA; `torch/_inductor/scheduler.py`, which writes Triton or C++ |
# | state in a plan | Parameters and Buffers, read and written in place | JAX has none: arguments in, results out |
#
# On the processor all of them go one step further than we do: they generate code and compile it there too. The graph,
# the passes and the traps are those you have met.
#
# ## Summary
#
# - **Lazy** values compute nothing until somebody looks; then what is needed, each once. They forget how, and so
#   memory is freed on the way, if nobody holds on: neither users nor the list.
# - A **plan** is a lazy graph made flat, for use again and again. It can be counted before it runs.
# - **Passes** map plan to plan: constants folded, twins merged, chains fused, memory shared. Each may be left out,
#   and the numbers stay the same.
# - A value lives until the last read of its **memory**, views included; a step reads while it writes; what is
#   handed out is a copy.
# - **Fusion** saves trips to memory: blocks that fit into the cache.
# - `@dl.compute_graph` traces once per key. Python's `if` on values, and arrays from outside, are errors; learning
#   rates are read in each run.
# - The **roofline** says what the machine can do at best: the lower of computing and moving.
#
# **Next:** chapter 07 opens what we have borrowed so often: layers, and with what numbers they begin.
#
# **Sources.** S. Williams, A. Waterman and D. Patterson, *Roofline: an insightful visual performance model for
# multicore architectures*, Communications of the ACM 52, 2009. R. Frostig, M. Johnson and C. Leary, *Compiling
# machine learning programs via high-level tracing*, SysML 2018. J. Ansel and others, *PyTorch 2: faster machine
# learning through dynamic Python bytecode transformation and graph compilation*, ASPLOS 2024. J. Cocke, *Global
# common subexpression elimination*, SIGPLAN Notices 5, 1970. G. Chaitin and others, *Register allocation via
# coloring*, Computer Languages 6, 1981. D. Hendrycks and K. Gimpel, *Gaussian error linear units*, arXiv 1606.08415,
# 2016. P. Henderson and J. Morris, *A lazy evaluator*, POPL 1976.
