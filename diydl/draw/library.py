"""The picture of the library as it grows: one box for each module, in layers, foundation below."""

import textwrap
from dataclasses import dataclass
from html import escape

from diydl.draw.figure import COLOURS, figure

# As in the package itself: a layer uses what stands below it, never what stands above.
LAYERS = (
    (
        "Foundation",
        (
            *("backend", "blas", "threads", "storage", "probe", "value", "primitive"),
            *("rules", "exercise", "dim", "encoding"),
        ),
    ),
    ("Operations", ("ops", "parameter", "creation")),
    ("Engines and gradients", ("reverse", "symbol", "engines", "autodiff")),
    ("Plans", ("compile",)),
    ("Layers, optimizers, data", ("nn", "optim", "data")),
    ("Models", ("models",)),
    ("Training and beyond", ("train", "explain", "interop", "distributed")),
    ("Tools", ("draw", "testing")),
)


@dataclass(frozen=True)
class State:
    """How a module is drawn. Sign and words carry the meaning; colour only helps."""

    sign: str
    word: str
    legend: str
    look: str


STATES = {
    "new": State(
        "+",
        "new",
        "new in this chapter",
        f'fill="{COLOURS["sky"]}" fill-opacity="0.4" stroke-width="2.5"',
    ),
    "extended": State(
        "~",
        "extended",
        "extended in this chapter",
        f'fill="{COLOURS["amber"]}" fill-opacity="0.35" stroke-width="2.5" stroke-dasharray="9 3"',
    ),
    "earlier": State(
        "=", "built before", "built in earlier chapters", 'fill="none" stroke-width="1.5"'
    ),
    "borrowed": State(
        "*",
        "borrowed",
        "borrowed ready-made, built in a later chapter",
        'fill="#808080" fill-opacity="0.3" stroke-width="0.5"',
    ),
    "planned": State(
        ".", "to come", "still to come", 'fill="none" stroke-width="1.5" stroke-dasharray="1.5 4"'
    ),
}
OWNERS = {
    "yours": State(
        "\u2713",
        "yours",
        "yours: written by you",
        f'fill="{COLOURS["green"]}" fill-opacity="0.35" stroke-width="2.5"',
    ),
    "lent": State(
        "\u2013",
        "the library's",
        "lent by the library",
        'fill="none" stroke-width="1.5" stroke-dasharray="5 3"',
    ),
}
_WIDTH, _HEIGHT, _GAP, _LINE = 400, 24, 6, 18  # pixels at the width of a phone
_LETTER = 7.3  # width of a letter of the monospaced font at 12 pixels


def library_picture(
    *, new=(), extended=(), earlier=(), borrowed=(), planned=(), title="The library so far"
):
    """Draw the library: what is new, what is there, what is borrowed and what is to come.

    Each argument is a sequence of module names such as ``"diydl.engines.tape"``. A module named
    twice is drawn in the first of the states above.

    Examples
    --------
    >>> library_picture(new=["diydl.ops"], planned=["diydl.nn"], title="Two")
    Two, from the foundation up. Operations: ops (new). Layers, optimizers, data: nn (to come).
    """
    named = {"new": new, "extended": extended, "earlier": earlier}
    named |= {"borrowed": borrowed, "planned": planned}
    states = {}
    for state, modules in named.items():
        for module in modules:
            states.setdefault(module.removeprefix("diydl."), state)
    if not states:
        raise ValueError("a picture of the library needs at least one module, got none")
    layers = _layers(states)
    words = " ".join(
        f"{layer}: " + ", ".join(f"{name} ({STATES[states[name]].word})" for name in names) + "."
        for layer, names in layers
    )
    words = f"{title}, from the foundation up. {words}"
    rows = [(layer, name, STATES[states[name]].word) for layer, names in layers for name in names]
    data = dict(zip(("layer", "module", "state"), zip(*rows, strict=True), strict=True))
    return figure(_svg(layers, states, title, words), alt=words, data=data)


