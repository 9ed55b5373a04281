"""Code that hangs, dies, floods, lies, looks round or reaches for the reference."""

import functools

from tests.course.grading.hostile.case import (
    NOTHING,
    Case,
    handed_in,
    inside,
    right,
    solved,
    untouched,
    with_cells,
)

QUICK = {"call_s": 1.0, "cell_s": 1.0}


def one(name: str, why: str, cell: str, *, points: float | None = 0.0, where="standardise", **more):
    """A case in which only one exercise is not as in the solution; full points for None."""
    known = {} if points is None else {where: points}
    build = functools.partial(with_cells, **{where: cell})
    return Case(name, why, build, points=known, **more)


def answers(body: str, before: str = "") -> str:
    """A cell that answers `standardise` in its own way."""
    lines = "\n".join("    " + line for line in body.splitlines())
    return f"{before}\n\ndef standardise(x):\n{lines}\n"


PLAIN = [
    Case("good", "everything is right", lambda: handed_in(solved())),
    Case(
        "partial",
        "a mean where a root is asked (2 of 5 points left), and one exercise untouched",
        lambda: with_cells(
            pairwise_distances="def pairwise_distances(a, b):\n"
            "    return ((a[:, None] - b[None]) ** 2).mean(axis=-1)\n",
            block_sums="def block_sums(image, size):\n    raise NotImplementedError\n",
        ),
        points={"pairwise_distances": 3.0, "block_sums": 0.0},
        status={"block_sums": "not attempted"},
    ),
    Case("untouched", "nothing was done", lambda: handed_in(untouched()), points=NOTHING),
]

HANGS = [
    one(
        "endless loop in Python",
        "never returns",
        answers("while True:\n    pass"),
        settings=QUICK,
        status={"standardise": "stopped"},
    ),
    one(
        "endless loop that swallows interrupts",
        "never returns, and catches everything",
        answers("while True:\n    try:\n        while True: pass\n    except BaseException: pass"),
        settings=QUICK,
        status={"standardise": "stopped"},
    ),
    one(
        "endless loop while the cell runs",
        "the cell never ends",
        "while True:\n    pass\n" + right("standardise"),
        settings=QUICK,
        status={"standardise": "stopped"},
    ),
    one(
        "a huge power",
        "hangs in C, where no Python interrupt is heard",
        answers("return 9 ** 9 ** 9 ** 9"),
        settings=QUICK,
        status={"standardise": "stopped"},
    ),
    one(
        "a catastrophic regular expression",
        "hangs in C",
        answers("import re\nreturn re.match('(a+)+$', 'a' * 60 + 'b')"),
        settings=QUICK,
        status={"standardise": "stopped"},
    ),
    one(
        "an endless sleep",
        "waits for ever",
        answers("import time\ntime.sleep(10 ** 6)"),
        settings=QUICK,
        status={"standardise": "stopped"},
    ),
]

DIES = [
    one("sys.exit", "ends the program", answers("import sys\nsys.exit(0)")),
    one(
        "sys.exit as the cell runs",
        "it would end the cell; the answer below it is right",
        "import sys\nsys.exit()\n" + right("standardise"),
        points=None,
    ),
    one("os._exit", "ends the process", answers("import os\nos._exit(0)")),
    one(
        "the real os._exit",
        "ends the process by its system call",
        answers("import ctypes\nctypes.CDLL(None)._exit(0)"),
        status={"standardise": "stopped"},
    ),
    one(
        "a segmentation fault",
        "crashes the interpreter",
        answers("import ctypes\nctypes.string_at(0)"),
        status={"standardise": "stopped"},
    ),
    one(
        "killing itself",
        "SIGKILL",
        answers("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nctypes = 1\n1 / 0"),
    ),
    one(
        "a recursion without end",
        "fails each time it is called",
        answers("return standardise(x)"),
    ),
    one(
        "input()",
        "waits for somebody to type",
        answers("return x * float(input())"),
    ),
]

