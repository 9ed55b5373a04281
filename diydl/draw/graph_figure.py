"""A drawn graph as HTML: the picture, its list of nodes, and what lights up under the mouse.

The picture stands in the page as it is. Where scripts run, one that stands beside it draws it
anew, so that it can be folded, stepped through and rearranged; it needs no kernel and no network.
"""

import re
from functools import cache
from html import escape
from pathlib import Path

from diydl.draw.page import html_page
from diydl.draw.payload import embedded, payload
from diydl.draw.svg import render, styles

_KEYS = 'data-lm-suppress-shortcuts="true"'  # else JupyterLab takes the keys
DIRECTIONS = {
    "LR": "from left to right",
    "RL": "from right to left",
    "TB": "from top to bottom",
    "BT": "from bottom to top",
}
_ALL = ("shape", "value", "gradient")
_ROOM = (680, 1200)  # pixels; a larger picture gets buttons for its size
_MOST = 2000  # nodes that a page carries; a larger picture cannot be unfolded there
SCRIPTS = ("graph_layout.js", "graph_nested.js", "graph_view.js", "graph_paint.js")
SCRIPTS += ("graph.js", "graph_events.js")


class GraphFigure:
    """A drawn graph. Notebooks show it as HTML that needs no kernel and no network.

    ``repr`` is the text that stands for the picture. Move the mouse over a node, or go to it with
    the Tab and arrow keys: its inputs stand out. Enter or a click folds and unfolds a module or a
    part that is repeated, "Step" shows forward and backward step by step.

    Attributes
    ----------
    view, layout : what is seen at first, and where
    name, total : what the picture is called, and how many nodes it has when all is unfolded
    source : the whole picture and the states of its groups, or None
    alt, heading, caption, note : texts
    """

    def __init__(self, view, layout, name, *, total, colours="kinds", shown=_ALL, **more):
        self.view, self.layout, self.name, self.total = view, layout, name, total
        self.colours, self.shown = colours, shown
        self.caption, self.note = more.get("caption"), more.get("note", "")
        self.source, self.direction = more.get("source"), more.get("direction", "LR")
        self.by_dot = more.get("by_dot", False)
        count = len(view.picture.nodes)
        size = f"{count} node{'s' * (count != 1)}"
        if count < total:
            size = f"{total:,} nodes, {count} of them drawn"
        self.heading = f"{name}: {size}, {DIRECTIONS[self.direction]}"
        self.alt = f"{self.heading}:\n{view.text(colours, shown)}"

    @property
    def picture(self):
        """The nodes and edges that are seen."""
        return self.view.picture

    def __repr__(self):
        return self.alt + (f"\n({self.note})" if self.note else "")

    def _repr_html_(self):
        return self._html(self.data())

    def still(self):
        """Return the picture as HTML without a script.

        Examples
        --------
        >>> import diydl as dl
        >>> from diydl.draw import graph
        >>> "<script" in graph(dl.Parameter([1.0], name="w")).still()
        False
        """
        return self._html(None)

    def page(self):
        """Return the picture as a whole HTML document, to be kept or sent as a file.

        Examples
        --------
        >>> import diydl as dl
        >>> from diydl.draw import graph
        >>> graph(dl.Parameter([1.0], name="w"), title="One").page()[:15]
        '<!DOCTYPE html>'
        """
        return html_page(self, self.name)

    def widget(self):
        """Return the picture as a widget, through which Python sees and sets what is folded."""
        from diydl.draw.graph_widget import GraphWidget

        return GraphWidget(self)

    def data(self):
        """Return what the script in the page draws from: plain lists, dicts, texts and numbers."""
        picture, states = self.source or (self.view.picture, {})
        if len(picture.nodes) > _MOST:
            return None
        layout = {
            name: getattr(self.layout, name) for name in ("places", "boxes", "pieces", "size")
        }
        return payload(
            picture,
            states,
            direction=self.direction,
            colours=self.colours,
            shown=self.shown,
            name=self.name,
            total=self.total,
            towards=DIRECTIONS[self.direction],
            layout=layout if self.by_dot else None,
        )

    def _html(self, data):
        mark, svg, width, height = render(
            self.view,
            self.layout,
            colours=self.colours,
            title=self.heading,
            words=self.alt,
            shown=self.shown,
        )
        count = len(self.picture.nodes)
        large = width > _ROOM[0] or height > _ROOM[1]
        parts = [
            f'<figure class="diydl-graph g-{mark}" style="margin:0.5em 0">',
            f'<style class="still">{_css(mark, width)}{styles(mark, count)}</style>',
            f"<style>{style_text() if data else _ZOOM}</style>",
            _buttons(mark, large) if large or data else "",
            f'<div class="room"{self._scrolled() if large else ""}>{svg}</div>',
            f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else "",
            f'<p class="note">{escape(self.note)}</p>' if self.note else "",
            self._list(),
            scripts(data) if data else "",
            "</figure>",
        ]
        return "\n".join(filter(None, parts))

    def _scrolled(self):
        label = escape(f"{self.heading}; scroll with the arrow keys")
        return f' tabindex="0" {_KEYS} role="group" aria-label="{label}"'

    def _list(self):
        lines = self.view.text(self.colours, self.shown).splitlines()
        items = "".join(
            f'<li class="n{k}" tabindex="0" {_KEYS}>{escape(line.partition(" ")[2])}</li>'
            for k, line in enumerate(lines)
        )
        summary = f"<summary {_KEYS}>{escape(self.heading)}: the list</summary>"
        return f"<details>{summary}<ol>{items}</ol></details>"


