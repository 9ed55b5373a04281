"""Kernels of chains: their text, run on the CPU, and the way a plan runs them.

A GPU is played by a module whose kernels are compiled with the C compiler of this machine.
"""

import ctypes
import importlib
import itertools
import shutil
import subprocess
from types import SimpleNamespace

import numpy as np
import pytest

import diydl as dl
from diydl import nn, optim
from diydl.compile import compute_graph, describe, fuse, kernel_source
from diydl.compile.kernel import _C_NAMES
from diydl.compile.passes import PASSES, compiled, fuse_kernels, passes_for
from diydl.engines.lazy import Graph, LazyTensor
from diydl.testing import assert_close

RNG = np.random.default_rng(0)
COMPILER = shutil.which("cc")
FUSE = importlib.import_module("diydl.compile.fuse")  # where the function has its name too
needs_c = pytest.mark.skipif(COMPILER is None, reason="there is no C compiler here")


def lazy(graph, shape, dtype="f4"):
    return LazyTensor(RNG.normal(size=shape).astype(dtype), graph=graph)


def chain_of(outs, inputs):
    plan = fuse(describe(outs, inputs), least=1)
    (chain,) = [step for step in plan.steps if len(step.parts) > 1]
    return plan, chain


def test_the_text_has_a_line_for_each_primitive():
    x = lazy(Graph(), (64, 100))
    plan, chain = chain_of([dl.where(x > 0, x, dl.exp(x) - 1)], [x])
    ins, outs, code = kernel_source(chain, plan.slots)
    assert ins == "float32 v0, float32 v1, float32 v4"
    assert outs == "float32 v6"
    assert code == ("bool v2 = v0 > v1; float v3 = exp(v0); float v5 = v3 - v4; v6 = v2 ? v0 : v5;")


def test_whole_numbers_are_divided_as_numpy_divides_them():
    x = LazyTensor(np.array([7, 8], "i8"), graph=Graph())
    plan, chain = chain_of([x / 2 + 1], [x])
    assert "(double)v0 / " in kernel_source(chain, plan.slots)[2]


class CKernel:
    """What `cupy.ElementwiseKernel` does, in C on the CPU: broadcast, then element by element."""

    folder, numbers = None, itertools.count()

    def __init__(self, ins, outs, code, name):
        self.ins, self.outs = (
            [text.rsplit(" ", 1) for text in side.split(", ")] for side in (ins, outs)
        )
        text = [
            "#include <stdbool.h>\n#include <tgmath.h>\n",
            "static float rsqrtf_(float x) { return 1 / sqrtf(x); }\n",
            "static double rsqrt_(double x) { return 1 / sqrt(x); }\n",
            "#define rsqrt(x) _Generic((x), float: rsqrtf_, default: rsqrt_)(x)\n",
            f"void {name}(long n, void **at) {{\n for (long i = 0; i < n; i++) {{\n",
        ]
        for k, (kind, v) in enumerate([*self.ins, *self.outs]):
            text.append(f"  {_C_NAMES[kind]} {v} = (({_C_NAMES[kind]} *)at[{k}])[i];\n")
        text.append(f"  {code}\n")
        for k, (kind, v) in enumerate(self.outs, start=len(self.ins)):
            text.append(f"  (({_C_NAMES[kind]} *)at[{k}])[i] = {v};\n")
        source = self.folder / f"chain{next(self.numbers)}.c"
        source.write_text("".join(text) + " }\n}\n")
        library = source.with_suffix(".so")
        command = [COMPILER, "-shared", "-fPIC", "-O1", "-o", library, source, "-lm"]
        subprocess.run(command, check=True, capture_output=True, text=True)
        self.function = getattr(ctypes.CDLL(str(library)), name)

    def __call__(self, *arrays):
        shape = np.broadcast_shapes(*[np.shape(x) for x in arrays])
        given = [
            np.ascontiguousarray(np.broadcast_to(np.asarray(x, kind), shape))
            for x, (kind, _) in zip(arrays, self.ins, strict=True)
        ]
        made = [np.zeros(shape, kind) for kind, _ in self.outs]
        at = (ctypes.c_void_p * (len(given) + len(made)))(*[x.ctypes.data for x in given + made])
        self.function(ctypes.c_long(made[0].size), at)
        return made[0] if len(made) == 1 else tuple(made)


@pytest.fixture
def _gpu(monkeypatch, tmp_path):
    """Let plans take all arrays for those of a GPU."""
    monkeypatch.setattr(CKernel, "folder", tmp_path)
    there = SimpleNamespace(ElementwiseKernel=CKernel)
    monkeypatch.setattr(FUSE, "array_module", lambda *arrays: there)


