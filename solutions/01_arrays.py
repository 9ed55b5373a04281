# %% [markdown]
# # Arrays that do the work
#
# *About 90 minutes, well done in two sittings (stop after section 4). You need chapter 00 and Python:
# functions, lists, loops. No mathematics beyond a mean and a square root.*
#
# At the end of this notebook you read handwritten digits without any network, in four lines, and see
# how the digits of chapter 00 were made. On the way you learn
#
# - what an array is in memory, and why turning it on its side costs nothing;
# - when two arrays share their numbers, and when they do not;
# - to replace loops by whole-array operations, and to measure what that is worth;
# - the one rule by which arrays of different shapes fit together;
# - to run the same lines on a GPU.
#
# All chapters that follow stand on this: a network is arrays, and what is done to them.

# %% tags=["given"]
import time

import matplotlib.pyplot as plt
import numpy as np

import diydl as dl
from diydl import backend, data, draw, nn, optim
from diydl.course import check, hint, library_picture, use_mine
from diydl.data import table
from diydl.draw import raster
from diydl.draw.array import broadcast_svg, memory_svg
from diydl.train import metrics

dl.seed(0)
train, test = data.load_digits()
images, labels = train[:]
exam, answers = test[:]

# %% [markdown]
# ## The library so far

# %% tags=["given"]
library_picture("01")

# %% [markdown]
# ## Before we start
#
# Three questions from chapter 00. What you have to dig for stays longer than what you read twice.
#
# **Predict.** A batch of 32 pictures goes through the network of chapter 00, all of it: 64 numbers a
# picture go in, then 48, then the scores. How many numbers come out at the end?

# %% tags=["exercise"] exercise="01/predict-outputs"
### BEGIN SOLUTION
outputs = 320
### END SOLUTION

# %% tags=["check"]
check("01/predict-outputs", outputs)

# %% [markdown]
# **Order.** From the pictures of the exam to the share of right answers. One line too many is among
# them.

# %% tags=["given"]
check.lines("01/order-exam")

# %% tags=["exercise"] exercise="01/order-exam"
### BEGIN SOLUTION
order = "cead"
### END SOLUTION

# %% tags=["check"]
check("01/order-exam", order)

# %% [markdown]
# **Find the bug.** A friend tells you that their network reads 100 % of all new pictures. Which line is
# wrong?

# %% tags=["given"]
check.lines("01/hunt-exam")

# %% tags=["exercise"] exercise="01/hunt-exam"
### BEGIN SOLUTION
suspect = 3
### END SOLUTION

# %% tags=["check"]
check("01/hunt-exam", suspect)

# %% [markdown]
# ## 1. A block of memory
#
# A list of Python holds references to objects that lie anywhere. An **array** is one block of memory
# with equal elements side by side, and three things that say how to read it:
#
# - its **shape**: how many elements there are along each **axis**. Axis 0 comes first;
# - its **dtype**: what one element is, and so how many bytes it takes;
# - its **strides**: how many bytes to move for one step along each axis. They are the next section.

# %% tags=["given"]
print("shape", images.shape, " dtype", images.dtype, " strides", images.strides)
print(f"{images.size} elements of {images.itemsize} bytes: {images.nbytes} bytes")

# %% [markdown]
# The dtypes that you will meet:
#
# | dtype | bytes | holds |
# |---|---|---|
# | `bool` | 1 | True and False |
# | `uint8` | 1 | whole numbers from 0 to 255; pictures in files |
# | `int64` | 8 | whole numbers up to about 9 million million million; labels |
# | `float32` | 4 | numbers with about 7 digits; the numbers inside networks |
# | `float64` | 8 | numbers with about 16 digits; Python's own `float` |
#
# **Predict.** Both arrays below are of `uint8`. What is the number in their sum?
#
# ```python
# np.array([200], dtype="uint8") + np.array([100], dtype="uint8")
# ```

# %% tags=["exercise"] exercise="01/predict-wrap"
### BEGIN SOLUTION
in_a_byte = 44
### END SOLUTION

# %% tags=["check"]
check("01/predict-wrap", in_a_byte)

# %% [markdown]
# **Run** it, with two more surprises of the same kind:

# %%
print("200 + 100 in uint8:  ", np.array([200], dtype="uint8") + np.array([100], dtype="uint8"))
print("10 - 20 in uint8:    ", np.array([10], dtype="uint8") - np.array([20], dtype="uint8"))
print("True + True in bool: ", np.array([True]) + np.array([True]))
print("float32 times ones:  ", (images * np.ones(64)).dtype)

# %% [markdown]
# No error, no warning. The last line is the harmless-looking one: `np.ones` makes float64 unless it is
# told otherwise, and where float32 meets float64 the result is float64: twice the memory from there on,
# and about half the speed. We call that *float64 creeping in*; the checks of this course watch for it.
#
# **Modify.** Ask for `np.ones(64, dtype="float32")`, then try `images * 2.0`, and `images * np.array([2.0])`.
# (A plain number of Python adapts to the array; an array of one number does not.)

