from datetime import UTC, datetime

import pytest

from diydl.course.grading.intake.found import FileFault, Found
from diydl.course.grading.intake.gradescope_export import places, read_metadata

EXPORT = """---
submission_101:
  :submitters:
  - :name: Zoë Müller
    :sid: '4011'
    :email: zoe@example.org
  - :name: "Alan \\u0054uring"
    :sid:
    :email: alan@example.org
  :created_at: 2026-11-20 18:00:00.109082000 Z
  :score: 4.0
  :status: processed
  :results:
    :tests:
    - :output: !ruby/object:Whatever
        a: 1
  :history:
  - :id: 99
    :created_at: !ruby/object:ActiveSupport::TimeWithZone
      utc: 2026-11-19 18:00:00 Z
submission_102:
  :submitters: []
  :created_at:
submission_103: nonsense
"""


def metadata(text):
    return Found(("submission_metadata.yml",), "list", _read=lambda limit: text.encode())


def test_members_ids_and_times_are_read_past_types_of_ruby():
    members = read_metadata(metadata(EXPORT))
    zoe, alan = members["submission_101"]
    assert (zoe.id, zoe.name) == ("4011", "Zoë Müller")
    assert (alan.id, alan.name) == ("alan@example.org", "Alan Turing")
    assert zoe.time == datetime(2026, 11, 20, 18, 0, 0, 109082, tzinfo=UTC)
    assert [m.id for m in members["submission_102"]] == ["submission_102"]
    assert [m.id for m in members["submission_103"]] == ["submission_103"]


def test_each_member_of_a_group_gets_the_folder():
    members = read_metadata(metadata(EXPORT))
    found = Found(("assignment_1_export", "submission_101", "03_tape.ipynb"), "")
    both = places(found, members)
    assert [place.id for place in both] == ["4011", "alan@example.org"]
    assert {place.rest for place in both} == {("03_tape.ipynb",)}
    assert places(Found(("assignment_1_export", "notes.txt"), ""), members) == []


@pytest.mark.parametrize("text", ["- a\n- b\n", "a: [", "\x00", "&a [*a"])
def test_what_is_no_list_is_told(text):
    with pytest.raises(FileFault):
        read_metadata(metadata(text))
