"""A chain of elementwise steps as one kernel of a GPU, made of the lines of C of its primitives.

Not run on GPU so far: tests hold the text of kernels, compiled for the CPU, to what NumPy computes.
"""

_C_NAMES = {
    "bool": "bool",
    "float16": "float16",
    "float32": "float",
    "float64": "double",
    "int8": "signed char",
    "int16": "short",
    "int32": "int",
    "int64": "long long",
    "uint8": "unsigned char",
    "uint16": "unsigned short",
    "uint32": "unsigned int",
    "uint64": "unsigned long long",
}


class Kernel:
    """The kernel of a chain, compiled when it first runs.

    Parameters
    ----------
    chain : Fused
    slots : sequence of Slot
    """

    def __init__(self, chain, slots):
        self.chain, self.slots, self._compiled = chain, slots, None

    def run(self, xp, arrays):
        """Return the results of the chain, new arrays of `xp` (cupy)."""
        if self._compiled is None:
            self._compiled = xp.ElementwiseKernel(
                *kernel_source(self.chain, self.slots), name="diydl_chain"
            )
        made = self._compiled(*arrays)
        return made if isinstance(made, tuple) else (made,)


def kernel_source(chain, slots):
    """Return the arguments of `cupy.ElementwiseKernel` for a chain: inputs, outputs, code.

    Examples
    --------
    >>> from diydl import LazyTensor, tanh
    >>> from diydl.compile import describe, fuse
    >>> x = LazyTensor([[1.0, 2.0], [3.0, 4.0]])
    >>> plan = fuse(describe([tanh(x * x + 1)], [x]), least=1)
    >>> for text in kernel_source(plan.steps[0], plan.slots):
    ...     print(text)
    float32 v0, float32 v2
    float32 v4
    float v1 = v0 * v0; float v3 = v1 + v2; v4 = tanh(v3);
    """
    operands = ", ".join(f"{slots[i].dtype} v{i}" for i in chain.inputs)
    results = ", ".join(f"{slots[i].dtype} v{i}" for i in chain.outs)
    lines = []
    for part in chain.parts:
        kind = "" if part.out in chain.outs else _C_NAMES[slots[part.out].dtype.name] + " "
        lines.append(f"{kind}v{part.out} = {_line(part, slots)};")
    return operands, results, " ".join(lines)


def _line(part, slots):
    """Return the C of a part; C divides whole numbers without a remainder, NumPy does not."""
    dtype, names = slots[part.out].dtype, []
    for i in part.inputs:
        whole = dtype.kind == "f" and slots[i].dtype.kind not in "fb"
        names.append(f"({_C_NAMES[dtype.name]})v{i}" if whole else f"v{i}")
    return (part.prim.kernel or "{0}").format(*names)
