'''How to write an exercise and its check.

An exercise ``NN/name`` has two files in the folder of its chapter, and a line in that folder's
``__init__.py``::

    checks/ch01_arrays/__init__.py          EXERCISES = ("01/row_means", ...), in order
    checks/ch01_arrays/row_means.py         the bank: title, reference, hints, mistakes, drivers
    checks/ch01_arrays/test_row_means.py    the tests

A dash in an id is an underscore in file names. Predictions, orderings and bug hunts have a bank and
no tests; the end of this text is about them.

**In the chapter** (``solutions/01_arrays.py``) an exercise is a cell tagged ``exercise`` with
``exercise="01/row_means"`` that defines the function ``row_means``, and a cell tagged ``check``
with ``check("01/row_means", row_means)``. The name of the function is the last part of the id
(another one is given by ``name=``), and no other cell of the chapter binds it. The answer is the
whole cell: helpers in it belong to it; the imports of the given cells are there; nothing else is.

The bank
========
It makes one object called ``exercise``::

    import numpy as np
    import diydl as dl
    from diydl.course.bank import Code

    def reference(x):                      # or a slot of the library: dl.relu, metrics.accuracy
        return dl.mean(x, axis=1)

    exercise = Code(
        "01/row_means",
        "The mean of each row",            # a few words, the head of the report
        reference,
        hints=(
            "Which axis do you walk along within one row?",             # a question
            "Let one call reduce that axis, without a loop.",           # a sub-goal
            "1. Call `dl.mean` on `x`.\\n2. Give it `axis=1`.\\n3. Return it.",  # the lines
        ),
    )

    @exercise.mistake("You average each column: axis 0 walks down. Rows are averaged along axis 1.")
    def columns(x):
        return dl.mean(x, axis=0)

*Reference.* Where the library has the function, mark it there with ``@exercise("01/row_means")``
of `diydl.exercise` and give that slot as the reference: then the answer can be overlaid on the
library, and **the check must demand the full contract of the slot** (every rank, dtype and kind
of value that it accepts), because a learner's function will run inside later chapters. The header
of the answer must be the reference's: same parameters, kinds and defaults. The check says so by
itself; no test is needed for that.

*Hints.* A question, a sub-goal, the ordered lines, in the words of the chapter. They never show
code that could be pasted whole.

*Mistakes.* At least three, better five, as a learner would make them. Each has the header of the
reference, returns the right shape and dtype on some public case, passes at least one test, fails
the check, and its message names the **cause** in a sentence or two and what to do. It is recognised
by behaviour: it is put through the same cases as the answer, and matches if it passes and fails the
same ones, raises the same kinds of errors, and shows the same values to every comparison. So two
mistakes of a bank must differ in some value that a test looks at; the more special one comes first.
``mistake.source`` gives its lines, for a bug hunt of a later chapter.

*Drivers.* What works on objects that are not plain data (Tensors, layers, a tape, an optimizer), or
calls back, is exercised by a driver, because only plain data crosses to a grader's process::

    @exercise.driver
    def gradient(pieces, x, g):            # the learner's pieces, then what the test passes
        x = dl.tensor(x, requires_grad=True)
        pieces.row_means(x).backward(g)
        return {"gradient": None if x.grad is None else x.grad.numpy()}

A driver builds the objects, runs the piece, returns None, numbers, text, arrays, or lists, tuples
and dicts of them. It holds no tests and no expected values. While it runs, the slot is the
learner's function, so ``dl.relu`` in a driver about ``00/relu`` *is* the learner's.

The tests
=========
A file of pytest. It imports `agree`, `agree_gradient`, `agree_type` and `leaves_inputs_alone` from
`diydl.course.compare`, NumPy and pytest, and nothing of the bank::

    pytestmark = pytest.mark.exercise("01/row_means")

    @pytest.mark.points(2)
    @pytest.mark.hint("one call with axis=1 does it")
    def test_values(sub, rng, reference):
        """Means of a table with more rows than columns"""
        x = rng.normal(size=(5, 3))
        agree(sub.row_means(x), reference(x))

    @pytest.mark.points(1)
    @pytest.mark.hint("operations of the library remember how to go backward")
    def test_gradient(drive, rng):
        """A gradient comes back"""
        g = rng.normal(size=5)
        found = drive("gradient", rng.normal(size=(5, 3)), g)
        agree_gradient(found["gradient"], np.repeat(g[:, None] / 3, 3, axis=1))

The first line of a docstring is what the learner reads, without a full stop. Each test function
has ``points`` (a literal number; `diydl build` reads it without running the file) and ``hint``.
Cases of ``parametrize`` share the points of their function: all must pass. The fixtures are:

``sub``
    the learner's function as ``sub.row_means``. It gets copies of the arrays, with their strides.
    Pass and expect plain data only: numbers, text, arrays.
``drive(name, *args, **kwargs)``
    run a driver of the bank on it.
``rng``
    a NumPy generator, seeded by the check's one recorded seed and the test's name. Inputs are
    fresh: no constant that an answer could know. A check must hold for every seed.
``reference``
    the reference as a plain function, for expected values. Learners' code cannot reach it.

No other fixtures (no ``tmp_path``, no ``monkeypatch``), no state between tests, no files, no
network, well under 50 ms in all. The learner's code has ``limit`` seconds (5 unless the bank says
otherwise), one budget for the whole check.

*Compare with the helpers*, never with ``np.testing``. ``agree(found, expected, what="the loss")``
looks at kind, shape, dtype, finiteness and values, in that order, and says what differs: axis by
axis, the first wrong element, a turned sign, a constant factor, float64 creeping in.
``agree_gradient(analytic, numeric)`` shows the first wrong element numeric beside analytic, and
names a missing un-broadcast. ``leaves_inputs_alone(sub.row_means, x)`` names a changed or an
aliased input. A plain ``assert condition, "sentence for the learner"`` is fine for what they do
not cover, but mistakes that differ only there look alike; show the value to
`diydl.course.compare.note` first.

*Prove it.* ``pytest tests/course/test_proof.py -k row_means`` shows for every exercise: the stub
scores 0, the solution and the reference full, each mistake less and under its own name, and that
deleting any test lets some mistake pass. So write tests that do not overlap: for each one there
is a mistake that only it catches. Where two tests cannot be told apart by a realistic mistake,
they are one test.

Questions
=========
They are checked, recorded and carry no points. The exercise cell assigns one name
(``guess = 10`` in the solution becomes ``guess = ...``). The bank makes one object called
``exercise`` of `diydl.course.question`:

``Prediction(id, title, hints, low=, high=, solution=, explain=, mistakes=[Mistake(name, message,
(from, to))])``
    a whole number; right from low to high. A mistake is a range of numbers and why one might
    think so.
``Ordering(id, title, hints, steps={name: line}, distractors={name: (line, why not)}, shown=names,
explain=)``, then ``exercise.wrong_order(message, *names)``
    ``check.lines(id)`` in a given cell shows the lines as a, b, c, ... in the order of ``shown``;
    the answer is a string such as "cadb". Take distractors from mistakes of the chapter.
``BugHunt(id, title, hints, code=, wrong=, fixed=, explain=)``, then ``exercise.innocent(line,
message)``
    ``check.lines(id)`` shows numbered lines; the answer is the number of the wrong one. A mistake
    is a suspicious line that is right. The code must run without an error;
    ``exercise.repaired()`` is the code without the bug, so that a test can show that the one
    fails and the other works.
'''
