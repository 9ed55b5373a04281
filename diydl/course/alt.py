"""Which figures among the outputs of a cell cannot be heard: those without a text instead."""

from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import Any

_PICTURES = ("img", "svg", "canvas", "video", "object", "iframe")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_VOID = ("img", "br", "hr", "input", "meta", "link", "source", "wbr", "area", "col", "embed")


def figures_without_text(outputs: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each figure of a cell's outputs that has no text instead.

    Examples
    --------
    >>> figures_without_text([{"data": {"text/html": "<img src='a.png'>"}}])
    ['<img> without alt']
    >>> figures_without_text([{"data": {"text/html": "<img src='a.png' alt='A cat.'>"}}])
    []
    """
    faults = []
    for output in outputs:
        data = output.get("data", {})
        text = _text(data.get("text/plain", ""))
        if "text/html" in data:
            faults += _in_html(_text(data["text/html"]))
        elif _WIDGET in data and _is_repr(text):
            faults.append(f"a widget whose text is {text[:60]!r}: give it one that says what it is")
        else:
            bare = sorted(
                kind for kind in data if kind.startswith(("image/", "application/vnd.pl"))
            )
            faults += [f"a bare {kind}: show it with draw.figure(..., alt=...)" for kind in bare]
    return faults


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def _is_repr(text: str) -> bool:
    """Tell whether a text is what Python says of an object that says nothing itself."""
    first = text.split("(")[0].strip()
    return not text.strip() or text.startswith("<") or ("(" in text and first.isidentifier())


def _in_html(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.faults()


class _Reader(HTMLParser):
    """Keep what is open; a picture within a named or a hidden element needs no name of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[dict[str, Any]] = []
        self.nameless: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        words = given.get("alt" if tag == "img" else "aria-label") or given.get("title") or ""
        hidden = given.get("aria-hidden") == "true" or given.get("role") == "presentation"
        element = {
            "tag": tag,
            "named": bool(words.strip()) or bool(given.get("aria-labelledby")),
            "covers": hidden or (given.get("role") == "img" and bool(words.strip())),
        }
        covered = any(outer["covers"] for outer in self.open)
        inside = any(outer["tag"] in _PICTURES for outer in self.open)
        if tag in _PICTURES and not (element["named"] or element["covers"] or covered or inside):
            self.nameless.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        for k in range(len(self.open) - 1, -1, -1):
            if self.open[k]["tag"] == tag:
                del self.open[k:]
                return

    def handle_data(self, data: str) -> None:
        """The title of an SVG names it."""
        if data.strip() and len(self.open) > 1 and self.open[-1]["tag"] == "title":
            self.open[-2]["named"] = True

    def faults(self) -> list[str]:
        """Return a sentence for each picture that stayed without a name."""
        return [
            f"<{e['tag']}> without {'alt' if e['tag'] == 'img' else 'aria-label or title'}"
            for e in self.nameless
            if not e["named"]
        ]
