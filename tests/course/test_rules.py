import ast

import pytest

from diydl.course.rules import apply_rules, bound_names
from diydl.course.source import SourceError, read_source


@pytest.fixture
def broken(tmp_path, tiny):
    """Apply the rules to the small chapter after a replacement in its text."""

    def apply(old, new):
        assert old in tiny
        path = tmp_path / "00_tiny.py"
        path.write_text(tiny.replace(old, new))
        apply_rules(read_source(path))

    return apply


MORE = '\n# %% tags=["exercise"] exercise="00/half"\n'
HALF = MORE + "def {name}(x):\n    ### BEGIN SOLUTION\n    return x / 2\n    ### END SOLUTION\n"
CHECK = '# %% tags=["check"]\n'
LAST = 'check("00/double", double)\n'


def test_the_small_chapter_keeps_the_rules(broken):
    broken("Tiny", "Tiny")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ('["given"]', '["givn"]', 4, "unknown tag 'givn'; did you mean 'given'"),
        ('["given"]', '["given", "check"]', 4, "one of given, exercise and check"),
        ('id="setup"', 'idd="setup"', 4, "unknown key 'idd' in the cell's header"),
        ('id="setup"', 'id="set up"', 4, "an id has 1 to 64 letters"),
        ('tags=["exercise"] ', "", 9, 'needs tags=\\["exercise"\\]'),
        ('exercise="00/double"', "", 9, 'expected exercise="00/name", got None'),
        ('exercise="00/double"', 'exercise="01/double"', 9, 'expected exercise="00/name"'),
        ("### BEGIN SOLUTION", "", 15, "without its partner"),
        ("def double(x):", "def double(x)", 10, "not Python"),
        (CHECK + LAST, "", 9, "exercise 00/double has no check cell; add one"),
        (LAST, 'check("00/doubl", double)', 17, "no exercise cell for '00/doubl'; did you mean"),
        (LAST, 'check("00/double", x)', 17, "line 9\\) does not define 'x'"),
        (LAST, "double(3)", 17, "ends with one call such as check"),
        (
            "from diydl.course import check\n",
            "from diydl.course import check\n\n# %% [markdown]\n# **Modify.** Change it.\n",
            4,
            "the text in line 9 asks to modify this cell",
        ),
        (LAST, LAST + CHECK + LAST, 19, "a second check cell"),
        (LAST, LAST + HALF.format(name="double"), 21, "bound by exercise 00/double too"),
        (LAST, LAST + HALF.format(name="half"), 20, "00/half has no check cell"),
        ("import numpy as np", "from numpy import add as double", 5, "this binds 'double'"),
        ("import numpy as np", "from diydl.nn import *", 5, "a star import"),
        ("import numpy as np", "import math\nfor double in []: pass", 6, "this binds 'double'"),
        ("import numpy as np", "return_ = np.add(x, x)", None, None),
        ("import numpy as np", "f = lambda x: (\n    np.add(x, x))", None, None),
        ("import numpy as np", "def f(x):\n    return np.add(x, x)", 6, "gives away a line"),
        ("# # Tiny", "# # Tiny\n#\n# `x`:\n#\n#     return np.add(x, x)", 6, "gives away a line"),
        (LAST, LAST + "\n# %%\n### BEGIN SOLUTION\n### END SOLUTION\n", 20, "outside an exercise"),
    ],
)
def test_a_broken_rule_names_the_line_and_what_to_do(broken, old, new, line, message):
    if message is None:
        broken(old, new)
        return
    with pytest.raises(SourceError, match=message) as caught:
        broken(old, new)
    assert caught.value.line == line


def test_an_exercise_needs_a_solution(tmp_path):
    path = tmp_path / "00_tiny.py"
    path.write_text('# %% tags=["exercise"] exercise="00/a"\ndef a():\n    pass\n')
    with pytest.raises(SourceError, match="00_tiny.py:1: an exercise cell without a solution"):
        apply_rules(read_source(path))


def test_a_check_stands_below_its_exercise(tmp_path, tiny):
    path = tmp_path / "00_tiny.py"
    head, check = tiny.split('# %% tags=["check"]\n')
    setup, exercise = head.split('# %% tags=["exercise"]')
    path.write_text(f'{setup}# %% tags=["check"]\n{check}\n# %% tags=["exercise"]{exercise}')
    with pytest.raises(SourceError, match="stands above the exercise"):
        apply_rules(read_source(path))


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("import a.b, c as d\nfrom e import f", {"a", "d", "f"}),
        ("x, (y, *z) = 1, (2, 3)\nx.attribute = x[0] = 1", {"x", "y", "z"}),
        ("with a as b: c = 1\ntry: pass\nexcept E as e: pass", {"b", "c", "e"}),
        ("def f(a):\n    b = 1\nclass G:\n    c = 1", {"f", "G"}),
        ("while (n := g()): pass\n[k for k in n]\nlambda t: t", {"n"}),
        ("match x:\n    case [a, *b]: pass\n    case {'k': c, **d}: pass", {"a", "b", "c", "d"}),
    ],
)
def test_names_bound_at_the_top(code, names):
    assert {name for name, _ in bound_names(ast.parse(code))} == names