def ownership_picture(
    yours=(), lent=(), *, labels=None, title="Whose pieces they are", caption=None
):
    """Draw pieces of the library in its layers: the learner's own, and those that it lends.

    ``yours`` and ``lent`` name functions, such as ``"diydl.reverse.toposort"``; `labels` says what
    to write into a box in place of the function's name.

    Examples
    --------
    >>> ownership_picture(["diydl.ops.functional.relu"], ["diydl.ops.special.tanh"], title="Two")
    Two, from the foundation up. Operations: tanh (the library's), relu (yours).
    """
    states = {name.removeprefix("diydl."): "lent" for name in lent}
    states |= {name.removeprefix("diydl."): "yours" for name in yours}
    if not states:
        raise ValueError("a picture of pieces needs at least one, got none")
    given = {name.removeprefix("diydl."): label for name, label in (labels or {}).items()}
    labels = {name: given.get(name, name.rpartition(".")[2]) for name in [*given, *states]}
    states = {name: states[name] for name in labels}  # in the order of the labels
    layers = _layers(states)
    words = " ".join(
        f"{layer}: "
        + ", ".join(f"{labels[name]} ({OWNERS[states[name]].word})" for name in names)
        + "."
        for layer, names in layers
    )
    words = f"{title}, from the foundation up. {words}"
    rows = [(layer, n, labels[n], OWNERS[states[n]].word) for layer, names in layers for n in names]
    heads = ("layer", "function", "piece", "whose")
    data = dict(zip(heads, zip(*rows, strict=True), strict=True))
    picture = _svg(layers, states, title, words, OWNERS, labels)
    return figure(picture, alt=words, caption=caption, data=data)


def _layers(states):
    """Sort the modules into layers; empty ones are left out."""
    rest = dict(states)
    layers = []
    for layer, packages in LAYERS:
        names = [n for package in packages for n in states if n.split(".")[0] == package]
        layers.append((layer, names))
        for name in names:
            rest.pop(name)
    layers.append(("Others", list(rest)))
    return [(layer, names) for layer, names in layers if names]


def _svg(layers, states, title, words, looks=STATES, labels=None):
    shapes, y = [], 14
    for line in textwrap.wrap(title, 44):
        shapes.append(_text(8, y + 6, line, 'font-size="15" font-weight="bold"'))
        y += 20
    for layer, names in reversed(layers):
        boxes, bottom = _flow(names, states, y + _LINE + 2, looks, labels or {})
        shapes.append(
            f'<rect x="1" y="{y}" width="{_WIDTH - 2}" height="{bottom - y + 8}" rx="4" '
            'fill="none" stroke="currentColor" stroke-opacity="0.35"/>'
        )
        shapes += [_text(9, y + 15, layer, 'font-size="12"'), *boxes]
        y = bottom + 14
    present = [state for state in looks if state in states.values()]
    for k, state in enumerate(present):
        row = y + 6 + (_HEIGHT + 4) * k
        shapes += _box(10, row, 30, looks[state].sign, looks[state])
        shapes.append(_text(48, row + 16, looks[state].legend, 'font-size="12"'))
    height = y + 10 + (_HEIGHT + 4) * len(present)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'style="width:100%;max-width:460px;height:auto" font-family="sans-serif">'
        f"<title>{escape(title)}</title><desc>{escape(words)}</desc>{''.join(shapes)}</svg>"
    )


def _flow(names, states, y, looks, labels):
    """Set boxes from left to right and onto the next line where the width is used up."""
    shapes, x = [], 10
    for name in names:
        label = f"{looks[states[name]].sign} {labels.get(name, name)}"
        width = round(len(label) * _LETTER + 14)
        if x + width > _WIDTH - 8:
            x, y = 10, y + _HEIGHT + _GAP
        shapes += _box(x, y, width, label, looks[states[name]])
        x += width + _GAP
    return shapes, y + _HEIGHT


def _box(x, y, width, label, state):
    return [
        f'<rect x="{x}" y="{y}" width="{width}" height="{_HEIGHT}" rx="5" stroke="currentColor" '
        f"{state.look}/>",
        _text(x + 7, y + 16, label, 'font-size="12" font-family="monospace"'),
    ]


def _text(x, y, words, look):
    return f'<text x="{x}" y="{y}" fill="currentColor" {look}>{escape(words)}</text>'
