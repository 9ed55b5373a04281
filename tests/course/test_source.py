import pytest

from diydl.course.source import SourceError, read_source


def cell(tmp_path, code):
    path = tmp_path / "00_tiny.py"
    path.write_text(f'# %% [markdown]\n# Text\n\n# %% tags=["exercise"]\n{code}\n')
    return read_source(path)[1]


FUNCTION = '''def double(x):
    """Twice x."""
    # one line is enough
    ### BEGIN SOLUTION
    y = x + x

    return y
    ### END SOLUTION
'''

STEPS = """def mean(x):
    # 1. add up
    ### BEGIN SOLUTION
    total = x.sum()
    ### END SOLUTION
    # 2. divide
    ### BEGIN STARTER
    # for k in x:
    #     return k
    #
    # return total / 2
    ### END STARTER
    ### BEGIN SOLUTION
    return total / len(x)
    ### END SOLUTION
"""


def test_a_stub_keeps_signature_docstring_and_comments(tmp_path):
    assert cell(tmp_path, FUNCTION).stub() == (
        'def double(x):\n    """Twice x."""\n    # one line is enough\n'
        "    raise NotImplementedError  # your code here"
    )


def test_a_solution_keeps_its_marks(tmp_path):
    assert cell(tmp_path, FUNCTION).solved() == FUNCTION.rstrip()


def test_a_starter_takes_the_place_of_the_solution(tmp_path):
    assert cell(tmp_path, STEPS).stub() == (
        "def mean(x):\n    # 1. add up\n    raise NotImplementedError  # your code here\n"
        "    # 2. divide\n    for k in x:\n        return k\n\n    return total / 2"
    )


def test_a_solution_has_no_starter(tmp_path):
    assert "return total / 2" not in cell(tmp_path, STEPS).solved()
    assert "return total / len(x)" in cell(tmp_path, STEPS).solved()


def test_answers_at_the_margin_become_blanks(tmp_path):
    text = '### BEGIN SOLUTION\nguess = "b"\norder = "cab"\n### END SOLUTION'
    assert cell(tmp_path, text).stub() == "guess = ...  # your answer\norder = ...  # your answer"


@pytest.mark.parametrize(
    ("code", "line", "message"),
    [
        ("def f(x)\n    return x", 5, "this is not Python: expected ':'"),
        ("x = 1\n\nif x:\npass", 8, "this is not Python"),
        ("\n\nx = (", 7, "this is not Python"),
    ],
)
def test_a_syntax_error_names_its_line(tmp_path, code, line, message):
    with pytest.raises(SourceError, match=f"00_tiny.py:{line}: {message}"):
        cell(tmp_path, code).tree()


@pytest.mark.parametrize(
    ("code", "line", "message"),
    [
        ("### BEGIN SOLUTION\nx = 1", 5, "never closed"),
        ("x = 1\n### END SOLUTION", 6, "without its partner"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION", 6, "without its partner"),
        ("### BEGIN SOLUTION\n### END STARTER", 6, "one kind and one indent"),
        ("# BEGIN SOLUTION", 5, "expected a line '### BEGIN SOLUTION'"),
        ("### Begin solution", 5, "expected a line '### BEGIN SOLUTION'"),
        ("### BEGIN SOLUTION\nx = 1\nf(x)\n### END SOLUTION", 7, "may only assign names"),
        ("### BEGIN STARTER\nx = 1\n### END STARTER", 6, "expected a commented line"),
    ],
)
def test_a_faulty_region_names_its_line(tmp_path, code, line, message):
    with pytest.raises(SourceError, match=f"00_tiny.py:{line}: .*{message}"):
        cell(tmp_path, code).stub()


def test_lines_for_ipython_are_no_syntax_error(tmp_path):
    assert len(cell(tmp_path, "# %matplotlib inline\nx = 1").tree().body) == 2


def test_text_before_the_first_cell_is_refused(tmp_path):
    path = tmp_path / "00_tiny.py"
    path.write_text("import numpy\n\n# %% [markdown]\n# Text\n")
    with pytest.raises(SourceError, match="begin with a line '# %%'"):
        read_source(path)


def test_other_metadata_of_jupytext_is_dropped(tmp_path):
    path = tmp_path / "00_tiny.py"
    path.write_text("# ---\n# jupyter:\n#   jupytext: {}\n# ---\n# %%\nx = 1\n# %%\n\ny = 2\n")
    assert [(c.line, c.metadata, c.text) for c in read_source(path)] == [
        (5, {}, "x = 1"),
        (7, {}, "\ny = 2"),
    ]
