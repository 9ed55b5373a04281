"""A drawn graph as HTML: the picture, its list of nodes, and what lights up under the mouse."""

from html import escape

from diydl.draw.svg import render, styles

_KEYS = 'data-lm-suppress-shortcuts="true"'  # else JupyterLab takes the keys
_ALL = ("shape", "value", "gradient")
_ROOM = (680, 1200)  # pixels; a larger picture gets buttons for its size


class GraphFigure:
    """A drawn graph. Notebooks show it as HTML that needs no script and no network.

    ``repr`` is the text that stands for the picture. Move the mouse over a node, or open the list
    below the picture and go through it with the Tab key: the node's inputs stand out.
    """

    def __init__(self, view, layout, heading, colours, caption=None, note="", shown=_ALL):
        self.view, self.layout, self.colours = view, layout, colours
        self.heading, self.caption, self.note = heading, caption, note
        self.shown = shown
        self.alt = f"{heading}:\n{view.text(colours, shown)}"

    @property
    def picture(self):
        """The nodes and edges that are seen."""
        return self.view.picture

    def __repr__(self):
        return self.alt + (f"\n({self.note})" if self.note else "")

    def _repr_html_(self):
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
        lines = self.view.text(self.colours, self.shown).splitlines()
        items = "".join(
            f'<li class="n{k}" tabindex="0" {_KEYS}>{escape(line.partition(" ")[2])}</li>'
            for k, line in enumerate(lines)
        )
        summary = f"<summary {_KEYS}>{escape(self.heading)}: the list</summary>"
        return f"<details>{summary}<ol>{items}</ol></details>"


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
