"""06/run_in_blocks: elementwise steps, block by block inside the cache."""

import numpy as np

from diydl.compile.block import run_in_blocks as reference
from diydl.course.bank import Code

exercise = Code(
    "06/run_in_blocks",
    "Block by block",
    reference,
    hints=(
        "Two loops: one over blocks, one over steps. Which of them has to be the outer one, if "
        "what is between shall never leave the cache?",
        "For each block, cut a piece of every array, and of each scratch array as much as the "
        "block is long. Then run all steps on the pieces.",
        "1. Find the length of the arrays: the largest `size` among them.\n"
        "2. For each start of a block, find where it stops: the last one may be shorter.\n"
        "3. Make the list of pieces: of arrays from start to stop, numbers as they are; of scratch "
        "arrays as many elements as the block has.\n"
        "4. For each step of `code` call its function with the pieces of its operands, and with "
        "the piece that it writes into.",
    ),
)

_WORDS = {
    "add": np.add,
    "exp": np.exp,
    "mul": np.multiply,
    "neg": np.negative,
    "sub": np.subtract,
    "tanh": np.tanh,
}


@exercise.driver
def run(pieces, rows, arrays, results, scratch, size):
    """Run rows (word, operands, out) over arrays and `results` empty ones; return these.

    Also which steps ran, in order, each with the length of the block that it wrote.
    """
    log = []

    def logged(number, word):
        def call(*operands):
            log.append([number, operands[-1].size])
            _WORDS[word](*operands[:-1], operands[-1])

        return call

    code = [(logged(n, word), tuple(operands), out) for n, (word, operands, out) in enumerate(rows)]
    arrays = [np.array(x) for x in arrays]
    length = max(x.size for x in arrays)
    outs = [np.full(length, np.nan) for _ in range(results)]
    between = [np.full(min(size, length), np.nan) for _ in range(scratch)]
    pieces.run_in_blocks(code, [*arrays, *outs], between, size)
    return {"outs": outs, "log": log}


@exercise.mistake(
    "What is left over at the end is not computed: the length need not be a multiple of `size`. "
    "Let the last block be shorter."
)
def without_the_rest(code, arrays, scratch, size):
    total = max(x.size for x in arrays)
    for k in range(total // size):
        start, stop = k * size, (k + 1) * size
        now = [x[start:stop] if x.ndim else x for x in arrays]
        now += [x[: stop - start] for x in scratch]
        for f, operands, out in code:
            f(*[now[i] for i in operands], now[out])


@exercise.mistake(
    "Scratch arrays go in whole, and the last block is shorter than they are: cut as many elements "
    "of them as the block has."
)
def scratch_whole(code, arrays, scratch, size):
    total = max(x.size for x in arrays)
    for start in range(0, total, size):
        stop = min(start + size, total)
        now = [x[start:stop] if x.ndim else x for x in arrays] + list(scratch)
        for f, operands, out in code:
            f(*[now[i] for i in operands], now[out])


@exercise.mistake(
    "You cut a piece of a number, and an array without an axis has no pieces. Hand it on as it is: "
    "`x.ndim` is 0."
)
def cuts_numbers(code, arrays, scratch, size):
    total = max(x.size for x in arrays)
    for start in range(0, total, size):
        stop = min(start + size, total)
        now = [x[start:stop] for x in arrays]
        now += [x[: stop - start] for x in scratch]
        for f, operands, out in code:
            f(*[now[i] for i in operands], now[out])


@exercise.mistake(
    "The loops are inside out: each step runs over all blocks before the next one begins. So what "
    "one block left in scratch is overwritten by the next before it is read, and everything "
    "goes through the memory step by step. The loop over blocks is the outer one."
)
def step_by_step(code, arrays, scratch, size):
    total = max(x.size for x in arrays)
    for f, operands, out in code:
        for start in range(0, total, size):
            stop = min(start + size, total)
            now = [x[start:stop] if x.ndim else x for x in arrays]
            now += [x[: stop - start] for x in scratch]
            f(*[now[i] for i in operands], now[out])


@exercise.mistake(
    "All is done in one block. The numbers are right, but what is between is as long as the "
    "arrays, and does not stay in the cache: take `size` elements at a time."
)
def all_at_once(code, arrays, scratch, size):
    total = max(x.size for x in arrays)
    between = [np.empty(total, x.dtype) for x in scratch]
    now = [*arrays, *between]
    for f, operands, out in code:
        f(*[now[i] for i in operands], now[out])


@exercise.mistake(
    "The length is that of the first array, which may be a number: then only one element is "
    "computed. Take the largest `size` among the arrays."
)
def length_of_the_first(code, arrays, scratch, size):
    total = arrays[0].size
    for start in range(0, total, size):
        stop = min(start + size, total)
        now = [x[start:stop] if x.ndim else x for x in arrays]
        now += [x[: stop - start] for x in scratch]
        for f, operands, out in code:
            f(*[now[i] for i in operands], now[out])
