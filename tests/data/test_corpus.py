"""Texts come whole."""

import pytest

from diydl.data import load_names, load_shakespeare


@pytest.mark.data
def test_names():
    names = load_names()
    assert len(names) == 32_033
    assert len(set("".join(names))) == 26
    assert names[:3] == ["emma", "olivia", "ava"]


@pytest.mark.data
def test_shakespeare():
    text = load_shakespeare()
    assert (len(text), len(set(text))) == (1_115_394, 65)
    assert text.startswith("First Citizen:\nBefore we proceed")
    assert "\r" not in text