# %% [markdown]
# ## 2. Strides
#
# Memory has no rows and columns: it is one long street with a number on every byte. An array of shape
# (3, 4) lies there row after row. To go one column further you move by one element; to go one row
# further you pass over a whole row.
#
# Below is an array of twelve numbers, each of 8 bytes, and each number is its own place in memory. The
# marked cells are those met from the first element on along one axis.
#
# **Investigate.** Choose views and axes, and find answers to these:
#
# 1. What changes in memory when the array is transposed, and what in the strides?
# 2. How can a stride be negative, and where does the view begin then?
# 3. What is skipped when you ask for every second column?

# %% tags=["given"]
street = np.arange(12)
views = {
    "x": street.reshape(3, 4),
    "x.T": street.reshape(3, 4).T,
    "x[::-1]": street.reshape(3, 4)[::-1],
    "x[:, ::2]": street.reshape(3, 4)[:, ::2],
    "x[:, 1:3]": street.reshape(3, 4)[:, 1:3],
}


def walk(view, axis):
    """Draw a view of twelve numbers and the steps along one of its axes."""
    x = views[view]
    said = f"{view} has shape {x.shape} and strides {x.strides}. Its first row is {x[0]}; a step "
    said += f"along axis {axis} moves {x.strides[axis]:+d} bytes in memory."
    return draw.figure(memory_svg(x, axis), alt=said)


draw.live(
    walk,
    view=list(views),
    axis=[0, 1],
    caption="No view moves a number. Only shape, strides and the place of the first element change.",
)

# %% [markdown]
# So an element is found by arithmetic alone. Here is that arithmetic, worked out:


# %% tags=["given"]
def byte_of(index, strides):
    """Return how many bytes after the first element the one at `index` begins."""
    place = 0
    for k, stride in zip(index, strides, strict=True):
        place += k * stride
    return place


x = street.reshape(3, 4)
print("x[2, 1] begins at byte", byte_of((2, 1), x.strides), "and is", x[2, 1])
print("x.T[1, 2] begins at byte", byte_of((1, 2), x.T.strides), "and is", x.T[1, 2])

# %% [markdown]
# **Make.** A fresh array lies in **row-major** order: the last axis moves by one element, and a step
# along an axis passes over everything that the later axes hold. Write `row_major_strides`, which
# computes the strides of such an array.
#
# - `shape` is a tuple of any number of sizes, each at least 1; it may be empty.
# - `itemsize` is the number of bytes of one element.
# - Return a tuple with one whole number for each axis, in bytes.
#
# For shape (3, 4) and 8 bytes it is (32, 8); for (2, 3, 4) and 4 bytes (48, 16, 4); for () it is ().


# %% tags=["exercise"] exercise="01/row_major_strides"
def row_major_strides(shape, itemsize):
    """Return the strides, in bytes, of a fresh array of this shape: a tuple."""
    ### BEGIN SOLUTION
    strides = []
    step = itemsize
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return tuple(reversed(strides))
    ### END SOLUTION


# %% tags=["check"]
check("01/row_major_strides", row_major_strides)

# %% [markdown]
# Some libraries lie column after column: Fortran, MATLAB, R. For them the first axis moves by one
# element. Both are fine as long as everybody knows which it is; what counts for speed is that
# neighbours in your loop are neighbours in memory.

# %% [markdown]
# ## 3. Views and copies
#
# **Predict.** What does the last line print?
#
# ```python
# x = np.arange(10)
# part = x[2:5]
# part[0] = 99
# print(x[2])
# ```

# %% tags=["exercise"] exercise="01/predict-view"
### BEGIN SOLUTION
seen = 99
### END SOLUTION

# %% tags=["check"]
check("01/predict-view", seen)

# %% [markdown]
# **Run.** An array that looks at the memory of another one is a **view**. What is a view and what is a
# copy?

# %% tags=["given"]
x = np.arange(12).reshape(3, 4)
ways = {
    "x[1:]": x[1:],
    "x[:, ::-1]": x[:, ::-1],
    "x.T": x.T,
    "x.reshape(4, 3)": x.reshape(4, 3),
    "x.T.reshape(3, 4)": x.T.reshape(3, 4),
    "x[[0, 2]]": x[[0, 2]],
    "x[x > 5]": x[x > 5],
    "x + 0": x + 0,
    "x.copy()": x.copy(),
}
for name, y in ways.items():
    print(f"{name:20}", "view" if np.shares_memory(x, y) else "copy")

# %% [markdown]
# The pattern: whatever can be said by a start, a shape and strides is a view. Slices, turned axes and
# new shapes can, as a rule; a list of rows or a mask cannot, since the steps between its rows differ,
# and arithmetic makes new numbers anyway. `reshape` gives a view if it can and a copy if it must.
#
# Note also what `reshape` is not: `x.reshape(4, 3)` and `x.T` have one shape and different contents.
# **Reshape never changes the order of the numbers in memory; transposing changes the order in which you
# meet them.**
#
# **Investigate.** Print `x.T` and `x.reshape(4, 3)` below each other.
#
# Views make things fast, and they are a trap: a function that writes into an array it was given changes
# it for everybody. Indexing by a list of rows has a trap of its own. On the left of `=` it writes into
# the array; anywhere else it is a copy, so that `x[rows][0] = 5` writes into something that is thrown
# away.
#
# **Make.** Write `replace_rows`: a new array in which some rows are replaced, the old one untouched.
#
# - `x` has any number of axes, at least one; a "row" is `x[k]`.
# - `rows` is an array of K different whole numbers, in any order; negative ones count from the end.
# - `values` is whatever fits `x[rows]`: K rows, or one row or one number for all of them.
# - Return a new array with the shape and the dtype of `x`, which shares no memory with it.


