"""A graph as a widget: Python sees what is selected and folded, and can change it."""

import anywidget
import traitlets

from diydl.draw.graph_figure import script_text, style_text
from diydl.draw.view import CLOSED, ONE, OPEN, title_of

_RENDER = """
function render({ model, el }) {
  el.innerHTML = model.get("_html");
  const root = el.querySelector("figure");
  const graph = new GraphView(root, { ...model.get("_data"), states: model.get("states") });
  graph.changed = () => { model.set("states", { ...graph.states }); model.save_changes(); };
  graph.selected = (node) => { model.set("selected", node); model.save_changes(); };
  model.on("change:states", () => {
    if (JSON.stringify(model.get("states")) === JSON.stringify(graph.states)) return;
    graph.states = { ...model.get("states") };
    graph.draw();
  });
}
export default { render };
"""


class GraphWidget(anywidget.AnyWidget):
    """The widget of a `GraphFigure`; `GraphFigure.widget` makes it.

    Attributes
    ----------
    selected : int or None
        Number in `picture.nodes` of the node that was clicked or reached by keys; None for a
        closed group.
    states : dict of str to "closed", "one" or "open"
        For each group, by its number.
    picture : Picture
        All that can be seen.

    Examples
    --------
    >>> from diydl import nn
    >>> from diydl.draw import graph
    >>> widget = graph(nn.Sequential(nn.Linear(4, 2), nn.ReLU()), [[0.0] * 4]).widget()
    >>> widget.states
    {'0': 'closed', '1': 'closed'}
    >>> widget.unfold("Linear 0").states
    {'0': 'open', '1': 'closed'}
    """

    _esm = script_text() + _RENDER
    _css = style_text()

    selected = traitlets.Int(None, allow_none=True).tag(sync=True)
    states = traitlets.Dict().tag(sync=True)
    _html = traitlets.Unicode().tag(sync=True)
    _data = traitlets.Dict().tag(sync=True)

    def __init__(self, figure):
        super().__init__()
        data = figure.data()
        if data is None:
            raise ValueError(
                f"a picture of {figure.total:,} nodes is too large for a widget; show the figure "
                "itself, or draw a part of the graph"
            )
        self._figure = figure
        self.picture, _ = figure.source or (figure.picture, {})
        self._html, self._data, self.states = figure.still(), data, data["states"]

    def fold(self, title):
        """Close the group with this title, such as "Linear 0" or "Block × 12". Returns itself."""
        return self._set(title, CLOSED)

    def unfold(self, title, *, one=False):
        """Open the group with this title; `one` shows one of several copies. Returns itself."""
        return self._set(title, ONE if one else OPEN)

    def _set(self, title, state):
        titles = [title_of(group) for group in self.picture.groups]
        if title not in titles:
            known = ", ".join(map(repr, dict.fromkeys(titles))) or "none"
            raise ValueError(f"no group is called {title!r}; there are {known}")
        if state == ONE and not self.picture.groups[titles.index(title)].copies:
            raise ValueError(f"{title!r} is no group of copies: it has no one to show")
        chosen = {str(g): state for g, other in enumerate(titles) if other == title}
        self.states = {**self.states, **chosen}
        return self

    def __repr__(self):
        return repr(self._figure)
