import pytest

from diydl import draw
from diydl.draw.picture import Picture
from tests.draw.graphs import Residual, chain, ones


@pytest.fixture
def widget():
    return draw.graph(Residual(12), ones(5, 8), layout="own").widget()


def test_groups_are_folded_and_unfolded_by_name(widget):
    number = next(str(g) for g, group in enumerate(widget.picture.groups) if group.copies)
    assert widget.states[number] == "one"
    assert widget.fold("Block × 12").states[number] == "closed"
    assert widget.unfold("Block × 12").states[number] == "open"
    assert widget.unfold("Block × 12", one=True).states[number] == "one"


def test_unknown_names_list_the_known_ones(widget):
    with pytest.raises(ValueError, match="no group is called 'Blok'; there are 'Linear stem'"):
        widget.fold("Blok")
    with pytest.raises(ValueError, match="'Linear head' is no group of copies"):
        widget.unfold("Linear head", one=True)


def test_what_the_browser_gets_is_all_it_needs(widget):
    assert "<script" not in widget._html and widget._html.startswith("<figure")
    assert len(widget._data["nodes"]) == len(widget.picture.nodes) == 115
    assert "class GraphView" in widget._esm and "export default" in widget._esm
    assert widget.selected is None
    assert repr(widget).startswith("Residual: 115 nodes, 8 of them drawn")


def test_a_picture_without_groups_has_a_widget_too():
    assert draw.graph(chain(3), layout="own").widget().states == {}


def test_a_picture_too_large_for_a_page_is_refused():
    nodes = [draw.Node(f"f{k}", shape=(k,)) for k in range(2_500)]
    figure = draw.graph(Picture(nodes, [(k, k + 1) for k in range(2_499)]), layout="own")
    assert figure.data() is not None  # what is in the middle was left out
    figure.source = (Picture(nodes), {})
    with pytest.raises(ValueError, match="2,500 nodes is too large for a widget"):
        figure.widget()
    assert "<script" not in figure._repr_html_()