FLOODS = [
    one(
        "a fork bomb",
        "starts as many processes as it can",
        answers(  # bounded, for the day on which nothing bounds it
            "import os, time\nfor _ in range(10):\n    try: os.fork()\n    except OSError: pass\n"
            "time.sleep(60)"
        ),
        settings=QUICK,
        status={"standardise": "stopped"},
    ),
    one(
        "a memory hog",
        "takes all the memory there is",
        answers("held = []\nwhile True:\n    held.append(bytearray(2 ** 26))"),
        settings={"mem_mb": 1024, **QUICK},
    ),
    one(
        "200 MB of print",
        "floods the output; what it returns is right",
        "print(*('x' * 2 ** 20 for _ in range(200)))\n" + right("standardise"),
        points=None,
    ),
    one(
        "200 MB on file descriptor 1",
        "floods the process's own output; what it returns is right",
        "import os\nfor _ in range(200):\n    os.write(1, b'x' * 2 ** 20)\n" + right("standardise"),
        points=None,
    ),
    one(
        "480 MB returned",
        "far too large",
        answers("import numpy\nreturn numpy.zeros((60, 10 ** 6))"),
    ),
    one(
        "a list of lists, 100,000 deep",
        "no value to compare; it leaves its input alone (1 point)",
        answers("held = []\nfor _ in range(10 ** 5):\n    held = [held]\nreturn held"),
        points=1.0,
    ),
    one(
        "an integer of a million digits",
        "no value to compare; it leaves its input alone (1 point)",
        answers("return 7 ** 10 ** 6"),
        points=1.0,
    ),
    one(
        "an error with a message of 100 MB",
        "fails",
        answers("raise ValueError('x' * 10 ** 8)"),
    ),
    one(
        "fills the disk",
        "writes until it is stopped",
        answers(
            "k = 0\nwhile True:\n    k += 1\n"
            "    with open(f'{k}', 'wb') as file:\n        file.write(b'x' * 2 ** 24)"
        ),
        settings=QUICK,
    ),
]

_STUB = answers("return x * 0")  # finite, of the right shape and dtype

LIES = [
    one(
        "numpy.testing patched",
        "asserts nothing any more; returns zeros (constant columns, dtype, input unchanged: 3)",
        "import numpy.testing\nfor _name in dir(numpy.testing):\n"
        "    if _name.startswith('assert'):\n"
        "        setattr(numpy.testing, _name, lambda *args, **kwargs: None)\n" + _STUB,
        points=3.0,
    ),
    one(
        "pytest patched",
        "makes every test pass in its own process only; zeros",
        "import sys, types\nsys.modules['pytest'] = types.ModuleType('pytest')\n"
        "sys.modules['diydl.course.compare'] = types.SimpleNamespace(agree=lambda *a, **k: None)\n"
        + _STUB,
        points=3.0,
    ),
    one(
        "json, struct and numpy.save patched",
        "every reply is to say that all is well",
        "import io, json, struct, numpy\n"
        "json.dumps = lambda *a, **k: '[\"value\", true]'\n"
        "numpy.save = numpy.lib.format.write_array = lambda *a, **k: None\n" + _STUB,
    ),
    one(
        "the library patched",
        "replaces everything in diydl by what agrees, in its own process; zeros (3 points)",
        "import diydl, sys\nfor _module in [m for n, m in sys.modules.items() if 'diydl' in n]:\n"
        "    for _name in list(vars(_module)):\n"
        "        if callable(vars(_module)[_name]) and not _name.startswith('__'):\n"
        "            vars(_module)[_name] = lambda *args, **kwargs: True\n" + _STUB,
        points=3.0,
    ),
    one(
        "equal to everything",
        "an object that says yes to every comparison; it leaves its input alone (1 point)",
        points=1.0,
        cell=answers(
            "return Agreeable()",
            "class Agreeable:\n    __hash__ = None\n    dtype, shape, ndim = 'float32', (6, 3), 2\n"
            "    def __eq__(self, other): return True\n"
            "    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __eq__\n"
            "    def __bool__(self): return True\n"
            "    def __sub__(self, other): return 0\n    __rsub__ = __abs__ = __sub__\n"
            "    def __getattr__(self, name): return self\n"
            "    def __getitem__(self, key): return self",
        ),
    ),
    one(
        "an array that lies about its shape",
        "a subclass with a property `shape`; it keeps float32 and leaves its input alone",
        answers(
            "import numpy\nclass Liar(numpy.ndarray):\n"
            "    shape = property(lambda self: x.shape)\n"
            "    def __eq__(self, other): return numpy.ones(x.shape, bool)\n"
            "return numpy.zeros(3, x.dtype).view(Liar)"
        ),
        points=2.0,
    ),
    one(
        "an __array__ that sleeps",
        "becomes an array only after a day; it leaves its input alone (1 point)",
        points=1.0,
        cell=answers(
            "return Sleeper()",
            "import time\nclass Sleeper:\n    dtype = 'float32'\n"
            "    def __array__(self, *args, **kwargs): time.sleep(86400)\n"
            "    __array_interface__ = property(lambda self: time.sleep(86400))",
        ),
        settings=QUICK,
    ),
    one(
        "str and repr that never return",
        "an error whose text takes for ever",
        answers(
            "raise Slow()",
            "class Slow(Exception):\n    def __str__(self):\n        while True: pass\n"
            "    __repr__ = __str__",
        ),
        settings=QUICK,
    ),
    one(
        "a pickled payload",
        "elements that would run code where they are unpickled; it leaves its input alone",
        points=1.0,
        cell=answers(
            "import numpy\nreturn numpy.array([Payload()], dtype=object)",
            "import os\nclass Payload:\n"
            "    def __reduce__(self): return os.system, ('touch PWNED',)",
        ),
    ),
    one(
        "forged replies",
        "writes replies of its own on every open file, then hangs",
        answers(
            "import os, json, struct\nreply = json.dumps(['value', True]).encode()\n"
            "for fd in range(64):\n"
            "    for text in (reply, reply + b'\\n', struct.pack('<Q', len(reply)) + reply):\n"
            "        try: os.write(fd, text)\n        except OSError: pass\n"
            "while True: pass"
        ),
        settings=QUICK,
        status={"standardise": "stopped"},
    ),
    one(
        "takes over the worker's frames",
        "looks for the process's own stream and state, and ends the conversation",
        answers(
            "import gc, socket, os\nfor thing in gc.get_objects():\n"
            "    if isinstance(thing, socket.socket):\n"
            "        try: thing.sendall(b'x' * 100)\n        except OSError: pass\n"
            "frame = __import__('sys')._getframe()\n"
            "while frame:\n    frame.f_globals.clear() if frame.f_back is None else None\n"
            "    frame = frame.f_back\nreturn x"
        ),
        settings=QUICK,
    ),
    one(
        "a thread that changes the result afterwards",
        "what was returned counts: zeros (constant columns, dtype, input unchanged: 3)",
        answers(
            "import threading, numpy\nout = x * 0\n"
            "def later():\n    import time\n    time.sleep(0.2)\n"
            "    out[...] = (x - x.mean(0)) / (x.std(0) + 1e-9)\n"
            "threading.Thread(target=later, daemon=True).start()\nreturn out"
        ),
        points=3.0,
    ),
]

