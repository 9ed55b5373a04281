"""Attacks beyond the list: on the wire, on the grader's own memory, on its reading of cells."""

import json
import struct
import time

import numpy as np
import pytest

from diydl.course.grading import sandbox
from diydl.course.grading.grader import grade
from diydl.course.grading.process import host
from diydl.course.grading.process.wire import WireError, pack, unpack
from diydl.course.grading.result import Graded
from diydl.course.grading.sandbox import Jail, choose
from diydl.course.grading.settings import Settings
from diydl.course.grading.submission import Submission
from tests.course.grading.hostile.case import (
    CHAPTER,
    FULL,
    bytes_of,
    cell_of,
    edited,
    handed_in,
    inside,
    right,
    solved,
    with_cells,
)
from tests.course.grading.hostile.code import answers

pytestmark = pytest.mark.slow
WORTH = 6.0  # of 01/standardise, which all of these attack
LIMITS = {"call_s": 2.0, "cell_s": 2.0}
REACH = '''
import json, struct, sys

def of_the_worker():
    """The local names of the worker's own loop."""
    frame = sys._getframe()
    while frame.f_code.co_name != "serve":
        frame = frame.f_back
    return frame.f_locals

def say(head, *blobs):
    """Write a reply of one's own on the worker's own stream, with the right token."""
    head = json.dumps(head).encode() if not isinstance(head, bytes) else head
    sizes = [len(head), *map(len, blobs)]
    message = struct.pack(f"<I{len(sizes)}Q", len(sizes), *sizes) + head + b"".join(blobs)
    stream = of_the_worker()["stream"]
    stream.write(struct.pack("<Q", len(message)) + message)
    stream.flush()

def reply(kind, told):
    say({"list": [of_the_worker()["token"], kind, told]})
    while True:
        pass
'''


def outcome(submission, **settings):
    """The result, and what of it belongs to the exercise under attack."""
    result = grade(submission, Settings(CHAPTER, **{**LIMITS, **settings}))[0]
    assert Graded.from_json(result.to_json()) == result
    result.to_json().encode()
    scored = next(s for s in result.exercises if s.id == f"{CHAPTER}/standardise")
    others = FULL - WORTH if submission.notebook else 0
    assert result.points - scored.points == others, "another exercise was harmed"
    return scored


def alone(cell: str) -> Submission:
    """This answer and no other: the quickest submission there is."""
    return Submission("learner", answers={f"{CHAPTER}/standardise": cell})


def message(head, *blobs: bytes) -> bytes:
    head = head if isinstance(head, bytes) else json.dumps(head).encode()
    sizes = [len(head), *map(len, blobs)]
    return struct.pack(f"<I{len(sizes)}Q", len(sizes), *sizes) + head + b"".join(blobs)


def npy(dtype: str, shape: tuple, data: bytes = b"") -> bytes:
    header = repr({"descr": dtype, "fortran_order": False, "shape": shape}).encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