def everything(x, others):
    """Use each elementwise primitive that chains know."""
    y = dl.tanh(x) * dl.sigmoid(x) + dl.exp(-dl.abs(x)) / 3
    y = dl.where(y > 0.1, dl.sqrt(dl.abs(y) + 1), dl.rsqrt(y * y + 1)) - dl.sign(x)
    for other in others:
        y = dl.maximum(y * other, dl.minimum(x, other)) - 0.5
    y = y + dl.log(dl.abs(y) + 1) + dl.log1p(dl.abs(y)) + dl.sin(y) * dl.cos(x)
    return y, y * (x <= y), (x != y).astype("f4") * x


@needs_c
@pytest.mark.usefixtures("_gpu")
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_kernels_compute_what_numpy_does(dtype):
    graph = Graph()
    shapes = [(7, 5), (5,), (7, 1), (1, 5), ()]
    x, *others = [lazy(graph, shape, dtype) for shape in shapes]
    plain = describe(everything(x, others), [x, *others])
    plan = fuse_kernels(plain)
    assert len(plan.steps) == 1
    given = [v.numpy() for v in (x, *others)]
    for mine, wanted in zip(plan.run(*given), plain.run(*given), strict=True):
        assert mine.dtype == wanted.dtype
        assert_close(mine, wanted)


@needs_c
@pytest.mark.usefixtures("_gpu")
def test_a_training_step_in_kernels():
    """What `compute_graph` does with a plan on a GPU, without one."""
    dl.seed(0)

    class GELU(nn.Module):
        def forward(self, x):
            return x * 0.5 * (dl.tanh((x + x * x * x * 0.044715) * 0.7978845608) + 1)

    model = nn.Sequential(nn.Linear(6, 8), nn.LayerNorm(8), GELU(), nn.Linear(8, 3))
    optimizer = optim.Adam(model.parameters())
    x, labels = RNG.normal(size=(5, 6)).astype("f4"), RNG.integers(0, 3, 5)

    def step(x, labels):
        loss = nn.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.operations([p.grad for p in model.parameters()])
        return loss

    plain = compute_graph(step, passes=()).plan(x, labels)
    before = {s.held: s.held.data.copy() for s in plain.slots if s.kind == "state"}
    plan = compiled(plain, passes_for(PASSES, on_cpu=False))
    assert not plan.buffers and not plan.homes
    assert sum("fused" in step.words for step in plan.steps) >= 5
    wanted = plain.run(x, labels), [state.data.copy() for state in before]
    for state, array in before.items():
        state.write(array)
    found = plan.run(x, labels), [state.data.copy() for state in before]
    for mine, other in zip((*found[0], *found[1]), (*wanted[0], *wanted[1]), strict=True):
        assert_close(mine, other)


def test_a_kernel_is_compiled_once(monkeypatch):
    made = []

    class Counted:
        def __init__(self, *source, name):
            made.append(source)

        def __call__(self, x, one):
            return np.tanh(x * x + one)

    there = SimpleNamespace(ElementwiseKernel=Counted)
    monkeypatch.setattr(FUSE, "array_module", lambda *arrays: there)
    x = lazy(Graph(), (4, 5))
    plan, chain = chain_of([dl.tanh(x * x + 1)], [x])
    for _ in range(3):
        assert_close(plan.run(x.numpy())[0], np.tanh(x.numpy() ** 2 + 1))
    assert made == [kernel_source(chain, plan.slots)]


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_kernels_on_a_gpu(dtype):
    x = dl.tensor(RNG.normal(size=(70, 50)).astype(dtype)).to("cuda:0")
    row = dl.tensor(RNG.normal(size=50).astype(dtype)).to("cuda:0")
    step = compute_graph(lambda x, row: everything(x, [row]))
    plan = step.plan(x, row)
    assert any("fused" in s.words for s in plan.steps)
    for mine, wanted in zip(step(x, row), everything(x, [row]), strict=True):
        assert mine.device == x.device
        assert_close(mine.numpy(), wanted.numpy(), scale=10)


@pytest.mark.gpu
def test_a_network_trains_on_a_gpu_as_on_the_cpu():
    def losses(device):
        dl.seed(0)
        model = nn.Sequential(nn.Linear(6, 8), nn.LayerNorm(8), nn.Dropout(0.2), nn.Linear(8, 3))
        model.to(device)
        optimizer = optim.Adam(model.parameters())

        @compute_graph
        def step(x, labels):
            loss = nn.cross_entropy(model(x), labels)
            loss.backward()
            optimizer.operations([p.grad for p in model.parameters()])
            return loss

        rng = np.random.default_rng(0)
        x = dl.tensor(rng.normal(size=(50, 6)).astype("f4")).to(device)
        labels = dl.tensor(rng.integers(0, 3, 50)).to(device)
        return [step(x, labels).item() for _ in range(10)]

    np.testing.assert_allclose(losses("cuda:0"), losses("cpu"), rtol=1e-4)
