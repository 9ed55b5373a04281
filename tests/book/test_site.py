"""The book as built, both editions: a minute or two. `browse.mjs` looks at it in a browser."""

import html
import json
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from diydl.course.book.command import build_book
from diydl.course.index import load_index

ROOT = Path(__file__).parents[2]
CHAPTERS = [chapter for chapter in load_index() if not chapter.planned]
pytestmark = [pytest.mark.book, pytest.mark.slow]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("book") / "with"
    build_book(ROOT, out)
    return out


@pytest.fixture(scope="module")
def unsolved(tmp_path_factory):
    out = tmp_path_factory.mktemp("book") / "without"
    build_book(ROOT, out, solutions=False)
    return out


@cache
def read(path):
    return path.read_text(encoding="utf-8")


def pages(site):
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


def solutions():
    """Lines of the answers that say something: whole assignments, and lines of some length."""
    from diydl.course.source import read_source

    for chapter in CHAPTERS:
        for cell in read_source(ROOT / "solutions" / f"{chapter.id}.py"):
            for _, line in cell.solution_lines() if cell.exercise else ():
                if len(line) >= 16 or re.fullmatch(r"\w+ = [\w\"'.]+", line):
                    yield cell.exercise, line


def lines_of(text):
    return {line.strip() for line in text.splitlines()}


def test_no_solution_is_left_without_solutions(unsolved):
    shown = set()
    for path in unsolved.rglob("*"):
        if path.suffix == ".html":
            shown |= lines_of(html.unescape(re.sub(r"<[^>]+>", "", read(path))))
        elif path.suffix == ".ipynb":
            for cell in json.loads(read(path))["cells"]:
                shown |= lines_of("".join(cell["source"]))
        elif path.suffix in (".js", ".txt", ".py", ".md", ".json"):
            shown |= lines_of(read(path))
    shown -= set(given_lines())
    left = [(id, line) for id, line in solutions() if line in shown]
    assert not left
    assert not list(unsolved.rglob("_modules"))
    assert not [path for path in unsolved.rglob("*") if "solved" in path.parts]
    assert not [n for n in zipfile.ZipFile(unsolved / "diydl-book.zip").namelist() if "solved" in n]


def given_lines():
    """Lines that learners get anyway: a later chapter may show what an earlier one asked for.

    So may an example, which uses the library, and a table at the end of a chapter, each of whose
    cells is a line of the page.
    """
    for path in (ROOT / "book" / "examples").glob("*.py"):
        yield from lines_of(read(path))
    for path in (ROOT / "chapters").glob("*.ipynb"):
        for cell in json.loads(read(path))["cells"]:
            for line in lines_of("".join(cell["source"])):
                yield line
                if line.startswith("|"):
                    yield from (part.strip(" `") for part in line.split("|"))


def test_solutions_are_there_and_folded(site):
    for chapter in CHAPTERS:
        text = read(site / "chapters" / f"{chapter.id}.html")
        stubs = json.loads(read(ROOT / "chapters" / chapter.notebook))["cells"]
        count = sum("exercise" in cell["metadata"].get("tags", []) for cell in stubs)
        assert count >= 4
        assert text.count("Show a solution") == count
        assert text.count("Show what the check says") == count
        assert "<details open" not in text
    plain = html.unescape(re.sub(r"<[^>]+>", "", read(site / "chapters" / "00_first_win.html")))
    assert "return dl.maximum(x, 0)" in lines_of(plain)


def test_every_chapter_opens_with_its_picture_and_offers_its_notebook(site):
    for chapter in CHAPTERS:
        text = read(site / "chapters" / f"{chapter.id}.html")
        assert f"<title>Chapter {chapter.number}: {chapter.title}</title>" in html.unescape(text)
        assert re.search(rf'href="[^"]*_downloads/[^"]*/{chapter.notebook}"', text)
        assert f"diydl lab {chapter.number}" in re.sub(r"<[^>]+>", "", text)


def test_nothing_is_asked_from_another_site(site):
    asked = re.compile(
        r"<(?:script|img|iframe|source|audio|video)\b[^>]*?\bsrc=[\"'](?:https?:)?//[^\"']*"
        r"|<link\b[^>]*?\bhref=[\"'](?:https?:)?//[^\"']*"
    )
    for page in pages(site):
        assert not asked.findall(read(page)), page.name
    for sheet in site.rglob("*.css"):
        assert not re.findall(r"url\([\"']?(?:https?:)?//[^)]*|@import[^;]*//", read(sheet)), (
            sheet.name
        )


def test_links_and_anchors_lead_somewhere(site):
    dead = []
    for page in pages(site):
        for link in re.findall(r"<a\b[^>]*?\bhref=\"([^\"]*)\"", read(page)):
            if re.match(r"[a-z]+:", link):
                continue
            file, _, anchor = html.unescape(unquote(link)).partition("#")
            target = (page.parent / file).resolve() if file else page
            if not target.is_file():
                dead.append((page.name, link))
            elif anchor and f'id="{anchor}"' not in html.unescape(read(target)):
                dead.append((page.name, link))
    assert not dead


def test_every_picture_has_words(site):
    for page in pages(site):
        text = read(page)
        for image in re.findall(r"<img\b[^>]*>", text):
            alt = re.search(r'\balt="([^"]*)"', image)
            assert alt, f"{page.name}: {image[:200]}"
            assert not re.search(r"_images/|\.(png|svg)$", alt[1]), f"{page.name}: {alt[1]}"


def test_the_search_finds_chapters_and_names_of_the_library(site):
    index = read(site / "searchindex.js")
    assert "chapters/01_arrays" in index
    assert '"broadcast"' in index or "broadcast:" in index
    assert "softmax" in index


def test_the_archive_is_the_site(site):
    names = set(zipfile.ZipFile(site / "diydl-book.zip").namelist())
    assert {f"diydl-book/{page.relative_to(site).as_posix()}" for page in pages(site)} <= names


def test_the_chapters_run_on_the_answers_of_those_before(site):
    text = html.unescape(read(site / "chapters" / "00_first_win.html"))
    assert "The library now runs on 2 of your own functions" in text


def test_no_path_of_the_machine_is_shown(site, unsolved):
    for page in pages(site) + pages(unsolved):
        assert str(ROOT) not in read(page), page.name
        assert str(Path.home()) + "/" not in read(page), page.name


def test_widgets_that_need_a_kernel_left_their_text(site):
    for chapter in CHAPTERS:
        text = read(site / "chapters" / f"{chapter.id}.html")
        assert "application/vnd.jupyter.widget" not in text
        assert "Traceback" not in re.sub(r"<pre.*?</pre>", "", text, flags=re.S)


def test_spelling():
    texts = [*(ROOT / "book").glob("*.md"), *(ROOT / "solutions").glob("*.py"), ROOT / "README.md"]
    command = [sys.executable, "-m", "codespell_lib", "-L", "hart,leary,wieght", *map(str, texts)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
