"""A notebook is read whatever became of the file on its way, in bounded time and memory."""

import json
import time

import pytest

from diydl.course.grading import reading
from diydl.course.grading.reading import Unreadable, read_bytes


def book(*sources, **more):
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


TEXT = json.dumps(book("x = 1  # caf\u00e9", ["y = 2\n", "z = 3"]), ensure_ascii=False)


def texts(raw):
    return [cell.text for cell in read_bytes(raw).cells]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_unicode(encoding):
    assert texts(TEXT.encode(encoding)) == ["x = 1  # caf\u00e9", "y = 2\nz = 3"]
    assert read_bytes(TEXT.encode(encoding)).notes == []


def test_another_encoding_is_read_and_said():
    found = read_bytes(TEXT.encode("latin-1"))
    assert found.cells[0].text == "x = 1  # caf\u00e9"
    assert "not UTF-8" in found.notes[0]


def test_format_3():
    cells = [{"cell_type": "code", "input": ["a = 1\n", "b = 2"], "language": "python"}]
    old = {"worksheets": [{"cells": cells}, {"cells": None}, 3], "nbformat": 3}
    assert texts(json.dumps(old).encode()) == ["a = 1\nb = 2"]


def test_text_cells_and_what_is_no_cell_are_passed_over():
    odd = book("x = 1")
    odd["cells"] += [{"cell_type": "markdown", "source": "# no"}, 3, None, [], {"source": "y"}]
    odd["cells"].append({"cell_type": "code", "metadata": {"tags": 3, "nbgrader": []}, "id": 5})
    assert texts(json.dumps(odd).encode()) == ["x = 1", ""]


@pytest.mark.parametrize("share", [0.5, 0.75, 0.95])
def test_a_file_that_ends_too_early_gives_its_whole_cells(share):
    raw = json.dumps(book(*[f"x{k} = {k}" for k in range(100)])).encode()
    found = read_bytes(raw[: int(len(raw) * share)])
    assert abs(len(found.cells) - 100 * share) < 5
    assert [cell.text for cell in found.cells] == [f"x{k} = {k}" for k in range(len(found.cells))]
    assert f"the {len(found.cells)} cells before that were read" in found.notes[0]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"%PDF-1.7", "not a notebook"),
        (b"PK\x03\x04zip", "not a notebook"),
        (b'{"cells": 3}', "no list of cells"),
        (b"[]", "no list of cells"),
        (b'{"cells": [', "not a notebook"),
        (b"[" * 100_000, "not a notebook"),
        (b'{"nbformat": ' + b"1" * 100_000 + b"}", "not a notebook"),
    ],
    ids=lambda x: repr(x)[:20],
)
def test_what_is_no_notebook_is_said(raw, said):
    with pytest.raises(Unreadable, match=said):
        read_bytes(raw)


def test_a_file_that_is_too_large(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 10 * 2**20)
    with pytest.raises(Unreadable, match="11 MB; at most 10 MB"):
        read_bytes(b" " * (11 * 2**20 + 1))


def test_many_outputs_are_no_obstacle():
    big = book("x = 1")
    big["cells"][0]["outputs"] = [{"data": {"image/png": "A" * (20 * 2**20)}}]
    assert texts(json.dumps(big).encode()) == ["x = 1"]


def test_too_many_parts_are_refused_before_they_are_read():
    with pytest.raises(Unreadable, match="more parts"):
        read_bytes(b'{"cells": [' + b"[]," * 3_100_000 + b"3]}")


def test_a_hundred_thousand_cells_are_read():
    start = time.process_time()
    assert len(read_bytes(json.dumps(book(*["x = 1"] * 100_000)).encode()).cells) == 100_000
    assert time.process_time() - start < 60  # a bound against hanging, not a measure of speed


def test_cells_of_megabytes_are_passed_over_and_said():
    found = read_bytes(json.dumps(book("x = 1", "y = '" + "a" * 300_000 + "'", "z = 2")).encode())
    assert [cell.text for cell in found.cells] == ["x = 1", "z = 2"]
    assert "300,006 characters" in found.notes[0]
    many = read_bytes(json.dumps(book(*["x = '" + "a" * 150_000 + "'"] * 20)).encode())
    assert len(many.cells) == 13
    assert len(many.notes) == 1
