import pytest

from diydl.course import rebuild as rebuild_module
from diydl.course.rebuild import AnswerError, defines, given_names, missing_name, rebuild


def build(cell, **more):
    return rebuild(cell, "99/f", "f", **more)


def test_helpers_in_the_cell_belong_to_the_answer():
    assert (
        build("import math\nk = 2\ndef helper(x): return k * x\ndef f(x): return helper(x)")(3) == 6
    )


def test_the_given_imports_are_there():
    assert build("def f(x): return np.add(x, dl.__version__ is None)")(1) == 1


def test_imports_of_the_chapter_are_given_without_the_course():
    names = given_names("00")
    assert {"np", "dl", "nn", "optim", "data", "metrics"} <= set(names)
    assert "check" not in names


def test_nothing_else_is_there():
    function = build("def f(x): return check_me + x")
    with pytest.raises(NameError):
        function(1)


def test_a_class_counts_too():
    assert build("class f:\n    value = 3").value == 3


@pytest.mark.parametrize(
    "line", ["%time", "%%time", "!ls", "files = !ls", "t = %who_ls", "np.sum?", "?np", "np.sum??"]
)
def test_lines_for_ipython_are_passed_over(line):
    assert build(f"{line}\ndef f(x): return x")(3) == 3


def test_what_only_looks_like_ipython_stays():
    assert build("def f(x):\n    return (x\n    % 3)")(5) == 2


def test_a_given_import_that_is_not_used_is_not_run(monkeypatch):
    monkeypatch.setattr(rebuild_module, "given_imports", lambda chapter: {"bad": "import bad_one"})
    assert build("def f(x): return x")(3) == 3
    with pytest.raises(ModuleNotFoundError):
        build("def f(x): return bad.x")


def test_top_level_await_does_not_spoil_the_answer():
    assert build("await something()\ndef f(x): return x")(3) == 3


def test_a_try_out_that_fails_does_not_spoil_the_answer():
    assert build("y = other_cell\ndef f(x): return x\nprint(f(data))\n%timeit f(3)\n!ls")(4) == 4


def test_what_is_bound_later_does_not_replace_the_definition():
    assert build("def f(x): return 1\nf = lambda x: 2")(0) == 1


def test_the_last_definition_counts():
    assert build("def f(x): return 1\ndef f(x): return 2")(0) == 2


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("f = lambda x: x", "is assigned; that does not count"),
        ("a = f = abs", "is assigned"),
        ("from math import floor as f", "is imported; that does not count"),
        ("x = 1", "does not define `f` at its top level"),
        ("if True:\n    def f(x): pass", "does not define `f` at its top level"),
        ("def f(x)\n    return x", "not valid Python in line 1"),
        ("1 / 0", "line 1 of your cell fails: ZeroDivisionError"),
        ("@decorate\ndef f(x): return x", "uses `decorate`"),
        ("@1\ndef f(x): return x", "line 2 of your cell fails: TypeError|line 1 of your cell"),
        ("", "does not define `f`"),
    ],
)
def test_what_does_not_count_is_said(cell, words):
    with pytest.raises(AnswerError, match=words):
        build(cell)


def test_a_name_from_another_cell_is_to_be_moved():
    with pytest.raises(AnswerError, match="another cell defines; move it into this cell"):
        build("@decorate\ndef f(x): return x", elsewhere=["decorate"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("helpr", "did you mean `helper`"),
        ("qqq", "if it is yours, move it"),
        ("helper", "another cell"),
    ],
)
def test_missing_names(name, words):
    assert words in missing_name(NameError("", name=name), {}, ["helper"])


def test_defines_reads_the_top_level_only():
    assert defines("def f(): pass", "f")
    assert not defines("class A:\n    def f(self): pass", "f")
    assert not defines("def f(:", "f")