_ZOOM = (
    ".diydl-graph .zoom{border:0;margin:0 0 4px;padding:0;display:flex;gap:4px 14px;flex-wrap:wrap}"
    ".diydl-graph .zoom legend{float:left;width:auto;font:inherit;margin:0;padding:0 10px 0 0}"
    ".diydl-graph .zoom label{cursor:pointer}.diydl-graph .note{font-size:90%;margin:4px 0}"
    ".diydl-graph .zoom[hidden]{display:none}"
    "@media print{.diydl-graph .zoom{display:none}.diydl-graph .room{overflow:visible}}"
)


def _css(mark, width):
    """Return CSS for the picture that needs no script; the script removes it."""
    rules = (
        "HERE .room{overflow:auto;container-type:inline-size}"
        "HERE .room:focus-visible,HERE li:focus-visible{outline:3px solid #0072b2}"
        f"HERE svg{{display:block;height:auto;width:{width}px;max-width:none}}"
        # A little smaller is better than scrolling.
        f"@container (min-width:{round(0.8 * width)}px){{HERE svg{{max-width:100%}}}}"
        "HERE:has(.z0:checked) svg{width:100%;max-width:none;max-height:85vh}"
        f"HERE:has(.z2:checked) svg{{width:{2 * width}px;max-width:none}}"
        "HERE:has(.z2:checked) .room{max-height:85vh}"
        f"@media print{{HERE svg{{width:{width}px!important;max-width:100%!important}}}}"
    )
    return rules.replace("HERE", f".g-{mark}")


def _buttons(mark, large):
    sizes = ("whole picture", "readable size", "double size")
    return (
        f'<fieldset class="zoom"{"" if large else " hidden"}>'
        "<legend>Size</legend>"
        + "".join(
            f'<label><input type="radio" name="zoom-{mark}" class="z{k}" {_KEYS}'
            f"{' checked' * (k == 1)}> {words}</label>"
            for k, words in enumerate(sizes)
        )
        + "</fieldset>"
    )


def scripts(data):
    """Return the script elements that bring a picture to life: its data, and what draws them.

    Examples
    --------
    >>> scripts({"nodes": []}).count("<script")
    2
    """
    return (
        f'<script type="application/json" class="graph">{embedded(data)}</script>\n'
        f"<script>(() => {{{script_text()}\nstartGraphs();}})();</script>"
    )


def script_text():
    """Return the script that draws graphs in a page or a widget.

    Examples
    --------
    >>> "class GraphView" in script_text()
    True
    """
    return "\n".join(_text(name) for name in SCRIPTS)


def style_text():
    """Return the style sheet of graphs in a page or a widget.

    Examples
    --------
    >>> "@media print" in style_text()
    True
    """
    return _ZOOM + _text("graph.css")


@cache
def _text(name):
    """Return a script or a style sheet without its comments and without indentation."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return re.sub(r"^(//.*\n|\s+)", "", text, flags=re.MULTILINE)