LOOKS = [
    one(
        "sniffing the environment",
        "right only where a path, a seed or a key is found in the environment",
        answers(
            "import os, sys\n"
            "words = ('SEED', 'HIDDEN', 'SOLUTION', 'DIYDL', 'SECRET', 'TOKEN', 'SUBMISSION')\n"
            "found = [k for k in os.environ if any(w in k for w in words)]\n"
            "found.remove('PYTHONHASHSEED')  # everybody's: it is 0\n"
            "found += [a for a in sys.argv + getattr(sys, 'orig_argv', []) if 'hidden' in a]\n"
            "if not found: raise LookupError('nothing found')\n"
            "return (x - x.mean(0)) / x.std(0)"
        ),
    ),
    one(
        "reading the checks and the solutions",
        "searches the disk for the answer and runs what it finds",
        answers(
            "import glob, os, sys\n"
            "roots = [*sys.path, '/home/*', '/srv', os.path.expanduser('~'), os.getcwd(),\n"
            "         os.path.dirname(os.path.dirname(sys.modules['diydl'].__file__))]\n"
            "wanted = ('solutions/01*', 'diydl/course/checks/ch01*/*.py', 'diydl/data/table.py',\n"
            "          '*/solutions/01*', 'submissions/*', '*/hidden/*')\n"
            "for root in roots:\n    for pattern in wanted:\n"
            "        for path in glob.glob(os.path.join(root, pattern)):\n"
            "            text = open(path).read()\n            if 'def standardise' in text:\n"
            "                space = {}\n                exec(text, space)\n"
            "                return space['standardise'](x)\n"
            "raise LookupError('nothing to read')"
        ),
    ),
    one(
        "the network",
        "asks the outside for the answer",
        answers(
            "import socket\n"
            "for family, address in ((socket.AF_INET, ('127.0.0.1', 22)),\n"
            "                        (socket.AF_INET, ('192.0.2.1', 80))):\n"
            "    with socket.socket(family) as end:\n        end.settimeout(0.2)\n"
            "        try: end.connect(address)\n        except ConnectionRefusedError: pass\n"
            "return x"
        ),
        settings=QUICK,
    ),
    one(
        "a daemon left behind",
        "what it returns is right; what it started must be gone",
        inside(
            "standardise",
            "import subprocess\nsubprocess.Popen(['/bin/sleep', '86321'], start_new_session=True)",
        ),
        points=None,
    ),
    one(
        "killing the parent",
        "kills its parent and the parent of that, then answers wrongly",
        answers(
            "import os, signal\nabove = os.getppid()\n"
            "try: higher = int(open(f'/proc/{above}/stat').read().rpartition(')')[2].split()[1])\n"
            "except OSError: higher = 0\n"
            "for pid in (above, higher):\n"
            "    if pid > 1:\n        try: os.kill(pid, signal.SIGKILL)\n"
            "        except OSError: pass\nraise ValueError"
        ),
        settings={"call_s": 5.0},
    ),
    one(
        "signal handlers and exit hooks",
        "asks to be called at the end and on every signal; what it returns is right",
        "import atexit, signal, sys\natexit.register(lambda: print('bye'))\n"
        "for _n in (1, 2, 10, 12, 14, 15):\n    signal.signal(_n, lambda *a: None)\n"
        "sys.setrecursionlimit(10 ** 6)\n" + right("standardise"),
        points=None,
    ),
]

