"""A picture as plain data for the script in the page, which folds it and lays it out again."""

import json

from diydl.draw.colours import look_of
from diydl.draw.picture import Node

_PLAIN = ("computed", "result", "group", "part")


def payload(picture, states, *, direction, colours, shown, **more):
    """Return all that `graph.js` needs, as lists, dicts, texts and numbers.

    Examples
    --------
    >>> from diydl.draw.picture import Picture
    >>> data = payload(Picture([Node("x", "data", (2,))]), {}, direction="LR", colours="ends", shown=())
    >>> data["nodes"], data["looks"]["data"][0]
    ([{'label': 'x', 'kind': 'data', 'shape': '(2,)', 'notes': [], 'group': None}], 'input')
    """  # noqa: E501
    kinds = {node.kind for node in picture.nodes} | {group.kind for group in picture.groups}
    return {
        "nodes": [
            {
                "label": node.label,
                "kind": node.kind,
                "shape": None if node.shape is None else str(node.shape),
                "notes": list(node.notes),
                "group": node.group,
            }
            for node in picture.nodes
        ],
        "edges": [list(edge) for edge in picture.edges],
        "groups": [
            {
                "label": group.label,
                "parent": group.parent,
                "note": group.note,
                "copies": [list(copy) for copy in group.copies],
                "times": group.times,
                "carried": list(group.carried),
                "kind": group.kind,
            }
            for group in picture.groups
        ],
        "looks": {kind: list(look_of(Node("", kind), colours)) for kind in kinds.union(_PLAIN)},
        "states": {str(g): state for g, state in states.items()},
        "direction": direction,
        "shown": list(shown),
        **more,
    }


def embedded(data):
    """Return data as JSON that may stand inside a script element, whatever texts are in it.

    Examples
    --------
    >>> embedded({"label": "</script>"})
    '{"label":"\\\\u003c/script>"}'
    """
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
