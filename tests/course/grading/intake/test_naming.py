import re

import pytest

from diydl.course.grading.intake.naming import file_names

ODD = [
    "ada", "ADA", "Ada", "a/da", "a\\da", "a:da", "..", ".", "", " ", "con", "CON", "nul.txt",
    "COM1", "x" * 300, "x" * 300 + "y", "Zoë", "Zoe", "Zoe\u0308", "李伟", "王芳", "ada.", "ada ",
    "-ada", "=1+1", "a\nb", "a\0b", "<b>", "🙂", "ada@example.org", "a" * 60, "a" * 61,
]  # fmt: skip


def test_names_are_safe_and_distinct_where_case_does_not_count():
    names = file_names(ODD)
    assert list(names) == ODD
    assert len({name.casefold() for name in names.values()}) == len(ODD)
    for name in names.values():
        assert re.fullmatch(r"[A-Za-z0-9_@+][A-Za-z0-9_.@+-]*", name)
        assert len(name) <= 70
        assert not name.endswith(".")
        assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name)


@pytest.mark.parametrize("id", ["ada", "4017", "ada@example.org", "s1234567"])
def test_plain_ids_keep_their_names(id):
    assert file_names(["zoe", id])[id] == id


def test_a_name_does_not_depend_on_the_order():
    assert file_names(ODD) == dict(
        sorted(file_names(ODD[::-1]).items(), key=lambda x: ODD.index(x[0]))
    )