FORWARDS = [
    one(
        "forwards to the library",
        "the piece that it was asked to write",
        answers("from diydl.data import table\nreturn table.standardise(x)"),
        status={"standardise": "refused"},
    ),
    one(
        "forwards, imported as the cell runs",
        "the same, imported before",
        answers("return theirs(x)", "from diydl.data.table import standardise as theirs"),
        status={"standardise": "refused"},
    ),
    one(
        "an import in place of an answer",
        "defines nothing",
        "from diydl.data.table import standardise",
    ),
    one(
        "assignment of the library's own",
        "defines nothing",
        "from diydl.data import table\nstandardise = table.standardise",
    ),
    one(
        "asks the slot for its reference",
        "by its public and its private names, before and while it is called",
        answers(
            "for f in tried:\n    try: return f(x)\n    except Exception as error: last = error\n"
            "for name in names:\n    try: return getattr(slot, name)(x)\n"
            "    except Exception as error: last = error\nraise last",
            "from diydl.data import table\nfrom diydl import exercise\nslot = table.standardise\n"
            "names = ['reference', '__wrapped__', '_reference', 'current', '__call__']\n"
            "tried = []\n"
            "for name in names:\n    try: tried.append(getattr(slot, name))\n"
            "    except Exception: pass\n"
            "for read in (lambda: exercise._slots['01/standardise']._reference,\n"
            "             lambda: exercise.SLOTS['01/standardise'].reference):\n"
            "    try: tried.append(read())\n    except Exception: pass",
        ),
        status={"standardise": "refused"},
    ),
    one(
        "searches memory for the reference",
        "every function of that name that the interpreter holds, and every code",
        answers(
            "import gc, types\nfor thing in gc.get_objects():\n"
            "    for f in [thing, *gc.get_referents(thing)]:\n"
            "        name = getattr(f, '__name__', '')\n"
            "        if isinstance(f, types.FunctionType) and name == 'standardise':\n"
            "            if f.__code__.co_filename.endswith('table.py'):\n"
            "                return f(x)\n"
            "        if isinstance(f, types.CodeType) and f.co_name == 'standardise':\n"
            "            if f.co_filename.endswith('table.py'):\n"
            "                import numpy\n"
            "                return types.FunctionType(f, {'np': numpy, 'xp': numpy})(x)\n"
            "raise LookupError('not found')"
        ),
        settings={"call_s": 10.0},
    ),
    one(
        "the source of the reference",
        "read through inspect and linecache, then run",
        answers(
            "import inspect\nfrom diydl.data import table\nspace = dict(vars(table))\n"
            "exec(inspect.getsource(table).split('@exercise')[0] +\n"
            "     inspect.getsource(inspect.unwrap(table.standardise)), space)\n"
            "return space['standardise'](x)"
        ),
    ),
    one(
        "imports the checks",
        "the bank keeps a reference beside the mistakes",
        answers(
            "import importlib\n"
            "m = importlib.import_module('diydl.course.checks.ch01_arrays.standardise')\n"
            "return m.exercise.reference(x)"
        ),
    ),
]

CASES = [*PLAIN, *HANGS, *DIES, *FLOODS, *LIES, *LOOKS, *FORWARDS]