# %% tags=["exercise"] exercise="01/replace_rows"
def replace_rows(x, rows, values):
    """Return a copy of `x` whose `rows` are `values`; `x` itself stays as it is."""
    ### BEGIN SOLUTION
    out = x.copy()
    out[rows] = values
    return out
    ### END SOLUTION


# %% tags=["check"]
check("01/replace_rows", replace_rows)

# %% [markdown]
# ## 4. One call in place of a loop
#
# What is all this for? For speed. To measure it we need a stopwatch. A computer does other things
# besides, which only ever makes a measurement longer: so we measure a few times and keep the shortest.


# %% tags=["given"]
def seconds(function, repeats=5):
    """Return the shortest time that a call of `function` takes, out of a few."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def ink_by_loop(rows):
    """Add up the squares of all numbers in a list of lists."""
    total = 0.0
    for row in rows:
        for pixel in row:
            total += pixel * pixel
    return total


def ink_by_array(x):
    """Add up the squares of all numbers in an array."""
    return (x * x).sum()


# %% [markdown]
# **Predict.** Both add up 96,000 squares; the loop gets a plain list, which Python is good at. How many
# times as fast is the call on the array, on your machine?

# %% tags=["exercise"] exercise="01/predict-speed"
### BEGIN SOLUTION
times_as_fast = 100
### END SOLUTION

# %% tags=["check"]
check("01/predict-speed", times_as_fast)

# %% tags=["given"]
as_list = images.tolist()
slow = seconds(lambda: ink_by_loop(as_list))
fast = seconds(lambda: ink_by_array(images))
print(f"loop  {1e3 * slow:8.3f} ms")
print(f"array {1e3 * fast:8.3f} ms   {slow / fast:.0f} times as fast")

# %% [markdown]
# For every single number the loop asks what it is, finds out what `*` and `+` mean for it, and makes a
# new object for the result. The call asks once. Then a loop written in C runs through the block of
# memory, and since neighbours lie side by side, the processor fetches and multiplies several at a time.
# To write whole-array calls in place of loops is called **vectorising**.
#
# Is it always worth it? Here is the time for arrays of different lengths.

# %% tags=["given"]
sizes = [1, 10, 100, 1000, 10_000, 100_000]
numbers = [np.linspace(0, 1, n, dtype="float32")[None] for n in sizes]  # each (1, n)
lists = [x.tolist() for x in numbers]
slow = np.array([seconds(lambda x=x: ink_by_loop(x)) for x in lists])
fast = np.array([seconds(lambda x=x: ink_by_array(x)) for x in numbers])
with draw.style():
    fig, ax = plt.subplots(figsize=(5.5, 3.2))
    ax.loglog(sizes, 1e6 * slow, "o-", label="loop")
    ax.loglog(sizes, 1e6 * fast, "s--", label="array")
    ax.set(xlabel="numbers", ylabel="microseconds")
    ax.legend(frameon=False)
draw.figure(
    fig,
    alt="Time over size, both axes logarithmic: the loop grows in proportion to the size, the "
    "array call stays at a few microseconds up to about a thousand numbers and then grows too.",
    caption="Measured on this machine, just now. Every call on an array has a price of its own.",
    data={"numbers": sizes, "loop, µs": 1e6 * slow, "array, µs": 1e6 * fast},
)

# %% [markdown]
# **Investigate.** From how many numbers on does the array win? How long does its call take for a single
# number, and what for?
#
# A good place to stop for today. What has passed is kept.

# %% [markdown]
# ## 5. Broadcasting
#
# Five guesses, five answers, and the difference between them. The guesses come from a network, which
# returns a table with one column; the answers are a plain row of numbers.
#
# ```python
# guesses.shape   # (5, 1)
# answers.shape   # (5,)
# ```
#
# **Predict.** How many numbers has `guesses - answers`?

# %% tags=["exercise"] exercise="01/predict-pairs"
### BEGIN SOLUTION
numbers_in_difference = 25
### END SOLUTION

# %% tags=["check"]
check("01/predict-pairs", numbers_in_difference)

# %% tags=["given"]
guessed = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])  # (5, 1)
true = np.array([1.0, 2.0, 3.0, 4.0, 5.0])  # (5,)
print("mean of squares, as it stands:  ", ((guessed - true) ** 2).mean())
print("mean of squares, one axis less: ", ((guessed[:, 0] - true) ** 2).mean())

# %% [markdown]
# Every guess is right, and the first line says that the mean of the squared errors is 4. **Broadcasting** is the rule
# behind it, and it is short:
#
# 1. Write the shapes below each other, **the last axes in one column**. Put ones in front of the shorter.
# 2. In each column the sizes must be **equal, or one of them 1**. An axis of size 1 is stretched: the
#    same number is read again and again. No memory is used for that; its stride becomes 0.
# 3. Anything else is an error.
#
# ```text
# guesses  5  1
# answers     5   ->  1  5
# result   5  5
# ```
#
# **Investigate.** Choose two shapes. Cells with a dashed edge are not there: they are read again. Find
# two pairs that fail, and say why before you choose them.

# %% tags=["given"]
choices = {str(shape): shape for shape in [(), (1,), (3,), (4,), (1, 4), (3, 1), (3, 4)]}


def stretch(a, b):
    """Draw two shapes and what broadcasting makes of them."""
    try:
        said = f"Shapes {a} and {b} broadcast to {np.broadcast_shapes(choices[a], choices[b])}."
    except ValueError:
        said = f"Shapes {a} and {b} do not fit: a ValueError."
    return draw.figure(broadcast_svg(choices[a], choices[b]), alt=said)


draw.live(
    stretch,
    a=["(3, 1)", "(3, 4)", "(3,)", "(4,)"],
    b=["(4,)", "()", "(1, 4)", "(3, 1)", "(3,)"],
    caption="Line up at the right; ones stretch; all else must be equal.",
)

# %% [markdown]
# **Make.** Write the rule as a function: `broadcast_shape`.
#
# - `a` and `b` are shapes: tuples of sizes, of any length, also empty.
# - Return the shape of the result, a tuple. A size of 1 beside a size of 0 becomes 0.
# - Raise a `ValueError` where the shapes do not fit.
#
# For (3, 1) and (4,) it is (3, 4); for (2, 3) and () it is (2, 3); (3,) and (4,) do not fit.


# %% tags=["exercise"] exercise="01/broadcast_shape"
def broadcast_shape(a, b):
    """Return the shape to which the shapes `a` and `b` broadcast, or raise ValueError."""
    ### BEGIN SOLUTION
    rank = max(len(a), len(b))
    a = (1,) * (rank - len(a)) + a
    b = (1,) * (rank - len(b)) + b
    out = []
    for m, n in zip(a, b, strict=True):
        if m == 1:
            out.append(n)
        elif n == 1 or m == n:
            out.append(m)
        else:
            raise ValueError(f"sizes {m} and {n} do not fit")
    return tuple(out)
    ### END SOLUTION


# %% tags=["check"]
check("01/broadcast_shape", broadcast_shape)

# %% [markdown]
# ## 6. Reductions
#
# A **reduction** turns an axis of many numbers into one: `sum`, `mean`, `max`, `argmax`. The argument
# `axis` names the axis along which you walk, **and that axis is gone afterwards**. Our table has 1,500
# rows (pictures) and 64 columns (pixels):

# %% tags=["given"]
print("the whole table:           ", images.mean())
print("along axis 0, down a column:", images.mean(axis=0).shape, "the mean picture")
print("along axis 1, along a row:  ", images.mean(axis=1).shape, "the ink of each picture")
print("axis 0, keepdims=True:      ", images.mean(axis=0, keepdims=True).shape)

# %% [markdown]
# Do means of pictures mean anything? Take the mean over all zeros, all ones, and so on:

# %% tags=["given"]
means = np.stack([images[labels == digit].mean(axis=0) for digit in range(10)])  # (10, 64)
draw.digit_grid(
    means,
    list(range(10)),
    caption="The mean of all training pictures of each digit: axis 0 is gone, 64 pixels are left.",
)

# %% [markdown]
# `keepdims=True` keeps the reduced axis with size 1, so that the result still lines up with what it came
# from. Nearly all vectorised code is made of three moves, and from here on we name them:
#
# - **Line up:** give each array the axes it needs, with size 1 where it is to be stretched.
# - **Combine:** one operation on whole arrays, `+ - * /`; broadcasting does the stretching.
# - **Reduce:** fold an axis away, with or without `keepdims`.
#
# Here they are in an example that is worked out: each number as a share of its row.


# %%
def row_shares(x):
    """Return each number of `x` (N, D) divided by the sum of its row."""
    total = x.sum(axis=1, keepdims=True)  # Reduce, and still lined up: (N, 1)
    return x / total  # Combine: (N, D)


print(row_shares(np.array([[1.0, 3.0], [2.0, 2.0]])))

# %% [markdown]
# **Investigate.** Take `keepdims=True` away and run it again. The table is square, so no error comes:
# what is divided by what now? With a table of two rows and three columns, what happens?
#
# **Make.** Features come in all sizes: one column in kilometres, the next in grams. Networks learn
# better when every column has mean 0 and variance 1, which is called **standardising**: subtract the
# column's mean, then divide by its spread (the standard deviation, the square root of the variance).
# The first lines are there; write the rest of `standardise`.
#
# - `x` is a table of shape (N, D) of floating-point numbers, with at least one row.
# - Return a new table of the same shape and dtype. `x.std` gives the spread as it is wanted here.
# - A column whose numbers are all equal has spread 0. It becomes 0. (Ask whether its largest number
#   equals its smallest. Asking whether the spread is exactly 0 is not the same: the mean of fifty times
#   0.1 is not quite 0.1 in float32.)
# - `np.where(condition, p, q)` takes `p` where the condition is True and `q` elsewhere.


# %% tags=["exercise"] exercise="01/standardise"
def standardise(x):
    """Return `x` (N, D) with every column shifted and stretched to mean 0 and variance 1."""
    ### BEGIN STARTER
    # mean = x.mean(axis=0, keepdims=True)  # Reduce: (1, D)
    # centred = x - mean  # Combine: (N, D)
    # # Reduce: the spread of each column, (1, D)
    # # Reduce: is the column constant? (1, D)
    # # Combine: centred, divided by the spread (by 1 where the column is constant), (N, D)
    # raise NotImplementedError
    ### END STARTER
    ### BEGIN SOLUTION
    mean = x.mean(axis=0, keepdims=True)  # Reduce: (1, D)
    centred = x - mean  # Combine: (N, D)
    spread = x.std(axis=0, keepdims=True)  # Reduce: (1, D)
    constant = x.max(axis=0, keepdims=True) == x.min(axis=0, keepdims=True)  # Reduce: (1, D)
    return np.where(constant, 0, centred / np.where(constant, 1, spread))  # Combine: (N, D)
    ### END SOLUTION


# %% tags=["check"]
check("01/standardise", standardise)

# %% [markdown]
# ## 7. Every row against every row
#
# Now a reader of digits without any network. To read a new picture, look for the most similar picture
# that you know, and say what that one shows: the **nearest neighbour** (Cover and Hart, 1967). How far
# apart are two pictures? As in geometry: the differences of all 64 pixels, squared, added up, and the
# square root of that.
#
# The exam has 297 pictures, and 1,500 are known: 445,500 distances of 64 differences each. With loops:


# %% tags=["given"]
def distances_by_loop(a, b):
    """Distance of each row of `a` to each row of `b`, as a list of lists."""
    out = []
    for p in a:
        line = []
        for q in b:
            total = 0.0
            for u, v in zip(p, q, strict=True):
                total += (u - v) ** 2
            line.append(total**0.5)
        out.append(line)
    return out


three = exam[:3].tolist()
by_loop = seconds(lambda: distances_by_loop(three, as_list), repeats=1) * len(exam) / 3
print(f"three pictures measured; all {len(exam)} would take about {by_loop:.1f} seconds")

# %% [markdown]
# **Make.** Write `pairwise_distances`, by broadcasting. This time the page is blank, but the moves are
# the same, in another order: **Line up**, **Combine**, **Reduce**.
#
# - `a` has shape (N, D) and `b` (M, D): floating-point numbers, of the same dtype.
# - Return the distances, shape (N, M), of that dtype: row i, column j is the distance of row i of `a` to
#   row j of `b`. N and M may also be 0.
# - Subtract first, then square. (The formula a·a − 2 a·b + b·b is quicker, and it loses its digits for
#   points that are near each other and far from 0.)
#
# A new axis of size 1 is made by `None` inside an index: `x[:, None]` turns (N,) into (N, 1). For
# `a = [[0, 0], [3, 4]]` and `b = [[3, 0]]` the result is `[[3], [4]]`.


# %% tags=["exercise"] exercise="01/pairwise_distances"
def pairwise_distances(a, b):
    """Return the distance of each row of `a` (N, D) to each row of `b` (M, D): shape (N, M)."""
    ### BEGIN SOLUTION
    difference = a[:, None, :] - b[None, :, :]  # Line up, combine: (N, M, D)
    return np.sqrt((difference * difference).sum(axis=2))  # Reduce: (N, M)
    ### END SOLUTION


# %% tags=["check"]
check("01/pairwise_distances", pairwise_distances)

# %% [markdown]
# **The milestone.** The reader, in four lines. `table.pairwise_distances` is the library's own function;
# `use_mine()` puts yours into its place if it has passed.

# %% tags=["given"]
use_mine()
distances = table.pairwise_distances(exam, images)  # (297, 1500)
nearest = distances.argmin(axis=1)  # (297,)
guesses = labels[nearest]  # (297,)
share = (guesses == answers).mean()
print(f"{share:.1%} of {len(exam)} new pictures read correctly")
at_once = seconds(lambda: table.pairwise_distances(exam, images))
print(f"{1e3 * at_once:.0f} ms, {by_loop / at_once:.0f} times as fast as the loops")

# %% [markdown]
# No training, no weights, and it reads better than the network of chapter 00. (Why then networks at all?
# This reader has to keep every picture and look at all of them, for every answer. A network keeps 3,610
# numbers, whether it has seen a thousand pictures or a thousand million; and on photographs, where two
# cats share hardly a pixel, the nearest neighbour is lost.)
#
# **Investigate.** Choose a picture of the exam and see its five nearest neighbours. Where it is wrong,
# would you have known better?

# %% tags=["given"]
wrong = np.flatnonzero(guesses != answers)
shown = [*wrong[:3], *range(9)]  # (12,): three that it gets wrong, then the first nine


def neighbours(picture):
    """Draw a picture of the exam beside the five training pictures nearest to it."""
    k = shown[picture]
    near = distances[k].argsort()[:5]  # (5,)
    with draw.style():
        fig, axes = plt.subplots(1, 6, figsize=(6.6, 1.6))
        for ax, x in zip(axes, [exam[k], *images[near]], strict=True):
            ax.imshow(x.reshape(8, 8), cmap="gray_r")
            ax.set(xticks=[], yticks=[])
        axes[0].set_title(f"a {answers[k]}", fontweight="bold")
        for ax, other in zip(axes[1:], near, strict=True):
            ax.set_title(f"{labels[other]}  ({distances[k, other]:.2f})", fontsize=10)
    said = f"A picture of a {answers[k]}; its nearest neighbours are labelled {labels[near]}."
    return draw.figure(fig, alt=said)


draw.live(
    neighbours,
    picture=list(range(12)),
    caption="Left the new picture; then its neighbours, each with its label and its distance.",
)

# %% [markdown]
# Can it be quicker still? Look at the size of what lies in between: `difference` has 297 · 1500 · 64, or
# 28.5 million numbers, 114 million bytes. They do not fit into the small fast memory beside the
# processor (its **cache**), and travel to the large slow one and back. Two ways out:
#
# - **Row by row:** one loop of 297 steps stays, each step is one call on 96,000 numbers, and these fit.
# - **By a product:** `a * b` multiplies element by element, while `a @ b` is the **matrix product**: each
#   row of `a` against each column of `b`, multiplied and added up. `exam @ images.T`, which is
#   (297, 64) @ (64, 1500) -> (297, 1500), needs nothing in between, and it is the operation that
#   processors are best at. The squared distance can be written with it: a·a − 2 a·b + b·b.


# %% tags=["given"]
def distances_by_row(a, b):
    """Distance of each row of `a` to each row of `b`, with a loop over the rows of `a`."""
    out = np.empty((len(a), len(b)), dtype=a.dtype)
    for k, row in enumerate(a):
        away = row - b  # (M, D)
        out[k] = np.sqrt((away * away).sum(axis=1))  # (M,)
    return out


def squares_by_product(a, b):
    """Squared distance of each row of `a` to each row of `b`, by a matrix product."""
    lengths = (a * a).sum(axis=1, keepdims=True)  # (N, 1)
    return lengths - 2 * (a @ b.T) + (b * b).sum(axis=1)  # (N, M)


ways = {
    "loops of Python": by_loop,
    "all at once": at_once,
    "row by row": seconds(lambda: distances_by_row(exam, images)),
    "by a product": seconds(lambda: squares_by_product(exam, images)),
}
for name, duration in ways.items():
    print(f"{name:16} {1e3 * duration:8.1f} ms  {by_loop / duration:6.0f} times as fast")

# %% [markdown]
# So the quickest code is not the one with the largest arrays. The product has a price, though. Here are
# the squared distances between four pairs of pictures, and once more with 4096 added to every pixel of
# all of them, which changes no distance:

# %% tags=["given"]
few, known = exam[:4], images[:4]  # each (4, 64)
shift = np.float32(4096)
print("by a product:             ", squares_by_product(few, known).diagonal())
print("by a product, moved:      ", squares_by_product(few + shift, known + shift).diagonal())
print(
    "subtracting first, moved: ",
    table.pairwise_distances(few + shift, known + shift).diagonal() ** 2,
)

# %% [markdown]
# a·a is about a thousand million there, and float32 has seven digits: what is left after the subtraction
# is rounding. Subtracting first keeps the digits. Which of the two to take is a question of the data,
# and someone who knows both can choose.

# %% [markdown]
# ## 8. How the digits were made
#
# The pictures of 8 by 8 numbers began as bitmaps of 32 by 32 pixels, black or white. Each was cut into
# blocks of 4 by 4, and the dark pixels of a block were counted: 0 to 16. That is one `reshape` and one
# `sum`, if you see it.
#
# Worked out in one dimension: sums of neighbouring pairs.


# %% tags=["given"]
def pair_sums(x):
    """Return the sums of neighbouring pairs of `x` (N,), N even: shape (N / 2,)."""
    pairs = x.reshape(len(x) // 2, 2)  # Line up: axis 0 counts pairs, axis 1 walks inside one
    return pairs.sum(axis=1)  # Reduce: (N / 2,)


print(pair_sums(np.array([1, 2, 3, 4, 10, 20])))

# %% [markdown]
# In a picture both directions are cut: the rows of a (32, 32) bitmap into (8, 4), the columns too, which
# makes (8, 4, 8, 4): which block down, which row inside it, which block across, which column inside it.
# Check with the strides of section 2 that no number has to move.
#
# **Make.** Write `block_sums`: **Line up** by one reshape to four axes, then **Reduce** two of them.
#
# - `image` has shape (H, W): booleans, whole numbers or floating-point numbers, perhaps a view.
# - `size` is the side of a block. Return shape (H / size, W / size): the sum over each block.
# - Floating point keeps its dtype; booleans and small whole numbers are counted without overflow
#   (`sum` does that by itself).
# - Raise a `ValueError` where `size` does not divide both sides; `reshape` does that by itself, too.


# %% tags=["exercise"] exercise="01/block_sums"
def block_sums(image, size):
    """Return the sum over each block of `size` by `size` pixels of `image` (H, W)."""
    ### BEGIN SOLUTION
    height, width = image.shape
    blocks = image.reshape(height // size, size, width // size, size)  # Line up: (H/s, s, W/s, s)
    return blocks.sum(axis=(1, 3))  # Reduce: (H/s, W/s)
    ### END SOLUTION


# %% tags=["check"]
check("01/block_sums", block_sums)

# %% [markdown]
# Now a bitmap of your own. The strokes below are lists of points (x to the right, y down); the library
# draws them with a thick pen, evens out the ink and stands the digit upright, as was done with the
# scanned digits. Then the blocks are counted, by your function if it has passed.

# %%
strokes = [[(30, 0), (5, 60), (70, 60)], [(50, 35), (50, 100)]]

# %% [markdown]
# **Modify.** When you have seen both readers below at work, come back and change the strokes: another
# digit, or the first letter of your name. Do the two agree?

# %% tags=["given"]
use_mine()
bitmap = raster.straighten(raster.even_ink(raster.bitmap(strokes)))  # (32, 32), True is ink
counts = raster.block_sums(bitmap, 4)  # (8, 8), from 0 to 16
with draw.style():
    fig, (left, right) = plt.subplots(1, 2, figsize=(6, 3))
    left.imshow(bitmap, cmap="gray_r")
    left.set_xticks(np.arange(-0.5, 32, 4), labels=[])
    left.set_yticks(np.arange(-0.5, 32, 4), labels=[])
    left.grid(True, alpha=0.5)
    right.imshow(counts, cmap="gray_r", vmin=0, vmax=16)
    for i, j in np.ndindex(8, 8):
        shade = "white" if counts[i, j] > 8 else "black"
        right.text(j, i, f"{counts[i, j]:g}", ha="center", va="center", fontsize=8, color=shade)
    right.set(xticks=[], yticks=[])
draw.figure(
    fig,
    alt="Left a digit in black on 32 by 32 pixels with a grid of 8 by 8 blocks; right the number of "
    "dark pixels of each block, from 0 to 16, which is what the network sees.",
    caption="Your bitmap, and what is left of it: 64 counts.",
    data=counts,
)

# %% [markdown]
# And who reads it? The network of chapter 00, trained once more, and your nearest neighbours:

# %% tags=["given"]
network = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))
optimizer = optim.Adam(network.parameters(), lr=0.003)
for _ in range(15):
    for batch, digits in data.DataLoader(train, batch_size=32, shuffle=True, seed=0):
        loss = nn.cross_entropy(network(batch), digits)
        loss.backward()
        optimizer.step()
picture = (counts / 16).reshape(1, 64).astype("float32")  # (1, 64), from 0 to 1 as in training
with dl.no_grad():
    print("the network says", network(dl.tensor(picture)).numpy().argmax())
nearest = table.pairwise_distances(picture, images).argsort(axis=1)[0, :10]  # (10,)
print("the ten nearest neighbours are", labels[nearest])

# %% [markdown]
# With the mouse it is easier. Below, each bar is the share of the ten nearest neighbours that carry that
# label; every stroke goes through the blocks on its way.


# %% tags=["given"]
def votes(picture):
    """Return the share of the ten nearest neighbours with each label; `picture` is (1, 64), 0 to 16."""
    distances = table.pairwise_distances(picture / 16, images)  # (1, 1500)
    nearest = distances.argsort(axis=1)[0, :10]  # (10,)
    return np.bincount(labels[nearest], minlength=10) / 10  # (10,)


draw.DigitCanvas(votes)

# %% [markdown]
# ### How your function got in there
#
# Many functions of the library are **slots**: a slot is called like a function and passes each call on
# to whatever is in it, at first the library's own. `diydl/exercise.py` is all there is to it. `use_mine()`
# puts your passed functions into their slots; `dl.overlay` does the same by hand, for as long as a `with`
# block lasts. Here a different bend, inside a network that knows nothing of it:


# %% tags=["given"]
def curious_bend(x):
    """Say who came by, then bend less sharply than ReLU."""
    print("the bend sees an array of shape", x.shape)
    return dl.maximum(x, 0.2 * x)


with dl.no_grad(), dl.overlay({"00/relu": curious_bend}):
    other = network(dl.tensor(picture))
with dl.no_grad():
    print(
        "another bend, other scores:",
        not np.array_equal(other.numpy(), network(dl.tensor(picture)).numpy()),
    )

# %% [markdown]
# That is how this course can hand you a whole library and take it away piece by piece.

# %% [markdown]
# ## 9. The same lines on a GPU
#
# A **GPU** is a processor with thousands of small arithmetic units and memory of its own. CuPy (Okuta et
# al., 2017) gives its arrays NumPy's names: `cupy.sqrt` for `numpy.sqrt`, and so on. So code can run on
# both if it asks its input where it belongs. That is what `dl.array_module` is for; by custom the answer
# is called `xp`.


# %% tags=["given"]
def row_lengths(x):
    """Return the length of each row of `x` (N, D), on whatever device `x` lives."""
    xp = dl.array_module(x)  # numpy or cupy
    return xp.sqrt((x * x).sum(axis=1))  # (N,)


print("on the CPU:", row_lengths(images)[:3])
try:
    images_there = backend.to_device(images, "cuda")
    exam_there = backend.to_device(exam, "cuda")
except RuntimeError as error:
    print("not run on GPU:", error)
else:
    print("on the GPU:", row_lengths(images_there)[:3], dl.array_module(images_there).__name__)

    def there():
        """All distances on the GPU; wait until they are done, or the clock measures nothing."""
        table.pairwise_distances.reference(exam_there, images_there)
        backend.synchronize("cuda")

    there()  # the first call compiles
    duration = seconds(there)
    print(f"all distances in {1e3 * duration:.2f} ms, {at_once / duration:.0f} times as fast")

# %% [markdown]
# The whole of `diydl/backend.py` is about this: which library holds an array, moving arrays between
# devices, one place for random seeds and for the default dtype, float32. Two things to remember. Moving
# data to the GPU and back costs more than most calculations, so data stays there. And a GPU works while
# Python goes on: before you read the clock, wait for it (`dl.synchronize`).

# %% [markdown]
# ## 10. Bug hunt
#
# A friend keeps pictures as bytes, as image files do, to save memory. Their reader is right in 60 of 100
# cases, yours in 99. No error, no warning. Which line is wrong?

# %% tags=["given"]
check.lines("01/bug-hunt")

# %% tags=["exercise"] exercise="01/bug-hunt"
### BEGIN SOLUTION
wrong_line = 3
### END SOLUTION

# %% tags=["check"]
check("01/bug-hunt", wrong_line)

# %% [markdown]
# ## 11. What the real frameworks do
#
# The distances of section 7, in three frameworks:
#
# ```python
# torch.sqrt(((a[:, None] - b[None]) ** 2).sum(dim=2))          # PyTorch
# jnp.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))           # JAX
# tf.sqrt(tf.reduce_sum((a[:, None] - b[None]) ** 2, axis=2))   # TensorFlow
# ```
#
# Shapes, strides, broadcasting and reductions are NumPy's in all of them; PyTorch writes `dim` and
# `keepdim`, and has `torch.cdist(a, b)` ready-made. They differ in who may write. In PyTorch slices are views, as here. In JAX nobody writes into
# an array, ever, and your `replace_rows` is what it offers in its place: `x.at[rows].set(values)`.
#
# | piece | in diydl | elsewhere |
# |---|---|---|
# | distances | `diydl/data/table.py` | `torch/functional.py` (`cdist`), `sklearn/metrics/pairwise.py` |
# | the rule of broadcasting | `diydl/rules.py` | `torch/functional.py` (`broadcast_shapes`), `jax/_src/lax/lax.py` |
# | writing into a copy | — | `jax/_src/numpy/array_methods.py` |
# | sums over blocks | `diydl/draw/raster.py` | `torch/nn/functional.py` (`avg_pool2d`, the mean in place of the sum) |
# | which device | `diydl/backend.py` | `torch/cuda/`, `jax/_src/xla_bridge.py` |
#
# scikit-learn uses the matrix product for its distances, and its documentation warns of the lost digits
# that you have seen above.

# %% [markdown]
# ## Summary
#
# - An **array** is a block of memory with a **shape**, a **dtype** and **strides**. Views change these
#   three and share the numbers; writing into a view writes into the original.
# - **Vectorising** replaces a loop of Python by a call on the whole array: often a hundred times as fast.
# - **Broadcasting**: last axes in one column, ones stretch, all else must be equal. (n,) against (n, 1)
#   gives (n, n).
# - A **reduction** removes the axis that it walks along; `keepdims=True` keeps it with size 1.
# - **Line up, combine, reduce** is the pattern of nearly all array code.
# - Watch the dtype: `uint8` wraps around, float64 creeps in.
# - You wrote six functions, and read digits without any network.
#
# **Next:** chapter 02 asks in which direction to turn a knob: derivatives, and how to know that you can
# trust them.
#
# **Sources.** C. Harris et al., *Array programming with NumPy*, Nature 585, 2020. S. van der Walt,
# S. Colbert and G. Varoquaux, *The NumPy Array: A Structure for Efficient Numerical Computation*,
# Computing in Science and Engineering 13, 2011. T. Cover and P. Hart, *Nearest Neighbor Pattern
# Classification*, IEEE Transactions on Information Theory 13, 1967. M. Garris et al., *NIST Form-Based
# Handprint Recognition System*, NISTIR 5469, 1994. R. Okuta et al., *CuPy: A NumPy-Compatible Library
# for NVIDIA GPU Calculations*, 2017.
