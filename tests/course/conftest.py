import pytest

from diydl.course import index, marks

TINY = '''# %% [markdown]
# # Tiny

# %% tags=["given"] id="setup"
import numpy as np

from diydl.course import check

# %% tags=["exercise"] exercise="00/double"
def double(x):
    """Twice x."""
    # one line is enough
    ### BEGIN SOLUTION
    return np.add(x, x)
    ### END SOLUTION

# %% tags=["check"]
check("00/double", double)
'''

INDEX = """
[[chapter]]
id = "00_tiny"
title = "Tiny"
minutes = 5

[[chapter]]
id = "01_more"
title = "More"
prerequisites = ["00_tiny"]
planned = true
"""


@pytest.fixture
def tiny():
    return TINY


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone with one small chapter, which the course's modules take for theirs."""
    root = tmp_path / "clone"
    (root / "chapters").mkdir(parents=True)
    (root / "solutions").mkdir()
    (root / "pyproject.toml").touch()
    (root / "solutions" / "00_tiny.py").write_text(TINY)
    (root / "chapters" / "index.toml").write_text(INDEX)
    monkeypatch.setattr(index, "_PACKAGE", root / "diydl")
    monkeypatch.setattr(marks, "points", {"00/double": 2.0}.get)
    index.load_index.cache_clear()
    yield root
    index.load_index.cache_clear()