FLAT = {"array": 0, "scalar": False}
WIDE = FLAT | {"shape": [10**5, 10**5], "strides": [0, 0], "offset": 0}
MESSAGES = {
    "nothing": b"",
    "a count of four thousand million": struct.pack("<I", 2**32 - 1) + bytes(100),
    "sizes that do not add up": message(None)[:-1],
    "JSON nested 500,000 deep": message(b"[" * 500_000 + b"]" * 500_000),
    "values nested 500 deep": message(b'{"list":[' * 500 + b"]}" * 500),
    "3 million empty lists": message(b'{"list":[' + b",".join([b"[]"] * 3_000_000) + b"]}"),
    "a million values": message({"list": [{"list": []}] * 250_000}),
    "100,000 types": message({"list": [{"opaque": ["m", f"n{k}"]} for k in range(100_000)]}),
    "keys of one hash": message(
        {"dict": [[{"int": hex(k * (2**61 - 1))}, None] for k in range(9000)]}
    ),
    "a set of one hash": message({"list": [{"int": hex(k * (2**61 - 1))} for k in range(9000)]}),
    "two tags": message({"int": "0x1", "float": "0x1p0"}),
    "an unknown tag": message({"pickle": "gASV"}),
    "a list for a number": message({"int": [1]}),
    "keys that cannot be hashed": message({"dict": [[{"list": []}, None]]}),
    "a bare number": message(b"NaN"),
    "an array that is not there": message({"array": 5, "scalar": False}),
    "an array without bytes": message(FLAT, b"\x93N"),
    "a header of open brackets": message(
        FLAT, b"\x93NUMPY\x01\x00" + struct.pack("<H", 5) + b"((((("
    ),
    "a header of a gigabyte": message(FLAT, b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**30)),
    "a version of the future": message(
        FLAT, b"\x93NUMPY\x03\x00" + struct.pack("<I", 9) + b"x" * 9
    ),
    "an array of objects": message(FLAT, npy("|O", (1,), bytes(8))),
    "a dtype that is code": message(FLAT, npy("__import__('os')", (1,), bytes(8))),
    "4 GB of empty text": message(FLAT, npy("<U0", (10**9,))),
    "a million million of nothing": message(FLAT, npy("|V0", (10**12,))),
    "fields without a size": message(FLAT, npy([("a", "<f8", (0,))], (10**9,))),
    "fewer bytes than promised": message(FLAT, npy("<f8", (1000,), bytes(8))),
    "a shape below zero": message(FLAT, npy("<f8", (-1, -1), bytes(8))),
    "80 GB by strides of 0": message(WIDE, npy("<f8", (1,), bytes(8))),
    "strides that lead outside": message(
        FLAT | {"shape": [10], "strides": [-8], "offset": 0}, npy("<f8", (10,), bytes(80))
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_forged_message_is_refused_and_costs_little(name):
    start = time.process_time()
    with pytest.raises(WireError):
        unpack(MESSAGES[name])
    assert time.process_time() - start < 20, "a guard against hours, no measurement"


def test_what_is_refused_on_one_side_is_not_sent_by_the_other():
    for much in (
        np.broadcast_to(np.zeros(1), (10**5, 10**5)),
        "x" * 2**24,
        [object()] * 20_000,
        list(range(250_000)),
    ):
        with pytest.raises(WireError):
            pack(much)


@pytest.mark.parametrize(
    "told",
    [
        True,
        {"list": []},
        {"list": [{"list": []}, {"list": []}, {"list": []}]},
        {"list": [None, {"list": [{"int": "-0x1"}, {"int": "0xffff"}, "x"]}, {"dict": []}]},
    ],
)
def test_a_forged_reply_brings_no_points(told):
    """It can only be a value, and a wrong value is wrong."""
    scored = outcome(alone(answers(f"reply('value', {told!r})", REACH)), call_s=0.5)
    assert scored.points == 0
    assert scored.status == "stopped"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("builtins", "SystemExit"),
        ("builtins", "KeyboardInterrupt"),
        ("builtins", "ExceptionGroup"),
        ("builtins", "UnicodeDecodeError"),
        ("builtins", "print"),
        ("_pytest.outcomes", "Skipped"),
        ("_pytest.outcomes", "Exit"),
        ("diydl.course.engine", "CheckFault"),
        ("diydl.course.grading.process.host", "HostError"),
        ("\ud800", "\x1b[2J<script>"),
    ],
)
def test_a_forged_error_is_an_error_of_the_answer(module, name):
    """It neither passes a test, nor skips it, nor ends the grader."""
    pairs = [["module", module], ["name", name], ["said", "\ud800 \x1b[2J"]]
    cell = answers(f"reply('error', {{'dict': {pairs}}})", REACH)
    scored = outcome(alone(cell), call_s=0.5)
    assert scored.points == 0
    assert "\x1b" not in "".join(line.message for line in scored.lines)


@pytest.mark.parametrize("way", ["skip", "exit", "xfail"])
def test_pytest_in_an_answer_is_not_the_graders(way):
    scored = outcome(alone(answers(f"import pytest\npytest.{way}('passed')")))
    assert scored.points == 0 and scored.status == "failed"


VALUES = {
    "not a number": "x * numpy.nan",
    "infinity": "x * 0 + numpy.inf",
    "masked away": "numpy.ma.masked_all_like(x)",
    "fields": "numpy.zeros(x.shape, [('a', 'f8')])",
    "complex": "x * 1j",
    "text": "numpy.full(x.shape, 'x')",
    "times": "numpy.zeros(x.shape, 'M8[s]')",
    "longer floats": "numpy.zeros(x.shape, numpy.longdouble)",
    "a view of 80 GB": "numpy.broadcast_to(numpy.zeros(1), (10 ** 5, 10 ** 5))",
    "a list of lists": "x.tolist()",
    "a Tensor": "__import__('diydl').tensor(x * 0)",
    "NotImplemented": "NotImplemented",
    "an ellipsis": "...",
}


