"""Reports: made of spans by hand, so that what they say is known."""

import pytest

import diydl as dl
from diydl import nn
from diydl.train import profile
from diydl.train.report import Report
from diydl.train.spans import Span

LAYER = nn.ReLU()


@pytest.fixture
def report():
    root = Span("profile", "all", calls=1, seconds=10.0, peak=5_000_000)
    forward, backward = root.at("phase", "forward"), root.at("phase", "backward")
    forward.seconds, backward.seconds = 4.0, 5.0
    for phase, kind, seconds in ((forward, "primitive", 3.0), (backward, "gradient", 4.0)):
        layer = phase.at("module", LAYER)
        layer.seconds, layer.calls, layer.peak = seconds, 1, 2_000_000
        inner = layer.at(kind, dl.maximum)
        inner.seconds, inner.calls, inner.flops, inner.moved = seconds, 1, 6_000_000, 9_000_000_000
    return Report(root, {LAYER: "0"})


def test_shares_of_all_rows_are_the_whole(report):
    for found in (report.phases(), report.modules(), report.primitives()):
        assert sum(row.own for row in found) == pytest.approx(10.0)


def test_text(report):
    assert repr(report.table("module")).splitlines() == [
        "module  kind     calls  forward  backward  share    own  FLOP  bytes  peak",
        "--------------------------------------------------------------------------",
        "0       ReLU         1      3 s       4 s  70.0%  70.0%  12 M  18 GB  2 MB",
        "        outside             1 s       1 s  20.0%  20.0%",
        "        between                            10.0%  10.0%",
    ]
    assert repr(report.table("primitive")).splitlines()[2:] == [
        "maximum        2      3 s       4 s  70.0%  12 M  1.71 M  18 GB  2.57 GB",
        "Python                1 s       1 s  20.0%                                2 MB",
        "between                              10.0%",
    ]
    assert repr(report).startswith(
        "profile: 10 s: forward 40.0%, backward 50.0%, between 10.0%; 12 MFLOP; peak 5 MB\n"
    )


def test_html_shows_tables_and_a_picture_with_words(report):
    html = report._repr_html_()
    assert html.count("<table") == 3  # modules, primitives, and the data of the picture
    assert 'role="img"' in html
    assert "backward 5 s (50%)" in html


def test_flame_follows_the_spans(report):
    data = report.flame().data
    assert data["part"] == [
        "all",
        "all / forward",
        "all / forward / 0 ReLU",
        "all / forward / 0 ReLU / maximum",
        "all / backward",
        "all / backward / 0 ReLU",
        "all / backward / 0 ReLU / gradient of maximum",
    ]
    assert data["size"] == ["10 s", "4 s", "3 s", "3 s", "5 s", "4 s", "4 s"]


def test_a_table_by_something_else_is_refused(report):
    with pytest.raises(ValueError, match="'phase', 'module', 'primitive', 'step', got 'layer'"):
        report.table("layer")


def test_before_the_end_there_is_nothing():
    with profile() as report:
        assert "nothing yet" in repr(report)
        assert "nothing yet" in report._repr_html_()
