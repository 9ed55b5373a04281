import json

import pytest

from diydl.course.grading.intake.manifest import Manifest, one_line, parse_manifest


def test_a_manifest_is_cut_to_one_line_each():
    content = {"format": "diydl-handin", "id": " 40\n17 ", "name": "x" * 999, "made": None}
    told = parse_manifest(json.dumps(content).encode())
    assert told == Manifest("40 17", "x" * 120, "None", "")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"1", b"{}", b'{"format": "other", "id": "a"}', b"[" * 99999,
     b'{"format": "diydl-handin", "id": " "}'],
)  # fmt: skip
def test_other_files_are_none(content):
    assert parse_manifest(content) is None


def test_control_characters_go():
    assert one_line("a\x00b\x1b[31m\tc") == "a b [31m c"
