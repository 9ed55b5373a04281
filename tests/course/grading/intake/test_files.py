import io
import os
import stat
import zipfile
from collections import Counter
from datetime import UTC, datetime

import pytest

from diydl.course.grading.intake import zips
from diydl.course.grading.intake.files import search
from diydl.course.grading.intake.found import FileFault


def zipped(entries, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parcel:
        for name, content in entries:
            parcel.writestr(name, content, **options)
    return buffer.getvalue()


def found_in(path, **options):
    junk = Counter()
    found = list(search(path, junk, **options))
    return {"/".join(f.parts): f for f in found}, junk


def test_a_folder_is_read_in_order_with_times(tmp_path):
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "tape.ipynb").write_bytes(b"bob")
    (tmp_path / "ada.ipynb").write_bytes(b"ada")
    os.utime(tmp_path / "ada.ipynb", (1_700_000_000,) * 2)
    found, junk = found_in(tmp_path)
    assert list(found) == ["ada.ipynb", "bob/tape.ipynb"]
    ada = found["ada.ipynb"]
    assert ada.read() == b"ada"
    assert ada.size == 3
    assert ada.time == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert ada.time_from == "file time"
    assert not junk


def test_one_notebook_is_one_file(tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_bytes(b"ada")
    assert list(found_in(path)[0]) == ["ada.ipynb"]


JUNK = [
    ".DS_Store",
    "._ada.ipynb",
    "Thumbs.db",
    "desktop.ini",
    "ada.ipynb~",
    "~$ada.docx",
    "#ada.ipynb#",
    "ada.ipynb.bak",
    ".ada.ipynb.swp",
    "ada-checkpoint.ipynb",
    ".ipynb_checkpoints/ada-checkpoint.ipynb",
    "__MACOSX/ada.ipynb",
    "__pycache__/ada.pyc",
    ".git/HEAD",
]


@pytest.mark.parametrize("name", JUNK)
def test_junk_is_counted_and_passed_over_in_folders_and_zips(tmp_path, name):
    path = tmp_path / "class" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"junk")
    (tmp_path / "class" / "ada.ipynb").write_bytes(b"ada")
    (tmp_path / "class.zip").write_bytes(zipped([(name, b"junk"), ("ada.ipynb", b"ada")]))
    for place in ("class", "class.zip"):
        found, junk = found_in(tmp_path / place)
        assert list(found) == ["ada.ipynb"]
        assert sum(junk.values()) == 1


def test_a_zip_is_a_folder(tmp_path):
    (tmp_path / "class.zip").write_bytes(zipped([("b/t.ipynb", b"b"), ("a.ipynb", b"a")]))
    found, _ = found_in(tmp_path / "class.zip")
    assert {name: f.read() for name, f in found.items()} == {"a.ipynb": b"a", "b/t.ipynb": b"b"}
    assert found["a.ipynb"].time_from == "zip entry"
    assert found["a.ipynb"].where.endswith("class.zip > a.ipynb")


def test_a_learners_zip_has_the_time_of_the_zip(tmp_path):
    inner = zipped([("tape.ipynb", b"t")])
    (tmp_path / "ada.zip").write_bytes(inner)
    os.utime(tmp_path / "ada.zip", (1_700_000_000,) * 2)
    found, _ = found_in(tmp_path)
    assert found["ada.zip/tape.ipynb"].read() == b"t"
    assert found["ada.zip/tape.ipynb"].time == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_a_zip_within_a_class_zip_is_read_and_a_third_is_not(tmp_path):
    third = zipped([("t.ipynb", b"t")])
    ada = zipped([("tape.ipynb", b"ada"), ("more.zip", third)])
    (tmp_path / "class.zip").write_bytes(zipped([("ada.zip", ada)]))
    found, _ = found_in(tmp_path / "class.zip")
    assert found["ada.zip/tape.ipynb"].read() == b"ada"
    assert "zip within a zip" in found["ada.zip/more.zip"].fault


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../ada.ipynb", "leads out of the zip"),
        ("/etc/ada.ipynb", "leads out of the zip"),
        ("a/../../ada.ipynb", "leads out of the zip"),
        ("C:\\ada.ipynb", "leads out of the zip"),
        ("..\\ada.ipynb", "leads out of the zip"),
        ("x" * 300 + ".ipynb", "too long"),
        ("/".join("abcdefghijklmnopqrstuvwxyz") + "/a.ipynb", "too long"),
        ("a\x07da.ipynb", "control characters"),
    ],
)
def test_absurd_names_in_zips_are_refused_and_the_rest_goes_on(tmp_path, name, said):
    (tmp_path / "class.zip").write_bytes(zipped([(name, b"bad"), ("z.ipynb", b"good")]))
    found, _ = found_in(tmp_path / "class.zip")
    faults = [f for f in found.values() if f.fault]
    assert len(faults) == 1
    assert said in faults[0].fault
    with pytest.raises(FileFault, match=said):
        faults[0].read()
    assert found["z.ipynb"].read() == b"good"


