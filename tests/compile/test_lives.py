"""How long memory is needed, views included."""

import numpy as np

import diydl as dl
from diydl.compile import describe
from diydl.compile.lives import last_reads, memory_of
from diydl.engines.lazy import Graph, LazyTensor


def planned():
    """Return a plan: exp, a view of it, a view of that, a sum of the first, a use of the view."""
    x = LazyTensor(np.ones((2, 3), "f4"), graph=Graph())
    made = dl.exp(x)
    looked = made.T.reshape(-1)  # the transposed rows lie apart: reshape may copy, or look
    return describe([made.sum(), looked * 2], [x])


def test_a_view_shares_the_memory_of_all_that_it_goes_back_to():
    plan = planned()
    words = {step.words: step.out for step in plan.steps}
    memory = memory_of(plan.steps, len(plan.slots))
    assert memory[words["reshape"]] == {words["exp"], words["transpose"], words["reshape"]}
    assert memory[words["mul"]] == {words["mul"]}


def test_memory_lives_as_long_as_the_last_view_of_it():
    plan = planned()
    words = {step.words: (number, step.out) for number, step in enumerate(plan.steps)}
    last = last_reads(plan.steps, plan.roots, [])
    assert last[words["exp"][1]] == words["mul"][0]
    assert last[words["sum"][1]] == words["sum"][0]  # read by nobody: it dies where it is made
    assert last[plan.inputs[0]] == words["exp"][0]


def test_what_leaves_lives_to_the_end_with_what_it_looks_at():
    plan = planned()
    words = {step.words: step.out for step in plan.steps}
    last = last_reads(plan.steps, plan.roots, [words["reshape"]])
    assert last[words["exp"]] == last[words["reshape"]] == len(plan.steps)
    assert last_reads([], [frozenset((0,))], []) == [-1]
