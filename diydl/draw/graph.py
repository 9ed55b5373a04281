"""Pictures of graphs: what a tensor was computed from."""

from html import escape

from diydl.draw import dot
from diydl.draw.history import history
from diydl.draw.layout import layered, turned
from diydl.draw.picture import SCHEMES, Picture, fold
from diydl.draw.svg import render, size_of, styles

DIRECTIONS = {
    "LR": "from left to right",
    "RL": "from right to left",
    "TB": "from top to bottom",
    "BT": "from bottom to top",
}
_KEYS = 'data-lm-suppress-shortcuts="true"'  # else JupyterLab takes the keys
_ROOM = (680, 1200)  # pixels; a larger picture gets buttons for its size


def graph(
    value,
    *,
    direction="LR",
    values=False,
    gradients=False,
    names=None,
    colours="kinds",
    layout="auto",
    most=100,
    title=None,
    caption=None,
):
    """Draw what a tensor was computed from.

    Parameters
    ----------
    value : Tensor, Parameter or `Picture`
        Its history is drawn; a `Picture` is drawn as it is.
    direction : "LR", "RL", "TB" or "BT"
        From left to right, and so on.
    values : bool
        Whether nodes show their values. The tape keeps only what the backward pass needs; where
        a value is gone, the node says "not kept".
    gradients : bool or "compute"
        True shows what `backward` left in `grad`; "compute" runs a backward pass of its own, which
        changes nothing, and shows the gradient of the result with respect to every node.
    names : dict of str to tensor, optional
        Names of values, such as ``names=globals()`` or ``names=dict(model.named_parameters())``.
    colours : "kinds", "training" or "ends"
        Parameters blue, data red, constants green, the computed grey; or trainable coral, frozen
        light blue; or inputs red, the output green. Words and outlines say the same.
    layout : "auto", "own" or "dot"
        "auto" lets Graphviz place the nodes where it is installed.
    most : int
        Beyond so many nodes what is in the middle is drawn as one node.

    Returns
    -------
    GraphFigure
        Notebooks show it; its ``repr`` is the list of nodes, each with its inputs.

    Examples
    --------
    >>> import diydl as dl
    >>> w = dl.Parameter([2.0, 3.0], name="w")
    >>> graph((w * w).sum(), values=True)
    Graph of 3 nodes, from left to right:
    1. w: parameter, shape (2,), value [2, 3]
    2. mul: from w (1) and w (1), shape (2,), value not kept
    3. sum: from mul (2), shape (), value 13
    """
    _check(direction, colours, layout)
    if isinstance(value, Picture):
        whole = value
    else:
        whole = history(value, values=values, gradients=gradients, names=names)
    picture = fold(whole, most)
    placed, note = _placed(picture, direction, colours, layout)
    count = len(picture.nodes)
    size = f"{count} node{'s' * (count != 1)}"
    if count < len(whole.nodes):
        size = f"{len(whole.nodes):,} nodes, {count} of them drawn"
    heading = f"{title or 'Graph'} of {size}, {DIRECTIONS[direction]}"
    return GraphFigure(picture, placed, heading, colours, caption, note)


