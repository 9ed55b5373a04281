"""What a plan says of itself, and what it refuses."""

import threading

import numpy as np
import pytest

import diydl as dl
from diydl.compile import compiled, describe
from diydl.engines.lazy import Graph, LazyTensor


@pytest.fixture
def plan():
    graph, w = Graph(), dl.Parameter(np.ones((3, 4), "f4"), name="w")
    x = LazyTensor(np.ones((2, 3), "f4"), graph=graph)
    with dl.engine(graph):
        step = dl.assign(w, w * 2)
        y = x @ w
    return describe([y.T], [x], effects=[step])


def test_a_line_a_step(plan):
    assert repr(plan).splitlines() == [
        "plan: 3 steps, 60 FLOPs, 204 bytes moved, 80 bytes held at most",
        "  %3 = mul(w, 2)  (3, 4) float32",
        "  %4 = matmul(x, %3)  (2, 4) float32",
        "  %5 = transpose(%4)  (4, 2) float32",
        "  w := %3",
        "  return %5",
    ]


def test_counts(plan):
    mul, matmul, transpose = plan.steps
    assert [plan.flops(s) for s in plan.steps] == [12, 48, 0]
    assert plan.moved(mul) == 48 + 4 + 48
    assert plan.moved(matmul) == 24 + 48 + 32
    assert plan.moved(transpose) == 0, "a view"


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ([], TypeError, r"takes 1 input\(s\), got 0"),
        ([np.ones((5, 3), "f4")], ValueError, r"planned as \(2, 3\) float32, got \(5, 3\) float32"),
        ([np.ones((2, 3))], ValueError, "got .* float64"),
    ],
    ids=["none", "shape", "dtype"],
)
def test_inputs_that_do_not_fit(plan, given, error, words):
    with pytest.raises(error, match=words):
        plan.run(*given)


def test_tensors_go_in(plan):
    assert plan.run(dl.ones((2, 3)))[0].tolist() == [[6.0] * 2] * 4


def test_a_parameter_that_changed_its_shape(plan):
    state = next(slot.held for slot in plan.slots if slot.kind == "state")
    state.data = np.ones((3, 5), "f4")
    with pytest.raises(ValueError, match=r"'w' was planned as \(3, 4\).*\(3, 5\).*plan again"):
        plan.run(np.ones((2, 3), "f4"))


def test_a_parameter_whose_array_was_replaced(plan):
    state = next(slot.held for slot in plan.slots if slot.kind == "state")
    state.data = np.zeros((3, 4), "f4")
    assert not plan.run(np.ones((2, 3), "f4"))[0].any()


def test_threads_wait_for_each_other():
    x = LazyTensor(np.ones((50, 50), "f4"), graph=Graph())
    y = x
    for _ in range(20):
        y = dl.tanh(y @ x) * 0.1
    plan, wrong = compiled(describe([y], [x])), []
    given = [np.full((50, 50), n, "f4") for n in (0.01, 0.02)]
    wanted = [plan.run(a)[0] for a in given]

    def work(k):
        for _ in range(30):
            if not np.array_equal(plan.run(given[k])[0], wanted[k]):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
