import codecs

import pytest

from diydl.course.grading.report.sheet import Sheet, SheetError

AWKWARD = [
    b"",
    b"id",
    b"id,mark\r\nada,1\r\n",
    b"id,mark\nada,1",
    b"id,mark\rada,1\r",
    b'id,"a ""quoted"" one"\n"line\nbreak",2\n\n,,\n',
    b' "spaced" , "b,c" ,d\n',
    b'5" nail,x\n6" nail,y\n',
    b'"unclosed,x\n1,2\n',
    "Zoë;Ä\n1;2\n".encode(),
    "Zoë;Ä\n1;2\n".encode("latin-1"),
    codecs.BOM_UTF8 + b"id,mark\n",
    codecs.BOM_UTF16_LE + "Zoë\tmark\r\n1\t2\r\n".encode("utf-16-le"),
    codecs.BOM_UTF16_BE + "id\tmark\n".encode("utf-16-be"),
]


@pytest.mark.parametrize("content", AWKWARD)
def test_every_byte_comes_back(content):
    assert Sheet.parse(content).content() == content


def test_cells_are_read_as_a_spreadsheet_does():
    sheet = Sheet.parse(b'id,"a ""b"" c", "d,e" ,f\n"x\ny",1,2,3\n')
    assert sheet.values(0) == ["id", 'a "b" c', "d,e", "f"]
    assert sheet.values(1) == ["x\ny", "1", "2", "3"]
    assert sheet.value(1, 9) == ""


@pytest.mark.parametrize(
    ("first", "mark"),
    [(b"a,b;c", ","), (b"a;b;c,d", ";"), (b"a\tb\tc,d", "\t"), (b'"a;b;c",d', ","), (b"a", ",")],
)
def test_the_delimiter_is_what_separates_most(first, mark):
    assert Sheet.parse(first + b"\n").delimiter == mark


def test_a_cell_keeps_its_quotes():
    sheet = Sheet.parse(b'"1", "2" ,3\n')
    for column, value in enumerate(("4", "5", "6")):
        sheet.set(0, column, value)
    assert sheet.content() == b'"4","5",6\n'
    comma = Sheet.parse(b"a;b\n1;2\n")
    comma.set(1, 1, "2,5")
    assert comma.content() == b"a;b\n1;2,5\n"


def test_a_short_line_is_an_error_that_names_it():
    with pytest.raises(SheetError, match="line 2 has 1 cells, expected 2"):
        Sheet.parse(b"a,b\n1\n").set(1, 1, "2")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest", "save it as CSV"),
        (b"a,b\n\0,1\n", "no text"),
        (codecs.BOM_UTF8 + b"\xff,", "begins as utf-8"),
        (codecs.BOM_UTF16_LE + b"a", "begins as utf-16"),
    ],
)
def test_what_is_no_table_says_so(content, said, tmp_path):
    path = tmp_path / "book.csv"
    path.write_bytes(content)
    with pytest.raises(SheetError, match=said) as error:
        Sheet.read(path)
    assert str(path) in str(error.value)


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(SheetError, match="cannot be read"):
        Sheet.read(tmp_path / "no.csv")
