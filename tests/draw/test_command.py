import json
import re
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

import diydl as dl
from diydl import nn
from diydl.cli import main
from diydl.engines.graph import ComputationalGraph, export_graph

HOSTILE = '</script><img src=x onerror="alert(1)">&<svg onload=alert(2)>'


@pytest.fixture
def model():
    dl.seed(0)
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))


@pytest.fixture
def file(tmp_path, model):
    graph = ComputationalGraph()
    model(graph.placeholder((None, 4), name=HOSTILE)).sum().named("loss")
    export_graph(graph, tmp_path / "model.json")
    return tmp_path / "model.json"


def run(*arguments):
    return CliRunner().invoke(main, ["graph", *map(str, arguments)])


class Tags(HTMLParser):
    """Collects the tags and attributes that a browser would see."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]


def test_a_page_is_written_beside_the_graph(file):
    result = run(file)
    assert result.exit_code == 0, result.output
    page = file.with_suffix(".html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") and "<h1>Graph model.json</h1>" in page
    assert "nodes, from left to right: written to" in result.output


def test_the_page_needs_no_network_and_allows_none(tmp_path, model):
    graph = ComputationalGraph()
    model(graph.placeholder((None, 4), name="x"))
    export_graph(graph, tmp_path / "plain.json")
    run(tmp_path / "plain.json", "-o", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|\bsrc=|@import|url\(", page)


def test_texts_of_the_file_never_become_tags(file):
    run(file)
    page = file.with_suffix(".html").read_text(encoding="utf-8")
    seen = Tags(page)
    assert "img" not in seen.tags
    assert not [name for name in seen.attributes if name.startswith("on")]
    data = json.loads(re.search(r'class="graph">([^<]*)<', page)[1])
    assert HOSTILE in [node["label"] for node in data["nodes"]]


def test_options_are_those_of_the_picture(file):
    assert run(file, "--direction", "TB", "--colours", "deepfusion", "--values").exit_code == 0
    page = file.with_suffix(".html").read_text(encoding="utf-8")
    assert "from top to bottom" in page and "trainable (3, 4)" in page and "value mean" in page


def test_a_saved_net_is_drawn_too(tmp_path, model):
    net = dl.Net()
    model(net.data((None, 4), id="x"))
    net.save(tmp_path / "net.safetensors")
    assert run(tmp_path / "net.safetensors").exit_code == 0
    assert (tmp_path / "net.html").is_file()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no JSON file"),
        ("[1, 2]", "is no graph of diydl"),
        ('{"format": "diydl graph", "version": 99}', "is of version 99"),
        ("[" * 100_000, "is no JSON file"),
        (
            '{"format": "diydl graph", "version": 1, "states": [], "arrays": "", "nodes": '
            '[{"kind": "apply", "name": "a", "prim": "exp", "inputs": [0], "params": {}, '
            '"shape": [], "dtype": "float32"}]}',
            "node 0 cannot be",
        ),
    ],
)
def test_a_file_that_cannot_be_is_refused_in_words(tmp_path, text, words):
    path = tmp_path / "bad.json"
    path.write_text(text)
    result = run(path)
    assert result.exit_code == 1
    assert words in " ".join(result.output.split())
    assert "Traceback" not in result.output and not path.with_suffix(".html").exists()


def test_missing_files_other_endings_and_overwriting_are_refused(tmp_path, file):
    assert "there is no such file" in run(tmp_path / "none.json").output
    (tmp_path / "model.txt").write_text("x")
    assert "expected .json (export_graph) or .safetensors (Net.save)" in " ".join(
        run(tmp_path / "model.txt").output.split()
    )
    before = file.read_bytes()
    assert "name another page with -o" in run(file, "-o", file).output
    assert file.read_bytes() == before
    assert "cannot write" in run(file, "-o", tmp_path / "no" / "where" / "page.html").output