@pytest.mark.parametrize("name", VALUES)
def test_no_odd_value_agrees(name):
    """Each is wrong in the first test (2 points); what it leaves alone it may keep."""
    scored = outcome(alone(answers(f"import numpy\nreturn {VALUES[name]}")))
    assert scored.lines[0].outcome == "failed"
    assert scored.points <= 3


CELLS = {
    "a default with a repr of 100 MB": "class R:\n    def __repr__(self): return 'x' * 10**8\n"
    "def standardise(x, y=R()):\n    return x\n",
    "a default with a repr that hangs": "class R:\n    def __repr__(self):\n"
    "        while True: pass\ndef standardise(x, y=R()):\n    return x\n",
    "a signature that lies": right("standardise") + "\nstandardise.__signature__ = 5\n",
    "a class of that name": "class standardise:\n    def __new__(cls, x): return x\n",
    "a coroutine": "async def standardise(x):\n    return x\n",
    "builtins deleted": "import builtins\nfor name in ('getattr', 'len', 'type', 'list'):\n"
    "    delattr(builtins, name)\n" + right("standardise"),
    "all modules forgotten": "import sys\nsys.modules.clear()\n" + right("standardise"),
    "a NUL": right("standardise") + "\n# \x00\n",
    "100,000 minus signs": right("standardise") + "\ny = " + "-" * 99_000 + "1\n",
    "10,000 dots": right("standardise") + "\ny = lambda: a" + ".b" * 10_000 + "\n",
    "10,000 sums": right("standardise") + "\ny = lambda: 1" + "+1" * 10_000 + "\n",
    "a number of 90,000 digits": right("standardise") + "\ny = " + "9" * 90_000 + "\n",
    "all files closed": answers("import os\nos.closerange(0, 256)\nreturn x"),
    "the stream overwritten": answers(
        "import os\nfor k in range(3, 64):\n    os.dup2(1, k)\nreturn x"
    ),
    "higher limits": answers(
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))\nreturn x"
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_no_cell_harms_more_than_itself(name):
    assert outcome(alone(CELLS[name]), cell_s=1.0).points == 0


INNOCENT = {
    "a trace function": "import sys\nsys.settrace(lambda *a: None)\n" + right("standardise"),
    "no garbage collection": "import gc\ngc.disable()\n" + right("standardise"),
    "a process started twice over": inside(
        "standardise",
        "import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        os.execv('/bin/sleep', ['sleep', '86321'])\n    os._exit(0)",
    ),
    "a fork that goes on as if it were the first": inside("standardise", "import os\nos.fork()"),
    "a form feed": "\x0c" + right("standardise"),
}


@pytest.mark.parametrize("name", INNOCENT)
def test_what_is_right_stays_right(name):
    assert outcome(with_cells(standardise=INNOCENT[name])).points == WORTH


def test_half_a_character_in_a_cell():
    """JSON can hold what UTF-8 cannot."""
    notebook = solved()
    cell_of(notebook, "standardise")["source"] = right("standardise") + "\n# half \ud83d a pair\n"
    scored = outcome(handed_in(json.dumps(notebook).encode()))
    assert "\ufffd" in scored.cell


def test_numbers_of_5000_digits_in_the_file():
    content = bytes_of(solved()).replace(b'"nbformat": 4', b'"nbformat": ' + b"9" * 5000)
    assert outcome(handed_in(content)).points == WORTH


def test_a_cell_of_30_mb_beside_the_answer():
    huge = {"cell_type": "code", "metadata": {}, "source": "standardise=1\n" * 2_000_000}
    assert outcome(edited(lambda notebook: notebook["cells"].append(huge))).points == WORTH


def test_a_hundred_untouched_copies_use_up_no_more_than_the_time():
    stub = (
        "def standardise(x):\n    import time\n    time.sleep(9)\n    raise NotImplementedError\n"
    )
    copies = [{"cell_type": "code", "metadata": {}, "source": stub}] * 100
    notebook = solved()
    cell_of(notebook, "standardise")["source"] = stub
    notebook["cells"] += copies
    start = time.monotonic()
    result = grade(handed_in(notebook), Settings(CHAPTER, call_s=0.5, total_s=3.0))[0]
    assert time.monotonic() - start < 30, "a guard against hours, no measurement"
    assert result.timed_out


