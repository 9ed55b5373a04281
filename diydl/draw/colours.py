"""How the nodes of a graph look: four schemes of words, colours and outlines.

Words and outlines carry the meaning; colour helps those who see it. `svg.py` mixes each outline
with the colour of the text, so that it is darker on a light page and lighter on a dark one.
"""

from diydl.draw.figure import COLOURS

GREY = "#A3A3A3"  # not nearer to green for people without green cones
_COMPUTED = ("", GREY, "round")
# kind of node: (word beside it, colour, outline)
SCHEMES = {
    "kinds": {
        "parameter": ("parameter", COLOURS["blue"], "box"),
        "frozen": ("frozen parameter", COLOURS["blue"], "dashed"),
        "data": ("data", COLOURS["orange"], "cut"),
        "constant": ("constant", COLOURS["green"], "dashed"),
        "computed": _COMPUTED,
        "result": _COMPUTED,
        "group": ("", COLOURS["sky"], "stack"),
    },
    "training": {
        "parameter": ("trainable", "#FF7F50", "box"),
        "frozen": ("frozen", "#7FB8DA", "dashed"),
        "data": ("data", GREY, "cut"),
        "constant": ("constant", GREY, "dashed"),
        "computed": _COMPUTED,
        "result": _COMPUTED,
        "group": ("", GREY, "stack"),
        "trainable group": ("trainable", "#FF7F50", "stack"),
        "frozen group": ("frozen", "#7FB8DA", "stack"),
    },
    "roles": {
        "parameter": ("parameter", "#1f5fd6", "box"),
        "frozen": ("frozen parameter", "#1f5fd6", "dashed"),
        "data": ("data", "#d62728", "cut"),
        "constant": ("constant", "#2ca02c", "dashed"),
        "computed": _COMPUTED,
        "result": _COMPUTED,
        "group": ("", GREY, "stack"),
    },
    "ends": {
        "parameter": ("input", "#d62728", "box"),
        "frozen": ("input", "#d62728", "dashed"),
        "data": ("input", "#d62728", "cut"),
        "constant": ("input", "#d62728", "dashed"),
        "computed": _COMPUTED,
        "result": ("output", "#2ca02c", "round"),
        "group": ("", GREY, "stack"),
    },
}
# The projects that had these colours.
ALIASES = {"deepfusion": "training", "macrograd": "roles", "pydeeptoy": "ends"}
_FOLDED = ("", GREY, "plain")


def scheme(name):
    """Return {kind: (word, colour, outline)} of a scheme; raises ValueError for an unknown one.

    Examples
    --------
    >>> scheme("macrograd")["constant"]
    ('constant', '#2ca02c', 'dashed')
    """
    found = SCHEMES.get(ALIASES.get(name, name))
    if found is None:
        known = ", ".join(map(repr, [*SCHEMES, *ALIASES]))
        raise ValueError(f"colours is one of {known}, got {name!r}")
    return found


def look_of(node, colours):
    """Return (word, colour, outline) of a node; a module's box says whether it is trained.

    Examples
    --------
    >>> from diydl.draw.picture import Node
    >>> look_of(Node("w", "parameter"), "training")[0]
    'trainable'
    """
    looks = scheme(colours)
    if node.kind in looks:
        return looks[node.kind]
    return looks["group"] if node.kind.endswith(("group", "part")) else _FOLDED


def word_of(node, colours):
    """Return the word for the kind of `node`, in the scheme `colours`.

    Examples
    --------
    >>> from diydl.draw.picture import Node
    >>> word_of(Node("w", "parameter"), "kinds")
    'parameter'
    """
    return look_of(node, colours)[0]