def test_windows_separators_in_zips_are_folders(tmp_path):
    (tmp_path / "class.zip").write_bytes(zipped([("ada\\tape.ipynb", b"t")]))
    assert list(found_in(tmp_path / "class.zip")[0]) == ["ada/tape.ipynb"]


def test_names_that_macos_wrote_are_read(tmp_path):
    content = zipped([("Zoë.ipynb", b"z")])
    raw = bytearray(content)
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # the mark of UTF-8 away
        start = raw.index(signature)
        raw[start + at + 1] &= ~0x08
    (tmp_path / "class.zip").write_bytes(bytes(raw))
    assert list(found_in(tmp_path / "class.zip")[0]) == ["Zoë.ipynb"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_refused_in_folders_and_zips(tmp_path):
    (tmp_path / "secret.ipynb").write_bytes(b"secret")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "class" / "bob").symlink_to(tmp_path)
    found, _ = found_in(tmp_path / "class")
    assert all("is a link" in f.fault for f in found.values())
    assert list(found) == ["ada.ipynb", "bob"]
    info = zipfile.ZipInfo("ada.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    (tmp_path / "class.zip").write_bytes(zipped([(info, b"/etc/passwd")]))
    found, _ = found_in(tmp_path / "class.zip")
    assert "link" in found["ada.ipynb"].fault


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes by name are POSIX")
def test_what_is_no_plain_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "ada.ipynb")
    assert "not a plain file" in found_in(tmp_path)[0]["ada.ipynb"].fault


def test_a_bomb_is_refused_by_its_ratio(tmp_path):
    bomb = zipped([("ada.ipynb", b"0" * (32 << 20)), ("bob.ipynb", b"b")])
    (tmp_path / "class.zip").write_bytes(bomb)
    found, _ = found_in(tmp_path / "class.zip")
    assert "bomb" in found["ada.ipynb"].fault
    assert found["bob.ipynb"].read() == b"b"


def test_a_bomb_is_refused_by_its_total(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "_UNPACKED", 1 << 20)
    (tmp_path / "ada.zip").write_bytes(
        zipped([(f"{k}.ipynb", os.urandom(99_999)) for k in range(12)])
    )
    (tmp_path / "bob.ipynb").write_bytes(b"b")
    found, _ = found_in(tmp_path)
    assert "bomb" in found["ada.zip"].fault
    assert found["bob.ipynb"].read() == b"b"


def test_a_zip_of_very_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "_ENTRIES", 10)
    (tmp_path / "ada.zip").write_bytes(zipped([(f"{k}", b"") for k in range(11)]))
    assert "holds 11 files" in found_in(tmp_path)[0]["ada.zip"].fault


def test_a_lying_header_does_not_read_more_than_the_limit(tmp_path):
    (tmp_path / "class.zip").write_bytes(zipped([("ada.ipynb", b"a" * 2000)]))
    found, _ = found_in(tmp_path / "class.zip")
    with pytest.raises(FileFault, match="larger than"):
        found["ada.ipynb"].read(1000)


@pytest.mark.parametrize(
    "content",
    [b"", b"no zip", zipped([("a.ipynb", b"a" * 999)])[:-30]],
    ids=["empty", "text", "cut short"],  # a zip holds the time: two workers would not agree
)
def test_damaged_zips_are_told(tmp_path, content):
    (tmp_path / "ada.zip").write_bytes(content)
    assert "no zip, or a damaged one" in found_in(tmp_path)[0]["ada.zip"].fault
    assert (
        "no zip, or a damaged one" in next(iter(found_in(tmp_path / "ada.zip")[0].values())).fault
    )


def test_a_damaged_entry_is_told_when_it_is_read(tmp_path):
    content = bytearray(zipped([("ada.ipynb", os.urandom(5000))]))
    content[100:140] = bytes(40)
    (tmp_path / "class.zip").write_bytes(bytes(content))
    found, _ = found_in(tmp_path / "class.zip")
    with pytest.raises(FileFault, match="damaged"):
        found["ada.ipynb"].read()


def test_an_entry_that_stands_twice_is_told(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped([("ada.ipynb", b"1"), ("ada.ipynb", b"2")])
    (tmp_path / "class.zip").write_bytes(content)
    junk = Counter()
    faults = [found.fault for found in search(tmp_path / "class.zip", junk)]
    assert any("twice" in fault for fault in faults)


def test_a_folder_can_be_left_out(tmp_path):
    (tmp_path / "marks").mkdir()
    (tmp_path / "marks" / "old.ipynb").write_bytes(b"")
    (tmp_path / "ada.ipynb").write_bytes(b"")
    assert list(found_in(tmp_path, leave_out=tmp_path / "marks")[0]) == ["ada.ipynb"]


def test_a_utc_time_of_an_entry_is_taken(tmp_path):
    info = zipfile.ZipInfo("ada.ipynb", (2026, 11, 20, 18, 0, 0))
    info.extra = b"UT\x05\x00\x01" + (1_700_000_000).to_bytes(4, "little")
    (tmp_path / "class.zip").write_bytes(zipped([(info, b"a")]))
    found, _ = found_in(tmp_path / "class.zip")
    assert found["ada.ipynb"].time == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
