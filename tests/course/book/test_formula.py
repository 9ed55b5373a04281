import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from diydl.course.book.formula import mathml

ROOT = Path(__file__).parents[3]
pytest.importorskip("latex2mathml", reason="not run: latex2mathml is not installed")


def formulas():
    for path in sorted((ROOT / "solutions").glob("*.py")):
        prose = "\n".join(x[2:] for x in path.read_text().splitlines() if x.startswith("# "))
        for block, inline in re.findall(r"\$\$(.+?)\$\$|(?<!\$)\$([^$\n]+)\$", prose, re.S):
            yield block or inline


@pytest.mark.parametrize("tex", sorted(set(formulas())))
def test_every_formula_of_the_chapters_becomes_mathml(tex):
    element = ET.fromstring(mathml(tex, block=True))
    assert element.tag == "{http://www.w3.org/1998/Math/MathML}math"
    assert element.get("alttext") == " ".join(tex.split())
    assert "".join(element.itertext()).strip()


def test_an_unknown_command_is_an_error_that_quotes_the_formula():
    with pytest.raises(ValueError, match="nosuchcommand"):
        mathml(r"a + \nosuchcommand{b}")