@pytest.mark.parametrize("kind", ["landlock", "plain"])
def test_the_grader_survives_where_namespaces_are_forbidden(kind, monkeypatch):
    """A submission that kills its parents, one that leaves a daemon, one that closes everything."""
    if choose().flavour == "none" or sandbox._problem(Jail(kind)):
        pytest.skip(f"no {kind} here")
    monkeypatch.setattr(host, "_hosts", {})
    monkeypatch.setattr(sandbox, "choose", lambda wanted: Jail(kind))
    killer = answers(
        "import os, signal\nabove = os.getppid()\n"
        "try: higher = int(open(f'/proc/{above}/stat').read().rpartition(')')[2].split()[1])\n"
        "except OSError: higher = above\n"
        "for pid in (above, higher):\n    try: os.kill(pid, signal.SIGKILL)\n"
        "    except OSError: pass\nraise ValueError"
    )
    assert outcome(alone(killer)).points == 0
    assert outcome(alone(INNOCENT["a process started twice over"])).points == WORTH
    for started in host._hosts.values():
        started.close()


POLLUTION = answers(
    "import numpy, os, sys\n"
    "places = (os.path.dirname(numpy.__file__), os.getcwd(), '/tmp', os.path.expanduser('~'))\n"
    "for folder in places:\n"
    "    for name in ('__init__.py', 'sitecustomize.py', '__pycache__/x.pyc', 'numpy.py'):\n"
    "        path = os.path.join(folder, 'polluted-' + name.replace('/', '-'))\n"
    "        try: open(path, 'w').write('raise SystemExit')\n"
    "        except OSError: pass\n"
    "numpy.ndarray.mean = None",
    "import builtins, gc, numpy\nnumpy.mean = numpy.std = numpy.load = None\n"
    "builtins.sorted = builtins.sum = None\nnumpy.random.seed(5)",
)


def test_one_submission_cannot_change_the_next():
    """Neither in memory, for each exercise has a process of its own, nor on disk."""
    assert outcome(alone(POLLUTION)).points == 0
    seen = answers(
        "import glob, os, numpy\n"
        "found = [p for f in (os.path.dirname(numpy.__file__), '.', '/tmp') "
        "for p in glob.glob(f + '/polluted-*')]\n"
        "raise LookupError(f'{len(found)} files of another submission')"
    )
    scored = outcome(alone(seen))
    if choose().flavour != "none":
        assert "0 files of another submission" in scored.lines[0].message
    assert grade(handed_in(solved()), Settings(CHAPTER))[0].points == FULL


FORGED_DRIVER = """
    worker = of_the_worker()["session"]
    for name in list(worker.drivers):
        if callable(worker.drivers[name]):
            worker.drivers[name] = lambda *args, **kwargs: FORGED
    raise ValueError
"""


@pytest.mark.parametrize("forged", ["0", "True", "[]", "x", "dict(ok=True)", "object()"])
def test_a_forged_driver_can_only_guess(forged):
    """It runs in the submission's process, so a submission can put another in its place."""
    text = REACH + "def sum_to(xp, x, *, shape):" + FORGED_DRIVER.replace("FORGED", forged)
    result = grade(
        Submission("learner", answers={"03/sum_to": text}), Settings("03", call_s=1.0, cell_s=2.0)
    )[0]
    assert result.points == 0


@pytest.mark.parametrize("cell", ["while True: pass", "import ctypes; ctypes.string_at(0)"])
def test_without_a_zygote_too(cell, monkeypatch):
    """As on macOS and Windows: an interpreter for each exercise, pipes, a watchdog."""
    monkeypatch.setattr(host, "_hosts", {})
    monkeypatch.setattr(host.Host, "_forks", lambda self: False)
    text = f"def relu(x):\n    {cell}\n"
    accuracy = (
        "def accuracy(scores, labels):\n    return float((scores.argmax(-1) == labels).mean())"
    )
    submission = Submission("learner", answers={"00/relu": text, "00/accuracy": accuracy})
    result = grade(submission, Settings("00", call_s=1.0, cell_s=5.0, sandbox="none"))[0]
    points = {scored.id: (scored.points, scored.status) for scored in result.exercises}
    assert points["00/relu"] == (0, "stopped")
    assert points["00/accuracy"][0] > 0


def test_under_a_command_of_the_instructors(monkeypatch):
    monkeypatch.setattr(host, "_hosts", {})
    submission = Submission(
        "learner", answers={"00/relu": "def relu(x):\n    return dl.maximum(x, 0)"}
    )
    result = grade(submission, Settings("00", sandbox="env DIYDL_INSIDE=1"))[0]
    assert "env DIYDL_INSIDE=1" in result.sandbox
    assert next(s for s in result.exercises if s.id == "00/relu").status == "passed"