class GraphFigure:
    """A drawn graph. Notebooks show it as HTML that needs no script and no network.

    ``repr`` is the text that stands for the picture. Move the mouse over a node, or open the list
    below the picture and go through it with the Tab key: the node's inputs stand out.
    """

    def __init__(self, picture, layout, heading, colours, caption=None, note=""):
        self.picture, self.layout, self.colours = picture, layout, colours
        self.heading, self.caption, self.note = heading, caption, note
        self.alt = f"{heading}:\n{picture.text(colours)}"

    def __repr__(self):
        return self.alt + (f"\n({self.note})" if self.note else "")

    def _repr_html_(self):
        mark, svg, width, height = render(
            self.picture, self.layout, colours=self.colours, title=self.heading, words=self.alt
        )
        count = len(self.picture.nodes)
        large = width > _ROOM[0] or height > _ROOM[1]
        parts = [
            f'<figure class="diydl-graph g-{mark}" style="margin:0.5em 0">',
            f"<style>{_css(mark, width, count)}</style>",
            _buttons(mark) if large else "",
            f'<div class="room"{self._scrolled() if large else ""}>{svg}</div>',
            f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else "",
            f'<p class="note">{escape(self.note)}</p>' if self.note else "",
            self._list(),
            "</figure>",
        ]
        return "\n".join(filter(None, parts))

    def _scrolled(self):
        label = escape(f"{self.heading}; scroll with the arrow keys")
        return f' tabindex="0" {_KEYS} role="group" aria-label="{label}"'

    def _list(self):
        lines = self.picture.text(self.colours).splitlines()
        items = "".join(
            f'<li class="n{k}" tabindex="0" {_KEYS}>{escape(line.partition(" ")[2])}</li>'
            for k, line in enumerate(lines)
        )
        summary = f"<summary {_KEYS}>{escape(self.heading)}: the list</summary>"
        return f"<details>{summary}<ol>{items}</ol></details>"


def _check(direction, colours, layout):
    choices = (
        ("direction", direction, DIRECTIONS),
        ("colours", colours, SCHEMES),
        ("layout", layout, ("auto", "own", "dot")),
    )
    for name, given, known in choices:
        if given not in known:
            raise ValueError(f"{name} is one of {', '.join(map(repr, known))}, got {given!r}")


def _placed(picture, direction, colours, layout):
    """Return the layout, and a note where Graphviz was there and failed."""
    sizes, note = [size_of(node, colours) for node in picture.nodes], ""
    if layout == "dot" and not dot.found():
        raise RuntimeError(
            "layout='dot' needs Graphviz: install its program `dot`, or `pip install pygraphviz`; "
            "layout='own' needs nothing"
        )
    if layout != "own" and dot.found():
        try:
            return dot.by_dot(sizes, picture.edges, direction), note
        except dot.DotFailed as failure:
            note = f"{failure}; the layout is our own."
    along = sizes if direction in ("LR", "RL") else [(height, width) for width, height in sizes]
    return turned(layered(along, picture.edges), direction), note


def _css(mark, width, count):
    rules = (
        "HERE .room{overflow:auto;container-type:inline-size}"
        "HERE .room:focus-visible,HERE li:focus-visible{outline:3px solid #0072b2}"
        f"HERE svg{{display:block;height:auto;width:{width}px;max-width:none}}"
        # A little smaller is better than scrolling.
        f"@container (min-width:{round(0.8 * width)}px){{HERE svg{{max-width:100%}}}}"
        "HERE:has(.z0:checked) svg{width:100%;max-width:none;max-height:85vh}"
        f"HERE:has(.z2:checked) svg{{width:{2 * width}px;max-width:none}}"
        "HERE:has(.z2:checked) .room{max-height:85vh}"
        "HERE .zoom{border:0;margin:0 0 4px;padding:0;display:flex;gap:4px 14px;flex-wrap:wrap}"
        "HERE .zoom label{cursor:pointer}HERE .note{font-size:90%;margin:4px 0}"
        "@media print{HERE .zoom{display:none}HERE .room{overflow:visible;max-height:none}"
        f"HERE svg{{width:{width}px!important;max-width:100%!important}}}}"
    )
    return rules.replace("HERE", f".g-{mark}") + styles(mark, count)


def _buttons(mark):
    sizes = ("whole picture", "readable size", "double size")
    return (
        '<fieldset class="zoom"><legend style="float:left;padding:0 10px 0 0">Show</legend>'
        + "".join(
            f'<label><input type="radio" name="zoom-{mark}" class="z{k}" {_KEYS}'
            f"{' checked' * (k == 1)}> {words}</label>"
            for k, words in enumerate(sizes)
        )
        + "</fieldset>"
    )
